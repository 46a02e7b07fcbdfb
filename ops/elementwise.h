/* Declarations shared by the files of the elementwise family: a table row as data, and the rules
 * that all rows share. */
#ifndef JACQUARD_OPS_ELEMENTWISE_H
#define JACQUARD_OPS_ELEMENTWISE_H

#include "jit/lower.h"
#include "ops/ops.h"

/* Runs a scalar function over n elements of dense operands. */
typedef void ew_kernel(size_t n, const void *const *in, void *out);
/* The contribution of operand k's tangent t to the tangent of the result. y is NULL if there is
 * only one operand. */
typedef ir_value *ew_tangent(ir_graph *g, int k, ir_value *t, ir_value *x, ir_value *y,
                             ir_value *out);

typedef struct {
    int arity;
    const char *takes;         /* the kind of dtypes, as in the table */
    ew_kernel *const *kernels; /* by dtype; NULL for dtypes that the row does not take */
    bool pred;                 /* gives bool */
    bool real;                 /* gives real numbers */
    bool complex;              /* takes complex numbers */
    bool steps;                /* real ones have no derivative, but complex ones have */
    ew_tangent *tangent;
} ew_row;

/* The unsigned integer as wide as a real dtype; for 6 bits, which have none, u8. */
static inline ir_dtype ew_bits(ir_dtype d)
{
    static const ir_dtype by_size[] = {[1] = IR_u8, [2] = IR_u16, [4] = IR_u32, [8] = IR_u64};
    static const ir_dtype by_bits[] = {[2] = IR_u2, [4] = IR_u4, [6] = IR_u8};
    return ir_dtypes[d].kind != IR_KIND_BOOL && ir_dtypes[d].bits < 8 ? by_bits[ir_dtypes[d].bits]
                                                                     : by_size[ir_dtypes[d].size];
}

/* ---- elementwise_eval.c: the kernels, from the table ------------------------------------- */
#define EW_OTHER(name)
#define EW(name, ...) extern ew_kernel *const ew_kernels_##name[IR_NDTYPE];
#include "ops/elementwise.def"

/* ---- elementwise.c ----------------------------------------------------------------------- */

/* Checks that all operands have the first one's dtype and shape. If not, the error names them
 * all. */
bool ew_check_alike(const ir_infer *q);
/* The result type: the shape of operand `like`, the dtype d, weak if all operands are. */
ir_type ew_result(const ir_infer *q, int like, ir_dtype d);
bool ew_check_arity(const ir_infer *q, int arity);
bool ew_fail_dtype(const ir_infer *q, const char *takes);
/* The batch rule of every elementwise primitive: moves all batch axes to the same place. A rank-0
 * operand that is not batched stays as it is. */
bool ew_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
              const ir_batching *over, ir_value **y, int *yaxis);
/* Broadcasts x to the shape of `like` if x has rank 0. */
ir_value *ew_spread(ir_graph *g, ir_value *x, const ir_value *like);
/* Zeros of x's type. */
ir_value *ew_zeros(ir_graph *g, const ir_value *x);

/* ---- elementwise_simplify.c -------------------------------------------------------------- */
typedef bool ew_simplify(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y);
ew_simplify simplify_add, simplify_sub, simplify_mul, simplify_mul_tangent, simplify_div,
    simplify_involution, simplify_idempotent, simplify_lattice, simplify_and, simplify_or,
    simplify_xor, simplify_shift, simplify_identity, simplify_select_n, simplify_convert,
    simplify_bitcast, simplify_integer_pow;

/* log x, but 0 for x = 0, where 0^y is constant for y > 0. */
ir_value *ew_log_nonzero(ir_graph *g, ir_value *x);

/* f x^(y - n) */
static inline ir_value *ew_times_power(ir_graph *g, ir_value *f, ir_value *x, ir_value *y,
                                       int64_t n)
{
    return ir_emit1(g, &op_pow_grad, 3, (ir_value *[]){f, x, y},
                    (ir_attr[]){[POW_GRAD_N] = {.i = n}});
}

/* The tangent t times a slope that may have overflowed though the derivative is finite: 0 where t
 * is 0. So 1 / (1 + exp(-x)) has the derivative 0 at -1000, not 0 * infinity. */
ir_value *ew_mul_tangent(ir_graph *g, ir_value *t, ir_value *slope);

/* select_windows.c: simplifies a choice between two cases that differ only in windows. */
bool select_windows(ir_graph *g, ir_value *const *x, ir_value **y);

#endif
