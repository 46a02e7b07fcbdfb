/* Complex numbers as pairs of parts: the rules `pairs` of primitives (ir/pass_complex.c), and the
 * primitives on parts that these rules build. */
#ifndef JACQUARD_OPS_COMPLEX_H
#define JACQUARD_OPS_COMPLEX_H

#include "ops/ops.h"

typedef bool pairs_rule(ir_graph *g, const ir_eqn *e, const ir_pair *x, ir_pair *y);

/* ---- complex.c --------------------------------------------------------------------------------- */
/* The jvp rule of what only graphs have whose complex values are pairs already: an error. */
bool pairs_no_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t, ir_value **y,
                  ir_value **ty);

/* ---- complex_functions.c --------------------------------------------------------------------- */
#define CX(name, ...) extern const ir_op op_complex_##name;
#include "ops/scalar/complex.def"

/* ---- complex_rules.c: what primitives are on pairs -------------------------------------------- */
#define COMPLEX_RULE_REAL(name)
#define COMPLEX_RULE_APART(name)
#define COMPLEX_RULE_RULE(name) extern pairs_rule pairs_##name;
#define EW_OTHER(name)
#define EW(name, arity, takes, gives, complex, ...) COMPLEX_RULE_##complex(name)
#include "ops/elementwise.def"
pairs_rule pairs_integer_pow, pairs_convert, pairs_dot, pairs_reduce_prod, pairs_cumprod,
    pairs_gather, pairs_iota, pairs_empty_tape, pairs_pow_grad;

/* ---- complex_order.c: what depends on the order of numbers ------------------------------------ */
pairs_rule pairs_reduce_max, pairs_reduce_min, pairs_cummax, pairs_cummin, pairs_sort,
    pairs_scatter_extreme;

/* ---- scatter_pairs.c --------------------------------------------------------------------------- */
pairs_rule pairs_scatter_mul;

#endif
