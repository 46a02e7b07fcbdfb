/* Plots with gnuplot: pipes a script with inline data to it. */
#include "demo.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static FILE *start(const char *file, const char *title) {
    const char *dot = strrchr(file, '.');
    bool png = dot && !strcmp(dot, ".png");
    if (!png && !(dot && !strcmp(dot, ".svg"))) {
        fprintf(stderr, "error: %s: a plot's name ends in .svg or .png\n", file);
        return NULL;
    }
    signal(SIGPIPE, SIG_IGN);
    FILE *p = popen("gnuplot", "w");
    if (!p) {
        perror("gnuplot");
        return NULL;
    }
    fprintf(p, "set terminal %s size 800,500 font 'sans,13'%s\nset output '%s'\n", png ? "pngcairo" : "svg",
            png ? "" : " background 'white'", file);
    fprintf(p,
            "set title '%s'\nset grid lc rgb '#dddddd'\nset border 3\nset tics nomirror\nset format '%%g'\n",
            title);
    return p;
}

static bool finish(FILE *p, const char *file) {
    if (pclose(p) == 0)
        return true;
    fprintf(stderr, "error: %s: gnuplot could not draw it (is gnuplot-nox installed?)\n", file);
    return false;
}

bool demo_plot_line(const char *file, const char *title, const char *xlabel, const char *ylabel, int n,
                    const double *y) {
    FILE *p = start(file, title);
    if (!p)
        return false;
    fprintf(p, "set xlabel '%s'\nset ylabel '%s'\nset yrange [0:*]\nunset key\n", xlabel, ylabel);
    fprintf(p, "plot '-' using 0:1 with lines lw 2.5 lc rgb '#1f77b4'\n");
    for (int k = 0; k < n; k++)
        fprintf(p, "%.9g\n", y[k]);
    fprintf(p, "e\n");
    return finish(p, file);
}

bool demo_plot_histogram(const char *file, const char *title, const char *xlabel, int n, const float *x,
                         const char *density, const char *density_title) {
    enum { BINS = 60 };
    double low = x[0], high = x[0];
    int count[BINS] = {0};
    for (int k = 0; k < n; k++) {
        low = x[k] < low ? x[k] : low;
        high = x[k] > high ? x[k] : high;
    }
    double width = high > low ? (high - low) / BINS : 1;
    for (int k = 0; k < n; k++) {
        int bin = (int)((x[k] - low) / width);
        count[bin < BINS ? bin : BINS - 1]++;
    }
    FILE *p = start(file, title);
    if (!p)
        return false;
    fprintf(p, "set xlabel '%s'\nset ylabel 'density'\nset style fill solid 0.6 noborder\n", xlabel);
    fprintf(p, "set xrange [%g:%g]\nset samples 400\n", low, high);
    fprintf(p,
            "plot '-' with boxes lc rgb '#9ecae1' title '%d draws', %s lw 2.5 lc rgb '#d62728' "
            "title '%s'\n",
            n, density, density_title);
    for (int k = 0; k < BINS; k++)
        fprintf(p, "%.9g %.9g\n", low + (k + 0.5) * width, count[k] / (n * width));
    fprintf(p, "e\n");
    return finish(p, file);
}
