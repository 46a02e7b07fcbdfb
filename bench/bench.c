/* ./run bench [--json FILE] [NAME ...]: each core compiled and interpreted, as a table and as JSON;
 * the two results are compared. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

typedef struct {
    const bench_core *core;
    int64_t size;
    bench_time compiled, interpreted;
    double differ; /* largest relative difference of the two results */
} row;

static double difference(jac x, jac y)
{
    double worst = 0;
    JAC_SCOPE () {
        jac a = jac_astype(x, JAC_F64), b = jac_astype(y, JAC_F64);
        jac scale = jac_maximum(jac_max(jac_abs(a)), 1e-300);
        worst = jac_item_f64(jac_check(jac_div(jac_max(jac_abs(jac_sub(a, b))), scale)));
    }
    return worst;
}

static int count_results(const char *name)
{
    return strncmp(name, "neuron", 6) ? 1 : 2;
}

static row measure(const bench_core *core, int64_t size)
{
    row r = {.core = core, .size = size};
    JAC_SCOPE () {
        jac args[BENCH_MAX_ARGS] = {0}, y[2][BENCH_MAX_RESULTS] = {{0}};
        jac_fn compiled = core->make(size, args), interpreted = core->make(size, args);
        int n = count_results(core->name);
        jac_check(bench_run(compiled, args, y[0], n, &r.compiled));
        jac_disable_jit(true);
        jac_check(bench_run(interpreted, args, y[1], n, &r.interpreted));
        jac_disable_jit(false);
        for (int k = 0; k < n; k++) {
            r.differ = fmax(r.differ, difference(y[0][k], y[1][k]));
            jac_release(y[0][k]);
            jac_release(y[1][k]);
        }
    }
    return r;
}

static void json_time(FILE *f, const char *name, const bench_time *t)
{
    fprintf(
        f, "\"%s\": {\"first_ms\": %.4f, \"median_us\": %.4f, \"low_us\": %.4f, \"high_us\": %.4f}",
        name, t->first_ms, t->median_us, t->low_us, t->high_us);
}

static void write_json(const char *path, const row *rows, int n)
{
    FILE *f = fopen(path, "w");
    if (!f) {
        perror(path);
        exit(1);
    }
    fprintf(f, "[\n");
    for (int k = 0; k < n; k++) {
        fprintf(f, "  {\"name\": \"%s\", \"what\": \"%s\", \"n\": %lld, ", rows[k].core->name,
                rows[k].core->what, (long long)rows[k].size);
        json_time(f, "compiled", &rows[k].compiled);
        fprintf(f, ", ");
        json_time(f, "interpreted", &rows[k].interpreted);
        fprintf(f, ", \"ratio\": %.3f, \"difference\": %.3g}%s\n",
                rows[k].interpreted.median_us / rows[k].compiled.median_us, rows[k].differ,
                k + 1 < n ? "," : "");
    }
    fprintf(f, "]\n");
    fclose(f);
}

static void print_row(const row *r)
{
    printf("%-24s %8lld %12.2f %7.2f-%-9.2f %14.2f %10.1f %12.2f %11.1e\n", r->core->name,
           (long long)r->size, r->compiled.median_us, r->compiled.low_us, r->compiled.high_us,
           r->interpreted.median_us, r->interpreted.median_us / r->compiled.median_us,
           r->compiled.first_ms, r->differ);
    fflush(stdout);
}

static bool chosen(const char *name, int n, char **names)
{
    for (int k = 0; k < n; k++)
        if (strstr(name, names[k]))
            return true;
    return n == 0;
}

int main(int argc, char **argv)
{
    const char *json = "bench.json";
    row rows[64];
    int n = 0, nnames = 0;
    char *names[64];
    for (int k = 1; k < argc && nnames < 64; k++) {
        if (!strcmp(argv[k], "--json") && k + 1 < argc)
            json = argv[++k];
        else if (argv[k][0] == '-') {
            fprintf(stderr, "usage: bench [--json FILE] [NAME ...]\n");
            return 2;
        } else
            names[nnames++] = argv[k];
    }
    printf("%-24s %8s %12s %-17s %14s %10s %12s %11s\n", "core", "n", "compiled us", "  quartiles",
           "interpreted us", "ratio", "1st call ms", "difference");
    for (const bench_core *c = bench_cores; c->name; c++)
        for (int k = 0; k < 4 && c->sizes[k] && chosen(c->name, nnames, names); k++) {
            rows[n] = measure(c, c->sizes[k]);
            print_row(&rows[n++]);
        }
    write_json(json, rows, n);
    printf("written: %s\n", json);
}
