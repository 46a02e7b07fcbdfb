/* Complex numbers as pairs of parts: the rules `pairs` of primitives (ir/pass_complex.c), and the
 * primitives on parts that these rules build. */
#ifndef JACQUARD_OPS_COMPLEX_H
#define JACQUARD_OPS_COMPLEX_H

#include "ops/ops.h"

typedef bool pairs_rule(ir_graph *g, const ir_eqn *e, const ir_pair *x, ir_pair *y);

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

#endif
