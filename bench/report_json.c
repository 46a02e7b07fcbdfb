/* Writes all figures as JSON. */
#include <math.h>
#include <time.h>

#include "bench/report.h"

static void text(FILE *f, const char *s)
{
    fputc('"', f);
    for (; *s; s++) {
        if (*s == '"' || *s == '\\')
            fputc('\\', f);
        if ((unsigned char)*s >= ' ')
            fputc(*s, f);
    }
    fputc('"', f);
}

static void figure(FILE *f, const bench_figure *x)
{
    if (x->state == PEER_FAILED) {
        fprintf(f, "{\"error\": ");
        text(f, x->error);
        fprintf(f, "}");
        return;
    }
    fprintf(f, "{\"median_us\": %.6g, \"low_us\": %.6g, \"high_us\": %.6g, \"calls\": %lld, ",
            x->median_us, x->low_us, x->high_us, (long long)x->calls);
    fprintf(f, "\"compile_ms\": %.4g, \"peak_bytes\": %.0f, \"agrees\": %s, ", x->cold_ms, x->bytes,
            x->agrees ? "true" : "false");
    if (isfinite(x->differ))
        fprintf(f, "\"difference\": %.3g, ", x->differ);
    fprintf(f, "\"rounds_us\": [");
    for (int k = 0; k < x->rounds; k++)
        fprintf(f, "%s%.6g", k ? ", " : "", x->us[k]);
    fprintf(f, "]}");
}

static void demands(FILE *f, const report_run *run, int k)
{
    static const char *const keys[DEMANDS] = {"speed_to_jax", "speed_to_drjit",
                                              "speed_to_c",   "compile_to_jax",
                                              "compile_ms",   "gradient_to_objective",
                                              "speed_to_f32"};
    demand d[DEMANDS];
    bool first = true;
    demands_of(run->rows, k, d);
    for (int kind = 0; kind < DEMANDS; kind++) {
        if (!d[kind].known)
            continue;
        fprintf(f, "%s\"%s\": {\"is\": %.4g", first ? "" : ", ", keys[kind], d[kind].is);
        if (d[kind].asked != 0)
            fprintf(f, ", \"asked\": %.4g, \"met\": %s", d[kind].asked,
                    d[kind].met ? "true" : "false");
        fprintf(f, "}");
        first = false;
    }
}

static void row(FILE *f, const report_run *run, int k)
{
    const bench_result *r = &run->rows[k];
    fprintf(f, "    {\"row\": %d, \"work\": \"%s\", \"size\": %lld, \"title\": ", r->row->number,
            r->row->work, (long long)(run->quick ? r->row->quick : r->row->size));
    text(f, r->row->title);
    fprintf(f, ",\n     \"ratios\": {");
    demands(f, run, k);
    fprintf(f, "},\n     \"figures\": {");
    bool first = true;
    for (int p = 0; p < PEERS; p++) {
        if (r->of[p].state == PEER_NONE)
            continue;
        fprintf(f, "%s\n       \"%s\": ", first ? "" : ",", report_keys[p]);
        figure(f, &r->of[p]);
        first = false;
    }
    fprintf(f, "}}");
}

bool report_json(const char *path, const report_run *run)
{
    FILE *f = fopen(path, "w");
    if (!f)
        return false;
    time_t now = time(NULL);
    char date[64];
    strftime(date, sizeof date, "%Y-%m-%d %H:%M:%S", localtime(&now));
    fprintf(f, "{\"date\": \"%s\", \"threads\": %d, \"quick\": %s,\n  \"peers\": {", date,
            run->threads, run->quick ? "true" : "false");
    for (int p = 0, some = 0; p < PEERS; p++)
        if (run->peers[p].name) {
            fprintf(f, "%s\"%s\": ", some++ ? ", " : "", report_keys[p]);
            text(f, run->peers[p].hello);
        }
    fprintf(f, "},\n  \"rows\": [\n");
    for (int k = 0; k < run->n; k++) {
        row(f, run, k);
        fprintf(f, "%s\n", k + 1 < run->n ? "," : "");
    }
    fprintf(f, "  ]}\n");
    return fclose(f) == 0;
}
