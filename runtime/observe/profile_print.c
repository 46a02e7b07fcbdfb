/* Prints the table of a profile. It formats all cells first, to find how wide each column must
 * be. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/observe/profile.h"

enum { ROWS = 60, CELL = 64, KERNEL = 46, PLACE = 28, TYPE = 20, NAME = 24 };

/* Columns: name, and is it left-aligned? */
#define COLUMNS(X)                                                                                 \
    X(program, true)                                                                               \
    X(kernel, true)                                                                                \
    X(type, true)                                                                                  \
    X(line, true)                                                                                  \
    X(calls, false)                                                                                \
    X(ms, false)                                                                                   \
    X(share, false)                                                                                \
    X(median, false)                                                                               \
    X(bytes, false)                                                                                \
    X(flops, false)                                                                                \
    X(ceiling, false)

typedef enum {
#define X(name, left) COL_##name,
    COLUMNS(X)
#undef X
        NCOL
} column;

static const bool left[] = {
#define X(name, l) l,
    COLUMNS(X)
#undef X
};

static const char *const heading[] = {
    [COL_program] = "program", [COL_kernel] = "kernel",      [COL_type] = "over",
    [COL_line] = "line",       [COL_calls] = "calls",        [COL_ms] = "own ms",
    [COL_share] = "share",     [COL_median] = "median",      [COL_bytes] = "GB/s",
    [COL_flops] = "GFLOP/s",   [COL_ceiling] = "of ceiling",
};

typedef char row_text[NCOL][CELL];

typedef struct {
    jac_profile_kernel k;
    int alike; /* how many kernels the line stands for */
} line;

static void put(char cell[CELL], const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void put(char cell[CELL], const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(cell, CELL, fmt, ap);
    va_end(ap);
}

/* Writes v with about three digits, whatever its magnitude. */
static void put_number(char cell[CELL], double v)
{
    put(cell, "%.*f", v >= 100 ? 0 : v >= 10 ? 1 : v >= 1 ? 2 : 3, v);
}

static void put_time(char cell[CELL], double seconds)
{
    static const struct {
        double unit;
        const char *name;
    } units[] = {{1, "s"}, {1e-3, "ms"}, {1e-6, "us"}, {1e-9, "ns"}};
    int k = 0;
    while (k < 3 && seconds < units[k].unit)
        k++;
    double v = seconds / units[k].unit;
    put(cell, "%.*f %s", v >= 100 || k == 3 ? 0 : v >= 10 ? 1 : 2, v, units[k].name);
}

/* Cuts off the end of a text that is too long. */
static void put_short(char cell[CELL], const char *text, int most)
{
    if ((int)strlen(text) <= most)
        put(cell, "%s", text);
    else
        put(cell, "%.*s ..", most - 3, text);
}

static void put_place(char cell[CELL], const jac_profile_kernel *k)
{
    if (!k->file)
        return;
    const char *slash = strrchr(k->file, '/');
    put(cell, "%.*s:%d", PLACE, slash ? slash + 1 : k->file, k->line);
}

static void put_kernel(char cell[CELL], const line *l)
{
    const jac_profile_kernel *k = &l->k;
    char text[512], alike[32] = "";
    bool other = k->depth && strncmp(k->kind, "kernel", 6) && strcmp(k->kind, "interpreted");
    if (l->alike > 1 && k->depth)
        snprintf(alike, sizeof alike, "%d times ", l->alike);
    snprintf(text, sizeof text, "%*s%s%s%s%s%s", k->depth > 1 ? 2 * (k->depth - 1) : 0, "", alike,
             k->depth ? k->kernel : "(what is not in kernels)", other ? " (" : "",
             other ? k->kind : "", other ? ")" : "");
    put_short(cell, text, KERNEL);
}

static void fill(row_text t, const line *l, double all)
{
    const jac_profile_kernel *k = &l->k;
    put_short(t[COL_program], k->program, NAME);
    put_kernel(t[COL_kernel], l);
    put_short(t[COL_type], k->type, TYPE);
    put_place(t[COL_line], k);
    put(t[COL_calls], "%lld", (long long)k->calls);
    if (!k->timed) {
        put(t[COL_ms], "within");
        return;
    }
    put(t[COL_ms], "%.3f", k->own_seconds * 1e3);
    put(t[COL_share], "%.1f%%", all > 0 ? 100 * k->own_seconds / all : 0);
    put_time(t[COL_median], k->median_seconds);
    if (k->own_seconds <= 0)
        return;
    put_number(t[COL_bytes], (k->bytes_read + k->bytes_written) / k->own_seconds * 1e-9);
    put_number(t[COL_flops], k->flops / k->own_seconds * 1e-9);
    put(t[COL_ceiling], "%.0f%% %-6s", 100 * k->of_ceiling, k->ceiling);
}

/* ---- merging equal kernels ------------------------------------------------------------------- */

static int by_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) : !!a - !!b;
}

static int alike_together(const void *x, const void *y)
{
    const jac_profile_kernel *a = x, *b = y;
    int differ = by_text(a->program, b->program);
    differ = differ ? differ : by_text(a->kernel, b->kernel);
    differ = differ ? differ : by_text(a->type, b->type);
    differ = differ ? differ : by_text(a->file, b->file);
    differ = differ ? differ : by_text(a->kind, b->kind);
    differ = differ ? differ : (a->line > b->line) - (a->line < b->line);
    differ = differ ? differ : (a->depth > b->depth) - (a->depth < b->depth);
    return differ ? differ : a->timed - b->timed;
}

static double mean(double a, double weight_a, double b, double weight_b)
{
    return weight_a + weight_b > 0 ? (a * weight_a + b * weight_b) / (weight_a + weight_b) : 0;
}

static void merge(line *to, const jac_profile_kernel *k)
{
    jac_profile_kernel *t = &to->k;
    to->alike++;
    t->median_seconds =
        mean(t->median_seconds, (double)t->calls, k->median_seconds, (double)k->calls);
    if (k->own_seconds * k->of_ceiling > t->own_seconds * t->of_ceiling)
        t->ceiling = k->ceiling;
    t->of_ceiling = mean(t->of_ceiling, t->own_seconds, k->of_ceiling, k->own_seconds);
    t->calls += k->calls;
    t->seconds += k->seconds;
    t->own_seconds += k->own_seconds;
    t->bytes_read += k->bytes_read;
    t->bytes_written += k->bytes_written;
    t->flops += k->flops;
}

static int longest_first(const void *x, const void *y)
{
    const jac_profile_kernel *a = &((const line *)x)->k, *b = &((const line *)y)->k;
    if (a->own_seconds != b->own_seconds)
        return a->own_seconds > b->own_seconds ? -1 : 1;
    return alike_together(a, b);
}

/* Merges kernels that differ in nothing shown, such as the layers of a network, into one line.
 * Reorders k. */
static line *lines_of(ir_arena *mem, jac_profile_kernel *k, int n, int *nline)
{
    line *l = ir_alloc(mem, (size_t)(n + 1) * sizeof *l);
    if (!l)
        return NULL;
    *nline = 0;
    qsort(k, (size_t)n, sizeof *k, alike_together);
    for (int r = 0; r < n; r++)
        if (r && !alike_together(&k[r - 1], &k[r]))
            merge(&l[*nline - 1], &k[r]);
        else
            l[(*nline)++] = (line){k[r], 1};
    qsort(l, (size_t)*nline, sizeof *l, longest_first);
    return l;
}

/* ---- the table ------------------------------------------------------------------------------- */

static void write_row(FILE *f, row_text t, const int width[NCOL])
{
    for (int c = 0; c < NCOL; c++)
        fprintf(f, "%s%*s", c ? "  " : "", left[c] ? -width[c] : width[c], t[c]);
    fputc('\n', f);
}

static bool write_lines(FILE *f, const line *l, int n)
{
    int shown = n < ROWS ? n : ROWS, width[NCOL] = {0};
    double all = 0, rest = 0;
    IR_SCRATCH(scratch);
    row_text *t = ir_alloc(&scratch, (size_t)(shown + 1) * sizeof *t);
    if (!t)
        return false;
    for (int r = 0; r < n; r++) {
        all += l[r].k.own_seconds;
        rest += r < shown ? 0 : l[r].k.own_seconds;
    }
    for (int c = 0; c < NCOL; c++)
        put(t[0][c], "%s", heading[c]);
    for (int r = 0; r < shown; r++)
        fill(t[r + 1], &l[r], all);
    for (int r = 0; r <= shown; r++)
        for (int c = 0; c < NCOL; c++) {
            int w = (int)strlen(t[r][c]);
            width[c] = w > width[c] ? w : width[c];
        }
    for (int r = 0; r <= shown; r++)
        write_row(f, t[r], width);
    if (n > shown)
        fprintf(f, "and %d more, %.3f ms together\n", n - shown, rest * 1e3);
    return true;
}

static void write_machine(FILE *f, const jit_ceilings *c)
{
    fprintf(f, "this machine:");
    for (int k = 0; k < c->nsize; k++)
        fprintf(f, "%s %.1f GB/s in %.0f %s", k ? "," : "", c->bandwidth[k] * 1e-9,
                c->bytes[k] / (c->bytes[k] >= 1e6 ? 1e6 : 1e3), c->bytes[k] >= 1e6 ? "MB" : "kB");
    fprintf(f, "; %.1f GFLOP/s f32, %.1f f64, %.1f Gop/s int\n", c->f32 * 1e-9, c->f64 * 1e-9,
            c->ints * 1e-9);
}

static void write_totals(FILE *f, const jac_profile_totals *t)
{
    double compiling = t->trace + t->passes + t->schedule + t->llvm;
    double left_over = t->calls - t->programs - compiling;
    fprintf(f,
            "%.3f ms: %s took %.3f ms, of which compiled code %.3f (kernels and loops %.3f), "
            "compiling %s %.3f (trace %.3f, passes %.3f, schedule %.3f, LLVM %.3f), "
            "all else %.3f; the interpreter took %.3f\n",
            t->wall * 1e3, ir_count_tmp(t->ncalls, "call"), t->calls * 1e3, t->programs * 1e3,
            t->kernels * 1e3, ir_count_tmp(t->ncompiled, "program"), compiling * 1e3,
            t->trace * 1e3, t->passes * 1e3, t->schedule * 1e3, t->llvm * 1e3,
            left_over > 0 ? left_over * 1e3 : 0.0, t->interpreted * 1e3);
    if (t->dropped)
        fprintf(f, "the trace has the first %lld events, %lld more were dropped\n",
                (long long)t->events, (long long)t->dropped);
}

bool rt_profile_write_table(FILE *f)
{
    IR_C_NUMBERS;
    jac_profile_totals t;
    jac_profile_kernel *rows;
    int n = rt_profile_rows(&rows);
    if (n < 0)
        return false;
    IR_SCRATCH(scratch);
    line *l = lines_of(&scratch, rows, n, &n);
    bool ok = l && rt_profile_totals(&t) && write_lines(f, l, n);
    if (ok) {
        write_machine(f, rt_ceilings());
        write_totals(f, &t);
    }
    free(rows);
    return ok;
}
