/* The rows of the table of elementwise primitives, and graphs of one such equation. */
#ifndef JACQUARD_TESTS_ELEMENTWISE_H
#define JACQUARD_TESTS_ELEMENTWISE_H

#include <string.h>

#include "ops/ops.h"
#include "tests/support.h"

#define EXACTLY ((test_tolerance){TEST_EXACT, 0})

/* ---- graphs of one equation ---------------------------------------------------------------- */

static inline const ir_op *op_named(const char *name)
{
    const ir_op *op = ir_op_find(name, strlen(name));
    cr_assert(op, "no primitive is named %s", name);
    return op;
}

/* A graph that applies op to inputs of these types; NULL with an error recorded. */
static inline ir_graph *graph_of(const ir_op *op, const ir_attr *attr, int n, const ir_type *types)
{
    ir_graph *g = ir_graph_new(op->name);
    for (int k = 0; k < n; k++)
        ir_input(g, &types[k]);
    ir_value **y = ir_emit(g, op, n, g->in, attr);
    if (y)
        ir_outputs(g, y, 1);
    else
        ir_graph_release(g);
    return y ? g : NULL;
}

static inline test_arrays read_all(test_pool *p, const char *const *texts)
{
    test_arrays in = {0};
    for (int k = 0; k < 4 && texts[k]; k++)
        test_arrays_add(p, &in, test_array_read(p, texts[k]));
    return in;
}

static inline ir_graph *graph_for(const ir_op *op, const ir_attr *attr, const test_arrays *in)
{
    ir_type types[4];
    for (int k = 0; k < in->n; k++)
        types[k] = in->at[k].type;
    return graph_of(op, attr, in->n, types);
}

/* ---- the table ------------------------------------------------------------------------------ */

typedef struct {
    const ir_op *op;
    int arity;
    bool (*takes)(int dtype);
    bool pred;
    bool complex;
    ir_value *(*build1)(ir_graph *, ir_value *);
    ir_value *(*build2)(ir_graph *, ir_value *, ir_value *);
} table_row;

/* Stated here independently of ops/scalar/each.h, which must agree with it. */
#define IS(which)     (ir_dtypes[d].kind == IR_KIND_##which)
#define KIND_float    IS(FLOAT)
#define KIND_floats   IS(FLOAT)
#define KIND_int      (IS(INT) || IS(UINT))
#define KIND_bytes    (KIND_int && ir_dtypes[d].bits >= 8)
#define KIND_signed   (IS(INT) || IS(FLOAT))
#define KIND_bits     (IS(BOOL) || KIND_int)
#define KIND_num      (KIND_int || IS(FLOAT))
#define KIND_ordered  !IS(COMPLEX)
#define KIND_any      !IS(COMPLEX)
#define GIVES_same    false
#define GIVES_real    false
#define GIVES_pred    true
#define BUILD_1(name) .build1 = b_##name
#define BUILD_2(name) .build2 = b_##name

#define TAKES(kind)                                                                                \
    static bool takes_##kind(int d)                                                                \
    {                                                                                              \
        (void)d;                                                                                   \
        return KIND_##kind;                                                                        \
    }
// clang-format off
TAKES(float) TAKES(floats) TAKES(int) TAKES(bytes) TAKES(signed) TAKES(bits) TAKES(num) TAKES(ordered) TAKES(any)
    // clang-format on

    static const table_row rows[] = {
#define EW_OTHER(name)
#define COMPLEX_REAL  false
#define COMPLEX_APART true
#define COMPLEX_RULE  true
#define EW(prim, n, kind, gives, complex, ...)                                                     \
    {&op_##prim, n, takes_##kind, GIVES_##gives, COMPLEX_##complex, BUILD_##n(prim)},
#include "ops/elementwise.def"
};

#define EACH_ROW(r) for (const table_row *r = rows; r < rows + sizeof rows / sizeof *rows; r++)

/* Graphs to differentiate: each row of the table, and those with parameters. */
typedef struct {
    char name[60];
    ir_graph *g;
    double lo, hi; /* where it is smooth */
} sample;

static inline sample sample_row(const table_row *r, ir_dtype d)
{
    ir_type t = ir_type_make(d, 2, (int64_t[]){3, 4});
    sample s = {.g = graph_of(r->op, NULL, r->arity, (ir_type[]){t, t}), .lo = 0.15, .hi = 0.85};
    snprintf(s.name, sizeof s.name, "%s", r->op->name);
    if (r->op == &op_acosh || r->op == &op_acosh_grad)
        s.lo = 1.2, s.hi = 3;
    return s;
}

#endif
