/* Declarations shared by dot.c and panel.c. */
#ifndef JACQUARD_JIT_LLVM_DOT_H
#define JACQUARD_JIT_LLVM_DOT_H

#include "jit/llvm/row.h"

typedef struct {
    int64_t size;
    int lhs, rhs;       /* the dimension of each operand that it runs over; -1: none */
    int64_t out_stride; /* 0: contracted */
} jit_dot_axis;

typedef struct {
    jit_emit *em;
    const ir_eqn *e;
    int n, nouter, nsum;
    jit_dot_axis axis[3 * IR_MAX_RANK]; /* outer loops, contracted ones, inner loops */
    jit_index lhs[IR_MAX_RANK], rhs[IR_MAX_RANK];
    LLVMValueRef acc;
    /* Many floats are summed in two levels (longsum.c): after `some` indices of the loop at depth
     * `level`, what has been accumulated is added to the totals. 0: there are no totals. */
    int64_t some;
    int level;
    LLVMValueRef total;     /* one, or one for each element that the inner loops run over */
    LLVMValueRef first;     /* the offset of the first of those elements */
    LLVMValueRef bank, way; /* accumulators side by side, instead of acc; the current one */
    int ways;
    jit_row row; /* the innermost loop, if it writes memory */
    /* The right operand's columns side by side (pack.c), rows of `pitch` elements; NULL: it is read
     * where it is. */
    LLVMValueRef pack;
    int64_t pitch;
} jit_dot;

/* Is each sum over several indices of the result's last axis, so that a row of the result is
 * accumulated in memory? */
static inline bool jit_dot_in_memory(const jit_dot *p)
{
    return p->n > p->nouter + p->nsum;
}

/* ---- pack.c --------------------------------------------------------------------------------- */
/* Is the right operand copied first, for each batch index, into another layout? */
bool jit_dot_is_packed(const jit_dot *p);
void jit_dot_pack(jit_dot *p);
/* The right operand's element at the current place, from there. */
LLVMValueRef jit_dot_packed(jit_dot *p, int own);

/* ---- panel.c -------------------------------------------------------------------------------- */
/* Can the rows of the result be computed in panels? */
bool jit_panels_fit(const jit_dot *p);
/* The axis, the last of the outer ones, whose indices are the rows of panels; -1: panels have one
 * row. */
int jit_panel_axis(const jit_dot *p);
/* Computes all rows along that axis, or one row, whose first element has offset `out`. */
void jit_panel_rows(jit_dot *p, jit_index out);
/* Is the innermost loop over a few terms, which can be added up side by side? */
bool jit_terms_fit(const jit_dot *p);
LLVMValueRef jit_terms_sum(jit_dot *p);

#endif
