/* The command `./run curves`: one quantity over many sizes. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench/curves/curves.h"

static const struct {
    const char *name;
    int (*run)(const curve_options *o, FILE *out);
    const char *what;
} curves[] = {
    {"sizes", curve_sizes, "is an array of 1 to 64 elements slower than the next larger one?"},
    {"compile", curve_compile, "how does compile time grow with the number of equations?"},
    {"loops", curve_loops, "does the time of loops over arrays grow linearly?"},
};
enum { CURVES = sizeof curves / sizeof curves[0] };

static const char usage[] =
    "usage: curves CURVE [OPTION ...]\n"
    "  --only NAME     measure only this; a part of a name will do\n"
    "  --dtype D       sizes: f32 or f64 (both)\n"
    "  --limit X       sizes: list what is slower by more than X (1.1)\n"
    "  --all           sizes: print the time of each size, to stderr\n"
    "  --most N        compile: up to so many equations (100000)\n"
    "  --python FILE   an interpreter that has jax, to measure that as well\n"
    "  --write-docs    write the table, and the picture if there is one, into docs/growth.md\n"
    "curves:\n";

double curve_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double curve_median(double *x, int n)
{
    qsort(x, (size_t)n, sizeof *x, ascending);
    return n % 2 ? x[n / 2] : (x[n / 2 - 1] + x[n / 2]) / 2;
}

/* Replaces what docs/growth.md has between two marks. */
static bool write_docs(const char *curve, const char *text)
{
    static const char path[] = CURVES_DOCS "/growth.md", end[] = "<!-- end -->\n";
    static char old[1 << 18];
    char begin[128];
    snprintf(begin, sizeof begin, "<!-- written by ./run curves %s: begin -->\n", curve);
    FILE *f = fopen(path, "r");
    if (!f)
        return false;
    old[fread(old, 1, sizeof old - 1, f)] = 0;
    fclose(f);
    char *from = strstr(old, begin), *to = from ? strstr(from, end) : NULL;
    if (!to || !(f = fopen(path, "w")))
        return false;
    from += strlen(begin);
    fprintf(f, "%.*s%s%s", (int)(from - old), old, text, to);
    return fclose(f) == 0;
}

static int run(int c, const curve_options *o)
{
    char *text = NULL;
    size_t size = 0;
    if (!o->docs)
        return curves[c].run(o, stdout);
    FILE *f = open_memstream(&text, &size);
    int status = f ? curves[c].run(o, f) : 1;
    if (f)
        fclose(f);
    if (status == 0 && !write_docs(curves[c].name, text)) {
        fprintf(stderr, "curves: docs/growth.md cannot be written\n");
        status = 1;
    }
    free(text);
    return status;
}

/* The value of the option `name` if it stands at argv[*k], else NULL. */
static const char *value(int argc, char **argv, int *k, const char *name)
{
    return strcmp(argv[*k], name) || *k + 1 >= argc ? NULL : argv[++*k];
}

static bool parse(int argc, char **argv, curve_options *o)
{
    const char *v;
    for (int k = 2; k < argc; k++) {
        if (!strcmp(argv[k], "--all"))
            o->all = true;
        else if (!strcmp(argv[k], "--write-docs"))
            o->docs = true;
        else if ((v = value(argc, argv, &k, "--only")))
            o->only = v;
        else if ((v = value(argc, argv, &k, "--dtype")))
            o->dtype = v;
        else if ((v = value(argc, argv, &k, "--python")))
            o->python = v;
        else if ((v = value(argc, argv, &k, "--limit")))
            o->limit = atof(v);
        else if ((v = value(argc, argv, &k, "--most")))
            o->most = atoi(v);
        else
            return false;
    }
    return argc > 1;
}

int main(int argc, char **argv)
{
    curve_options o = {.limit = 1.1, .most = 100000};
    setenv("JACQUARD_NUM_THREADS", "1", 1);
    setenv("OPENBLAS_NUM_THREADS", "1", 1);
    setenv("JAX_PLATFORMS", "cpu", 1);
    unsetenv("JACQUARD_CACHE_DIR");
    unsetenv("JAX_COMPILATION_CACHE_DIR");
    if (parse(argc, argv, &o))
        for (int k = 0; k < CURVES; k++)
            if (!strcmp(argv[1], curves[k].name))
                return run(k, &o);
    fputs(usage, stderr);
    for (int k = 0; k < CURVES; k++)
        fprintf(stderr, "  %-8s %s\n", curves[k].name, curves[k].what);
    return 2;
}
