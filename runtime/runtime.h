/* What the runtime's files offer each other, under each file's name.
 *
 * The one idea: every operation goes through rt_emit. With a trace open it appends an equation;
 * without, it evaluates that one equation at once. So a library function written with it runs both
 * ways, and transformations see it as the user's own code.
 */
#ifndef JACQUARD_RUNTIME_H
#define JACQUARD_RUNTIME_H

#include "include/jacquard.h"
#include "ir/ir.h"

/* A function as the library holds it: rt_fn(f) of what the user gave, which may be a handle. */
typedef const struct jac_function *rt_face;
static inline jac_fn rt_fn_of(rt_face face)
{
    return (jac_fn){face};
}

/* ---- array.c: immutable, dense, row-major, 64-byte aligned, counted -------------------------- */

typedef struct rt_array {
    atomic_int refs;
    ir_type type;
    void *data;
    void (*release)(void *env); /* of borrowed memory */
    void *env;
    bool borrowed;
} rt_array;

rt_array *rt_array_new(const ir_type *t); /* uninitialised; NULL with an error: too large, no memory */
/* Of memory that is somebody else's, who hears when it is not needed any more (release may be NULL). */
rt_array *rt_array_borrow(const ir_type *t, void *data, void (*release)(void *env), void *env);
rt_array *rt_array_retain(rt_array *a);
void rt_array_release(rt_array *a);

/* ---- handle.c: the thread's context: handles and scopes --------------------------------------- */

typedef enum { RT_FREE, RT_ARRAY, RT_NUMBER, RT_TRACED, RT_FUNCTION, RT_DONATED } rt_kind;

/* A C number keeps its full value until it meets a dtype. */
typedef struct {
    ir_kind kind; /* BOOL INT UINT FLOAT */
    union {
        double f;
        int64_t i;
        uint64_t u;
    };
} rt_number;

typedef struct rt_slot {
    uint32_t generation;
    uint8_t kind; /* rt_kind */
    uint32_t scoped, retained; /* references: of scopes, of jac_retain */
    union {
        rt_array *array;
        rt_number number;
        struct {
            uint64_t trace; /* its serial number */
            ir_value *value;
        };
        struct rt_function *function;
        struct {
            struct rt_function *taker; /* it was given to, as this leaf, by a call at this line */
            const char *file;
            int line, leaf;
        };
    };
} rt_slot;

/* NULL with an error: null, stale, of another thread, an escaped tracer, donated. */
rt_slot *rt_slot_of(jac x);
/* What is wrong with the bits of x as a handle, whatever it stands for; NULL: nothing. */
const char *rt_no_handle(jac x);
/* These give the null handle for NULL, and with an error where there is no memory. */
jac rt_wrap_array(rt_array *a); /* takes the reference */
jac rt_wrap_number(rt_number n);
jac rt_wrap_value(uint64_t trace, ir_value *v);
jac_fn rt_wrap_function(struct rt_function *f); /* takes the reference */
void rt_retain(jac x); /* as jac_retain and jac_release, without errors for a null handle */
void rt_release(jac x);
/* An array that is leaf k of the arguments of a call of f, which is given it: the handle lives on, but
 * only to say so. */
void rt_give_up(jac x, struct rt_function *f, int k);

/* A scope of the library's own: temporaries made since rt_begin go, the result stays. Also sets the
 * line that errors name. Every public function that composes others:
 *   unsigned m = rt_begin(at);  ...  return rt_end(m, result);   */
void rt_at(const jac_loc *at); /* the line that errors name, from now on; NULL: as it is */
unsigned rt_begin(const jac_loc *at);
jac rt_end(unsigned mark, jac result);
/* The same for a tree of results, and without one (n = 0). Without memory to keep them these become
 * null handles, and an error is recorded. */
bool rt_end_tree(unsigned mark, int n, jac *results);

/* ---- number.c, value.c: what a handle is ---------------------------------------------------- */

/* Its type; that of a number is weak, of the default width. False with an error for a bad handle. */
bool rt_type_of(jac x, ir_type *t);
/* The array of a concrete handle; NULL with an error that says what wanted to know, if it is traced.
 * A number is made an array of its default dtype. The reference stays the handle's. */
rt_array *rt_concrete(jac x, const char *what);
bool rt_dtype(jac_dtype d, ir_dtype *out); /* of JAC_DEFAULT the default float; false with an error */
/* The public dtypes stand in the order of ir/dtypes.h, behind JAC_DEFAULT. */
#define X(name, T, U, kind, compute, digits, least, most, llvm, npy, dlpack, public, ...)           \
    _Static_assert((int)JAC_##public == (int)IR_##name + 1, "jac_dtype is not in the order of rows");
IR_DTYPES(X)
#undef X
static inline jac_dtype rt_public_dtype(ir_dtype d)
{
    return (jac_dtype) (d + 1);
}
ir_dtype rt_default_int(void);
ir_dtype rt_default_float(void);
/* The number as a scalar of dtype d; false with an error where an integer does not fit. */
bool rt_number_scalar(rt_number n, ir_dtype d, ir_scalar *out);

/* ---- emit.c: operations, eager or recorded --------------------------------------------------- */

/* Emits one equation on handles. out gets its results (NULLs on failure). Numbers among the operands
 * become scalars of their default dtypes: convert them first. */
bool rt_emit(const ir_op *op, int nin, const jac *in, const ir_attr *attr, int nout, jac *out);
jac rt_emit1(const ir_op *op, int nin, const jac *in, const ir_attr *attr);
jac rt_op1(const ir_op *op, jac x);
jac rt_op2(const ir_op *op, jac x, jac y);
/* A rank-0 literal: concrete, or an equation of the open trace. */
jac rt_literal(ir_dtype d, ir_scalar v, bool weak);
jac rt_literal_f64(ir_dtype d, double v); /* strong; for integer dtypes too */
/* x as dtype d, exactly that weakness; x itself where it is so already. Numbers become literals. */
jac rt_convert(jac x, ir_dtype d, bool weak);
/* x as a scalar number or array: wraps jac_of_*; never converts. */

/* The dtype that functions of floats compute in when given d: f64 for integers of 64 bits, f32 for
 * other integers and bools. */
ir_dtype rt_float_of(ir_dtype d);
/* Brings x[0..n) to one dtype by JAX's promotion (x is rewritten). floats: integers and bools then
 * become floats. */
bool rt_promote(int n, jac *x, bool floats);
/* Brings x[0..n) to one shape by NumPy's broadcasting; `what` names the function in the error. */
bool rt_broadcast(const char *what, int n, jac *x);
jac rt_broadcast_to(jac x, int rank, const int64_t *shape);
jac rt_reshape(jac x, int rank, const int64_t *shape);
jac rt_transpose(jac x, const int64_t *permutation);
jac rt_reduce(const ir_op *op, jac x, int n, const int64_t *axes);
/* Normalises a possibly negative axis into [0, rank); false with an error naming `what`. */
bool rt_axis(const char *what, int64_t axis, int rank, int *out);
/* Has the list n >= 0 numbers, and are they there? Otherwise an error naming `what`. */
bool rt_list(const char *what, jac_dims d);
/* The axes of an option: {0, NULL} if it was left out, a list of one if it was an int, for which there
 * is room in *one. */
jac_dims rt_axes(jac_dims given, int64_t *one);
/* Are n handles what the room is for? Otherwise an error naming `what` that gives them. A null pointer
 * has none. */
bool rt_room(const char *what, const char *name, int n, jac_out out);
/* Of something that is not the user's. */
static inline jac_out rt_out(jac *x)
{
    return (jac_out){x, SIZE_MAX};
}

/* ---- trace.c: recording ------------------------------------------------------------------------ */

typedef struct rt_trace {
    uint64_t serial;
    ir_graph *g;
    struct rt_trace *outer;
    unsigned mark;  /* of the scope that it opened */
    jac *captured;  /* outer values used inside, retained; inputs of g after the arguments */
    ir_value **as;  /* ... and the inputs they became */
    int ncaptured, cap;
    unsigned failures; /* ir_fail_count when it opened */
    const ir_loc *loc; /* the line that errors named then */
} rt_trace;

rt_trace *rt_current_trace(void); /* innermost open one, or NULL */
bool rt_trace_is_open(uint64_t serial);
/* x as a value of the open trace t: itself, a literal, or a captured input. */
ir_value *rt_value_in(rt_trace *t, jac x);

/* What a function traces to: inputs are its arguments' leaves, then the captures. */
typedef struct {
    ir_graph *g;
    int ncaptured;
    jac *captured; /* retained */
} rt_traced;
void rt_traced_free(rt_traced *t);
#define RT_AUTO_TRACED __attribute__((cleanup(rt_traced_free))) rt_traced

/* Records from here on in a trace of the caller's, who makes its inputs first of all. */
bool rt_trace_open(rt_trace *t, const char *name);
jac rt_trace_input(rt_trace *t, const ir_type *type);
/* Ends it with these outputs; false with an error if one is missing or an operation failed since. With
 * `made` NULL the trace is given up. */
bool rt_trace_close(rt_trace *t, int nout, const jac *out, rt_traced *made);
/* Traces f for arguments of the types given (a leaf each). False with an error. */
bool rt_trace_fn(rt_face f, const ir_type *types, rt_traced *out);
/* Applies a graph to handles: interprets it, or splices it into the open trace. */
bool rt_apply_graph(const ir_graph *g, const jac *in, jac *out);

/* ---- function.c: functions and calls ---------------------------------------------------------- */

/* A transformation of an inner function: how it traces, and optionally how a call is done. */
typedef struct rt_function rt_function;
struct rt_function {
    struct jac_function face; /* impl points back here; first, so that a face can be one */
    atomic_int refs;
    int *leaves;
    const jac_loc *at;    /* where it was made: of the user's program, so that equations may keep it */
    rt_face inner, second; /* retained; NULL when there is none */
    /* Traces to a graph for the argument types; NULL: face.apply is traced. */
    bool (*trace)(const rt_function *f, const ir_type *types, rt_traced *out);
    /* Calls with no trace open or with one; NULL: traced, then the graph is applied. */
    bool (*call)(rt_function *f, int n, const jac *in, jac *out);
    void (*drop)(rt_function *f); /* gives up what `data` holds; NULL: nothing */
    void *data;                   /* goes with the function */
};
/* data: how many bytes, zeroed. NULL with an error. */
rt_function *rt_function_new(const char *name, const jac_loc *at, int nargs, const int *leaves,
                             int result_leaves, size_t data);
rt_face rt_fn_retain(rt_face f);
void rt_fn_release(rt_face f);
rt_face rt_fn(jac_fn f); /* the face behind a handle; NULL with an error */
const jac_loc *rt_fn_at(const struct jac_function *f); /* outlives it; NULL: unknown */
int rt_fn_leaves(const struct jac_function *f); /* of all arguments */
int rt_first_leaf(const struct jac_function *f, int arg);
bool rt_call(rt_face f, const jac *in, jac *out);
/* The `call` of a function that is its inner one until it is differentiated or batched: outside of
 * traces there is nothing to trace it for. */
bool rt_call_inner(rt_function *f, int n, const jac *in, jac *out);
/* The error of a function's name, and the number of a leaf of its result. */
#define RT_NULL_RESULT \
    "%s: leaf %d of its result is a null handle (the number 0 is jac_asarray(0))"
/* The argument to which leaf k belongs, for messages: "argument 0" or "argument 1, leaf 2". */
const char *rt_leaf_name(const struct jac_function *f, int k);

#endif
