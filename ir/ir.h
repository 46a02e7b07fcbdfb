/* The intermediate representation: typed graphs of equations in SSA form.
 *
 * This header lists, under each file's name, what that file offers. The one idea: a primitive is a
 * row (ir_op) of rules, and everything here looks rules up; no file of ir/ knows a particular
 * primitive except through its role.
 */
#ifndef JACQUARD_IR_H
#define JACQUARD_IR_H

#include <setjmp.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "ir/attrs.h"
#include "ir/dtypes.h"

/* ---- dtype.c: element types -------------------------------------------------------------- */

typedef enum { IR_KIND_BOOL, IR_KIND_INT, IR_KIND_UINT, IR_KIND_FLOAT } ir_kind;

typedef enum {
#define X(name, ...) IR_##name,
    IR_DTYPES(X)
#undef X
        IR_NDTYPE
} ir_dtype;

/* The columns of ir/dtypes.h as data. */
typedef struct {
    const char *name, *stablehlo;
    const char *npy; /* kind and size in a .npy file */
    ir_kind kind;
    ir_dtype compute; /* the dtype that arithmetic is done in */
    uint8_t size;     /* bytes of one stored element */
    uint8_t bits;     /* that say something: all of them, but for bool's one */
    uint8_t digits;   /* binary, of a float's significand, or of an integer without its sign */
    uint8_t dlpack;   /* DLPack's type code */
    int16_t least, most; /* exponents of a float, as FLT_MIN_EXP and FLT_MAX_EXP count them */
} ir_dtype_info;

extern const ir_dtype_info ir_dtypes[IR_NDTYPE];

/* The bits of one element; which member holds it is said by a dtype beside it. Unused bytes are
 * zero, so that two scalars are equal exactly if their `bits` are. */
typedef union {
    uint64_t bits;
#define X(name, ctype, ...) ctype v_##name;
    IR_DTYPES(X)
#undef X
} ir_scalar;

bool ir_dtype_find(const char *name, size_t len, ir_dtype *out);
/* Three questions that have one answer today: does it have fractions (and NaN), derivatives, an
 * order? A complex number has the first two. */
static inline bool ir_has_fraction(ir_dtype d) { return ir_dtypes[d].kind == IR_KIND_FLOAT; }
static inline bool ir_is_inexact(ir_dtype d) { return ir_dtypes[d].kind == IR_KIND_FLOAT; }
static inline bool ir_is_integer(ir_dtype d)
{
    return ir_dtypes[d].kind == IR_KIND_INT || ir_dtypes[d].kind == IR_KIND_UINT;
}
/* Too narrow to compute in (narrow.c)? */
static inline bool ir_is_narrow(ir_dtype d) { return ir_dtypes[d].compute != d; }
static inline ir_dtype ir_compute(ir_dtype d) { return ir_dtypes[d].compute; }
double ir_epsilon(ir_dtype d);      /* of a float: from 1 to the next */
double ir_least_normal(ir_dtype d); /* of a float, above 0 */
/* The least and the greatest number there is, infinities among them. */
ir_scalar ir_scalar_lowest(ir_dtype d);
ir_scalar ir_scalar_highest(ir_dtype d);
/* The integer, sign-extended; a bool's 0 or 1. Of u64 the bits. */
int64_t ir_scalar_i64(ir_dtype d, ir_scalar s);
/* The number as a scalar of the dtype: rounds, and saturates integers. */
ir_scalar ir_scalar_of(ir_dtype d, double v);
ir_scalar ir_scalar_of_int(ir_dtype d, int64_t v);
double ir_scalar_f64(ir_dtype d, ir_scalar s);
/* JAX's type promotion lattice with weak types (jax.numpy.promote_types). `default_*` say what a
 * result that is weak on both sides defaults to when it must become concrete; it stays weak here. */
ir_dtype ir_promote(ir_dtype a, bool weak_a, ir_dtype b, bool weak_b, bool *weak_out);

/* ---- narrow.c: floats too narrow to compute in ------------------------------------------------- */

struct ir_eqn;
struct ir_graph;
struct ir_value;
void ir_widen_array(ir_dtype d, size_t n, const void *from, float *to);
void ir_narrow_array(ir_dtype d, size_t n, const float *from, void *to); /* to nearest, ties to even */
/* Is e to be computed on the f32 numbers of its narrow operands? */
bool ir_computes_wider(const struct ir_eqn *e);
/* op->eval, on narrow floats so. */
bool ir_eval_eqn(const struct ir_eqn *e, const void *const *in, void *const *out);
/* The same as equations, on operands x: conversions around e. Writes y; NULL with an error. */
struct ir_value **ir_emit_wider(struct ir_graph *g, const struct ir_eqn *e,
                                struct ir_value *const *x, struct ir_value **y);

/* ---- type.c: element type and shape -------------------------------------------------------- */

#define IR_MAX_RANK 16

typedef struct {
    ir_dtype dtype : 8;
    bool weak; /* came from a C number: gives way in promotion */
    uint8_t rank;
    int64_t dim[IR_MAX_RANK];
} ir_type;

/* As a leading dimension: as many slices as a loop makes steps. Such a value is a tape (tape.c); only
 * control equations and the few primitives of ops/tape.c take it. Prints as `?`. */
#define IR_DYNAMIC (-1)
static inline bool ir_is_tape(const ir_type *t)
{
    return t->rank && t->dim[0] == IR_DYNAMIC;
}
int ir_tape_depth(const ir_type *t); /* leading dynamic dimensions */

ir_type ir_type_scalar(ir_dtype d);
ir_type ir_type_make(ir_dtype d, int rank, const int64_t *dim);
ir_type ir_type_like(ir_type shape_of, ir_dtype d); /* same shape, strong */
int64_t ir_type_count(const ir_type *t);            /* elements; 1 for rank 0 and for a tape */
size_t ir_type_bytes(const ir_type *t);
bool ir_type_fits(const ir_type *t); /* could be memory: rank, dims and bytes are within bounds */
bool ir_same_shape(const ir_type *a, const ir_type *b);
bool ir_same_type(const ir_type *a, const ir_type *b); /* dtype and shape; weakness aside */
/* "f32[3,4]", weak types as "~f32[]". Returns buf. */
#define IR_TYPE_TEXT 400
char *ir_type_str(const ir_type *t, char buf[IR_TYPE_TEXT]);
/* The same in a ring of thread-local buffers, good for eight in one expression. */
const char *ir_type_tmp(const ir_type *t);
/* "1 handle", "2 handles": in the same buffers. */
const char *ir_count_tmp(int64_t n, const char *noun);
const char *ir_ints_tmp(const int64_t *v, int n); /* "(3, 4)", same ring */

/* ---- tape.c: values of dynamic length ------------------------------------------------------- */

typedef struct ir_tape ir_tape;
ir_tape *ir_tape_new(const ir_type *slice);
ir_tape *ir_tape_retain(ir_tape *t);
void ir_tape_release(ir_tape *t); /* NULL is fine */
int64_t ir_tape_length(const ir_tape *t);
bool ir_tape_resize(ir_tape *t, int64_t n); /* at least n slices, new ones zero; false: the limit */
void *ir_tape_at(const ir_tape *t, int64_t k); /* slice k; NULL where there is none: zeros */
size_t ir_tape_live_bytes(void); /* of all tapes in the process */
size_t ir_tape_peak_bytes(bool reset);
void ir_tape_set_limit(size_t bytes);
size_t ir_tape_limit(void); /* 0: JACQUARD_TAPE_LIMIT, or 8 GiB */
/* A value's buffer copied, with a reference of its own if it is a tape, and given up. */
void ir_buffer_copy(const ir_type *t, void *to, const void *from);
void ir_buffer_drop(const ir_type *t, void *buf);

/* ---- error.c: the one recorded error of a thread ---------------------------------------- */

typedef struct ir_loc {
    const char *file;
    int line;
    const char *func;
} ir_loc;

/* Records an error, if none is recorded since the last clear, and returns false. The message says
 * what was wrong in terms of shapes and dtypes; the location set last is added. */
bool ir_fail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
#ifdef __clang_analyzer__ /* says to it what it cannot see from here */
#define ir_fail(...) ((void)(ir_fail)(__VA_ARGS__), false)
#endif
const char *ir_error(void); /* NULL when there is none */
void ir_error_clear(void);
unsigned ir_fail_count(void); /* of ir_fail by this thread so far, recorded or not */
/* What fails from here to the end of the block is as if it had not: the caller does without it. */
#define IR_OPTIONAL \
    __attribute__((cleanup(ir_error_forget), unused)) const ir_error_mark ir_mark_ = ir_error_mark_()
typedef struct {
    bool failed;
    unsigned failures;
} ir_error_mark;
ir_error_mark ir_error_mark_(void);
void ir_error_forget(const ir_error_mark *since);
const ir_loc *ir_loc_set(const ir_loc *loc); /* returns the previous one */
const ir_loc *ir_loc_get(void);

/* ---- memory.c: memory for arrays ------------------------------------------------------------ */
/* Aligned to 64 bytes, for 0 bytes too; NULL if there is none. */
void *ir_memory_take(size_t bytes);
void ir_memory_give(void *p, size_t bytes); /* as many as were asked for */

/* ---- threads.c ------------------------------------------------------------------------------ */
/* How many threads may work at once: JACQUARD_NUM_THREADS, or the CPUs of the process. */
int ir_thread_count(void);
int ir_threads_asked(void); /* by JACQUARD_NUM_THREADS; 0: it says nothing */

/* ---- env.c: what the environment asks for; of nonsense, one sentence on stderr --------------- */
int64_t ir_env_count(const char *name, int64_t least, int64_t most, int64_t otherwise);
int64_t ir_env_bytes(const char *name, int64_t least, int64_t otherwise); /* also 500M, 2G */
bool ir_env_yes(const char *name); /* 1, true, yes, on */
/* A list of the two words: 1 if the first is in it, 2 if the second is, 3 for both. */
unsigned ir_env_list(const char *name, const char *first, const char *second);
/* Which of the words it is, which end in NULL; -1 if it is not set, or to none of them. */
int ir_env_word(const char *name, const char *const *word);
/* Prints "jacquard: NAME is ...", once a process for each name. */
void ir_env_say(const char *name, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* ---- arena.c: memory that goes all at once -------------------------------------------------- */

typedef struct ir_arena {
    struct ir_block *block;
    jmp_buf *exit; /* where to go in place of giving NULL, for code that holds nothing but what is in
                      the arena; NULL: there is none */
} ir_arena;

/* All of these give NULL with an error recorded where there is no memory left. */
void *ir_alloc(ir_arena *a, size_t bytes); /* zeroed, 16-byte aligned */
void *ir_grow(ir_arena *a, const void *p, size_t was, size_t bytes); /* a larger copy */
void *ir_dup(ir_arena *a, const void *p, size_t bytes);
char *ir_strdup(ir_arena *a, const char *s);
void ir_arena_free(ir_arena *a);
/* An arena for the temporaries of a block of C, which are given back however the block is left. */
#define IR_SCRATCH(name) __attribute__((cleanup(ir_arena_free))) ir_arena name = {0}
/* As calloc and realloc, for what outlives the call. */
void *ir_new(size_t bytes);
void *ir_resize(void *p, size_t bytes); /* p stays what it is on failure */

/* ---- name.c: names that are compared as pointers ------------------------------------------- */

/* The one copy of this text in the process, good for ever: of the name of an axis, say. */
const char *ir_name(const char *text, size_t len);
bool ir_is_word(const char *text); /* an identifier of C, which the text form can read back */

/* ---- graph.c: values, equations, graphs, and the builder ----------------------------------- */

typedef struct ir_op ir_op;
typedef struct ir_value ir_value;
typedef struct ir_eqn ir_eqn;
typedef struct ir_graph ir_graph;
typedef struct ir_loop ir_loop; /* ir/loop.h */
struct ir_partial;

/* An attribute: a parameter of an equation. Its number and kind come from attrs.h. */
typedef struct {
    int n;
    union {
        int64_t i;
        const int64_t *ints;
        ir_scalar scalar;
        ir_graph *graph;
        ir_graph **graphs;
        const char *name;
    };
} ir_attr;

struct ir_value {
    ir_type type;
    ir_eqn *eqn;    /* that defines it; NULL for a graph's input */
    uint32_t index; /* which output of eqn, or which input of the graph */
    uint32_t id;    /* dense within the graph: 0 .. graph->nvalue-1; for side tables */
};

struct ir_eqn {
    const ir_op *op;
    int nin, nout;
    ir_value **in, **out;
    ir_attr *attr; /* in the order of op->attrs */
    const ir_loc *loc;
    ir_eqn *prev, *next;
};

/* Built by appending; immutable (but for its count of references) once it is finished, and then
 * shared freely between equations, transformations and threads. An equation holds a reference to
 * each graph among its parameters. */
struct ir_graph {
    atomic_int refs;
    ir_arena arena;
    const char *name;
    ir_value **in, **out;
    int nin, nout, in_cap;
    ir_eqn *first, *last;
    int neqn;
    uint32_t nvalue;
    bool failed; /* there was no memory for something in it: it cannot be finished */
};

#define IR_EACH_EQN(e, g) for (ir_eqn *e = (g)->first; e; e = e->next)

ir_graph *ir_graph_new(const char *name); /* one reference, the caller's */
ir_graph *ir_graph_retain(ir_graph *g);
void ir_graph_release(ir_graph *g); /* NULL is fine */
static inline void ir_graph_release_(ir_graph **g) { ir_graph_release(*g); }
#define IR_AUTO_GRAPH __attribute__((cleanup(ir_graph_release_))) ir_graph *

/* Everything that builds takes a NULL for a graph or a value that could not be made, and gives NULL.
 * Inputs need not be looked at one by one: ir_ok(g) says whether g and all of them are there. */
static inline bool ir_ok(const ir_graph *g) { return g && !g->failed; }
ir_value *ir_input(ir_graph *g, const ir_type *t); /* appends an input */
/* Ends the building. False with an error if a result is NULL or there is no memory. */
bool ir_outputs(ir_graph *g, ir_value *const *out, int n);
/* The same for a function's last line: g, or NULL after giving up the reference. */
ir_graph *ir_finish(ir_graph *g, ir_value *const *out, int n) __attribute__((warn_unused_result));

/* Appends an equation: checks operands and parameters through op->infer. Returns its outputs, or
 * NULL with an error recorded. A NULL among the operands gives NULL at once (the error was recorded
 * where that NULL arose). Parameters are copied into the graph's arena; graphs among them gain a
 * reference. The location is ir_loc_get(). */
ir_value **ir_emit(ir_graph *g, const ir_op *op, int nin, ir_value *const *in,
                   const ir_attr *attr);
static inline ir_value *ir_emit1(ir_graph *g, const ir_op *op, int nin, ir_value *const *in,
                                 const ir_attr *attr)
{
    ir_value **out = ir_emit(g, op, nin, in, attr);
    return out ? out[0] : NULL;
}

/* Copies g's equations into `into`, its inputs replaced by `in`; out gets g->nout values. */
bool ir_splice(ir_graph *into, const ir_graph *g, ir_value *const *in, ir_value **out);
/* Copies one equation with other operands (same types, but for weakness, which is inferred anew). */
ir_value **ir_copy_eqn(ir_graph *into, const ir_eqn *e, ir_value *const *in);
/* A copy of g's signature: a new graph with inputs of the same types. */
ir_graph *ir_graph_like(const ir_graph *g, const char *name);
/* Graph k among e's parameters, lists counted through; NULL past the last. */
ir_graph *ir_nested(const ir_eqn *e, int k);
int ir_widest(const ir_graph *g); /* the most operands or results an equation has; 1 at least */

/* ---- op.c: the table of primitives ---------------------------------------------------------- */

/* What an infer rule reads and writes. */
typedef struct {
    const ir_op *op;
    int nin;
    const ir_type *in;
    const ir_attr *attr;
    int nout;
    ir_type *out; /* grown by ir_infer_out */
    int room;
    ir_arena *memory; /* that it grows in */
    bool failed;      /* there was none */
} ir_infer;
void ir_infer_out(ir_infer *q, const ir_type *t);
bool ir_infer_types(ir_infer *q); /* runs the rule of q->op */

/* The batch axis that a batch rule, and what it batches within, is over. */
typedef struct {
    int64_t size;
    const char *axis_name; /* what collectives call it, by ir_name; NULL: it has no name */
    bool in_step;          /* loops run all lanes in step, rather than become `lanes` */
} ir_batching;

/* The few primitives that the transformations themselves speak of; attrs.h has their attributes. */
typedef enum {
    IR_ROLE_NONE,
    IR_ROLE_LITERAL,           /* rank-0 constant */
    IR_ROLE_ADD,               /* sum of two values of one type */
    IR_ROLE_BROADCAST_IN_DIM,
    IR_ROLE_TRANSPOSE,
    IR_ROLE_CONVERT,
    IR_ROLE_EMPTY_TAPE, /* all zeros; its shape has -1 for dynamic */
    IR_ROLE_TAPE_ADD,
    IR_ROLE_TAPE_BROADCAST, /* of the leaves, along an axis */
    IR_NROLE
} ir_role;

enum {
    IR_OP_ELEMENTWISE = 1, /* outputs have the shape of the inputs, each element on its own */
    IR_OP_COMMUTES = 2,    /* op(a, b) = op(b, a), bit for bit */
    IR_OP_NO_FOLD = 4,     /* the constant folder leaves it alone */
    IR_OP_TAPES = 8,       /* takes and gives values of dynamic length */
    IR_OP_CALLS = 16,      /* gives what its first GRAPH gives of its operands: may be inlined as that,
                              once no derivative is wanted any more */
    IR_OP_COLLECTIVE = 32, /* over a named batch axis (COLLECTIVE_ATTRS): varies with its operands or not */
    IR_OP_COMPUTES = 512,    /* with floats: has kernels for those that are computed in (narrow.c) */
    IR_OP_ACCUMULATES = 1024, /* and keeps sums of them, which are rounded once, at the end */
    IR_OP_CHEAP = 64,      /* rather repeated than kept, where its operands are smaller than its result */
    IR_OP_RECOMPUTES = 128, /* as IR_OP_CALLS, but inlined last: until then no pass may find what it
                               computes elsewhere */
};

/* One primitive. Rules may be NULL only where the comment says so. */
struct ir_op {
    const char *name; /* as in jax.lax */
    ir_role role;
    unsigned flags;
    struct {
        const char *name;
        ir_attr_kind kind;
    } attrs[IR_MAX_ATTRS]; /* IR_ATTR_COLUMN; ended by a NULL name */

    /* Input types and parameters -> output types (ir_infer_out each); false with ir_fail. */
    bool (*infer)(ir_infer *q);

    /* Reference kernel on plain, dense, row-major buffers. in[k] and out[k] hold the types of
     * e->in[k], e->out[k]. */
    bool (*eval)(const ir_eqn *e, const void *const *in, void *const *out);

    /* Forward derivative. x: primal operands in g. t: their tangents, NULL where symbolically zero
     * (at least one is not). Writes y (primal outputs) and ty (tangents of outputs, NULL = zero).
     * NULL rule: every output has a zero tangent (integer or piecewise constant results). */
    bool (*jvp)(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t, ir_value **y,
                ir_value **ty);

    /* Reverse of a linear equation. x[k] is the operand where it is not linear, NULL where it is.
     * ct: cotangents of the outputs, NULL = zero (at least one is not). Writes ct_in[k] for each
     * linear operand (NULL = zero). NULL rule: the primitive is not linear. */
    bool (*transpose)(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                      ir_value **ct_in);

    /* Over a batch: x[k] carries the batch at axis[k] (-1: not batched; at least one is). Writes
     * y and the axis of each (-1 where the result does not vary). */
    bool (*batch)(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                  const ir_batching *over, ir_value **y, int *yaxis);

    /* Control only: split into what is computable from the known operands and the rest. See
     * ir_partial_eval. NULL: the whole equation is unknown as soon as one operand is. */
    bool (*partial)(struct ir_partial *p, const ir_eqn *e);

    /* Loops only: the parts that its parameters say, and the parameters that say these parts. */
    ir_loop (*loop)(const ir_attr *attr, int nin);
    void (*loop_attrs)(const ir_loop *l, ir_attr *attr);

    /* What do the results marked in `out` need? Marks operands in `in`, which enters without marks,
     * and in `out` the results without which the others cannot be had (a carry's next value reads
     * other carries). NULL: any result needs all operands, and all results stay. */
    void (*need)(const ir_eqn *e, bool *out, bool *in);

    /* Beside `need`: the equation with only the operands and results that it marked. x: the n
     * operands that are left. Gives the results that are left. */
    ir_value **(*narrow)(ir_graph *g, const ir_eqn *e, const bool *in, const bool *out, int n,
                         ir_value *const *x);

    /* The equation, written to g, with what it computes alike each time that one of its graphs runs
     * computed once, before it. x: its operands; y: its results. NULL: no graph runs often. */
    bool (*hoist)(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y);

    /* Exact simplification: the values that replace the outputs of `e` with operands x (already
     * simplified; they live in g), written to y and true; or false: keep it. NULL: none. */
    bool (*simplify)(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y);

    /* What the JIT reads (jit/lower.h). NULL: the JIT calls eval. */
    const struct jit_lower *lower;
};

static inline int ir_nattr(const ir_op *op)
{
    int n = 0;
    while (n < IR_MAX_ATTRS && op->attrs[n].name)
        n++;
    return n;
}

void ir_op_register(const ir_op *op);
const ir_op *ir_op_find(const char *name, size_t len);
const ir_op *ir_op_at(int k); /* k-th registered; NULL past the end */
const ir_op *ir_op_role(ir_role role);
bool ir_op_nests(const ir_op *op); /* has it graphs among its attributes? */

/* Shorthands that transformations use; both through roles. */
ir_value *ir_literal(ir_graph *g, ir_dtype d, ir_scalar v, bool weak);
ir_value *ir_add_any(ir_graph *g, ir_value *a, ir_value *b); /* either may be NULL = zero */
ir_value *ir_zeros(ir_graph *g, const ir_type *t);
ir_value *ir_full(ir_graph *g, const ir_type *t, ir_scalar v);

/* ---- print.c, parse.c, dot.c: the text form --------------------------------------------------
 *
 *   graph loss(a: f32[3], b: ~f32[]) {
 *     c: f32[3] = broadcast_in_dim[shape=[3], broadcast_dimensions=[]] b  # loss.c:12
 *     d: f32[3] = mul a c
 *     e: f32[], f: i32[] = some_op[flag=true, dtype=f32, body=graph (x: f32[]) {
 *       y: f32[] = literal[value=0x1.8p+1, dtype=f32, weak=false]
 *       return y
 *     }] d
 *     return e, d
 *   }
 *
 * Values are named a, b, ... z, aa, ... in order of definition, per graph. Floats print as C hex
 * floats, `inf`, `-inf`, `nan` (or nan:0xBITS for another payload). Reading accepts any names and
 * decimal numbers, and ignores what follows `#` on a line. GRAPHS print as [graph ..., graph ...]. */
void ir_print(FILE *f, const ir_graph *g, bool with_locations);
char *ir_print_str(const ir_graph *g, bool with_locations); /* malloc'd; NULL with an error */
void ir_print_attr(FILE *f, const ir_eqn *e, int k); /* one parameter: axes=[0] */
ir_graph *ir_parse(const char *text, const char *filename); /* NULL with an error (line, column) */
void ir_print_dot(FILE *f, const ir_graph *g);              /* Graphviz */

/* ---- verify.c, hash.c ------------------------------------------------------------------------- */

/* Every operand defined before use in the same graph, types as infer says, outputs set. */
bool ir_verify(const ir_graph *g);

typedef struct {
    uint64_t lo, hi;
} ir_hash128;
/* XXH3-128 of the canonical form: names, locations and ids do not count; weakness does not. */
ir_hash128 ir_graph_hash(const ir_graph *g); /* zeros with an error where there is no memory */
/* No, with an error, also where there is no memory to find out. */
bool ir_graph_equal(const ir_graph *a, const ir_graph *b);
/* What is hashed, nested graphs included: graphs with the same record are equal, in any process.
 * Malloc'd; NULL with an error. */
void *ir_graph_record(const ir_graph *g, size_t *bytes);
/* The same of one equation's parameters. */
bool ir_attrs_hash(const ir_op *op, const ir_attr *attr, ir_hash128 *h);
bool ir_attrs_equal(const ir_op *op, const ir_attr *a, const ir_attr *b);

/* ---- pass_*.c: graph -> graph, same function. Each returns a new graph ---------------------
 * The new graph has the same inputs, and outputs of the same types, weakness included. NULL with an
 * error if that fails. */

ir_graph *ir_pass_inline(ir_graph *g);   /* calls of every kind, also inside nested graphs */
ir_graph *ir_pass_unwrap(ir_graph *g);   /* recomputations, which CSE must not have seen inside */
ir_graph *ir_pass_simplify(ir_graph *g); /* constant folding of rank-0 values, op->simplify */
ir_graph *ir_pass_cse(ir_graph *g);
ir_graph *ir_pass_hoist(ir_graph *g);    /* what is the same in every step of a loop, before it */
ir_graph *ir_pass_dce(ir_graph *g);      /* also drops unused outputs and carries of control */
ir_graph *ir_optimize(ir_graph *g);      /* the list of passes, in order; verifies in debug */
/* A copy of g and of all graphs nested in it, made by f: e is an equation whose nested graphs are
 * rewritten already, x are its operands in `into`; f writes what replaces its results to y. */
typedef bool ir_rewriter(void *env, ir_graph *into, const ir_eqn *e, ir_value *const *x,
                         ir_value **y);
ir_graph *ir_rewrite(const ir_graph *g, ir_rewriter *f, void *env);
int ir_count_eqns(const ir_graph *g);    /* nested graphs included */
/* For need and narrow rules. Marks in `in`, beside what is marked there, the inputs that the outputs
 * marked need; g with only the inputs and outputs marked, and of its equations what these need. */
void ir_need_inputs(const ir_graph *g, const bool *out, bool *in);
ir_graph *ir_narrow(const ir_graph *g, const bool *in, const bool *out);

/* ---- jvp.c, partial.c, transpose.c, vmap.c: the transformations ------------------------------ */

/* Inputs: those of g, then a tangent for each input with nz_in. Outputs: those of g, then a tangent
 * for each output with nz_out set. nz_out is written: which outputs have a tangent that is not
 * symbolically zero; an entry that enters as true is made so (zeros are instantiated). */
ir_graph *ir_jvp(const ir_graph *g, const bool *nz_in, bool *nz_out);

/* Splits g by which inputs are known. known: known inputs -> known outputs, then residuals.
 * unknown: residuals, then unknown inputs -> unknown outputs. unknown_out is written; an entry that
 * enters as true is made unknown. Returns the number of residuals, -1 on error. */
int ir_partial_eval(const ir_graph *g, const bool *unknown_in, bool *unknown_out, ir_graph **known,
                    ir_graph **unknown);

/* What a partial rule works with: equations are put in `known` or `unknown`. */
typedef struct ir_partial {
    ir_graph *known, *unknown;
    ir_value **k, **u; /* by value id of the graph split: its counterpart in each, or NULL */
    ir_value **res;    /* residuals in `known`, growing; their counterparts are inputs of unknown */
    int nres, res_cap;
} ir_partial;
bool ir_partial_is_known(const ir_partial *p, const ir_value *v);
ir_value *ir_partial_known(ir_partial *p, const ir_value *v);   /* in p->known */
ir_value *ir_partial_unknown(ir_partial *p, const ir_value *v); /* in p->unknown; makes a residual */
ir_value *ir_partial_residual(ir_partial *p, ir_value *known);  /* known's value as an input there */

/* g is linear in the inputs marked. Inputs: the others, then a cotangent for each output of g.
 * Outputs: a cotangent for each linear input, zeros instantiated. */
ir_graph *ir_transpose(const ir_graph *g, const bool *linear_in);
/* The same with symbolic zeros: only outputs with nz_ct have a cotangent input, and nz_out is
 * written: which linear inputs have a cotangent that is not zero; only those are outputs. An entry
 * of nz_out that enters as true is made so. NULL: all of them. */
ir_graph *ir_transpose_nz(const ir_graph *g, const bool *linear_in, const bool *nz_ct,
                          bool *nz_out);

/* axis_in[k]: where input k carries the batch, -1 for not. Outputs: axis_out[k] enters as the axis
 * asked for, IR_AXIS_ANY for whatever comes (written back), or -1: must not be batched. */
#define IR_AXIS_ANY (-2)
ir_graph *ir_vmap(const ir_graph *g, const ir_batching *over, const int *axis_in, int *axis_out);
/* Does a collective, e or one that e nests, name that axis? */
bool ir_vmap_mentions_axis(const ir_eqn *e, const ir_batching *over);
/* Moves a value's batch axis, or makes one by broadcasting (from = -1). */
ir_value *ir_move_axis(ir_graph *g, ir_value *x, int from, int to, int64_t size);

/* ---- eval.c: the interpreter -------------------------------------------------------------- */

/* Runs g on plain buffers: in[k], out[k] are dense buffers of the graph's types (out is written).
 * Each equation through its op's eval. */
bool ir_eval(const ir_graph *g, const void *const *in, void *const *out);
/* One equation, by its kernel, errors naming its line. */
bool ir_run_eqn(const ir_eqn *e, const void *const *in, void *const *out);
/* What the interpreter calls in place of ir_run_eqn, and which calls that; NULL: nothing. */
typedef bool ir_run(const ir_eqn *e, const void *const *in, void *const *out);
extern _Atomic(ir_run *) ir_watch;
static inline bool ir_interpret(const ir_eqn *e, const void *const *in, void *const *out)
{
    ir_run *watch = atomic_load_explicit(&ir_watch, memory_order_relaxed);
    return watch ? watch(e, in, out) : ir_run_eqn(e, in, out);
}

#endif
