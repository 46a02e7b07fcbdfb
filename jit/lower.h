/* What a primitive tells the JIT: the `lower` column of the op table, and the emitter interface
 * that the callbacks in that column are written against.
 *
 * The idea: a kernel is a loop nest over an output's index space, and a fused producer is code that
 * computes its element at a given index. So a primitive that moves indices (slice, transpose, pad,
 * broadcast ...) is lowered by one callback, which computes the element of its output at an index
 * from elements of its operands at other indices. Nothing here depends on LLVM: another back end
 * can implement the same interface.
 */
#ifndef JACQUARD_JIT_LOWER_H
#define JACQUARD_JIT_LOWER_H

#include "ir/ir.h"

typedef struct jit_emit jit_emit;       /* the emitter, inside one loop body */
typedef struct jit_scalar_ *jit_scalar; /* an SSA scalar of some dtype */
typedef struct jit_scalar_ *jit_index;  /* an SSA 64-bit integer used as an index */

/* The position of an element: one index per dimension. `linear`, when not NULL, is the row-major
 * offset of the same position in a dense array of the value's shape; `at` may then be NULL, and the
 * emitter splits `linear` into indices on demand (jit_place_at). */
typedef struct {
    int rank;
    jit_index *at;
    jit_index linear;
} jit_place;

/* Scalar functions that are a single instruction on most machines. A program that uses only
 * these needs no bitcode, and a loop that combines values by one of them vectorises. The names
 * are those of ops/scalar, which implements each function for machines and dtypes that lack the
 * instruction. */
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

/* What a back end implements. Its `struct jit_emit` begins with a pointer to this table, and
 * callbacks call through it by the functions below. */
typedef struct {
    /* The element of operand k of e, at a place in that operand's index space. */
    jit_scalar (*operand)(jit_emit *em, const ir_eqn *e, int k, jit_place where);
    /* Arithmetic on indices. Constants are folded. */
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
    /* Reinterprets the bits of x as another dtype of the same size. */
    jit_scalar (*bitcast)(jit_emit *em, jit_scalar x, ir_dtype from, ir_dtype to);
    /* Rounds an element of ir_compute(d) to the nearest element of d. The result still has dtype
     * ir_compute(d), of which every element of d is one. */
    jit_scalar (*round)(jit_emit *em, jit_scalar x, ir_dtype d);
    /* Evaluates `then` only where truth holds, and gives `other` elsewhere. For producers that are
     * expensive or that must not read out of bounds. */
    jit_scalar (*guarded)(jit_emit *em, jit_scalar truth, jit_scalar (*then)(jit_emit *, void *),
                          void *env, jit_scalar other);
    /* A function of one operand (y is NULL) or of two operands of dtype d; a comparison gives a
     * truth value. */
    jit_scalar (*apply)(jit_emit *em, jit_instruction f, ir_dtype d, jit_scalar x, jit_scalar y);
    /* Calls the scalar function jk_<name>_<d> of ops/scalar on arguments of dtype d. */
    jit_scalar (*math)(jit_emit *em, const char *name, ir_dtype d, ir_dtype result, int n,
                       jit_scalar *args);
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
static inline jit_scalar jit_math(jit_emit *em, const char *name, ir_dtype d, ir_dtype result,
                                  int n, jit_scalar *args)
{
    return jit_lowering_of(em)->math(em, name, d, result, n, args);
}

/* The index along dimension d of a place in a value of type t; splits `linear` if necessary. */
jit_index jit_place_at(jit_emit *em, const ir_type *t, const jit_place *p, int d);
/* The row-major offset of a place in a value of type t. */
jit_index jit_place_linear(jit_emit *em, const ir_type *t, const jit_place *p);

/* The attributes that each kind of lowering requires; see ir/attrs.h. */
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

/* In pairs: one list for the left operand and one for the right. */
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
/* The number of lanes in a strip; 0 if the strip is a single lane without a lane axis. Every result
 * has a lane axis, axis 0. */
static inline int64_t jit_strip_width(const ir_eqn *e)
{
    const ir_type *strip = &e->attr[LANES_STRIP].graph->out[0]->type;
    return strip->rank == e->out[0]->type.rank ? strip->dim[0] : 0;
}

/* A new kind needs a row in fuse.c's table and, if it computes, one in profile_amounts.c's. */
typedef enum {
    JIT_ELEMENTWISE, /* scalar function of the operands at the same index */
    JIT_INDEXED,     /* `at` computes the element of output 0 at a place */
    JIT_REDUCE,      /* one operand, REDUCE_ATTRS; combined by `instruction`, from identity */
    JIT_ARGREDUCE,   /* argmax/argmin: ARGREDUCE_ATTRS (one axis) */
    JIT_CUMULATE,    /* cumsum and similar: CUMULATE_ATTRS */
    JIT_DOT,         /* dot_general: DOT_ATTRS */
    JIT_SCATTER,     /* combines windows of operand 0, at indices, with those of operand 2 */
    JIT_WHILE,
    JIT_COND,
    JIT_SCAN,
    JIT_LANES,  /* LANES_ATTRS: `size` lanes, strip by strip; `axes`: each operand's lane axis */
    JIT_CALLED, /* only a call of `host` */
    JIT_NLOWER
} jit_lower_kind;

/* A kernel that compiled code calls. It receives plain numbers instead of an equation, so that it
 * can be linked without the graph. */
typedef bool jit_host_kernel(const int64_t *numbers, const void *const *in, void *const *out);
typedef struct {
    const char *symbol; /* the kernel's symbol */
    jit_host_kernel *kernel;
    /* Writes what the kernel must know about e: sizes, strides, dtypes. Returns the number of
     * entries. */
    int (*numbers)(const ir_eqn *e, int64_t *to);
} jit_host;
enum { JIT_MOST_NUMBERS = 160 };

/* A function, other than a `host` kernel, that compiled code may call by name in this process. */
typedef struct {
    const char *name;
    void *address;
} jit_symbol;
/* Adds functions from a list that ends with a NULL name and must stay valid until the process
 * exits. */
void jit_add_symbols(const jit_symbol *list);

enum {
    JIT_NO_AXIS = -1,    /* read at the same places, whatever the index is */
    JIT_OTHER_AXIS = -2, /* read at places that do not follow the index */
};

typedef struct jit_lower {
    jit_lower_kind kind;
    /* ELEMENTWISE: the operation, if it is one of JIT_INSTRUCTIONS. REDUCE, CUMULATE, SCATTER: the
     * operation that combines two elements. ARGREDUCE: gt or lt, whichever is true when an element is better
     * than the best one so far. */
    jit_instruction instruction;
    /* ELEMENTWISE, CUMULATE, if `instruction` is JIT_CALL: for each output, the name of its scalar
     * function without jk_ and the dtype; the function is jk_<name>_<dtype of operand 0>.
     * ELEMENTWISE: NULL if `scalar` emits the code. */
    const char *const *names;
    jit_scalar (*scalar)(jit_emit *em, const ir_eqn *e, int output, jit_scalar *x);
    /* INDEXED */
    jit_scalar (*at)(jit_emit *em, const ir_eqn *e, jit_place where);
    /* REDUCE, CUMULATE: the initial value, by dtype. */
    ir_scalar (*identity)(ir_dtype d);
    /* The approximate cost of one output element in floating-point operations. The fuser duplicates
     * a producer only below a threshold. 0 counts as 1. */
    int cost;
    /* INDEXED: the element at a row-major offset is the element of operand 0 at the same offset
     * (reshape, squeeze, expand_dims), so neither a copy nor `at` is needed. */
    bool reshapes;
    /* INDEXED, DOT: to compute the result at index i of its axis r, operand k is read at index i of
     * the axis that this returns; or one of the constants above. NULL: JIT_OTHER_AXIS for every
     * operand with axes. */
    int (*axis)(const ir_eqn *e, int k, int r);
    /* INDEXED: operand 1 overwrites a window of operand 0 that starts at operands 2 ..., clamped
     * (dynamic_update_slice). Done in place if operand 0 is not needed afterwards. */
    bool updates;
    /* SCATTER: combined by `instruction`, or replaced if that is JIT_CALL, window after window, and
     * in place if operand 0 is not needed afterwards. */
    /* Can loops be emitted for e? If not, `eval` is called. */
    bool (*is_emitted)(const ir_eqn *e);
    /* The axis of operand 0 along which axis r of operand 2 stays within a window; JIT_NO_AXIS if
     * r tells which window it is. */
    int (*along)(const ir_eqn *e, int r);
    /* May windows overlap in part? If not, all of operand 2 may be taken in row-major order. */
    bool (*slides)(const ir_eqn *e);
    /* Where in operand 0 a window starts, given the indices along the axes of operand 2 that tell
     * which window it is. Writes an index for each axis. Returns whether the window is written;
     * NULL: it always is. */
    jit_scalar (*start)(jit_emit *em, const ir_eqn *e, const jit_index *at, jit_index *start);
    /* CALLED, and DOT if the product is large. */
    const jit_host *host;
    /* CALLED: the kernel may be given operand 0 and the result in the same buffer. */
    bool over;
} jit_lower;

#endif
