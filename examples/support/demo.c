/* Options and timing of the demos. */
#include "demo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { RUNS = 6 };

static const char *times_file;
static double started, took[RUNS];
static int runs;

static void usage(FILE *f, const char *program, const char *about, const demo_option *o)
{
    fprintf(f, "%s\n\nusage: %s [OPTION ...]\n\n", about, program);
    for (; o->name; o++)
        fprintf(f, "  %-14s %-20s %s\n", o->name, o->takes, o->help);
    fprintf(f, "  %-14s %-20s %s\n", "--interpret", "", "interpret what would be compiled");
    fprintf(f, "  %-14s %-20s %s\n", "--times", "FILE",
            "repeat, and write the milliseconds to FILE");
}

static void wrong(const char *program, const char *about, const demo_option *o, const char *what,
                  const char *arg)
{
    fprintf(stderr, "error: %s: %s\n\n", arg, what);
    usage(stderr, program, about, o);
    exit(2);
}

/* The option of this name, or NULL. */
static const demo_option *find(const demo_option *o, const char *name)
{
    for (; o->name; o++)
        if (!strcmp(o->name, name))
            return o;
    return NULL;
}

void demo_options(int argc, char **argv, const char *about, const demo_option *options)
{
    const char *program = strrchr(argv[0], '/') ? strrchr(argv[0], '/') + 1 : argv[0];
    bool interpret = false, help = false;
    const demo_option common[] = {{"--interpret", "", "", &interpret, false},
                                  {"--help", "", "", &help, false},
                                  {"--times", "FILE", "", &times_file, false},
                                  {0}};
    for (int k = 1; k < argc; k++) {
        const demo_option *o = find(options, argv[k]);
        if (!o && !(o = find(common, argv[k])))
            wrong(program, about, options, "there is no such option", argv[k]);
        if (!*o->takes) {
            *(bool *)o->to = true;
            continue;
        }
        if (++k == argc)
            wrong(program, about, options, "a value must follow", argv[k - 1]);
        char *end = argv[k];
        if (o->number)
            *(double *)o->to = strtod(argv[k], &end);
        else
            *(const char **)o->to = argv[k];
        if (o->number && (end == argv[k] || *end))
            wrong(program, about, options, "this is no number", argv[k]);
    }
    if (help) {
        usage(stdout, program, about, options);
        exit(0);
    }
    if (interpret)
        setenv("JACQUARD_DISABLE_JIT", "1", 1);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

bool demo_begin(void)
{
    started = now();
    return true;
}

bool demo_again(void)
{
    took[runs++] = now() - started;
    if (!times_file)
        return false;
    if (runs < RUNS)
        return demo_begin();
    FILE *f = fopen(times_file, "w");
    if (!f) {
        perror(times_file);
        exit(1);
    }
    qsort(took + 1, RUNS - 1, sizeof took[0], ascending);
    fprintf(f, "%.4f %.4f\n", took[0], took[1 + (RUNS - 1) / 2]);
    fclose(f);
    return false;
}
