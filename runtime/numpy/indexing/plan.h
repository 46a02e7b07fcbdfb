/* What a list of indices means for a given array. plan.c works it out; read.c and write.c use it.
 */
#ifndef JACQUARD_RUNTIME_INDEXING_PLAN_H
#define JACQUARD_RUNTIME_INDEXING_PLAN_H

#include "ops/windows.h"
#include "runtime/numpy/numpy.h"

typedef enum {
    PART_NEW,   /* a new dimension of the result */
    PART_RANGE, /* some or all of a dimension of x */
    PART_AT,    /* one position, known and in range */
    PART_INDEX, /* positions that are operands: a scalar or an array */
    PART_MASK   /* bools, before they are expanded to PART_INDEX */
} part_kind;

typedef struct {
    part_kind kind;
    int axis;                  /* of x; the first one of a mask */
    int ordinal;               /* consecutive parts have consecutive numbers */
    int64_t start, step, size; /* PART_AT has only a start */
    jac index;                 /* negative positions are mapped from the end */
} index_part;

enum { PART_MOST = 2 * IR_MAX_RANK };

/* The index arrays, broadcast together, have the dimensions `shape`, which are the dimensions of
 * the result before those of part `place`. */
typedef struct {
    const char *what; /* the public function */
    jac x;
    ir_type t;
    int n;
    index_part part[PART_MOST];
    jac_index_opts options;
    bool mode_given;
    windows_mode mode;
    int nindex;
    bool advanced; /* one of the index arrays is not a scalar */
    int rank, place;
    int64_t shape[IR_MAX_RANK];
} index_plan;

/* An integer of dtype d; a position as an i32, or an i64 if it needs one. */
jac index_literal(ir_dtype d, int64_t i);
jac index_position(int64_t i);
/* Divides integers i, which are not negative, by n; `rest` gets the remainder. */
bool index_divide(jac *i, int64_t n, jac *rest);

/* The parts for these indices of x. Masks are still whole. The mode for positions out of range is
 * `mode`, if the indices do not say. */
bool index_parts(index_plan *p, const char *what, windows_mode mode, jac x, int n,
                 const jac_ix *ix);
/* Expands the masks and broadcasts the index arrays. */
bool index_finish(index_plan *p);
/* Is the part all of a dimension? */
bool index_is_whole(const index_plan *p, const index_part *part);

/* A dimension of what the indices select: one of the index arrays, or that of a part. */
typedef struct {
    int rank;
    int64_t dim[IR_MAX_RANK];
    int part[IR_MAX_RANK]; /* -1: of the index arrays */
} index_shape;
/* False with an error if there are too many. */
bool index_result(const index_plan *p, bool with_new, index_shape *s);

/* What the ranges and known positions select along an axis of x, in ascending order. */
typedef struct {
    int64_t start, size, step;
} index_span;
void index_spans(const index_plan *p, index_span *span);
/* The block of x that they select. It has all of x's dimensions. */
jac index_block(const index_plan *p);
/* Reverses x, which has x's dimensions, along ranges of negative steps. */
jac index_reversed(const index_plan *p, jac x);

/* The index vectors whose components are these n arrays of one shape and dtype: along a further,
 * last dimension, which a single component does not need. */
jac index_vectors(int n, const jac *component);

/* ---- write.c ---------------------------------------------------------------------------------- */

/* v converted to x's dtype, into which it must go: floats do not go into integers. */
jac np_value_for(const char *what, jac v, const ir_type *x);

/* ---- positions.c ------------------------------------------------------------------------------ */

/* What a public mode is for gather and the scatters. */
bool index_mode(const char *what, jac_index_mode mode, windows_mode *to);
/* Converts positions along an axis as np_positions does, and in the mode JAC_WRAP takes them modulo
 * the size. */
bool index_positions(const char *what, jac *index, int64_t size, jac_index_mode mode,
                     windows_mode *to);

/* ---- windows.c -------------------------------------------------------------------------------- */

jac np_emit_windows(const ir_op *op, const windows_attrs *a, int n, const jac *in);
/* What a gather gives out of range. im: of complex numbers. */
typedef struct {
    ir_scalar re, im;
} np_fill;
/* The given scalar of dtype d; if none is given, what JAX reads out of range. */
bool np_fill_value(const char *what, jac fill, ir_dtype d, np_fill *to);
/* Gathers with that fill value. */
jac np_gather(windows_attrs *a, const np_fill *fill, jac x, jac indices);

#endif
