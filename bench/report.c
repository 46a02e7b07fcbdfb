/* The table on the terminal, and the JSON. */
#include <math.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bench/report.h"

/* ---- the table ------------------------------------------------------------------------------- */

/* Three significant digits and a unit. */
static const char *duration(const bench_figure *f, char *room)
{
    static const struct {
        double us;
        const char *unit;
    } units[] = {{1e6, "s"}, {1e3, "ms"}, {1, "us"}, {1e-3, "ns"}};
    if (f->state != PEER_OK)
        return f->state == PEER_FAILED ? "failed" : "-";
    int k = 0;
    while (k < 3 && f->median_us < units[k].us)
        k++;
    double v = f->median_us / units[k].us;
    sprintf(room, "%.*f %s", v < 10 ? 2 : v < 100 ? 1 : 0, v, units[k].unit);
    return room;
}

/* The other's time to Jacquard's, and whether that is what is asked. */
static const char *ratio(const bench_result *r, int other, double asked, char *room)
{
    const bench_figure *a = &r->of[JACQUARD], *b = &r->of[other];
    if (a->state != PEER_OK || b->state != PEER_OK)
        return "";
    double v = b->median_us / a->median_us;
    sprintf(room, "%.*f%s",
            v < 10    ? 2
            : v < 100 ? 1
                      : 0,
            v,
            asked == 0   ? ""
            : v >= asked ? " ok"
                         : " <");
    return room;
}

void report_head(const report_run *run)
{
    for (int p = 0; p < PEERS; p++)
        if (run->peers[p].name)
            printf("%-12s %s\n", run->peers[p].name, run->peers[p].hello);
    printf("\n%-3s %-44s %9s %9s %9s %9s %9s  %9s %9s %9s  %15s  %14s  %s\n", "row", "workload",
           "Jacquard", "interp.", "JAX", "Dr.Jit", "C", "JAX/J", "DrJit/J", "C/J",
           "compile ms J/JAX", "MB J/JAX/C", "agree");
}

void report_row(const bench_result *r)
{
    char t[PEERS][32], q[3][32], compile[64], memory[64];
    const bench_figure *of = r->of;
    snprintf(compile, sizeof compile, "%.1f / %.1f", of[JACQUARD].cold_ms, of[JAX].cold_ms);
    snprintf(memory, sizeof memory, "%.0f/%.0f/%.0f", of[JACQUARD].bytes / 1e6, of[JAX].bytes / 1e6,
             of[HANDWRITTEN].bytes / 1e6);
    printf("%-3d %-44s %9s %9s %9s %9s %9s  %9s %9s %9s  %15s  %14s  %s\n", r->row->number,
           r->row->title, duration(&of[JACQUARD], t[0]), duration(&of[INTERPRETED], t[1]),
           duration(&of[JAX], t[2]), duration(&of[DRJIT], t[3]), duration(&of[HANDWRITTEN], t[4]),
           ratio(r, JAX, r->row->to_jax, q[0]), ratio(r, DRJIT, r->row->to_drjit, q[1]),
           ratio(r, HANDWRITTEN, r->row->to_c, q[2]), compile, memory,
           bench_agrees(r) ? "yes" : "NO");
    for (int p = 0; p < PEERS; p++)
        if (of[p].state == PEER_FAILED)
            printf("    peer %d: %s\n", p, of[p].error);
        else if (of[p].state == PEER_OK && !of[p].agrees)
            printf("    peer %d differs by %.1e (allowed: %.1e)\n", p, of[p].differ,
                   r->row->tolerance);
    fflush(stdout);
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static const char *const keys[PEERS] = {"jacquard", "interpreted", "jax", "drjit", "c"};

static void json_text(FILE *f, const char *s)
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

static void json_figure(FILE *f, const bench_figure *x)
{
    if (x->state == PEER_FAILED) {
        fprintf(f, "{\"error\": ");
        json_text(f, x->error);
        fprintf(f, "}");
        return;
    }
    fprintf(f,
            "{\"median_us\": %.6g, \"low_us\": %.6g, \"high_us\": %.6g, \"rounds\": %d, "
            "\"calls\": %lld, \"compile_ms\": %.4g, \"peak_bytes\": %.0f, \"agrees\": %s, ",
            x->median_us, x->low_us, x->high_us, x->rounds, (long long)x->calls, x->cold_ms,
            x->bytes, x->agrees ? "true" : "false");
    if (isfinite(x->differ))
        fprintf(f, "\"difference\": %.3g}", x->differ);
    else
        fprintf(f, "\"difference\": null}");
}

static void json_row(FILE *f, const report_run *run, const bench_result *r)
{
    const bench_row *row = r->row;
    fprintf(f, "    {\"row\": %d, \"work\": \"%s\", \"size\": %lld, \"title\": ", row->number,
            row->work, (long long)(run->quick ? row->quick : row->size));
    json_text(f, row->title);
    fprintf(f, ",\n     \"asked\": {\"jax\": %g, \"c\": %g, \"drjit\": %g},\n     \"figures\": {",
            row->to_jax, row->to_c, row->to_drjit);
    bool first = true;
    for (int p = 0; p < PEERS; p++) {
        if (r->of[p].state == PEER_NONE)
            continue;
        fprintf(f, "%s\n       \"%s\": ", first ? "" : ",", keys[p]);
        json_figure(f, &r->of[p]);
        first = false;
    }
    fprintf(f, "}}");
}

bool report_json(const char *path, const report_run *run, const bench_result *rows, int n)
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
            fprintf(f, "%s\"%s\": ", some++ ? ", " : "", keys[p]);
            json_text(f, run->peers[p].hello);
        }
    fprintf(f, "},\n  \"rows\": [\n");
    for (int k = 0; k < n; k++) {
        json_row(f, run, &rows[k]);
        fprintf(f, "%s\n", k + 1 < n ? "," : "");
    }
    fprintf(f, "  ]}\n");
    return fclose(f) == 0;
}
