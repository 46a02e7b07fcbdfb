/* Control flow after its bodies are traced: what the functional forms (loops.c, branches.c) and the
 * blocks of C (blocks.c) share. */
#ifndef JACQUARD_RUNTIME_CONTROL_H
#define JACQUARD_RUNTIME_CONTROL_H

#include "runtime/runtime.h"

/* ---- loops.c --------------------------------------------------------------------------------- */

/* The types of n handles; false with an error that names `what` if one is null. */
bool rt_state_types(const char *what, int n, const jac *state, ir_type *types);
/* A carry that enters as a C number takes the dtype that the body gives it. True if one changed:
 * then the body is to be traced again, for the new types. */
bool rt_adopt_types(const rt_traced *body, int n, ir_type *carry);
/* Brings a traced function's first n results, where they are weak, to the dtypes of the carry. */
bool rt_conform_outputs(rt_traced *body, int n, const ir_type *carry);
/* Brings both the body's first n results, where they are weak, and the state it starts from to the
 * dtypes of the carry. */
bool rt_settle_carry(rt_traced *body, int n, const ir_type *carry, jac *state);
/* Are the body's first n results, thus settled, of the carry's types? */
bool rt_check_carry(const char *what, const rt_traced *body, int n, const ir_type *carry);
/* The error of a carry that is not. */
bool rt_carry_changed(const char *what, int k, const ir_type *enters, const ir_type *leaves);
/* Is what a condition gives one bool? */
bool rt_check_condition(const char *what, const ir_type *t);
/* Is this a number of checkpoints, or JAC_TAPE_? */
bool rt_check_checkpoints(const char *what, int64_t checkpoints);
/* cond and body take the n values of the carry, the body of a counted loop the counter before them.
 */
bool rt_emit_while(const rt_traced *cond, const rt_traced *body, int64_t checkpoints, int n,
                   const jac *state, jac *y);
bool rt_emit_fori(const rt_traced *body, ir_dtype counter, jac lower, jac upper, int n,
                  const ir_type *types, const jac *state, jac *y);
/* The counter's dtype: that of array bounds; both must be integer scalars. */
bool rt_counter_dtype(const char *what, jac lower, jac upper, ir_dtype *d);

/* ---- branches.c ------------------------------------------------------------------------------ */

typedef struct {
    int n, noperands;
    rt_traced *traced; /* the branches: all take the operands and give the same number of results */
} rt_branches;
/* The cond equation, in errors called `what`; results that are C numbers in one branch take the dtype of the others. */
bool rt_emit_branches(const char *what, rt_branches *b, jac index, const jac *operands, jac *out);
/* A scalar as the index of a branch: of two by its truth, or any integer. */
jac rt_branch_index(const char *what, jac x, bool truth);

#endif
