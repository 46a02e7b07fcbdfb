/* What a primitive tells the JIT: the `lower` column of the op table, and the emitter's interface
 * that its callbacks are written in.
 *
 * The one idea: a kernel is a loop nest over an output's index space, and a fused producer is code
 * that yields its element at a given index. So an index-moving primitive (slice, transpose, pad,
 * broadcast ...) is lowered by one callback: "the element of my output at this index", in terms of
 * elements of its operands at other indices. Nothing here names LLVM: a second back end implements
 * the same interface.
 */
#ifndef JACQUARD_JIT_LOWER_H
#define JACQUARD_JIT_LOWER_H

#include "ir/ir.h"

typedef struct jit_emit jit_emit;       /* the emitter, inside one loop body */
typedef struct jit_scalar_ *jit_scalar; /* an SSA scalar of some dtype */
typedef struct jit_scalar_ *jit_index;  /* an SSA 64-bit integer used as an index */

/* An element's place: one index a dimension. `linear`, when not NULL, is the row-major offset of
 * the same place in a dense array of the value's own shape; `at` may then be NULL: the emitter
 * splits it on demand (jit_place_at). */
typedef struct {
    int rank;
    jit_index *at;
    jit_index linear;
} jit_place;

/* The scalar functions that are an instruction on most machines: programs of these alone need no
 * bitcode, and loops that combine by one of them vectorise. The names are those of ops/scalar,
 * which has the function where a machine, or a dtype, has no instruction. */
// clang-format off
#define JIT_INSTRUCTIONS(X)                                                                        \
    X(add) X(sub) X(mul) X(div) X(neg) X(square) X(max) X(min) X(and) X(or) X(xor)                 \
    X(lt) X(le) X(gt) X(ge) X(eq) X(ne)
// clang-format on
typedef enum {
    JIT_CALL, /* none of these */
#define X(name) JIT_##name,
    JIT_INSTRUCTIONS(X)
#undef X
        JIT_NINSTRUCTION
} jit_instruction;

/* What a back end implements. Its `struct jit_emit` begins with a pointer to its table, and
 * callbacks call through that by the functions below. */
typedef struct {
    /* The element of operand k of e, at a place in that operand's index space. */
    jit_scalar (*operand)(jit_emit *em, const ir_eqn *e, int k, jit_place where);
    /* Arithmetic on indices (constants fold). */
    jit_index (*index_const)(jit_emit *em, int64_t v);
    jit_index (*index_add)(jit_emit *em, jit_index a, jit_index b);
    jit_index (*index_sub)(jit_emit *em, jit_index a, jit_index b);
    jit_index (*index_mul)(jit_emit *em, jit_index a, jit_index b);
    jit_index (*index_div)(jit_emit *em, jit_index a, int64_t b); /* a >= 0, b > 0 */
    jit_index (*index_rem)(jit_emit *em, jit_index a, int64_t b);
    jit_index (*index_clamp)(jit_emit *em, jit_index a, int64_t lo, int64_t hi);
    /* Truth values: i1 scalars. */
    jit_scalar (*index_lt)(jit_emit *em, jit_index a, jit_index b); /* signed */
    jit_scalar (*both)(jit_emit *em, jit_scalar a, jit_scalar b);
    jit_scalar (*choose)(jit_emit *em, jit_scalar truth, jit_scalar a, jit_scalar b);
    /* Conversions between an element (of an integer dtype) and an index. */
    jit_index (*to_index)(jit_emit *em, jit_scalar s, ir_dtype d);
    jit_scalar (*from_index)(jit_emit *em, jit_index i, ir_dtype d);
    jit_scalar (*constant)(jit_emit *em, ir_dtype d, ir_scalar v);
    /* The element of another dtype of the same size that has the same bits. */
    jit_scalar (*bitcast)(jit_emit *em, jit_scalar x, ir_dtype from, ir_dtype to);
    /* An element of ir_compute(d) as the nearest one of d. One of d is one of ir_compute(d), too. */
    jit_scalar (*round)(jit_emit *em, jit_scalar x, ir_dtype d);
    /* Evaluates `then` only where truth holds, for producers that are dear or must not read out of
     * bounds; otherwise the value is `other`. */
    jit_scalar (*guarded)(jit_emit *em, jit_scalar truth, jit_scalar (*then)(jit_emit *, void *),
                          void *env, jit_scalar other);
    /* A function of one operand (y is NULL) or two of dtype d; a comparison gives a truth. */
    jit_scalar (*apply)(jit_emit *em, jit_instruction f, ir_dtype d, jit_scalar x, jit_scalar y);
    /* A call of the scalar function that ops/scalar gives under this name, jk_<name>_<dtype>;
     * arguments and result typed by it. */
    jit_scalar (*math)(jit_emit *em, const char *jk_name, ir_dtype result, int n, jit_scalar *args);
} jit_lowering;

static inline const jit_lowering *jit_lowering_of(const jit_emit *em)
{
    return *(const jit_lowering *const *)em;
}
static inline jit_scalar jit_operand(jit_emit *em, const ir_eqn *e, int k, jit_place where)
{
    return jit_lowering_of(em)->operand(em, e, k, where);
}
static inline jit_index jit_index_const(jit_emit *em, int64_t v)
{
    return jit_lowering_of(em)->index_const(em, v);
}
static inline jit_index jit_index_add(jit_emit *em, jit_index a, jit_index b)
{
    return jit_lowering_of(em)->index_add(em, a, b);
}
static inline jit_index jit_index_sub(jit_emit *em, jit_index a, jit_index b)
{
    return jit_lowering_of(em)->index_sub(em, a, b);
}
static inline jit_index jit_index_mul(jit_emit *em, jit_index a, jit_index b)
{
    return jit_lowering_of(em)->index_mul(em, a, b);
}
static inline jit_index jit_index_div(jit_emit *em, jit_index a, int64_t b)
{
    return jit_lowering_of(em)->index_div(em, a, b);
}
static inline jit_index jit_index_rem(jit_emit *em, jit_index a, int64_t b)
{
    return jit_lowering_of(em)->index_rem(em, a, b);
}
static inline jit_index jit_index_clamp(jit_emit *em, jit_index a, int64_t lo, int64_t hi)
{
    return jit_lowering_of(em)->index_clamp(em, a, lo, hi);
}
static inline jit_scalar jit_index_lt(jit_emit *em, jit_index a, jit_index b)
{
    return jit_lowering_of(em)->index_lt(em, a, b);
}
static inline jit_scalar jit_and(jit_emit *em, jit_scalar a, jit_scalar b)
{
    return jit_lowering_of(em)->both(em, a, b);
}
static inline jit_scalar jit_choose(jit_emit *em, jit_scalar truth, jit_scalar a, jit_scalar b)
{
    return jit_lowering_of(em)->choose(em, truth, a, b);
}
static inline jit_index jit_to_index(jit_emit *em, jit_scalar s, ir_dtype d)
{
    return jit_lowering_of(em)->to_index(em, s, d);
}
static inline jit_scalar jit_from_index(jit_emit *em, jit_index i, ir_dtype d)
{
    return jit_lowering_of(em)->from_index(em, i, d);
}
static inline jit_scalar jit_constant(jit_emit *em, ir_dtype d, ir_scalar v)
{
    return jit_lowering_of(em)->constant(em, d, v);
}
static inline jit_scalar jit_bitcast(jit_emit *em, jit_scalar x, ir_dtype from, ir_dtype to)
{
    return jit_lowering_of(em)->bitcast(em, x, from, to);
}
static inline jit_scalar jit_round(jit_emit *em, jit_scalar x, ir_dtype d)
{
    return jit_lowering_of(em)->round(em, x, d);
}
static inline jit_scalar jit_guarded(jit_emit *em, jit_scalar truth,
                                     jit_scalar (*then)(jit_emit *, void *), void *env,
                                     jit_scalar other)
{
    return jit_lowering_of(em)->guarded(em, truth, then, env, other);
}
static inline jit_scalar jit_apply(jit_emit *em, jit_instruction f, ir_dtype d, jit_scalar x,
                                   jit_scalar y)
{
    return jit_lowering_of(em)->apply(em, f, d, x, y);
}
static inline jit_scalar jit_math(jit_emit *em, const char *jk_name, ir_dtype result, int n,
                                  jit_scalar *args)
{
    return jit_lowering_of(em)->math(em, jk_name, result, n, args);
}

/* Index of dimension d of a place in a value of type t (splits `linear` if need be). */
jit_index jit_place_at(jit_emit *em, const ir_type *t, const jit_place *p, int d);
/* The row-major offset of a place in a value of type t. */
jit_index jit_place_linear(jit_emit *em, const ir_type *t, const jit_place *p);

/* The attributes that a kind of lowering prescribes: see ir/attrs.h. */
#define REDUCE_ATTRS(A) A(REDUCE_AXES, axes, INTS)
IR_ATTRS(REDUCE);

#define ARGREDUCE_ATTRS(A)                                                                         \
    A(ARGREDUCE_AXES, axes, INTS)                                                                  \
    A(ARGREDUCE_INDEX_DTYPE, index_dtype, DTYPE)
IR_ATTRS(ARGREDUCE);

#define CUMULATE_ATTRS(A)                                                                          \
    A(CUMULATE_AXIS, axis, INT)                                                                    \
    A(CUMULATE_REVERSE, reverse, BOOL)
IR_ATTRS(CUMULATE);

/* In pairs: what holds of the left operand, and of the right one. */
#define DOT_ATTRS(A)                                                                               \
    A(DOT_LHS_CONTRACT, lhs_contract, INTS)                                                        \
    A(DOT_RHS_CONTRACT, rhs_contract, INTS)                                                        \
    A(DOT_LHS_BATCH, lhs_batch, INTS)                                                              \
    A(DOT_RHS_BATCH, rhs_batch, INTS)
IR_ATTRS(DOT);

#define LANES_ATTRS(A)                                                                             \
    A(LANES_WHOLE, whole, GRAPH)                                                                   \
    A(LANES_STRIP, strip, GRAPH)                                                                   \
    A(LANES_SIZE, size, INT)                                                                       \
    A(LANES_AXES, axes, INTS)
IR_ATTRS(LANES);
/* How many lanes a strip has; 0: one, without its axis. Every result has lanes, at axis 0. */
static inline int64_t jit_strip_width(const ir_eqn *e)
{
    const ir_type *strip = &e->attr[LANES_STRIP].graph->out[0]->type;
    return strip->rank == e->out[0]->type.rank ? strip->dim[0] : 0;
}

typedef enum {
    JIT_ELEMENTWISE, /* scalar function of the operands at the same index */
    JIT_INDEXED,     /* `at` yields the element of output 0 at a place */
    JIT_REDUCE,      /* one operand, REDUCE_ATTRS; combined by `instruction`, from identity */
    JIT_ARGREDUCE,   /* argmax/argmin: ARGREDUCE_ATTRS (one axis) */
    JIT_CUMULATE,    /* cumsum and its like: CUMULATE_ATTRS */
    JIT_DOT,         /* dot_general: DOT_ATTRS */
    JIT_WHILE,
    JIT_COND,
    JIT_SCAN,
    JIT_LANES, /* LANES_ATTRS: size lanes, strip by strip; axes: who has lanes */
    JIT_CALLED, /* a call of `host`, and nothing else */
} jit_lower_kind;

/* A kernel that compiled code calls. It gets no equation but plain numbers, so that it can be linked
 * without the graph. */
typedef bool jit_host_kernel(const int64_t *numbers, const void *const *in, void *const *out);
typedef struct {
    const char *symbol; /* of the kernel */
    jit_host_kernel *kernel;
    /* Writes what the kernel must know of e: sizes, strides, dtypes. Returns how many numbers. */
    int (*numbers)(const ir_eqn *e, int64_t *to);
} jit_host;
enum { JIT_MOST_NUMBERS = 128 };

/* A function that compiled code may call by name in this process, besides `host` kernels. */
typedef struct {
    const char *name;
    void *address;
} jit_symbol;
/* More of them, ended by a NULL name; good for ever. */
void jit_add_symbols(const jit_symbol *list);

enum {
    JIT_NO_AXIS = -1,    /* read at the same places whatever the index */
    JIT_OTHER_AXIS = -2, /* at other places */
};

typedef struct jit_lower {
    jit_lower_kind kind;
    /* ELEMENTWISE: what it computes, if that is one of JIT_INSTRUCTIONS. REDUCE, CUMULATE: what
     * combines two elements. ARGREDUCE: gt or lt, which holds of an element and the best before it.
     */
    jit_instruction instruction;
    /* ELEMENTWISE, where that is JIT_CALL: names of the scalar function of each output, without jk_
     * and dtype; the function is jk_<name>_<dtype of operand 0>. NULL: `scalar` makes it. */
    const char *const *names;
    jit_scalar (*scalar)(jit_emit *em, const ir_eqn *e, int output, jit_scalar *x);
    /* INDEXED */
    jit_scalar (*at)(jit_emit *em, const ir_eqn *e, jit_place where);
    /* REDUCE, CUMULATE: the value to start from, by dtype. */
    ir_scalar (*identity)(ir_dtype d);
    /* A rough price of one output element, in floating-point operations; the fuser duplicates a
     * producer only below a threshold. 0 counts as 1. */
    int cost;
    /* INDEXED: the element at a row-major offset is that of operand 0 at the same offset (reshape,
     * squeeze, expand_dims): needs no copy and no `at`. */
    bool reshapes;
    /* INDEXED, DOT: the axis of operand k at whose index i it is read for the result's index i on
     * axis r, or one of below. NULL: JIT_OTHER_AXIS for every operand that has axes. */
    int (*axis)(const ir_eqn *e, int k, int r);
    /* INDEXED: operand 1 overwrites a window of operand 0 that starts at operands 2 ..., clamped
     * (dynamic_update_slice): done in place where operand 0 is not needed any more. */
    bool updates;
    /* CALLED, and DOT where it is large. */
    const jit_host *host;
} jit_lower;

#endif
