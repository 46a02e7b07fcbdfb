/* How the elements of a reduction or window are combined. */
#ifndef JACQUARD_STABLEHLO_REDUCE_H
#define JACQUARD_STABLEHLO_REDUCE_H

#include "exchange/stablehlo/build.h"

/* An operation that combines two elements, and our primitives that combine many. */
typedef struct {
    const char *name;
    const ir_op *reduce, *logic; /* logic: for bools */
    const ir_op *cumulate;       /* NULL if it has none */
    ir_scalar (*identity)(ir_dtype d);
} hlo_known;

/* What the region of an operation says: one of the known operations, or a graph with the inputs
 * left..., right..., captured... */
typedef struct {
    int n; /* values that are combined at once */
    const hlo_known *known;
    const hlo_row *row; /* that of `known` */
    ir_graph *g;        /* NULL if `known` is not */
    int ncaptured;
    ir_value **captured;
} hlo_body;

/* The operation that is all that a region of two arguments does; empty if there is no such one.
 * *crossed: does it take the second argument first? */
hlo_text hlo_single_operation(const hlo_region *r, bool *crossed);
/* Reads a region of n pairs of arguments, or the word behind `applies`. */
bool hlo_read_region(hlo_frame *f, const hlo_op *op, const hlo_region *r, int n, int noutput,
                     ir_arena *scratch, hlo_body *body);
void hlo_body_free(hlo_body *body);
#define HLO_AUTO_BODY __attribute__((cleanup(hlo_body_free))) hlo_body
/* Applies a body to arrays of one shape, element by element. y gets as many values as it gives. */
bool hlo_combine(hlo_frame *f, const hlo_op *op, const hlo_body *body, ir_value *const *left,
                 ir_value *const *right, ir_value **y);
/* The body as our primitives take it: captured values first, then left and right. d: the dtype, if
 * it is a known operation. */
ir_graph *hlo_body_graph(const hlo_body *body, ir_dtype d);
/* A graph of the body for vectors of `size` elements. */
ir_graph *hlo_over(const hlo_body *body, int64_t size);
/* Is v a constant that leaves every element as it is? */
bool hlo_is_identity(hlo_frame *f, const hlo_known *known, const hlo_value *v);

#endif
