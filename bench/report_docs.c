/* The figures of docs/performance.md: what stands there between two marks is replaced, by a summary
 * for each kind of work, the table of all rows, and the goals that are missed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "bench/report.h"

static const char BEGIN[] = "<!-- written by ./run bench --peers --write-docs: begin -->\n";
static const char END[] = "<!-- end -->\n";

static void processor(char *room, size_t size)
{
    FILE *f = fopen("/proc/cpuinfo", "r");
    char line[512];
    snprintf(room, size, "unknown processor");
    while (f && fgets(line, sizeof line, f))
        if (!strncmp(line, "model name", 10) && strchr(line, ':')) {
            snprintf(room, size, "%s", strchr(line, ':') + 2);
            room[strcspn(room, "\n")] = 0;
            break;
        }
    if (f)
        fclose(f);
}

static void circumstances(FILE *f, const report_run *run)
{
    struct utsname u;
    char model[256], date[32];
    time_t now = time(NULL);
    uname(&u);
    processor(model, sizeof model);
    strftime(date, sizeof date, "%Y-%m-%d", localtime(&now));
    double gb = (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE) / 1e9;
    fprintf(f, "%s, %s, %ld CPUs, %.0f GB, Linux %s; %d thread%s for each library.\n\n", date,
            model, sysconf(_SC_NPROCESSORS_ONLN), gb, u.release, run->threads,
            run->threads > 1 ? "s" : "");
    for (int p = 0; p < PEERS; p++)
        if (run->peers[p].name && p != INTERPRETED)
            fprintf(f, "%s%s %s", p ? "; " : "", report_names[p], run->peers[p].hello);
    fprintf(f, ".\n\n");
}

static void ratio(FILE *f, const demand *d)
{
    char number[32];
    if (!d->known)
        fprintf(f, " |");
    else if (d->asked == 0)
        fprintf(f, " %s |", report_ratio(d->is, number));
    else
        fprintf(f, " %s%s%s (%.3g) |", d->met ? "" : "**", report_ratio(d->is, number),
                d->met ? "" : "**", d->asked);
}

static void row(FILE *f, const report_run *run, int k)
{
    const bench_result *r = &run->rows[k];
    demand d[DEMANDS];
    char t[32];
    demands_of(run->rows, k, d);
    fprintf(f, "| %d | %s |", r->row->number, r->row->title);
    for (int p = 0; p < PEERS; p++) {
        const bench_figure *x = &r->of[p];
        fprintf(f, " %s", report_duration(x, t));
        if (x->state == PEER_OK && p != INTERPRETED)
            fprintf(f, " ±%.0f%%", 50 * (x->high_us - x->low_us) / x->median_us);
        fprintf(f, " |");
    }
    for (int kind = SPEED_JAX; kind <= SPEED_C; kind++)
        ratio(f, &d[kind]);
    fprintf(f, " %.0f / %.0f |", r->of[JACQUARD].cold_ms, r->of[JAX].cold_ms);
    fprintf(f, " %.0f / %.0f / %.0f |", r->of[JACQUARD].bytes / 1e6, r->of[JAX].bytes / 1e6,
            r->of[HANDWRITTEN].bytes / 1e6);
    fprintf(f, " %s |\n", bench_agrees(r) ? "yes" : "**no**");
}

/* ---- the summary ----------------------------------------------------------------------------- */

/* Kinds of work, and the numbers of their rows as bits. */
static const struct {
    const char *what;
    unsigned rows;
} kinds[] = {
    {"calling a program that does almost nothing", 1u << 1},
    {"straight-line code of thousands of operations", 1u << 2},
    {"elementwise functions of arrays", 1u << 3 | 1u << 20},
    {"softmax, log-sum-exp, layer norm", 1u << 4},
    {"sums, variances, argmax, running sums", 1u << 5},
    {"moving data: transpose, pad, slice, take", 1u << 6},
    {"matrix products", 1u << 7},
    {"convolutions with gradients", 1u << 22},
    {"training a neuron, an MLP", 1u << 8 | 1u << 9},
    {"random draws", 1u << 10},
    {"one loop over scalars, and its gradient", 1u << 11 | 1u << 14},
    {"a loop for each member of a batch", 1u << 12 | 1u << 13},
    {"objectives and derivatives of ADBench", 1u << 15 | 1u << 16 | 1u << 17},
    {"option prices, an n-body simulation", 1u << 18 | 1u << 19},
};

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The median of the rows' figures, and the least and the greatest in brackets. */
static void spread(FILE *f, const report_run *run, unsigned rows, demand_kind kind)
{
    enum { MOST = 128 };
    double v[MOST];
    char number[32];
    int n = 0;
    for (int k = 0; k < run->n && n < MOST; k++) {
        demand d[DEMANDS];
        demands_of(run->rows, k, d);
        if (rows >> run->rows[k].row->number & 1 && d[kind].known)
            v[n++] = d[kind].is;
    }
    qsort(v, (size_t)n, sizeof *v, ascending);
    if (n > 0)
        fprintf(f, " %s", report_ratio((v[(n - 1) / 2] + v[n / 2]) / 2, number));
    if (n > 1)
        fprintf(f, " (%s", report_ratio(v[0], number));
    if (n > 1)
        fprintf(f, " to %s)", report_ratio(v[n - 1], number));
    fprintf(f, " |");
}

static void summary(FILE *f, const report_run *run)
{
    fprintf(f, "### Summary\n\n"
               "| kind of work | rows | speed, × JAX | speed, × C | compile time / JAX's |\n"
               "|---|---|--:|--:|--:|\n");
    for (size_t g = 0; g < sizeof kinds / sizeof *kinds; g++) {
        fprintf(f, "| %s |", kinds[g].what);
        for (int number = 0, some = 0; number < 32; number++)
            if (kinds[g].rows >> number & 1)
                fprintf(f, "%s%d", some++ ? ", " : " ", number);
        fprintf(f, " |");
        spread(f, run, kinds[g].rows, SPEED_JAX);
        spread(f, run, kinds[g].rows, SPEED_C);
        spread(f, run, kinds[g].rows, COMPILE_JAX);
        fprintf(f, "\n");
    }
}

/* ---- the goals that are missed --------------------------------------------------------------- */

static void shortfalls(FILE *f, const report_run *run)
{
    fprintf(f, "\n### Missed goals, and why\n\n");
    for (int k = 0; k < run->n; k++) {
        const bench_row *r = run->rows[k].row;
        demand d[DEMANDS];
        char words[128];
        bool some = false;
        demands_of(run->rows, k, d);
        for (demand_kind kind = 0; kind < DEMANDS; kind++)
            if (d[kind].known && !d[kind].met) {
                fprintf(f, "%s%s", some ? "; " : "", some ? "" : "- ");
                if (!some)
                    fprintf(f, "%d, %s: ", r->number, r->title);
                fprintf(f, "%s", demand_text(kind, &d[kind], words));
                some = true;
            }
        const char *cause = bench_cause(r->work);
        if (some)
            fprintf(f, ".%s%s\n", cause ? " " : "", cause ? cause : "");
    }
}

static void table(FILE *f, const report_run *run)
{
    circumstances(f, run);
    summary(f, run);
    fprintf(f,
            "\n### Every row\n\n"
            "| row | workload | Jacquard | interpreted | JAX | Dr.Jit | C | × JAX | × Dr.Jit | × C "
            "| compile ms, J / JAX | peak MB, J / JAX / C | agree |\n"
            "|--:|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|\n");
    for (int k = 0; k < run->n; k++)
        row(f, run, k);
    shortfalls(f, run);
}

/* The whole file, malloc'd; NULL if it cannot be read. */
static char *contents(const char *path)
{
    FILE *f = fopen(path, "r");
    char *text = NULL;
    long n;
    if (!f)
        return NULL;
    if (!fseek(f, 0, SEEK_END) && (n = ftell(f)) >= 0 && (text = calloc((size_t)n + 1, 1))) {
        rewind(f);
        if (fread(text, 1, (size_t)n, f) != (size_t)n)
            text[0] = 0;
    }
    fclose(f);
    return text;
}

bool report_docs(const char *path, const report_run *run)
{
    char *old = contents(path);
    char *begin = old ? strstr(old, BEGIN) : NULL, *end = begin ? strstr(begin, END) : NULL;
    FILE *f = end ? fopen(path, "w") : NULL;
    if (f) {
        fwrite(old, 1, (size_t)(begin - old) + strlen(BEGIN), f);
        fputc('\n', f);
        table(f, run);
        fprintf(f, "\n%s", end);
    }
    free(old);
    return f && fclose(f) == 0;
}
