/* Functions that combine elements: what jac_reduce, jac_reduce_window and jac_scatter_by share. */
#ifndef JACQUARD_NUMPY_COMBINE_H
#define JACQUARD_NUMPY_COMBINE_H

#include "ops/ops.h"
#include "runtime/numpy/numpy.h"

enum { NP_MOST_COMBINED = 256 }; /* there are fewer arrays than that */

/* The operands of an equation whose body is f: in[0 .. n) are the arrays that are combined. */
typedef struct {
    jac_fn f;
    int n, nin;
    const jac *in;
    int body, num_consts; /* where these are among the parameters */
} np_combining;

/* Traces f and emits the equation; what f captures becomes constants in front of the operands. */
bool np_combine(const char *what, const ir_op *op, const np_combining *c, ir_attr *attr, jac *y);
/* Brings array k and value k of `other` to one dtype, for all k; `second` names the others. */
bool np_take_pairs(const char *what, const char *second, jac_handles x, jac_handles other, jac *in,
                   jac *in_other);
/* Ends a function: stores n results in `out`, or null handles if it failed. room: is there any? */
bool np_give(unsigned mark, bool room, bool ok, int n, jac *y, jac_out out);

#endif
