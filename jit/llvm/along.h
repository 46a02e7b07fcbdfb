/* along.c: the loops around one axis, and columns side by side */
#ifndef JACQUARD_JIT_LLVM_ALONG_H
#define JACQUARD_JIT_LLVM_ALONG_H

#include "jit/llvm/row.h"

/* The loops around one axis of a step's operand. */
typedef struct {
    const jit_step *t;
    jit_nest nest;
    int64_t dim; /* the axis */
    int along;   /* the nest's axis to run along; -1 if its size is 1 */
    int nouter;
    jit_counted outer[IR_MAX_RANK];
    jit_index linear, kept; /* offsets in the operand, and in its shape without the axis */
} jit_lines;

void jit_lines_find(jit_emit *em, const jit_step *t, int64_t axis, jit_lines *l);
/* Opens the loops over the nest's axes, except for the one to run along. */
void jit_lines_open(jit_emit *em, jit_lines *l, int from, int to);
void jit_lines_close(jit_emit *em, jit_lines *l);
/* The operand's element at index i of the current line along the axis. */
LLVMValueRef jit_lines_element(jit_emit *em, jit_lines *l, LLVMValueRef i, jit_index *linear);
/* Does each row of columns follow the one before in memory, in all that is read? Then a vector may
 * reach into the next row, if there is one. */
bool jit_lines_follow(jit_emit *em, const jit_lines *l);
/* Can a line be read in guarded pieces (row.h)? */
bool jit_lines_can_guard(const jit_lines *l);

/* Columns side by side: indices of the innermost axis. Rows are read in memory order; what is known
 * of each column is in slots, which are arrays on the stack. */
typedef struct {
    bool is_short;      /* all columns are done together, in vectors, and the slots are registers */
    LLVMValueRef lo, n; /* otherwise: the first column of the block, and how many there are */
    jit_row row, slots; /* the columns and the slots, in pieces */
} jit_columns;

/* Takes all columns, if they are a short row of elements of dtype d; otherwise returns false. */
bool jit_columns_short(const jit_lines *l, ir_dtype d, jit_columns *c);
/* Opens the loop over blocks of at most `most` columns. */
void jit_columns_begin(jit_emit *em, const jit_lines *l, int64_t most, jit_columns *c,
                       jit_items *blocks);

/* The loop over a piece of the columns. */
typedef struct {
    jit_counted loop;
    LLVMValueRef slot;
    jit_index before; /* l->linear outside the loop */
} jit_column;
void jit_column_begin(jit_emit *em, jit_lines *l, const jit_columns *c, int piece, jit_column *x);
void jit_column_end(jit_emit *em, jit_lines *l, jit_column *x);

/* The loop over a piece of the slots. Returns the current one. */
LLVMValueRef jit_column_slots_begin(jit_emit *em, const jit_columns *c, int piece,
                                    jit_counted *loop);

#endif
