/* The programs of tests/faults. Each gives a number that depends on all it computed, or NaN once
 * something failed. */
#ifndef FAULTS_PROGRAMS_H
#define FAULTS_PROGRAMS_H

#include <stdbool.h>

typedef struct {
    const char *name;
    double (*run)(void);
    /* Each time in a process of its own that has run nothing of this program: 1; or nothing at all,
     * not even the library's initialisation: 2. Otherwise (0) it has run before, in that process. */
    int fresh;
    void (*prepare)(void); /* the environment, before the library is used; NULL: nothing */
    void (*between)(void); /* before each process of its own; NULL: nothing */
} program;

/* Did a thread other than the main one record an error since this was cleared? */
extern _Atomic bool error_elsewhere;

double random_graphs(int seed); /* graphs.c; one seed a process */

extern const program programs[];
extern const int nprograms;

#endif
