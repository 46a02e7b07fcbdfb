/* What the tests share: arrays written as text, comparison that says where and by how much it
 * failed, and the transformations applied to whole graphs in the form that tests want them in.
 *
 * Everything a test allocates comes from a test_pool, and goes with it; each array is a block of
 * its own, of exactly its size, so that a sanitizer sees a kernel that writes past its end.
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

void *test_alloc(test_pool *p, size_t bytes); /* filled with 0xA5, never zero by chance */
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
/* "f32[2,3]" up to a space, the end, or `end`; false if it is no type. */
bool test_type_read(const char **text, ir_type *out);
/* "f32[2,2] 1 2.5 -inf nan": a type, then its elements. Ends the test if it cannot be read. */
test_array test_array_read(test_pool *p, const char *text);
/* A file that numpy.save wrote; ends the test if it cannot be read. */
test_array test_array_npy(test_pool *p, const char *path);
/* Uniform in [lo, hi], the same for the same seed everywhere; integers are rounded. */
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
        TEST_ULP,   /* within so many steps of the dtype; zeros of either sign differ */
        TEST_REL,   /* |got - want| <= bound * max(1, |want|) */
    } kind;
    double bound;
} test_tolerance;

/* Floating-point numbers from a to b; infinite between a number and NaN. */
double test_ulps(ir_dtype d, ir_scalar a, ir_scalar b);
/* Integers are always compared exactly. False, and the Criterion test is marked as failed with a
 * message that begins with `what` and names the worst element, if they differ by more. */
bool test_close(const char *what, const test_array *got, const test_array *want,
                test_tolerance tol);
/* Each of `got`, from index `first` on, against each of `want`. */
bool test_close_all(const char *what, const test_arrays *got, int first, const test_arrays *want,
                    test_tolerance tol);
/* Marks the test as failed: `what`, the reason, and the recorded error, which is cleared. */
bool test_fail(const char *what, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* ---- graphs ------------------------------------------------------------------------------- */

static inline bool test_is_float(const ir_value *v)
{
    return ir_is_float((ir_dtype)v->type.dtype);
}

/* Runs the graph; out is made to hold its results. */
bool test_eval(test_pool *p, const ir_graph *g, const test_arrays *in, test_arrays *out);
/* Compiles the graph, and runs that. */
bool test_jit(test_pool *p, ir_graph *g, const test_arrays *in, test_arrays *out);
bool test_jit_as(test_pool *p, ir_graph *g, const test_arrays *in, test_arrays *out,
                 const jit_options *options);
/* The same with all inputs donated; how many outputs took the place of one is added to *taken, if
 * that is not NULL. The arrays given stay as they are. */
bool test_jit_donating(test_pool *p, ir_graph *g, const test_arrays *in, test_arrays *out,
                       int *taken);

/* Inputs, then a tangent for each float input -> outputs, then a tangent for each float output. */
ir_graph *test_jvp(const ir_graph *g);
/* Inputs, then a cotangent for each float output -> outputs, then a cotangent for each float
 * input. Through ir_jvp, ir_partial_eval and ir_transpose. */
ir_graph *test_vjp(const ir_graph *g);
/* The two halves of that: inputs -> outputs, residuals; residuals, cotangents -> cotangents. How many
 * residuals there are, or -1 with an error; what was made then is to be released all the same. */
int test_vjp_halves(const ir_graph *g, ir_graph **forward, ir_graph **backward);

/* a, then b. */
test_arrays test_arrays_join(test_pool *p, const test_arrays *a, const test_arrays *b);
/* Sum of products over all elements, in f64: the inner product of two lists. */
double test_dot(const test_arrays *a, const test_arrays *b);

/* The directional derivative of g's float outputs at `in` along `tangent` (one for each float
 * input), by central differences of fourth order with step h. */
bool test_differences(test_pool *p, const ir_graph *g, const test_arrays *in,
                      const test_arrays *tangent, double h, test_arrays *out);

#endif
