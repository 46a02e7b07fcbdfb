/* Control flow after its bodies are traced. Shared by the functional forms (loops.c, branches.c)
 * and the blocks of C (blocks.c). */
#ifndef JACQUARD_RUNTIME_CONTROL_H
#define JACQUARD_RUNTIME_CONTROL_H

#include "runtime/runtime.h"

/* ---- loops.c --------------------------------------------------------------------------------- */

/* The traced graph with its last ncaptured inputs, the constants, in front. */
ir_graph *rt_constants_first(const rt_traced *t);
/* Gets the types of n handles; false with an error that names `what` if one is null. */
bool rt_state_types(const char *what, int n, const jac *state, ir_type *types);
/* A carry that starts as a C number takes the dtype that the body returns for it. Returns true if a
 * type changed; then the body must be traced again for the new types. */
bool rt_adopt_types(const rt_traced *body, int n, ir_type *carry);
/* Converts those of a traced function's first n results that are weak to the dtypes of the
 * carry. */
bool rt_conform_outputs(rt_traced *body, int n, const ir_type *carry);
/* Converts the weak ones among the body's first n results, and the initial state, to the dtypes of
 * the carry. */
bool rt_settle_carry(rt_traced *body, int n, const ir_type *carry, jac *state);
/* After rt_settle_carry: do the body's first n results have the types of the carry? */
bool rt_check_carry(const char *what, const rt_traced *body, int n, const ir_type *carry);
/* Records the error that leaf k of the carry changes its type. Returns false. */
bool rt_carry_changed(const char *what, int k, const ir_type *enters, const ir_type *leaves);
/* Is t, the type of a condition, a scalar bool? */
bool rt_check_condition(const char *what, const ir_type *t);
/* Is this a valid number of checkpoints or JAC_TAPE_? */
bool rt_check_checkpoints(const char *what, int64_t checkpoints);
/* cond and body take the n values of the carry; the body of a counted loop takes the counter before
 * them. */
bool rt_emit_while(const rt_traced *cond, const rt_traced *body, int64_t checkpoints, int n,
                   const jac *state, jac *y);
bool rt_emit_fori(const rt_traced *body, ir_dtype counter, jac lower, jac upper, int n,
                  const ir_type *types, const jac *state, jac *y);
/* Gets the counter's dtype, which is that of bounds that are arrays. Both bounds must be integer
 * scalars. */
bool rt_counter_dtype(const char *what, jac lower, jac upper, ir_dtype *d);

/* ---- branches.c ------------------------------------------------------------------------------ */

typedef struct {
    int n, noperands;
    rt_traced *traced; /* the branches; all take the operands and have as many results */
} rt_branches;
/* Emits the cond equation, which errors call `what`. If a result is a C number in one branch, it
 * takes the dtype that it has in the others. */
bool rt_emit_branches(const char *what, rt_branches *b, jac index, const jac *operands, jac *out);
/* Converts a scalar to the index of a branch. truth: x picks one of two branches by whether it is
 * nonzero; otherwise it is an integer. */
jac rt_branch_index(const char *what, jac x, bool truth);

#endif
