/* Draws a bar for each peer in each row: its time relative to the fastest, on a
 * logarithmic scale. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/report.h"

static const int shown[] = {JACQUARD, JAX, DRJIT, HANDWRITTEN};
enum { SHOWN = 4 };
static const char *const colours[SHOWN] = {"#1b6ca8", "#e07b39", "#8c8c8c", "#3a8f5c"};
/* The bars of one row, top down; a row has height 1. */
static const double THICK = 0.2;

static double best_of(const bench_result *r)
{
    double best = INFINITY;
    for (int k = 0; k < SHOWN; k++)
        if (r->of[shown[k]].state == PEER_OK)
            best = fmin(best, r->of[shown[k]].median_us);
    return best;
}

static void data(FILE *g, const report_run *run)
{
    for (int k = 0; k < SHOWN; k++) {
        fprintf(g, "$peer%d << EOD\n", k);
        for (int i = 0; i < run->n; i++) {
            const bench_figure *f = &run->rows[i].of[shown[k]];
            double low = i + (k - SHOWN / 2.0) * THICK;
            if (f->state == PEER_OK)
                fprintf(g, "%.5g %.3f %.3f\n", f->median_us / best_of(&run->rows[i]), low,
                        low + THICK);
        }
        fprintf(g, "0.5 -9 -9\nEOD\n"); /* gnuplot refuses empty input */
    }
}

bool report_plot(const char *path, const report_run *run)
{
    if (system("command -v gnuplot >/dev/null 2>&1"))
        return false;
    FILE *g = popen("gnuplot 2>/dev/null", "w");
    if (!g)
        return false;
    fprintf(g, "set terminal svg size 900,%d font 'sans,11' background 'white'\nset output '%s'\n",
            120 + 22 * run->n, path);
    data(g, run);
    fprintf(g, "set title 'time to that of the fastest (shorter is better), threads: %d'\n",
            run->threads);
    fprintf(g, "set logscale x\nset xrange [0.8:2000]\nset yrange [%d.5:-1]\n", run->n - 1);
    fprintf(g, "set grid x\nset key outside bottom center horizontal\nset style fill solid "
               "noborder\nset format x '%%g'\n");
    fprintf(g, "set ytics (");
    for (int i = 0; i < run->n; i++) {
        fprintf(g, "%s\"%d  ", i ? ", " : "", run->rows[i].row->number);
        for (const char *s = run->rows[i].row->title; *s; s++)
            fprintf(g, *s == '_' || *s == '^' ? "\\\\%c" : "%c", *s);
        fprintf(g, "\" %d", i);
    }
    fprintf(g, ")\nplot ");
    for (int k = 0; k < SHOWN; k++)
        fprintf(g,
                "%s$peer%d using (sqrt($1*0.8)):(($2+$3)/2):(0.8):1:2:3 with boxxyerror "
                "fc rgb '%s' title '%s'",
                k ? ", " : "", k, colours[k], report_names[shown[k]]);
    fprintf(g, "\n");
    return pclose(g) == 0;
}
