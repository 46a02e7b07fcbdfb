/* The intermediate representation: typed graphs of equations in SSA form.
 *
 * Each section of this header declares what the file in its heading offers. The main idea is that a
 * primitive is a row (ir_op) of rules, and that everything here looks rules up. Code in ir/ never
 * names a particular primitive; it finds the few that it needs by their role (ir_role).
 */
#ifndef JACQUARD_IR_H
#define JACQUARD_IR_H

#include <locale.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "ir/attrs.h"
#include "ir/dtypes.h"

/* ---- dtype.c: element types -------------------------------------------------------------- */

typedef enum { IR_KIND_BOOL, IR_KIND_INT, IR_KIND_UINT, IR_KIND_FLOAT, IR_KIND_COMPLEX } ir_kind;

typedef enum {
#define X(name, ...) IR_##name,
    IR_DTYPES(X)
#undef X
        IR_NDTYPE
} ir_dtype;

/* What ir/dtypes.h says about one dtype. */
typedef struct {
    const char *name, *stablehlo;
    const char *npy; /* kind and size in a .npy file */
    ir_kind kind;
    ir_dtype compute;    /* the dtype that arithmetic is done in; of a complex dtype, its part's */
    uint8_t size;        /* bytes of one stored element */
    uint8_t bits;        /* bits that carry information */
    uint8_t digits;      /* binary digits of a float's significand, or of an integer without sign; of a
                            complex dtype, these are its parts' */
    uint8_t dlpack;      /* DLPack's type code */
    int16_t least, most; /* a float's exponents, as in FLT_MIN_EXP and FLT_MAX_EXP */
} ir_dtype_info;

extern const ir_dtype_info ir_dtypes[IR_NDTYPE];

/* The bits of one element. The dtype is stored elsewhere and says which member is in use. Unused
 * bytes are zero, so two scalars of one dtype are the same if and only if their `bits` are
 * equal. A scalar of a complex dtype is its real part, as a scalar of ir_part: constants with an
 * imaginary part are made of two. */
typedef union {
    uint64_t bits;
#define X(name, ctype, ...) ctype v_##name;
    IR_REALS(X)
#undef X
} ir_scalar;

bool ir_dtype_find(const char *name, size_t len, ir_dtype *out); /* false: there is no such dtype */
static inline bool ir_is_complex(ir_dtype d)
{
    return ir_dtypes[d].kind == IR_KIND_COMPLEX;
}
/* Is it a float? Does the dtype have derivatives? */
static inline bool ir_is_float(ir_dtype d)
{
    return ir_dtypes[d].kind == IR_KIND_FLOAT;
}
static inline bool ir_is_inexact(ir_dtype d)
{
    return ir_is_float(d) || ir_is_complex(d);
}
/* Does the dtype have fractions and NaN? Complex numbers do. */
static inline bool ir_has_fraction(ir_dtype d)
{
    return ir_is_inexact(d);
}
/* The dtype of the real and of the imaginary part; a real dtype is its own. */
static inline ir_dtype ir_part(ir_dtype d)
{
    return ir_is_complex(d) ? ir_dtypes[d].compute : d;
}
ir_dtype ir_complex_of(ir_dtype d); /* the complex dtype whose parts are of dtype d or, if there is
                                       none, of the narrowest float above it */
static inline bool ir_is_integer(ir_dtype d)
{
    return ir_dtypes[d].kind == IR_KIND_INT || ir_dtypes[d].kind == IR_KIND_UINT;
}
/* Is the dtype too narrow to compute in (narrow.c)? ir_compute gives the dtype to compute in. */
static inline bool ir_is_narrow(ir_dtype d)
{
    return !ir_is_complex(d) && ir_dtypes[d].compute != d;
}
static inline ir_dtype ir_compute(ir_dtype d)
{
    return ir_is_complex(d) ? d : ir_dtypes[d].compute;
}
double ir_epsilon(ir_dtype d);      /* a float's distance from 1 to the next larger number */
double ir_least_normal(ir_dtype d); /* a float's smallest positive normal number */
/* Of a float: are its bits a sign in front, then the magnitude, in the order of the numbers, with -0 and
 * with NaNs at the end? */
bool ir_has_usual_bits(ir_dtype d);
bool ir_has_infinity(ir_dtype d);   /* for floats; decided by the dtype's conversions */
/* The smallest and the largest value of the dtype: -inf and inf for floats that have them. */
ir_scalar ir_scalar_lowest(ir_dtype d);
ir_scalar ir_scalar_highest(ir_dtype d);
/* The value of an integer, sign-extended, or of a bool, as 0 or 1. A u64 keeps its bits. */
int64_t ir_scalar_i64(ir_dtype d, ir_scalar s);
/* Converts a number to a scalar of the dtype: floats are rounded, integers saturate. */
ir_scalar ir_scalar_of(ir_dtype d, double v);
ir_scalar ir_scalar_of_int(ir_dtype d, int64_t v);
double ir_scalar_f64(ir_dtype d, ir_scalar s);
/* The dtype that two operands promote to (jax.numpy.promote_types, with weak types). *weak_out says
 * whether the result is weak; it may be NULL. False with an error if the lattice has no dtype above
 * both. */
bool ir_promote(ir_dtype a, bool weak_a, ir_dtype b, bool weak_b, ir_dtype *out, bool *weak_out);
/* Does a weak operand of dtype `weak` take the dtype `to` of the other operand? */
bool ir_gives_way(ir_dtype weak, ir_dtype to, bool weak_to);

/* ---- narrow.c: dtypes too narrow to compute in ----------------------------------------------- */

struct ir_eqn;
struct ir_graph;
struct ir_value;
/* Convert n elements to the dtype that d is computed in, and from it. */
void ir_widen_array(ir_dtype d, size_t n, const void *from, void *to);
void ir_narrow_array(ir_dtype d, size_t n, const void *from, void *to); /* ties to even */
/* Must e's narrow operands be widened before its kernel can run? */
bool ir_computes_wider(const struct ir_eqn *e);
/* Runs e's kernel (op->eval). Narrow operands are widened first and results are rounded after
 * it, where ir_computes_wider says so. */
bool ir_eval_eqn(const struct ir_eqn *e, const void *const *in, void *const *out);
/* Emits e on operands x with convert equations around it, so that it computes in f32. Writes the
 * results to y and returns y; NULL with an error on failure. */
struct ir_value **ir_emit_wider(struct ir_graph *g, const struct ir_eqn *e,
                                struct ir_value *const *x, struct ir_value **y);

/* ---- type.c: element type and shape -------------------------------------------------------- */

#define IR_MAX_RANK 16

typedef struct {
    ir_dtype dtype : 8;
    bool weak; /* weak type, as a C number has: promotion takes the other operand's dtype */
    uint8_t rank;
    int64_t dim[IR_MAX_RANK];
} ir_type;

/* A leading dimension whose size is the number of steps that some loop makes. Such a value is a
 * tape (tape.c); only control equations and the few primitives of ops/tape.c accept it. Prints
 * as `?`. */
#define IR_DYNAMIC (-1)
static inline bool ir_is_tape(const ir_type *t)
{
    return t->rank && t->dim[0] == IR_DYNAMIC;
}
int ir_tape_depth(const ir_type *t); /* the number of leading dynamic dimensions */

ir_type ir_type_scalar(ir_dtype d);
ir_type ir_type_make(ir_dtype d, int rank, const int64_t *dim);
ir_type ir_type_like(ir_type shape_of, ir_dtype d); /* shape_of's shape with dtype d, not weak */
int64_t ir_type_count(const ir_type *t); /* number of elements; 1 for rank 0 and for a tape */
size_t ir_type_bytes(const ir_type *t);  /* size of a buffer; that of a pointer for a tape */
bool ir_type_fits(const ir_type *t); /* are the rank, the dimensions and the size in bytes valid? */
bool ir_same_shape(const ir_type *a, const ir_type *b);
bool ir_same_type(const ir_type *a, const ir_type *b); /* compares dtype and shape, not weakness */
/* Writes the type as text: "f32[3,4]", or "~f32[]" for a weak type. Returns buf. */
#define IR_TYPE_TEXT 400
char *ir_type_str(const ir_type *t, char buf[IR_TYPE_TEXT]);
/* These three return text in one of eight thread-local buffers, which are used in turn: the text
 * stays valid until the eighth call after it. ir_type_tmp gives what ir_type_str writes. */
const char *ir_type_tmp(const ir_type *t);
const char *ir_count_tmp(int64_t n, const char *noun); /* "1 handle", "2 handles" */
const char *ir_ints_tmp(const int64_t *v, int n);      /* "(3, 4)" */

/* ---- tape.c: values of dynamic length ------------------------------------------------------- */

typedef struct ir_tape ir_tape;
ir_tape *ir_tape_new(const ir_type *slice); /* an empty tape; the caller holds one reference */
ir_tape *ir_tape_retain(ir_tape *t);
void ir_tape_release(ir_tape *t); /* NULL is fine */
int64_t ir_tape_length(const ir_tape *t);
/* Makes the tape at least n slices long; new slices are zero. False, with an error, when it
 * would exceed the limit or memory runs out. */
bool ir_tape_resize(ir_tape *t, int64_t n);
void *ir_tape_at(const ir_tape *t, int64_t k); /* slice k; NULL past the end, which means zeros */
size_t ir_tape_live_bytes(void);               /* bytes of all tapes in the process now */
size_t ir_tape_peak_bytes(bool reset);         /* the most bytes at once since the last reset */
void ir_tape_set_limit(size_t bytes); /* 0: back to JACQUARD_TAPE_LIMIT, or 8 GiB without it */
size_t ir_tape_limit(void);
/* Copies a value's buffer. If it holds a tape, the copy gets a reference of its own. */
void ir_buffer_copy(const ir_type *t, void *to, const void *from);
/* Releases the tape that a buffer holds, if it holds one. The buffer itself is not freed. */
void ir_buffer_drop(const ir_type *t, void *buf);

/* ---- error.c: the one recorded error of a thread ---------------------------------------- */

typedef struct ir_loc {
    const char *file;
    int line;
    const char *func;
} ir_loc;

/* Records an error and returns false. If an error has been recorded since the last clear, that
 * one is kept. The message should say what is wrong in terms of shapes and dtypes; the location
 * from ir_loc_set is put in front of it. */
bool ir_fail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
#ifdef __clang_analyzer__ /* tells the analyzer that ir_fail always returns false */
#define ir_fail(...) ((void)(ir_fail)(__VA_ARGS__), false)
#endif
const char *ir_error(void); /* the recorded error; NULL when there is none */
void ir_error_clear(void);
unsigned ir_fail_count(void); /* calls of ir_fail by this thread so far, recorded or not */
/* Put IR_OPTIONAL at the start of a block of optional work, which the caller can do without. Errors
 * inside the block are forgotten when it ends. */
#define IR_OPTIONAL                                                                                \
    __attribute__((cleanup(ir_error_forget), unused)) const ir_error_mark ir_mark_ =               \
        ir_error_mark_()
typedef struct {
    bool failed;
    unsigned failures;
} ir_error_mark;
ir_error_mark ir_error_mark_(void);
void ir_error_forget(const ir_error_mark *since);
/* If an error was recorded since, and it begins with `inner`, the name of a primitive: puts `outer`,
 * such as "jac_max: ", in front. */
void ir_error_name(const ir_error_mark *since, const char *inner, const char *outer);
const ir_loc *ir_loc_set(const ir_loc *loc); /* returns the previous location */
const ir_loc *ir_loc_get(void);

/* ---- locale.c: numbers do not depend on the program's locale ---------------------------------- */

locale_t ir_c_locale(void); /* the C locale */
/* Put IR_C_NUMBERS at the start of a block that prints or reads numbers with a fraction: until the
 * block ends, the thread uses the C locale. */
#define IR_C_NUMBERS                                                                               \
    __attribute__((cleanup(ir_c_numbers_end_), unused)) const locale_t ir_locale_ =                \
        ir_c_numbers_begin_()
locale_t ir_c_numbers_begin_(void);
void ir_c_numbers_end_(const locale_t *was);
/* isalnum and isspace of the C locale, for text that must not depend on the program's. */
static inline bool ir_is_word_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}
static inline bool ir_is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* ---- memory.c: memory for arrays ------------------------------------------------------------ */
/* Allocates memory aligned to 64 bytes, also for 0 bytes. NULL when memory runs out. */
void *ir_memory_take(size_t bytes);
void ir_memory_give(void *p, size_t bytes); /* frees p; `bytes` is the size that was asked for */

/* ---- fork.c: what fork() must wait for ------------------------------------------------------- */

/* While any thread is between these two, fork() waits, so that a child finds the work done. They
 * nest. The thread must not wait for another thread meanwhile. */
void ir_no_fork_begin(void);
void ir_no_fork_end(void);
#define IR_NO_FORK                                                                                 \
    __attribute__((cleanup(ir_no_fork_end_), unused)) const int ir_gate_ = (ir_no_fork_begin(), 0)
static inline void ir_no_fork_end_(const int *gate)
{
    (void)gate;
    ir_no_fork_end();
}
/* A lock that is held for a moment, between these two. */
void ir_lock(pthread_mutex_t *m);
void ir_unlock(pthread_mutex_t *m);
/* A lock that is held while other threads work (pthread_mutex_unlock releases it). fork() does not
 * wait for it. In the child it is free, and what it guards must still make sense. */
void ir_lock_slow(pthread_mutex_t *m);
/* fork() runs handlers in the reverse order of their registration. So whoever loads a library with
 * handlers of its own, which must not run while a thread is in that library, calls this after. */
void ir_fork_watch(void);

/* ---- threads.c ------------------------------------------------------------------------------ */

/* Blocks, in the calling thread, the signals that any thread of a process may get, so that a thread
 * that it starts does not get them. The signals of faults, which belong to the thread that does
 * wrong, stay as they are. ir_signals_restore undoes it. */
void ir_signals_block(sigset_t *was);
void ir_signals_restore(const sigset_t *was);
/* How many threads may work at once: JACQUARD_NUM_THREADS, or else the process's number of CPUs. */
int ir_thread_count(void);
int ir_threads_asked(void); /* the value of JACQUARD_NUM_THREADS; 0 if it is not set */

/* ---- env.c: environment variables ------------------------------------------------------------ */
/* Each reads the variable `name`. An invalid value gets one warning on stderr and then counts as
 * not set. */

/* An integer from `least` to `most`; `otherwise` if the variable is not set. */
int64_t ir_env_count(const char *name, int64_t least, int64_t most, int64_t otherwise);
/* A number of bytes, at least `least`; it may have a unit, as in 500M or 2G. */
int64_t ir_env_bytes(const char *name, int64_t least, int64_t otherwise);
bool ir_env_yes(const char *name); /* is it 1, true, yes or on? */
/* Reads a list of the words `first` and `second`: 1 if the first is in it, plus 2 if the second
 * is. */
unsigned ir_env_list(const char *name, const char *first, const char *second);
/* The index of the value in `word`, which ends with NULL; -1 if it is not set or not in the
 * list. */
int ir_env_word(const char *name, const char *const *word);
/* Prints the warning "jacquard: NAME is ...", once per process for each name. */
void ir_env_say(const char *name, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* ---- arena.c: memory that is freed all at once ----------------------------------------------- */

typedef struct ir_arena {
    struct ir_block *block;
    jmp_buf *exit; /* if not NULL, longjmp here when memory runs out instead of returning NULL; only
                      for code that owns nothing outside the arena */
} ir_arena;

/* All of these return NULL, with an error recorded, when memory runs out. */
void *ir_alloc(ir_arena *a, size_t bytes);                           /* zeroed, 16-byte aligned */
void *ir_grow(ir_arena *a, const void *p, size_t was, size_t bytes); /* a larger copy of p */
void *ir_dup(ir_arena *a, const void *p, size_t bytes);
char *ir_strdup(ir_arena *a, const char *s);
void ir_arena_free(ir_arena *a);
/* Declares an arena for temporaries. It is freed at the end of the enclosing block, also on
 * return. */
#define IR_SCRATCH(name) __attribute__((cleanup(ir_arena_free))) ir_arena name = {0}
/* Like calloc and realloc, for memory that outlives the call; freed with free. NULL with an
 * error. */
void *ir_new(size_t bytes);
void *ir_resize(void *p, size_t bytes); /* p stays valid and unchanged on failure */

/* ---- name.c: interned names ------------------------------------------------------------------ */

/* Interns a text, such as the name of an axis: equal texts give the same pointer, which is never
 * freed. NULL with an error when memory runs out. */
const char *ir_name(const char *text, size_t len);
bool ir_is_word(const char *text); /* is it a C identifier? only those can be parsed back */

/* ---- graph.c: values, equations, graphs, and the builder ----------------------------------- */

typedef struct ir_op ir_op;
typedef struct ir_value ir_value;
typedef struct ir_eqn ir_eqn;
typedef struct ir_graph ir_graph;
typedef struct ir_loop ir_loop; /* ir/loop.h */
struct ir_partial;

/* An attribute is one parameter of an equation. Its index and kind come from attrs.h; the kind says
 * which member of the union is in use. */
typedef struct {
    int n; /* length of a list; unused by other kinds */
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
    ir_eqn *eqn;    /* the equation that defines it; NULL for an input of the graph */
    uint32_t index; /* its position among eqn's results, or among the graph's inputs */
    uint32_t id;    /* unique in the graph, from 0 to nvalue - 1, so that it can index an array */
};

struct ir_eqn {
    const ir_op *op;
    int nin, nout;
    ir_value **in, **out;
    ir_attr *attr; /* in the order of op->attrs */
    const ir_loc *loc;
    ir_eqn *prev, *next;
};

/* A graph is built by appending inputs and equations. Once finished it is immutable, except for its
 * reference count, and is shared freely between equations, transformations and threads. An equation
 * holds a reference to each graph among its parameters. */
struct ir_graph {
    atomic_int refs;
    ir_arena arena;
    const char *name;
    ir_value **in, **out;
    int nin, nout, in_cap;
    ir_eqn *first, *last;
    int neqn;
    uint32_t nvalue;
    bool failed; /* memory ran out while it was built: it cannot be finished */
};

#define IR_EACH_EQN(e, g) for (ir_eqn *e = (g)->first; e; e = e->next)

ir_graph *ir_graph_new(const char *name); /* an empty graph; the caller holds one reference */
ir_graph *ir_graph_retain(ir_graph *g);
void ir_graph_release(ir_graph *g); /* NULL is fine */
static inline void ir_graph_release_(ir_graph **g)
{
    ir_graph_release(*g);
}
#define IR_AUTO_GRAPH __attribute__((cleanup(ir_graph_release_))) ir_graph *

/* Every function that builds accepts NULL for a graph or a value that could not be made, and
 * then returns NULL. So callers need not check each input: ir_ok(g) says whether g and all its
 * inputs were made. */
static inline bool ir_ok(const ir_graph *g)
{
    return g && !g->failed;
}
ir_value *ir_input(ir_graph *g, const ir_type *t); /* appends an input */
/* Sets the outputs and thereby finishes the graph. False, with an error, if a result is NULL or
 * memory ran out. */
bool ir_outputs(ir_graph *g, ir_value *const *out, int n);
/* Calls ir_outputs and returns g. On failure it releases g and returns NULL. */
ir_graph *ir_finish(ir_graph *g, ir_value *const *out, int n) __attribute__((warn_unused_result));

/* Appends an equation. op->infer checks the operands and parameters. Returns the results, or
 * NULL with an error recorded. If an operand is NULL it returns NULL at once, because the error
 * was recorded where that NULL came from. Parameters are copied into the graph's arena, and
 * graphs among them gain a reference. The equation's location is ir_loc_get(). ir_emit1 returns
 * the first result alone. */
ir_value **ir_emit(ir_graph *g, const ir_op *op, int nin, ir_value *const *in, const ir_attr *attr);
static inline ir_value *ir_emit1(ir_graph *g, const ir_op *op, int nin, ir_value *const *in,
                                 const ir_attr *attr)
{
    ir_value **out = ir_emit(g, op, nin, in, attr);
    return out ? out[0] : NULL;
}

/* Copies the results of a new equation, `made`, to y. False if `made` is NULL. */
static inline bool ir_results(ir_value *const *made, int n, ir_value **y)
{
    for (int k = 0; made && k < n; k++)
        y[k] = made[k];
    return made != NULL;
}

/* Copies g's equations into `into`, with the values `in` in place of g's inputs. Writes the
 * values of g's outputs to out. */
bool ir_splice(ir_graph *into, const ir_graph *g, ir_value *const *in, ir_value **out);
/* Copies an equation, with operands `in`, and returns its results. The operands must have the
 * same types as e's; if their weakness differs, the result types are inferred again. */
ir_value **ir_copy_eqn(ir_graph *into, const ir_eqn *e, ir_value *const *in);
/* Copies an equation of a graph that is being copied. map: by id of the old graph's values; it has
 * the operands' new values and gets those of the results. */
bool ir_copy_mapped(ir_graph *into, const ir_eqn *e, ir_value **map);
/* A new graph with inputs of the same types as g's, and no equations. `name` NULL: g's name. */
ir_graph *ir_graph_like(const ir_graph *g, const char *name);
/* The k-th graph among e's parameters, counting those in lists; NULL past the last. */
ir_graph *ir_nested(const ir_eqn *e, int k);
/* The largest number of operands or of results that an equation of g has; at least 1. */
int ir_widest(const ir_graph *g);

/* ---- op.c: the table of primitives ---------------------------------------------------------- */

/* What an infer rule reads (operand types and parameters) and writes (result types). */
typedef struct {
    const ir_op *op;
    int nin;
    const ir_type *in;
    const ir_attr *attr;
    int nout;
    ir_type *out; /* result types; ir_infer_out appends to it */
    int room;
    ir_arena *memory; /* where `out` is allocated */
    bool failed;      /* memory ran out */
} ir_infer;
void ir_infer_out(ir_infer *q, const ir_type *t); /* appends a result type */
bool ir_infer_types(ir_infer *q);                 /* runs the rule of q->op */

/* The batch axis that a batch rule works over. Rules pass it on to the graphs that they batch. */
typedef struct {
    int64_t size;
    const char *axis_name; /* the name that collectives use, interned by ir_name; NULL: no name */
    bool in_step;          /* batched loops run all lanes in step; false: they may become `lanes` */
} ir_batching;

/* A complex value as two real ones; im is NULL for a value that is real itself. */
typedef struct {
    ir_value *re, *im;
} ir_pair;

/* The few primitives that the transformations themselves emit or look for. Their attributes are in
 * attrs.h. */
typedef enum {
    IR_ROLE_NONE,
    IR_ROLE_LITERAL, /* a rank-0 constant */
    IR_ROLE_ADD,     /* the sum of two values of one type */
    IR_ROLE_BROADCAST_IN_DIM,
    IR_ROLE_TRANSPOSE,
    IR_ROLE_CONVERT,
    IR_ROLE_EMPTY_TAPE, /* a tape of zeros; its shape parameter has -1 for dynamic dimensions */
    IR_ROLE_TAPE_ADD,
    IR_ROLE_TAPE_BROADCAST, /* gives the arrays on a tape a new axis */
    IR_ROLE_PART,           /* the real or the imaginary parts of complex numbers in memory */
    IR_ROLE_INTERLEAVE,     /* complex numbers in memory of their parts */
    IR_NROLE
} ir_role;

enum {
    IR_OP_ELEMENTWISE = 1,    /* each result element depends only on the operands' elements there */
    IR_OP_COMMUTES = 2,       /* op(a, b) = op(b, a), bit for bit */
    IR_OP_NO_FOLD = 4,        /* the constant folder leaves it alone */
    IR_OP_TAPES = 8,          /* takes and gives tapes (values of dynamic length) */
    IR_OP_CALLS = 16,         /* gives what its first GRAPH gives for its operands; may be inlined
                                 once no more derivatives are taken */
    IR_OP_COLLECTIVE = 32,    /* works across a named batch axis (COLLECTIVE_ATTRS): its result may
                                 vary along the axis even if no operand does */
    IR_OP_COMPUTES = 512,     /* computes; has no kernels for narrow dtypes (narrow.c) */
    IR_OP_BY_BITS = 8192,     /* works on the bits of floats; those that are not in their usual order
                                 (ir_has_usual_bits) are widened first */
    IR_OP_ACCUMULATES = 1024, /* adds floats up; a narrow sum is rounded only once, at the end */
    IR_OP_ADDS = 256,         /* its transpose rule adds to the cotangents that ct_in has already */
    IR_OP_CHEAP = 64,         /* better repeated than kept if its operands take less memory */
    IR_OP_APART = 2048,       /* of complex operands, it works on the real and on the imaginary parts
                                 in the same way, each by themselves */
    IR_OP_BARRIER = 4096,     /* gives its operands; no pass merges it or looks through it, until
                                 ir_pass_unwrap removes it */
    IR_OP_RECOMPUTES = 128,   /* like IR_OP_CALLS, but inlined last: otherwise CSE would merge the
                                 recomputation with the values that it recomputes */
};

/* One primitive and its rules. A rule may be NULL only where its comment says so. */
struct ir_op {
    const char *name; /* as in jax.lax */
    ir_role role;
    unsigned flags;
    struct {
        const char *name;
        ir_attr_kind kind;
        bool optional;
    } attrs[IR_MAX_ATTRS]; /* filled by IR_ATTR_COLUMN; ends with a NULL name */

    /* Checks operand types and parameters and appends the result types with ir_infer_out. False,
     * with an error from ir_fail, if they do not fit. */
    bool (*infer)(ir_infer *q);

    /* The reference kernel. It works on dense row-major buffers; in[k] and out[k] have the types of
     * e->in[k] and e->out[k]. */
    bool (*eval)(const ir_eqn *e, const void *const *in, void *const *out);

    /* The forward derivative. x: the primal operands, in g. t: their tangents, NULL where
     * symbolically zero; at least one is not. Writes the primal results to y and their tangents
     * to ty, NULL for zero. NULL rule: all tangents are zero, as for integer or piecewise
     * constant results. */
    bool (*jvp)(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t, ir_value **y,
                ir_value **ty);

    /* The transpose of a linear equation. x[k]: the operand, or NULL if the equation is linear
     * in it. ct: cotangents of the results, NULL for zero; at least one is not. Writes the
     * cotangent of each linear operand to ct_in[k], NULL for zero. With IR_OP_ADDS, ct_in[k] has
     * the operand's cotangent so far, and the rule adds to it: a rule that touches few elements of
     * a large array then costs no more than these. NULL rule: the primitive is not linear. */
    bool (*transpose)(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                      ir_value **ct_in);

    /* What a linear graph multiplies by in place of the result. It is never kept as a residual; its
     * operands are. NULL: the result itself. */
    ir_value *(*factor)(ir_graph *g, const ir_eqn *e, ir_value *const *x);

    /* Batches the equation. x[k] carries the batch at axis[k]; -1: it is not batched; at least
     * one is, unless the equation mentions the batch axis by name. Writes the results to y and
     * the batch axis of each to yaxis, -1 for a result that is the same in all lanes. */
    bool (*batch)(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                  const ir_batching *over, ir_value **y, int *yaxis);

    /* Control flow only: splits the equation into the part that the known operands determine and
     * the rest; see ir_partial_eval. NULL: the whole equation is unknown if one operand is. */
    bool (*partial)(struct ir_partial *p, const ir_eqn *e);

    /* Loops only: `loop` reads the parts of a loop from its parameters, and `loop_attrs` writes
     * parameters that describe the given parts. NULL: the primitive is not a loop. */
    ir_loop (*loop)(const ir_attr *attr, int nin);
    void (*loop_attrs)(const ir_loop *l, ir_attr *attr);

    /* Says what the results marked in `out` need. Marks the operands that they need in `in`,
     * where nothing is marked before the call. Also marks in `out` the further results that
     * cannot be left out, such as a carry that the next value of a marked carry reads. NULL:
     * every result needs all operands, and no result can be left out. */
    void (*need)(const ir_eqn *e, bool *out, bool *in);

    /* Present if `need` is. Emits the equation with only the marked operands and results. x: the n
     * operands that remain. Returns the results that remain. */
    ir_value **(*narrow)(ir_graph *g, const ir_eqn *e, const bool *in, const bool *out, int n,
                         ir_value *const *x);

    /* Emits the equation to g, on operands x, and moves work that gives the same values each time a
     * nested graph runs in front of it, where it is done once. Writes the results to y. rows: see
     * ir_pass_hoist_rows. NULL: none of its graphs runs more than once. */
    bool (*hoist)(ir_graph *g, const ir_eqn *e, ir_value *const *x, bool rows, ir_value **y);

    /* Exact simplification of e on operands x, which are in g and already simplified. True: the
     * values that replace e's results were written to y. False: keep the equation. NULL: never
     * simplified. */
    bool (*simplify)(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y);

    /* The equation e, of which an operand or a result is complex, on pairs of real values. x: the
     * operands. Writes the pairs that replace e's results to y. NULL: IR_OP_APART says how, or the
     * primitive has graphs, or infer takes no complex operands. */
    bool (*pairs)(ir_graph *g, const ir_eqn *e, const ir_pair *x, ir_pair *y);
    /* With graphs only: corrects the parameters `attr` when operand k of e has become width[k]
     * operands. What it allocates is in `mem`. NULL: the parameters do not count operands, or it is
     * a loop. */
    bool (*regroup)(const ir_eqn *e, const int *width, ir_attr *attr, ir_arena *mem);

    /* How the JIT compiles it (jit/lower.h). NULL: compiled code calls eval. */
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
const ir_op *ir_op_at(int k); /* the k-th registered primitive; NULL past the end */
const ir_op *ir_op_role(ir_role role);
bool ir_op_nests(const ir_op *op); /* does it have graphs among its attributes? */
/* Does v come from a primitive with a factor rule, perhaps with axes moved or added on the way? */
bool ir_has_factor(const ir_value *v);
/* Copies e, or emits its factor if it has that rule. */
ir_value **ir_copy_factor(ir_graph *into, const ir_eqn *e, ir_value *const *x);

/* Shorthands for the transformations. They find the primitives through their roles. */
ir_value *ir_literal(ir_graph *g, ir_dtype d, ir_scalar v, bool weak);
ir_value *ir_add_any(ir_graph *g, ir_value *a, ir_value *b); /* NULL for a or b means zero */
ir_value *ir_zeros(ir_graph *g, const ir_type *t); /* zeros of type t, which may be a tape */
ir_value *ir_full(ir_graph *g, const ir_type *t, ir_scalar v); /* v in every element */

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
 * Each graph names its values a, b, ... z, aa, ... in order of definition. Floats print as C hex
 * floats, `inf`, `-inf` or `nan` (nan:0xBITS if its payload is not the usual one). GRAPHS
 * attributes print as [graph ..., graph ...]. The parser accepts any names and decimal numbers, and
 * ignores the rest of a line after `#`. */
void ir_print(FILE *f, const ir_graph *g, bool with_locations);
char *ir_print_str(const ir_graph *g, bool with_locations); /* malloc'd; NULL with an error */
void ir_print_attr(FILE *f, const ir_eqn *e, int k); /* e's parameter k alone, as in axes=[0] */
/* NULL on failure, with an error that names the line and column. */
ir_graph *ir_parse(const char *text, const char *filename);
void ir_print_dot(FILE *f, const ir_graph *g); /* in Graphviz's language */

/* ---- verify.c, hash.c ------------------------------------------------------------------------ */

/* Checks that each operand is defined before its use in the same graph, that the types are those
 * that infer gives, and that the outputs are set. False with an error if not. */
bool ir_verify(const ir_graph *g);

typedef struct {
    uint64_t lo, hi;
} ir_hash128;
/* The XXH3-128 hash of the graph's canonical record. Names, locations and ids do not count;
 * weakness of types does. All zeros, with an error, when memory runs out. */
ir_hash128 ir_graph_hash(const ir_graph *g);
/* Are the two graphs equal, by the same standard? Also false, with an error, when memory runs
 * out. */
bool ir_graph_equal(const ir_graph *a, const ir_graph *b);
/* The canonical record itself, with nested graphs in full: graphs are equal if their records
 * are, even in different processes. Malloc'd; NULL with an error. */
void *ir_graph_record(const ir_graph *g, size_t *bytes);
/* Hash and equality of an equation's parameters. */
bool ir_attrs_hash(const ir_op *op, const ir_attr *attr, ir_hash128 *h);
bool ir_attrs_equal(const ir_op *op, const ir_attr *a, const ir_attr *b);

/* ---- pass_*.c: passes, which rewrite a graph and keep its meaning ---------------------------- */
/* A pass returns a new graph that computes the same function. Its inputs and outputs have the same
 * types, weakness included. NULL, with an error, on failure. */

ir_graph *ir_pass_inline(ir_graph *g);   /* inlines calls of every kind, also in nested graphs */
ir_graph *ir_pass_unwrap(ir_graph *g);   /* inlines recomputations; runs after the last CSE */
/* Makes pairs of real values of complex ones; calls must have been inlined. An input or output
 * c64[n] of g becomes f32[n,2], which is the same memory. */
ir_graph *ir_pass_complex(ir_graph *g);
bool ir_has_complex(const ir_graph *g); /* is any value in it complex, nested graphs included? */
bool ir_touches_complex(const ir_eqn *e); /* an operand or result of e, or a value in its graphs? */
ir_graph *ir_pass_simplify(ir_graph *g); /* folds rank-0 constants and applies op->simplify */
ir_graph *ir_pass_cse(ir_graph *g);      /* merges equal equations */
ir_graph *ir_pass_hoist(ir_graph *g);    /* moves loop-invariant equations in front of the loop */
/* The same. Also moves out small broadcasts whose rows do not fill vector registers: if the array
 * is in memory, a loop over all of it as one row is faster. */
ir_graph *ir_pass_hoist_rows(ir_graph *g);
ir_graph *ir_pass_dce(ir_graph *g);      /* drops dead equations, unused results and carries */
ir_graph *ir_optimize(ir_graph *g);      /* runs all passes; debug builds verify after each */
/* Copies g, and all graphs nested in it, equation by equation with f. f gets an equation e whose
 * nested graphs have been rewritten already and its operands x in `into`; it writes the values
 * that replace e's results to y. */
typedef bool ir_rewriter(void *env, ir_graph *into, const ir_eqn *e, ir_value *const *x,
                         ir_value **y);
ir_graph *ir_rewrite(const ir_graph *g, ir_rewriter *f, void *env);
int ir_count_eqns(const ir_graph *g); /* the number of equations, nested graphs included */
/* For need and narrow rules. ir_need_inputs marks in `in` the inputs that the marked outputs
 * need, and keeps what is marked there already. ir_narrow copies g with only the marked inputs
 * and outputs and the equations that these outputs need. */
void ir_need_inputs(const ir_graph *g, const bool *out, bool *in);
ir_graph *ir_narrow(const ir_graph *g, const bool *in, const bool *out);

/* ---- jvp.c, partial.c, transpose.c, vmap.c: the transformations ------------------------------ */

/* The forward derivative of g. Inputs: g's, then a tangent for each input marked in nz_in.
 * Outputs: g's, then a tangent for each output that nz_out marks on return. nz_out returns which
 * outputs have a tangent that is not symbolically zero; where it is true on entry, a tangent is
 * always given, if need be zeros. */
ir_graph *ir_jvp(const ir_graph *g, const bool *nz_in, bool *nz_out);

/* Splits g in two, by which inputs are known. *known maps the known inputs to the known outputs,
 * followed by the residuals. *unknown maps the residuals, followed by the unknown inputs, to the
 * unknown outputs. unknown_out returns which outputs are unknown; one that is true on entry is
 * made unknown. Returns the number of residuals, or -1 on error. */
int ir_partial_eval(const ir_graph *g, const bool *unknown_in, bool *unknown_out, ir_graph **known,
                    ir_graph **unknown);

/* The state that a partial rule works on. The rule emits each equation to `known` or to
 * `unknown`. */
typedef struct ir_partial {
    ir_graph *known, *unknown;
    ir_value **k, **u; /* by id of the old graph's values: the counterpart in each, or NULL */
    ir_value **res;    /* the residuals so far, in `known`; each is also an input of `unknown` */
    int nres, res_cap;
} ir_partial;
bool ir_partial_is_known(const ir_partial *p, const ir_value *v);
ir_value *ir_partial_known(ir_partial *p, const ir_value *v); /* v's counterpart in p->known */
/* v's counterpart in p->unknown. If v is known, it becomes a residual or is cheaply recomputed
 * there. */
ir_value *ir_partial_unknown(ir_partial *p, const ir_value *v);
/* A partial rule that puts the whole equation on the unknown side. */
bool ir_partial_all_unknown(ir_partial *p, const ir_eqn *e);
/* Makes a value of p->known a residual, and returns the input of p->unknown that receives it. */
ir_value *ir_partial_residual(ir_partial *p, ir_value *known);

/* The transpose of g, which must be linear in the marked inputs. Inputs: the inputs that are not
 * marked, then a cotangent for each output of g. Outputs: a cotangent for each marked input,
 * zeros included. */
ir_graph *ir_transpose(const ir_graph *g, const bool *linear_in);
/* Like ir_transpose, but with symbolic zeros. Only the outputs marked in nz_ct have a cotangent
 * input; NULL: all have. nz_out returns which linear inputs have a cotangent that is not
 * symbolically zero, and only these are outputs; where it is true on entry, a cotangent is
 * always given. NULL: all are. */
ir_graph *ir_transpose_nz(const ir_graph *g, const bool *linear_in, const bool *nz_ct,
                          bool *nz_out);
/* Like ir_transpose_nz, but adds the cotangents of the linear inputs marked in `into` to further
 * inputs, one for each of them, which stand last. Their sums are always outputs. */
ir_graph *ir_transpose_into(const ir_graph *g, const bool *linear_in, const bool *nz_ct,
                            const bool *into, bool *nz_out);

/* Batches g. axis_in[k]: the axis at which input k carries the batch; -1: it is not batched.
 * axis_out[k]: the axis at which output k shall carry it; -1: it must not be batched;
 * IR_AXIS_ANY: any, and the axis (or -1) is returned in axis_out[k]. */
#define IR_AXIS_ANY (-2)
ir_graph *ir_vmap(const ir_graph *g, const ir_batching *over, const int *axis_in, int *axis_out);
/* Is e a collective over the batch axis, or does one stand in its nested graphs? */
bool ir_vmap_mentions_axis(const ir_eqn *e, const ir_batching *over);
/* Moves a value's batch axis. If `from` is -1, broadcasts the value along a new axis of `size`. */
ir_value *ir_move_axis(ir_graph *g, ir_value *x, int from, int to, int64_t size);

/* ---- eval.c: the interpreter -------------------------------------------------------------- */

/* Runs g by calling each equation's kernel (op->eval). in[k] and out[k] are dense buffers of the
 * graph's input and output types; out[k] is written. */
bool ir_eval(const ir_graph *g, const void *const *in, void *const *out);
/* Runs one equation by its kernel. Errors name the equation's line. */
bool ir_run_eqn(const ir_eqn *e, const void *const *in, void *const *out);
/* A hook that the interpreter calls instead of ir_run_eqn, and that calls ir_run_eqn itself; the
 * profiler sets it. NULL: no hook. */
typedef bool ir_run(const ir_eqn *e, const void *const *in, void *const *out);
extern _Atomic(ir_run *) ir_watch;
static inline bool ir_interpret(const ir_eqn *e, const void *const *in, void *const *out)
{
    ir_run *watch = atomic_load_explicit(&ir_watch, memory_order_relaxed);
    return watch ? watch(e, in, out) : ir_run_eqn(e, in, out);
}

#endif
