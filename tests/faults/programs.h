/* The programs of tests/faults. Each returns a number that depends on everything it computed, or
 * NaN if something failed. */
#ifndef FAULTS_PROGRAMS_H
#define FAULTS_PROGRAMS_H

#include <jacquard.h>
#include <math.h>
#include <stdbool.h>

typedef struct {
    const char *name;
    double (*run)(void);
    /* 0: runs in a process in which the program has already run. 1: each run is in a new process in
     * which this program has not run before. 2: as 1, and the library is not initialised either. */
    int fresh;
    void (*prepare)(void); /* sets the environment before the library is used; or NULL */
    void (*between)(void); /* called before each new process; or NULL */
} program;

/* Has a thread other than the main one recorded an error since this was cleared? */
extern _Atomic bool error_elsewhere;

double random_graphs(int seed); /* in graphs.c; each process uses one seed */

/* In library.c. */
double arrays(void), draws(void), controls(void), derivatives(void), solved(void), texts(void);

double number(jac x); /* NaN if there is an error */

/* Defines a program: it runs the body in a scope and returns the value. */
#define PROGRAM_AS(linkage, name)            \
    static void name##_body(double *result); \
    linkage double name(void)                \
    {                                        \
        double result = NAN;                 \
        JAC_SCOPE()                          \
        {                                    \
            name##_body(&result);            \
        }                                    \
        return jac_error() ? NAN : result;   \
    }                                        \
    static void name##_body(double *result)
#define PROGRAM(name)        PROGRAM_AS(static, name)
#define SHARED_PROGRAM(name) PROGRAM_AS(, name)

extern const program programs[];
extern const int nprograms;

#endif
