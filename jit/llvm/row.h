/* row.c: short innermost loops, in whole vectors */
#ifndef JACQUARD_JIT_LLVM_ROW_H
#define JACQUARD_JIT_LLVM_ROW_H

#include "jit/llvm/loop.h"

/* Some iterations of a short loop, as a loop of their own. */
typedef struct {
    int64_t first, n;
    int64_t slot;   /* where the results of the first one go in an array of slots */
    int64_t exist;  /* so many of them exist, and the others give any number; 0: all do */
    int64_t taken;  /* so many of the first ones are terms that another piece took */
    unsigned width; /* it is one vector of this width; 0: LLVM decides */
} jit_piece;

enum { JIT_MAX_PIECES = 16 };
typedef struct {
    int n, tail; /* tail: the piece for what is left of a vector; -1: none */
    jit_piece piece[JIT_MAX_PIECES];
    int64_t slots; /* that the pieces need */
} jit_row;

/* The most iterations of loops that are cut: with accumulators, which should be registers, and
 * without. In a longer loop, what is left of its vectors matters little. */
enum { JIT_SHORT_ROW = 64, JIT_ROW = 512 };
/* The width of the vectors for a loop of n iterations with results of dtype d; 0: the loop is left
 * whole, as are all with more than `most` iterations. */
unsigned jit_row_width(int64_t n, int64_t most, ir_dtype d);
/* Cuts the iterations from lo to hi - 1. What is left of a vector is a piece too: the last whole
 * vector of the row, which overlaps others, or if the row is shorter than a vector, one that is
 * guarded. Such a piece, the tail, has slots of its own. once: the whole vectors are one piece. */
void jit_row_cut(jit_row *row, int64_t lo, int64_t hi, unsigned width, bool once);
/* The same without a tail: what is left is done in vectors of half the width, and so on. */
void jit_row_cut_apart(jit_row *row, int64_t lo, int64_t hi, unsigned width);

/* The same if vectors may reach beyond the end of the row: the last one is guarded. */
void jit_row_cut_beyond(jit_row *row, int64_t lo, int64_t hi, unsigned width);

/* Cuts the n terms of a sum, where each piece adds to some of the slots. What is left of a vector
 * is guarded. Returns the number of pieces. */
int jit_row_cut_terms(jit_piece *piece, int64_t n, unsigned width, int64_t slots);
/* If what belongs to a term may be done twice: has the last piece overlap the one before instead of
 * being guarded, if that is faster. So many terms come before these. */
void jit_row_overlap_terms(const jit_emit *em, jit_piece *piece, int pieces, int64_t before);

/* Does a step read or write a buffer on the stack? */
bool jit_step_is_on_stack(const jit_emit *em, const jit_step *t);
/* Are all elements that a step reads wide enough to be loaded in guarded pieces? */
bool jit_row_can_guard(const jit_step *t);

/* The loop over a piece; l->i counts from 0. If the piece is guarded, what jit_load reads at
 * offsets that depend on l->i is 1 beyond what exists. */
void jit_piece_begin(jit_emit *em, jit_counted *l, const jit_piece *p);
void jit_piece_end(jit_emit *em, jit_counted *l, const LLVMValueRef *next);
/* x where the current iteration of the piece exists and was not met before, otherwise y. */
LLVMValueRef jit_piece_choose(jit_emit *em, LLVMValueRef x, LLVMValueRef y);

/* Slots, on the stack. If the loops over them become straight code, they are registers. */
LLVMValueRef jit_slots_make(jit_emit *em, int64_t n, ir_dtype d);
void jit_slots_fill(jit_emit *em, LLVMValueRef slots, int own, int64_t n, unsigned width,
                    ir_dtype d, LLVMValueRef x);
/* Stores a piece's results in a buffer, where the row's iteration 0 would begin at `at`. count: if
 * the rows of this buffer are stored in order, the number of its elements: results that do not
 * exist may then go where the next row will be stored. Otherwise 0. */
void jit_slots_store(jit_emit *em, LLVMValueRef slots, int own, const jit_piece *p, ir_dtype d,
                     int buffer, jit_index at, int64_t count);
/* That number for a result of a step that stores its rows in order. It is 0 if what lies beyond a
 * row may still be read, or may be another thread's. */
int64_t jit_rows_in_order(const jit_emit *em, const jit_step *t, const ir_value *result);

#endif
