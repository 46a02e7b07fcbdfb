/* Writes a profile in Chrome's trace event format, which Perfetto also reads. It writes complete
 * events, those of each thread ordered by start time, so that they nest.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/observe/profile.h"

static void write_escaped(FILE *f, const char *s)
{
    for (; *s; s++)
        if (*s == '"' || *s == '\\')
            fprintf(f, "\\%c", *s);
        else if ((unsigned char)*s < 0x20)
            fprintf(f, "\\u%04x", *s);
        else
            fputc(*s, f);
}

static void write_text(FILE *f, const char *s)
{
    fputc('"', f);
    write_escaped(f, s);
    fputc('"', f);
}

static void write_place(FILE *f, const jit_site *s)
{
    if (!s->file)
        return;
    fprintf(f, ",\"line\":\"");
    write_escaped(f, s->file);
    fprintf(f, ":%d\"", s->line);
}

/* Writes what one execution of a step does, which is known only for a step without blocks. */
static void write_amounts(FILE *f, const jit_site *s, const jit_ceilings *c, double seconds)
{
    const jit_amounts *a = &s->each;
    double bytes = a->read + a->written;
    const char *binds;
    double part = rt_of_ceiling(c, a, jit_memory_seconds(c, a), seconds, &binds);
    fprintf(f,
            ",\"bytes_read\":%.0f,\"bytes_written\":%.0f,\"flops\":%.0f,\"int_ops\":%.0f,"
            "\"GB/s\":%.6g,\"GFLOP/s\":%.6g,\"of_ceiling\":%.4g,\"ceiling\":\"%s\"",
            a->read, a->written, a->f32 + a->f64, a->ints, seconds > 0 ? bytes / seconds * 1e-9 : 0,
            seconds > 0 ? (a->f32 + a->f64) / seconds * 1e-9 : 0, part, binds);
}

static void write_event(FILE *f, const jit_event *e, const jit_ceilings *c)
{
    uint64_t ns = e->end - e->begin;
    fprintf(f, ",\n{\"name\":");
    write_text(f, e->name);
    fprintf(f, ",\"cat\":");
    write_text(f, e->kind);
    fprintf(f,
            ",\"ph\":\"X\",\"ts\":%" PRIu64 ".%03u,\"dur\":%" PRIu64
            ".%03u,\"pid\":%d,\"tid\":%u,\"args\":{\"kind\":",
            e->begin / 1000, (unsigned)(e->begin % 1000), ns / 1000, (unsigned)(ns % 1000),
            (int)getpid(), e->thread);
    write_text(f, e->kind);
    if (e->site) {
        fprintf(f, ",\"program\":");
        write_text(f, e->site->of->name);
        fprintf(f, ",\"type\":\"%s\"", e->site->type);
        write_place(f, e->site);
        if (!strcmp(e->kind, "kernel") || !strcmp(e->kind, "call"))
            write_amounts(f, e->site, c, (double)ns * 1e-9);
    }
    fprintf(f, "}}");
}

bool rt_profile_write_trace(FILE *f)
{
    const jit_ceilings *c = rt_ceilings();
    if (!c)
        return false;
    IR_C_NUMBERS;
    size_t n;
    uint64_t dropped;
    jit_event *e = jit_profile_events(&n, &dropped);
    if (!e)
        return false;
    fprintf(f,
            "{\"displayTimeUnit\":\"ns\",\"otherData\":{\"dropped_events\":%" PRIu64
            ",\"bandwidth\":%.6g,\"flops_f32\":%.6g,\"flops_f64\":%.6g,\"int_ops\":%.6g},\n"
            "\"traceEvents\":[\n{\"name\":\"process_name\",\"ph\":\"M\",\"pid\":%d,\"args\":"
            "{\"name\":\"Jacquard\"}}",
            dropped, c->bandwidth[c->nsize - 1], c->f32, c->f64, c->ints, (int)getpid());
    for (size_t k = 0; k < n; k++)
        write_event(f, &e[k], c);
    fprintf(f, "\n]}\n");
    free(e);
    return !ferror(f);
}
