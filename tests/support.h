/* Shared by the tests: arrays written as text, comparisons that say where and by how much they
 * failed, and transformations of whole graphs in a form that suits tests.
 *
 * A test allocates everything from a test_pool and frees it with the pool. Each array is a block of
 * exactly its size, so that a sanitizer sees a kernel that writes past its end.
 */
#ifndef JACQUARD_TESTS_SUPPORT_H
#define JACQUARD_TESTS_SUPPORT_H

#include "ir/ir.h"
#include "jit/jit.h"

/* ---- memory ------------------------------------------------------------------------------- */

typedef struct {
    void **block;
    int n, cap;
    ir_tape ***tape; /* the blocks that hold one */
    int ntape;
} test_pool;

void *test_alloc(test_pool *p,
                 size_t bytes); /* filled with 0xA5, so that it is not zero by chance */
void test_pool_free(test_pool *p);
#define TEST_POOL(name) __attribute__((cleanup(test_pool_free))) test_pool name = {0}

/* ---- arrays ------------------------------------------------------------------------------- */

typedef struct {
    ir_type type;
    void *data; /* dense, row-major */
} test_array;

typedef struct {
    int n;
    test_array *at;
} test_arrays;

test_array test_array_new(test_pool *p, const ir_type *t);
/* Reads "f32[2,3]" up to a space, the end, or `end`. False if it is not a type. */
bool test_type_read(const char **text, ir_type *out);
/* Reads "f32[2,2] 1 2.5 -inf nan": a type, then its elements. Ends the test if that fails. */
test_array test_array_read(test_pool *p, const char *text);
/* Reads a file written by numpy.save. Ends the test if that fails. */
test_array test_array_npy(test_pool *p, const char *path);
/* Uniform in [lo, hi], rounded for integers. A seed gives the same numbers on every machine. */
test_array test_array_random(test_pool *p, const ir_type *t, uint64_t seed, double lo, double hi);
double test_get(const test_array *a, int64_t k); /* element k as a double */
void test_set(test_array *a, int64_t k, double v);
/* Slice `index` of axis `axis`, without that axis. */
test_array test_array_slice(test_pool *p, const test_array *a, int axis, int64_t index);
void test_arrays_add(test_pool *p, test_arrays *to, test_array a);

/* ---- comparison --------------------------------------------------------------------------- */

typedef struct {
    enum {
        TEST_EXACT, /* bit for bit; any NaN equals any NaN */
        TEST_ULP,   /* within this many units in the last place; +0 and -0 differ */
        TEST_REL,   /* |got - want| <= bound * max(1, |want|) */
    } kind;
    double bound;
} test_tolerance;

/* The real dtypes come before the complex ones. */
enum { TEST_NREAL = IR_c64 };
/* The next real dtype that has the numbers up to 100, at least roughly, and infinity, if it is a
 * float; TEST_NREAL after the last. */
static inline int test_next_dtype(int d)
{
    do
        d++;
    while (d < TEST_NREAL &&
           (ir_is_float((ir_dtype)d) ? ir_dtypes[d].most < 8 || !ir_has_infinity((ir_dtype)d)
                                     : ir_dtypes[d].bits < 8));
    return d;
}

/* The number of floating-point steps from a to b; infinite between a number and NaN. */
double test_ulps(ir_dtype d, ir_scalar a, ir_scalar b);
/* If the arrays differ by more than allowed: returns false and marks the Criterion test as failed,
 * with a message that begins with `what` and names the worst element. Integers must be equal. */
bool test_close(const char *what, const test_array *got, const test_array *want,
                test_tolerance tol);
/* Compares each of `got`, from index `first` on, with each of `want`. */
bool test_close_all(const char *what, const test_arrays *got, int first, const test_arrays *want,
                    test_tolerance tol);
/* Marks the test as failed with `what`, the reason and the recorded error, and clears the error. */
bool test_fail(const char *what, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* ---- graphs ------------------------------------------------------------------------------- */

static inline bool test_is_float(const ir_value *v)
{
    return ir_is_inexact(v->type.dtype);
}

/* Interprets the graph and allocates its results in `out`. */
bool test_eval(test_pool *p, const ir_graph *g, const test_arrays *in, test_arrays *out);
/* Compiles the graph and runs the program. */
bool test_jit(test_pool *p, ir_graph *g, const test_arrays *in, test_arrays *out);
bool test_jit_as(test_pool *p, ir_graph *g, const test_arrays *in, test_arrays *out,
                 const jit_options *options);
/* The same with copies of all inputs donated. If `taken` is not NULL, the number of outputs that
 * were written over an input is added to *taken. */
bool test_jit_donating(test_pool *p, ir_graph *g, const test_arrays *in, test_arrays *out,
                       int *taken);

/* Takes the inputs, then a tangent for each float input. Gives the outputs, then a tangent for each
 * float output. */
ir_graph *test_jvp(const ir_graph *g);
/* Takes the inputs, then a cotangent for each float output. Gives the outputs, then a cotangent for
 * each float input. Made by ir_jvp, ir_partial_eval and ir_transpose. */
ir_graph *test_vjp(const ir_graph *g);
/* The two halves of that: inputs -> outputs, residuals; and residuals, cotangents -> cotangents.
 * Returns the number of residuals, or -1 with an error; the caller releases both graphs even then.
 */
int test_vjp_halves(const ir_graph *g, ir_graph **forward, ir_graph **backward);

/* The arrays of a, then those of b. */
test_arrays test_arrays_join(test_pool *p, const test_arrays *a, const test_arrays *b);
/* The inner product of two lists of arrays: the sum of products over all elements, in f64. */
double test_dot(const test_arrays *a, const test_arrays *b);

/* The directional derivative of g's float outputs at `in` along `tangent` (one array for each float
 * input), by central differences of fourth order with step h. */
bool test_differences(test_pool *p, const ir_graph *g, const test_arrays *in,
                      const test_arrays *tangent, double h, test_arrays *out);

#endif
