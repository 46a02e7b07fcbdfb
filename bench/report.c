/* Prints the table on the terminal. */
#include <stdio.h>

#include "bench/report.h"

const char *const report_keys[PEERS] = {"jacquard", "interpreted", "jax", "drjit", "c"};
const char *const report_names[PEERS] = {"Jacquard", "interpreted", "JAX", "Dr.Jit", "C"};

/* ---- figures as text ------------------------------------------------------------------------- */

static int digits(double v)
{
    return v < 10 ? 2 : v < 100 ? 1 : 0;
}

const char *report_duration(const bench_figure *f, char room[32])
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
    snprintf(room, 32, "%.*f %s", digits(v), v, units[k].unit);
    return room;
}

const char *report_ratio(double v, char room[32])
{
    snprintf(room, 32, "%.*f", digits(v), v);
    return room;
}

/* ---- the table ------------------------------------------------------------------------------- */

static const char head[] = "%-3s %-41s %9s %9s %9s %9s %9s  %8s %8s %8s  %16s  %12s  %s\n";

/* A ratio, with a mark that says whether it suffices; empty if it is not known. */
static const char *judged(const demand *d, char room[48])
{
    char number[32];
    if (!d->known)
        return "";
    snprintf(room, 48, "%s %s", report_ratio(d->is, number),
             d->asked == 0 ? " "
             : d->met      ? "+"
                           : "!");
    return room;
}

static const char *compile_times(const bench_result *r, const demand *d, char room[64])
{
    const bench_figure *own = &r->of[JACQUARD], *jax = &r->of[JAX];
    if (own->state != PEER_OK)
        return "";
    bool met = d[COMPILE_JAX].met && d[COMPILE_MS].met;
    if (jax->state == PEER_OK)
        snprintf(room, 64, "%.1f /%6.0f %s", own->cold_ms, jax->cold_ms, met ? "+" : "!");
    else
        snprintf(room, 64, "%.1f %s", own->cold_ms, met ? " " : "!");
    return room;
}

static const char *memory(const bench_result *r, char room[64])
{
    static const int columns[] = {JACQUARD, JAX, HANDWRITTEN};
    int n = 0;
    for (int k = 0; k < 3; k++) {
        const bench_figure *f = &r->of[columns[k]];
        n += f->state == PEER_OK ? snprintf(room + n, 20, "%.0f", f->bytes / 1e6)
                                 : snprintf(room + n, 20, "-");
        n += k < 2 ? snprintf(room + n, 2, "/") : 0;
    }
    return room;
}

void report_head(const report_run *run)
{
    for (int p = 0; p < PEERS; p++)
        if (run->peers[p].name)
            printf("%-12s %s\n", run->peers[p].name, run->peers[p].hello);
    printf("threads      %d\n\n", run->threads);
    if (run->quick)
        printf(
            "Sizes are tiny, whatever the titles say: only whether all agree is of interest.\n\n");
    printf(head, "row", "workload", "Jacquard", "interp.", "JAX", "Dr.Jit", "C", "JAX/J  ",
           "DrJit/J  ", "C/J  ", "compile ms J/JAX", "MB J/JAX/C", "agree");
}

void report_row(const report_run *run, int k)
{
    const bench_result *r = &run->rows[k];
    const bench_figure *of = r->of;
    demand d[DEMANDS];
    char t[PEERS][32], q[3][48], compile[64], bytes[64], number[8];
    demands_of(run->rows, k, d);
    snprintf(number, sizeof number, "%d", r->row->number);
    printf(head, number, r->row->title, report_duration(&of[JACQUARD], t[0]),
           report_duration(&of[INTERPRETED], t[1]), report_duration(&of[JAX], t[2]),
           report_duration(&of[DRJIT], t[3]), report_duration(&of[HANDWRITTEN], t[4]),
           judged(&d[SPEED_JAX], q[0]), judged(&d[SPEED_DRJIT], q[1]), judged(&d[SPEED_C], q[2]),
           compile_times(r, d, compile), memory(r, bytes), bench_agrees(r) ? "yes" : "NO");
    for (int p = 0; p < PEERS; p++)
        if (of[p].state == PEER_FAILED)
            printf("    %s: %s\n", report_names[p], of[p].error);
        else if (of[p].state == PEER_OK && !of[p].agrees)
            printf("    %s differs by %.1e (allowed: %.1e)\n", report_names[p], of[p].differ,
                   r->row->tolerance);
    fflush(stdout);
}

void report_summary(const report_run *run)
{
    int asked = 0, met = 0;
    printf(
        "\nJAX/J and the like are speeds: the other's time to Jacquard's (median of the rounds' "
        "ratios);\n+ is what is asked or better, ! is less. Compiling: trace, passes, LLVM; JAX: "
        "trace, lower, compile.\nMemory: the peak over the inputs, inputs included.\n\n");
    for (int k = 0; k < run->n; k++) {
        demand d[DEMANDS];
        char words[128];
        demands_of(run->rows, k, d);
        for (demand_kind kind = 0; kind < DEMANDS; kind++) {
            if (!d[kind].known || d[kind].asked == 0)
                continue;
            asked++;
            met += d[kind].met;
            if (!d[kind].met)
                printf("short: %2d %-41s %s\n", run->rows[k].row->number, run->rows[k].row->title,
                       demand_text(kind, &d[kind], words));
        }
    }
    printf("%d of %d demands are met\n", met, asked);
}
