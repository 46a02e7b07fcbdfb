/* From a graph to the text of a StableHLO module.
 *
 * The text has one function, @main. Each equation is a row of a table (rows.c): the operation that
 * it is, or a function that writes several. Graphs within an equation are written in place: what a
 * loop or branch uses from outside, it names, as StableHLO's regions may.
 */
#ifndef JACQUARD_STABLEHLO_WRITE_H
#define JACQUARD_STABLEHLO_WRITE_H

#include <stdio.h>

#include "ir/ptrmap.h"
#include "ops/ops.h"

/* A value of the text: %12, or %12#1 if `part` is at least 0. An id of -1: a result that
 * StableHLO's operation does not have, which nothing may use. */
typedef struct {
    int64_t id;
    int part;
    ir_type type;
} mlir_val;

typedef struct {
    FILE *f;
    ir_arena arena;
    ptrmap names; /* by ir_value: its mlir_val */
    int64_t next; /* the number of the next value */
    int indent;
    ptrmap functions;          /* by graph: the number of the function that it is */
    const ir_graph **function; /* [nfunction]; those after nwritten are to be written */
    ir_hash128 *hash;          /* of each */
    int nfunction, nwritten, room;
    bool unsupported; /* was the error that StableHLO has no such operation? */
} mlir_writer;

/* Writes e's equations. x: its operands; y gets its results. False with an error. */
typedef struct mlir_write_row mlir_write_row;
typedef bool mlir_write(mlir_writer *w, const mlir_write_row *row, const ir_eqn *e,
                        const mlir_val *x, mlir_val *y);
struct mlir_write_row {
    const ir_op *op;
    mlir_write *write;
    const char *name; /* of the operation in StableHLO, if it is one */
};

/* ---- text.c ------------------------------------------------------------------------------------ */

void mlir_put(mlir_writer *w, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void mlir_put_line(mlir_writer *w); /* begins a line */
void mlir_put_val(mlir_writer *w, const mlir_val *v);
void mlir_put_type(mlir_writer *w, const ir_type *t);
/* array<i64: 1, 2> */
void mlir_put_ints(mlir_writer *w, int n, const int64_t *v);
/* [1, 2] */
void mlir_put_list(mlir_writer *w, int n, const int64_t *v);
/* dense<[[low, high], ...]> : tensor<nx2xi64>, of every step-th number. */
void mlir_put_pairs(mlir_writer *w, int n, const int64_t *low, const int64_t *high, int step);
void mlir_put_scalar(mlir_writer *w, ir_dtype d, ir_scalar s);
mlir_val mlir_new(mlir_writer *w, const ir_type *t);
/* (types of the operands) -> types of the results, at the end of a line. */
void mlir_put_signature(mlir_writer *w, int n, const mlir_val *x, int nresult,
                        const ir_type *result);

/* ---- emit.c: single operations ------------------------------------------------------------------ */

/* name(x...), with one result of type t; with attributes, name(x...) <{attributes}>. */
mlir_val mlir_op(mlir_writer *w, const char *name, int n, const mlir_val *x, const ir_type *t);
mlir_val mlir_op1(mlir_writer *w, const char *name, int n, const mlir_val *x, const ir_type *t,
                  const char *attributes, ...) __attribute__((format(printf, 6, 7)));
mlir_val mlir_unary(mlir_writer *w, const char *name, mlir_val x);
mlir_val mlir_binary(mlir_writer *w, const char *name, mlir_val x, mlir_val y);
/* direction: EQ, NE, LT, LE, GT or GE */
/* type: TOTALORDER, or NULL for the usual order of the dtype. */
mlir_val mlir_compare_as(mlir_writer *w, const char *type, const char *direction, mlir_val x,
                         mlir_val y);
mlir_val mlir_compare(mlir_writer *w, const char *direction, mlir_val x, mlir_val y);
mlir_val mlir_choose_val(mlir_writer *w, mlir_val pred, mlir_val yes, mlir_val no);
/* A constant of x's type. */
mlir_val mlir_number(mlir_writer *w, const ir_type *t, double v);
mlir_val mlir_fill(mlir_writer *w, const ir_type *t, ir_scalar s);
mlir_val mlir_convert_to(mlir_writer *w, mlir_val x, ir_dtype d);
mlir_val mlir_reshape_to(mlir_writer *w, mlir_val x, int rank, const int64_t *dim);
/* A scalar, or an array whose dimensions are `dims` of the result's. */
mlir_val mlir_broadcast(mlir_writer *w, mlir_val x, const ir_type *t, int n, const int64_t *dims);
/* The body of a reduction by one operation: ({ ^bb0(%a, %b): %c = name %a, %b; return %c }). */
void mlir_put_body(mlir_writer *w, const char *name, ir_dtype d);
/* reductions.c: x reduced over n axes to type t by one of our reductions. */
mlir_val mlir_reduce(mlir_writer *w, const ir_op *op, mlir_val x, int n, const int64_t *axes,
                     const ir_type *t);
/* Begins an operation with regions: %r:n = "name"(x...), and what comes before the regions. y gets
 * the results; mlir_end writes the signature. */
void mlir_begin(mlir_writer *w, const char *name, int n, const mlir_val *x, int nresult,
                const ir_type *const *result, mlir_val *y);
void mlir_end(mlir_writer *w, int n, const mlir_val *x, int nresult, const mlir_val *y);

/* ---- graph.c ----------------------------------------------------------------------------------- */

/* Writes all equations of g, whose inputs are x, and gives what its outputs are. */
bool mlir_write_graph(mlir_writer *w, const ir_graph *g, const mlir_val *x, mlir_val *y);
/* A region that is g. The first nconst inputs are values from outside, the others its arguments. */
bool mlir_write_region(mlir_writer *w, const ir_graph *g, int nconst, const mlir_val *constant);
/* What is around a region's operations: { ^bb0(arguments):, and the return of y and }. */
void mlir_region_begin(mlir_writer *w, int n, const mlir_val *arg);
void mlir_region_end(mlir_writer *w, int n, const mlir_val *y);
void mlir_put_return(mlir_writer *w, const char *name, int n, const mlir_val *y);
bool mlir_not_there(mlir_writer *w, const ir_eqn *e);
extern const mlir_write_row mlir_rows[]; /* rows.c; ends with a NULL op */

/* The module as malloc'd text; NULL with an error. constant[k]: the elements of input narg + k.
 * *unsupported: was it because StableHLO has no such operation? */
char *mlir_write_module(const ir_graph *g, int narg, const void *const *constant,
                        bool *unsupported);

/* The head of a row's function. */
#define ROW(name)                                                                                  \
    bool mlir_write_##name(mlir_writer *w, const mlir_write_row *row, const ir_eqn *e,             \
                           const mlir_val *x, mlir_val *y)

/* ---- the rows' functions ------------------------------------------------------------------------ */

#define MLIR_WRITERS(X)                                                                            \
    X(plain)                                                                                       \
    X(compare)                                                                                     \
    X(alias)                                                                                       \
    X(guard) X(square) X(integer_pow) X(exp2) X(logaddexp) X(logistic_grad) X(atan_grad)           \
        X(asinh_grad) X(acosh_grad) X(cbrt_grad) X(atan2_grad) X(erf_grad_sqrt) X(erf_inv_grad)    \
            X(ndtr) X(tanh_grad) X(fma) X(mul_tangent) X(round) X(reduce_precision) X(select)      \
                X(clamp) X(convert) X(bitcast) X(literal) X(iota) X(broadcast) X(reshape)          \
                    X(transpose) X(slice) X(pad) X(concatenate) X(reverse) X(dynamic_slice)        \
                        X(dynamic_update_slice) X(reduce) X(argreduce) X(reduce_by) X(cumulate)    \
                            X(window) X(window_by) X(dot) X(convolution) X(gather) X(scatter)      \
                                X(scatter_by) X(sort) X(sort_by) X(top_k) X(while) X(cond) X(scan) \
                                    X(fft) X(cholesky) X(triangular_solve) X(rng_bits) X(threefry) \
                                        X(barrier) X(select_and_scatter)                           \
                                            X(inline_select_and_scatter_add)
#define X(name) mlir_write mlir_write_##name;
MLIR_WRITERS(X)
#undef X

#endif
