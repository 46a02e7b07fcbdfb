/* The writer: a graph as a StableHLO module in the text form.
 *
 * Operations are written in MLIR's generic form, "op"(operands) <{attributes}> ({regions}) : types,
 * which every reader of MLIR takes. A value is known by its number in the module. Each primitive is
 * a row of a table (table.c): a function that writes it, and what that function must know. A graph
 * that is called becomes a function; loops and branches become regions, which use values from
 * outside.
 */
#ifndef JACQUARD_STABLEHLO_WRITE_H
#define JACQUARD_STABLEHLO_WRITE_H

#include <string.h>

#include "ir/ptrmap.h"
#include "ops/ops.h"

typedef struct hw_function hw_function;

/* What is known of a value: its type, and its name, %base or %base#index. */
typedef struct {
    ir_type type;
    int base, index; /* index: -1 if the operation has one result */
} hw_value;

typedef struct {
    FILE *f;
    int names; /* given so far */
    int nvalue, room;
    hw_value *value;
    ptrmap functions; /* by graph: its hw_function */
    hw_function *first, *last;
    int nfunction, depth;
    const ir_eqn *at; /* the equation that is being written, for errors */
} hw_writer;

typedef struct hw_row hw_row;
typedef bool hw_emit(hw_writer *w, const hw_row *row, const ir_eqn *e, const int *in, int *out);
struct hw_row {
    const ir_op *op;
    hw_emit *emit;
    const char *name; /* StableHLO's operation, or as `emit` wants it */
};
extern const hw_row hw_rows[]; /* ends with a NULL op */

/* ---- text.c -------------------------------------------------------------------------------------- */

void hw_type(hw_writer *w, const ir_type *t);     /* tensor<3xf32> */
void hw_types(hw_writer *w, int n, const int *v); /* (tensor<3xf32>, tensor<f32>) */
void hw_name(hw_writer *w, int v);                /* %3 */
void hw_names(hw_writer *w, int n, const int *v); /* %3, %4#1 */
/* ") : types of operands -> types of results", behind the last region. */
void hw_end(hw_writer *w, int n, const int *in, int nout, const int *out);
/* New values, n results of one operation, whose name is written: "%5:2 = ". False: no memory. */
bool hw_results(hw_writer *w, int n, ir_value *const *like, int *out);
bool hw_results_of(hw_writer *w, int n, const ir_type *const *types, int *out);
int hw_argument(hw_writer *w, const ir_type *t); /* a new value that is not written */
/* An operation with one result; `attrs` is what is between <{ and }>. The value's number. */
int hw_op(hw_writer *w, const char *name, const ir_type *t, int n, const int *in, const char *attrs,
          ...) __attribute__((format(printf, 6, 7)));
/* "name = array<i64: 1, 2>", in one of a few buffers that are used in turn. */
const char *hw_list(const char *name, int n, const int64_t *v);
/* A constant with the bits of one scalar for all elements. */
int hw_constant(hw_writer *w, const ir_type *t, ir_scalar s);
int hw_number(hw_writer *w, const ir_type *t, double v);
int hw_array(hw_writer *w, const ir_type *t, const void *data);
static inline const ir_type *hw_type_of(const hw_writer *w, int v)
{
    return &w->value[v].type;
}
bool hw_fail(hw_writer *w, const char *why);

/* ---- reduce.c ------------------------------------------------------------------------------------ */

/* What a reduction starts with, by the operation that combines. */
ir_scalar hw_identity(const char *name, ir_dtype d);

/* ---- module.c ------------------------------------------------------------------------------------ */

/* Writes the equations of g for operands `in`; out gets the results. */
bool hw_graph(hw_writer *w, const ir_graph *g, const int *in, int *out);
/* Calls g as a function. */
bool hw_call(hw_writer *w, const ir_graph *g, const int *in, int *out);
/* Opens a region with new arguments of these types, and closes it with what it returns. */
bool hw_region_begin(hw_writer *w, int n, const ir_type *const *types, int *args);
void hw_region_end(hw_writer *w, int n, const int *v);
/* Writes the module whose @main is g. constant[k] is input narg + k. malloc'd; NULL with an error.
 */
char *hw_module(const ir_graph *g, int narg, const void *const *constant);

/* ---- the rows' functions --------------------------------------------------------------------------- */

// clang-format off
#define HW_EMITTERS(X) \
    X(plain) X(formula) X(mul_tangent) X(compare) X(literal) X(select) X(clamp) \
    X(integer_pow) X(round) X(copy) X(iota) X(broadcast) X(reshape) X(transpose) X(slice) \
    X(pad) X(concatenate) X(rev) X(dynamic_slice) X(dynamic_update_slice) X(gather) \
    X(scatter) X(reduce) X(argreduce) X(cumulate) X(dot) X(call) X(while) X(scan) X(cond) \
    X(reduce_precision) X(top_k) X(solve) X(root) X(reduce_by) X(reduce_window) X(window_by) \
    X(conv) X(sort) X(sort_by) X(fft) X(triangular_solve) X(threefry) X(fma)
// clang-format on
#define X(name) hw_emit hw_emit_##name;
HW_EMITTERS(X)
#undef X

#endif
