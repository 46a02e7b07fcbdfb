/* What the demos share and need not show: options, timing, plots. */
#ifndef DEMO_H
#define DEMO_H

#include <stdbool.h>

/* An option: its name with the dashes, what it takes ("" for a switch), one line of help, and where
 * its value goes: a bool for a switch, else a string, or a double if `number`. */
typedef struct {
    const char *name, *takes, *help;
    void *to;
    bool number;
} demo_option;

/* Reads the command line: the options given (ended by a NULL name), and those of every demo:
 * --help,
 * --interpret, --times FILE. Wrong use is explained and ends the program. */
void demo_options(int argc, char **argv, const char *about, const demo_option *options);

/* DEMO_CORE { ... } runs the block: once, or with --times several times, and writes to FILE the
 * milliseconds of the first run and the median of the others. */
#define DEMO_CORE for (bool demo_more_ = demo_begin(); demo_more_; demo_more_ = demo_again())
bool demo_begin(void);
bool demo_again(void);

/* A line through y[0..n) over 0..n-1, and a histogram of x[0..n) scaled as a density, with a curve
 * over it. The file's ending (.svg, .png) says the format. False with a message on stderr if there
 * is no gnuplot or it fails. */
bool demo_plot_line(const char *file, const char *title, const char *xlabel, const char *ylabel,
                    int n, const double *y);
bool demo_plot_histogram(const char *file, const char *title, const char *xlabel, int n,
                         const float *x, const char *density, const char *density_title);

#endif
