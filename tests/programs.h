/* Whole programs against the public header. Each runs eagerly, traced and interpreted, and
 * compiled, and is compared with JAX's result for the program of the same name. A C file holds a
 * family of programs; a file in tests/golden/ holds JAX's results, one line for each program. */
#ifndef JACQUARD_TEST_PROGRAMS_H
#define JACQUARD_TEST_PROGRAMS_H

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "jacquard.h"
#include "tests/support.h"

enum { PROGRAM_RESULTS = 12 };

/* A program's results. A program with fewer results repeats the last. */
typedef struct {
    jac r[PROGRAM_RESULTS];
} Out;

#define RESULTS(...)                                                                               \
    program_results((int)(sizeof((jac[]){__VA_ARGS__}) / sizeof(jac)), (jac[]){__VA_ARGS__})
Out program_results(int n, const jac *r);

/* The same exact fractions as data() in programs_common.py. */
jac program_data(int seed, int rank, const int64_t *shape);
#define DATA(seed, ...)                                                                            \
    program_data(seed, (int)(sizeof((int64_t[]){__VA_ARGS__}) / 8), (const int64_t[]){__VA_ARGS__})
#define X3    DATA(1, 3)
#define X23   DATA(2, 2, 3)
#define W3    DATA(4, 3)
#define M33   DATA(5, 3, 3)
#define BATCH DATA(6, 4, 3)

static inline jac f64(double v)
{
    return jac_scalar(JAC_F64, v);
}
#define F64S(...) jac_array(JAC_SHAPE(sizeof((double[]){__VA_ARGS__}) / 8), (double[]){__VA_ARGS__})
#define I64S(...)                                                                                  \
    jac_array(JAC_SHAPE(sizeof((int64_t[]){__VA_ARGS__}) / 8), (int64_t[]){__VA_ARGS__})

/* `file` is in tests/golden/. */
void program_check(const char *file, const char *name, bool x64, Out (*eager)(void), jac_fn traced);

/* Defines the test of a program `Out name(void)` against tests/golden/<family>.txt. */
#define PROGRAM_TEST(family, name) PROGRAM_TEST_(family, name, true)
#define PROGRAM_TEST_(family, name, x64)                                                           \
    JAC_FN(name, Out)                                                                              \
    Test(family, name##_differs_from_jax)                                                          \
    {                                                                                              \
        program_check(#family ".txt", #name, x64, name, name##_fn);                                \
    }
/* The same, followed by the head of the program's definition. */
#define PROGRAM(family, name)                                                                      \
    static Out name(void);                                                                         \
    PROGRAM_TEST(family, name)                                                                     \
    static Out name(void)
/* The same for a program that runs with 64-bit types off. */
#define PROGRAM_X32(family, name)                                                                  \
    static Out name(void);                                                                         \
    PROGRAM_TEST_(family, name, false)                                                             \
    static Out name(void)

#endif
