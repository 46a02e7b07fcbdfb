/* From the tree of a module to a graph.
 *
 * Each operation is a row of a table (table.c): its name, and a function that emits equations for
 * it. A row's function gets the operands as values of the graph and writes the results.
 *
 * A function or region that is being made is a frame. A region may use values from outside; each
 * becomes a further input of its graph, and so does an array that is written as a constant, because
 * graphs have no constants but scalars. Whoever uses a graph passes such values in. Those of the
 * outermost frame are arrays, which the program keeps.
 */
#ifndef JACQUARD_STABLEHLO_BUILD_H
#define JACQUARD_STABLEHLO_BUILD_H

#include "exchange/stablehlo/syntax.h"
#include "ir/ptrmap.h"
#include "ops/ops.h"

typedef enum { HLO_EXPECT_EQ, HLO_EXPECT_CLOSE, HLO_EXPECT_ALMOST_EQ } hlo_check_kind;

/* What check.expect_... says of two values. */
typedef struct {
    hlo_check_kind kind;
    hlo_at at;
    int64_t least, most; /* expect_close: their distance in units in the last place */
    double tolerance;    /* expect_almost_eq */
    const ir_value *got, *expected;
} hlo_check;

/* A function as a graph. Its inputs are the arguments, then the constants. Its outputs are the
 * results and, if they are asked for, the two sides of each check. */
typedef struct {
    ir_graph *g;
    int narg, nresult;
    int nconstant;
    const hlo_value **constant; /* each is the result of an operation stablehlo.constant */
    int ncheck;
    hlo_check *check; /* `got` and `expected` are outputs of g */
} hlo_built;

typedef struct {
    hlo_module *module;
    ir_arena *arena;
    bool checks;             /* are checks asked for? */
    bool unsupported;        /* was the first error that something is not supported? */
    int64_t replicas, partitions; /* that run the functions being made; 0: one */
    const char *axis_name;   /* whose lanes they are (collectives.c) */
    ptrmap functions;        /* what was made of them */
    const char *file, *func; /* the module and the function that is being made, interned */
    int depth;               /* of calls and regions */
} hlo_builder;

/* Makes a graph of the function `name`; NULL: of @main or, if there is just one function, of that.
 * False with an error. The caller releases built->g. */
bool hlo_build(hlo_builder *b, const char *name, hlo_built *built);
/* The function that hlo_build takes; NULL with an error. */
const hlo_function *hlo_choose(const hlo_module *m, const char *name);
/* The elements of a constant: writes a whole array of the value's type to `to`, or the one element
 * that is written for all. False if it has none. */
bool hlo_constant_read(hlo_module *m, const hlo_value *constant, void *to);

/* ---- build.c: frames ----------------------------------------------------------------------------- */

typedef struct hlo_frame {
    hlo_builder *b;
    struct hlo_frame *outer; /* NULL: it is a function's */
    ir_graph *g;
    ptrmap made; /* by hlo_value: the ir_value */
    int ncaptured, room;
    const hlo_value **captured; /* inputs of g after the arguments */
    int64_t size;               /* operations, with those of called functions */
    int ncheck, check_room;
    hlo_check *check;
} hlo_frame;

ir_value *hlo_get(hlo_frame *f, const hlo_value *v); /* NULL with an error */
/* Makes the graph of a region of op: inputs are its arguments, then what it captures, which is in
 * *inner. NULL with an error. */
ir_graph *hlo_region_graph(hlo_frame *f, const hlo_op *op, const hlo_region *r, hlo_frame *inner);
const hlo_function *hlo_find_function(const hlo_module *m, hlo_text name);

/* ---- errors -------------------------------------------------------------------------------------- */

/* "file:line:column: stablehlo.add: ..." */
bool hlo_op_fail(hlo_frame *f, const hlo_op *op, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* The same for something that is right, but that we do not have. */
bool hlo_unsupported(hlo_frame *f, const hlo_op *op, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* ---- location.c ---------------------------------------------------------------------------------- */

/* A line of a module, for equations; NULL if there is no memory for it. The names are interned, or
 * NULL. */
const ir_loc *hlo_location(const char *file, const char *func, int line);

/* ---- arguments.c: reading an operation's attributes ------------------------------------------------ */

/* A list of integers, and how many there may be; `alias` is another name of the attribute, or NULL.
 * If the attribute is not there: false with an error. */
typedef struct {
    int n;
    int64_t v[2 * IR_MAX_RANK];
} hlo_ints;
bool hlo_read_ints(hlo_frame *f, const hlo_op *op, const char *key, const char *alias,
                   hlo_ints *to);
/* The same, with exactly n entries; if it is not there, n times `otherwise`. */
bool hlo_read_ints_or(hlo_frame *f, const hlo_op *op, const char *key, int n, int64_t otherwise,
                      hlo_ints *to);
bool hlo_read_int(hlo_frame *f, const hlo_op *op, const char *key, const char *alias, int64_t *to);
int64_t hlo_int_or(const hlo_op *op, const char *key, int64_t otherwise);
/* A word such as EQ, written as it is or as #stablehlo<comparison_direction EQ>. Empty if the
 * attribute is not there. */
hlo_text hlo_read_word(const hlo_op *op, const char *key);
/* The k-th word of the operation's own form; empty if there are not so many. */
hlo_text hlo_word_at(const hlo_op *op, int k);
/* Reads a list of the attribute or of one in a dialect's form. */
bool hlo_ints_of(hlo_frame *f, const hlo_op *op, const hlo_attr *a, hlo_ints *to);
/* The integers of an operand that is a constant; false if it is not one. */
bool hlo_operand_ints(hlo_frame *f, const hlo_op *op, int k, hlo_ints *to);

/* ---- the table ----------------------------------------------------------------------------------- */

typedef struct hlo_row hlo_row;
typedef bool hlo_emit(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                      ir_value **y);
enum { HLO_ANY = -1 };
struct hlo_row {
    const char *name;
    hlo_emit *emit;
    int noperand, nresult; /* HLO_ANY: any number */
    const ir_op *op;       /* what it is in our primitives */
    const ir_op *logic;    /* what it is for bools, if that is another one */
};
extern const hlo_row hlo_rows[];          /* ends with a NULL name */
const hlo_row *hlo_row_of(hlo_text name); /* NULL if no row has that name */

static inline const ir_type *hlo_result(const hlo_op *op, int k)
{
    return &op->result[k]->type->type;
}
/* The primitive of a row for operands of this dtype. */
static inline const ir_op *hlo_prim(const hlo_row *row, ir_dtype d)
{
    return d == IR_bool && row->logic ? row->logic : row->op;
}
/* Emits a call of the function @callee on n values. */
bool hlo_call_function(hlo_frame *f, const hlo_op *op, hlo_text callee, int n, ir_value *const *x,
                       ir_value **y);
/* The graph of a function, which the builder keeps. Its inputs are the arguments, then the constants.
 * NULL with an error. */
ir_graph *hlo_function_graph(hlo_frame *f, const hlo_function *fn, int *nconstant,
                             const hlo_value *const **constant);

/* ---- elementwise.c ------------------------------------------------------------------------------- */

/* Integers in the total order of the floats x: -NaN < -inf < -0 < 0 < inf < NaN. */
ir_value *hlo_total_order(ir_graph *g, ir_value *x);

/* ---- the rows' functions ------------------------------------------------------------------------ */

#define HLO_EMITTERS(X)                                                                            \
    X(unary)                                                                                       \
    X(extreme)                                                                                     \
    X(complex) X(part) X(binary) X(compare) X(select) X(clamp) X(convert) X(reduce_precision)      \
        X(bitcast) X(round_to) X(identity) X(is_inf) X(power) X(broadcast_in_dim) X(reshape)       \
            X(transpose) X(slice) X(pad) X(concatenate) X(reverse) X(iota) X(dynamic_slice)        \
                X(dynamic_update_slice) X(dot_general) X(dot) X(gather) X(scatter) X(sort)         \
                    X(top_k) X(dimension_size) X(reduce) X(map) X(reduce_window)                   \
                        X(select_and_scatter) X(call) X(composite) X(while) X(case) X(if)          \
                            X(constant) X(custom_call) X(check) X(barrier) X(convolution) X(atan2) \
                                X(cholesky) X(triangular_solve) X(rng_bits) X(fft) \
    X(all_gather) X(all_reduce) X(all_to_all) X(reduce_scatter) X(collective_permute) \
    X(collective_broadcast) X(partition_id) X(replica_id) X(run_parallel)
/* linalg.c: for a custom call; sets *known if the target is a routine of LAPACK */
bool hlo_emit_lapack(hlo_frame *f, const hlo_op *op, hlo_text target, ir_value *const *x,
                     ir_value **y, bool *known);
/* sort.c: for a custom call */
bool hlo_emit_approx_top_k(hlo_frame *f, const hlo_op *op, ir_value *const *x, ir_value **y);
#define X(name) hlo_emit hlo_emit_##name;
HLO_EMITTERS(X)
#undef X

#endif
