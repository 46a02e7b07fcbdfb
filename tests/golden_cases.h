/* The cases of tests/golden/ops_<primitive>.txt, read into memory. tests/golden/ops.py writes them
 * and says what is in them. */
#ifndef JACQUARD_TESTS_GOLDEN_CASES_H
#define JACQUARD_TESTS_GOLDEN_CASES_H

#include "tests/support.h"

/* The case's graph over a batch. */
typedef struct {
    int64_t size;
    int *axis_in, *axis_out; /* -1: not batched */
    test_arrays in, out;
} golden_vmap;

typedef struct {
    const char *name; /* "primitive/case" */
    test_tolerance tolerance;
    ir_graph *graph;
    test_arrays in, out;
    bool differentiable, reverse, differences; /* which of the following there are */
    test_tolerance derivative;
    test_arrays tangent, vjp;   /* for each float input */
    test_arrays jvp, cotangent; /* for each float output */
    int nvmap;
    golden_vmap *vmap;
} golden_case;

typedef struct {
    test_pool pool; /* holds all that the cases hold */
    int n;
    golden_case *at;
} golden_file;

/* The file of a primitive; ends the test if it is not there or cannot be read. A case whose graph
 * cannot be parsed marks the test as failed, and is left out. Only the case that the environment
 * variable GOLDEN_CASE names, if it is set. */
golden_file golden_load(const char *primitive);
void golden_free(golden_file *f);

#endif
