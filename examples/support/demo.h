/* Code shared by the demos: options, timing, plots. */
#ifndef DEMO_H
#define DEMO_H

#include <stdbool.h>

/* An option: its name with the dashes, its argument ("" for a switch), a line of help, and where
 * its value is stored: a bool for a switch, a double if `number` is set, else a string. */
typedef struct {
    const char *name, *takes, *help;
    void *to;
    bool number;
} demo_option;

/* Parses the command line: the given options, which end with a NULL name, and the options of every
 * demo: --help, --interpret, --times FILE. On wrong use, prints a message and exits. */
void demo_options(int argc, char **argv, const char *about, const demo_option *options);

/* DEMO_CORE { ... } runs the block once. With --times, it runs it several times and writes to FILE
 * the milliseconds of the first run and the median of the others. */
#define DEMO_CORE for (bool demo_more_ = demo_begin(); demo_more_; demo_more_ = demo_again())
bool demo_begin(void);
bool demo_again(void);

/* Plot a line through y[0..n) over 0..n-1, and a histogram of x[0..n), scaled as a density, with a
 * curve over it. The file name's extension (.svg, .png) determines the format. If gnuplot is
 * missing or fails, they print a message on stderr and return false. */
bool demo_plot_line(const char *file, const char *title, const char *xlabel, const char *ylabel,
                    int n, const double *y);
bool demo_plot_histogram(const char *file, const char *title, const char *xlabel, int n,
                         const float *x, const char *density, const char *density_title);

#endif
