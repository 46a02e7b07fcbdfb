/* Reads the cases in tests/golden/ops_<primitive>.txt. tests/golden/ops.py writes these files and
 * describes their format. */
#ifndef JACQUARD_TESTS_GOLDEN_CASES_H
#define JACQUARD_TESTS_GOLDEN_CASES_H

#include "tests/support.h"

/* The case's graph, batched. */
typedef struct {
    int64_t size;
    int *axis_in, *axis_out; /* -1 if not batched */
    test_arrays in, out;
} golden_vmap;

typedef struct {
    const char *name; /* "primitive/case" */
    test_tolerance tolerance;
    ir_graph *graph;
    test_arrays in, out;
    bool differentiable, reverse, differences; /* which of the following are given */
    test_tolerance derivative;
    test_arrays tangent, vjp;   /* for each float input */
    test_arrays jvp, cotangent; /* for each float output */
    int nvmap;
    golden_vmap *vmap;
} golden_case;

typedef struct {
    test_pool pool; /* owns the memory of the cases */
    int n;
    golden_case *at;
} golden_file;

/* Reads a primitive's file. Ends the test if the file is missing or cannot be read. A case whose
 * graph cannot be parsed marks the test as failed and is left out. If the environment variable
 * GOLDEN_CASE is set, only the case of that name is read. */
golden_file golden_load(const char *primitive);
void golden_free(golden_file *f);

#endif
