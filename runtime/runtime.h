/* Declarations shared by the files of the runtime, in one group for each file.
 *
 * The one idea: every operation goes through rt_emit. If a trace is open, rt_emit appends an
 * equation to it; otherwise it evaluates that one equation at once. So a library function written
 * with rt_emit works both ways, and transformations treat it like the user's own code.
 */
#ifndef JACQUARD_RUNTIME_H
#define JACQUARD_RUNTIME_H

#include "include/jacquard.h"
#include "ir/ir.h"

/* How the library refers to a function: rt_fn turns the user's jac_fn, which may be a handle, into
 * this. */
typedef const struct jac_function *rt_face;
static inline jac_fn rt_fn_of(rt_face face)
{
    return (jac_fn){face};
}

/* ---- array.c: immutable arrays: dense, row-major, 64-byte aligned, reference-counted --------- */

typedef struct rt_array {
    atomic_int refs;
    ir_type type;
    void *data;
    void (*release)(void *env); /* called when the array no longer needs borrowed memory */
    void *env;
    bool borrowed;
} rt_array;

rt_array *rt_array_new(const ir_type *t); /* uninitialised; NULL with an error if too large */
/* Wraps memory that the caller owns; `release`, which may be NULL, is called when the array no
 * longer needs it. */
rt_array *rt_array_borrow(const ir_type *t, void *data, void (*release)(void *env), void *env);
rt_array *rt_array_retain(rt_array *a);
void rt_array_release(rt_array *a);

/* ---- handle.c: the thread's context: handles and scopes -------------------------------------- */

typedef enum { RT_FREE, RT_ARRAY, RT_NUMBER, RT_TRACED, RT_FUNCTION, RT_DONATED } rt_kind;

/* A C number keeps its full value until it meets a dtype. */
typedef struct {
    ir_kind kind; /* BOOL INT UINT FLOAT COMPLEX */
    union {
        double f; /* also the real part of a complex number */
        int64_t i;
        uint64_t u;
    };
    double imag;
} rt_number;

typedef struct rt_slot {
    uintptr_t word; /* the handle */
    uint32_t generation;
    uint8_t kind;              /* rt_kind */
    uint32_t scoped, retained; /* references held by scopes and by jac_retain */
    union {
        rt_array *array;
        rt_number number;
        struct {
            uint64_t trace; /* serial number of the trace */
            ir_value *value;
        };
        struct rt_function *function;
        struct {
            struct rt_function *taker; /* the function that took the donated array */
            const char *file;
            int line, leaf; /* the line of the call, and the leaf that the array was */
        };
    };
} rt_slot;

/* NULL with an error if x is null, stale, donated, of another thread, or an escaped tracer. */
rt_slot *rt_slot_of(jac x);
/* Says why x is not a valid handle, as a predicate ("is a null handle"); NULL if it is one, of any
 * kind. */
const char *rt_no_handle(jac x);
/* These return the null handle if given NULL; if memory runs out they also record an error. */
jac rt_wrap_array(rt_array *a); /* takes the reference */
jac rt_wrap_number(rt_number n);
jac rt_wrap_value(uint64_t trace, ir_value *v);
jac_fn rt_wrap_function(struct rt_function *f); /* takes the reference */
void rt_retain(jac x); /* like jac_retain and jac_release, but ignore a null handle */
void rt_release(jac x);
/* Marks x as donated to f as leaf k of a call's arguments. The handle stays, but any use of it is
 * an error that names this call. */
void rt_give_up(jac x, struct rt_function *f, int k);

/* A scope used inside the library: it frees the temporaries made since rt_begin and keeps the
 * result. It also sets the line that errors name. Every public function that composes others does:
 *   unsigned m = rt_begin(at);  ...  return rt_end(m, result);   */
/* Every public function calls rt_at or rt_begin first. It closes the traces whose function is no
 * longer running, because a longjmp left it; `frame` is the caller's. Unless `at` is NULL, it sets
 * the line and the public function that errors name. */
void rt_enter(const void *frame, const jac_loc *at, const char *name);
/* The name is that of the C function, such as jac_where_. If that is not the public name, use
 * rt_at_as or rt_begin_as; there jac_ may be left out. */
#define rt_at(at)    rt_at_as(at, __func__)
#define rt_begin(at) rt_begin_as(at, __func__)
static inline void rt_at_as(const jac_loc *at, const char *name)
{
    rt_enter(__builtin_frame_address(0), at, name);
}
unsigned rt_begin_as(const jac_loc *at, const char *name);
/* "jac_where: ", the public function that was entered last, as the start of an error; "" if none
 * is known. */
const char *rt_entered(void);
jac rt_end(unsigned mark, jac result);
/* Like rt_end, for a tree of results, or none (n = 0). If there is no memory to keep the results,
 * they become null handles and an error is recorded. */
bool rt_end_tree(unsigned mark, int n, jac *results);

/* ---- value.c: types and contents of handles -------------------------------------------------- */

/* Gets the type of x; a number has a weak type of the default width. False with an error for a bad
 * handle. */
bool rt_type_of(jac x, ir_type *t);
/* The type that the caller of `what` gives for a leaf of f; false with an error if there is no such
 * type. */
bool rt_type_given(const char *what, rt_face f, int leaf, const jac_type *t, ir_type *out);
bool rt_types_of(int n, const jac *x, ir_type *types);
/* The type of an array of this shape; false with an error that names `what` if the shape is not
 * possible. */
bool rt_type_for(const char *what, jac_dims shape, ir_dtype d, ir_type *t);
/* The array of a concrete handle. If x is traced, NULL with an error; `what` names the function
 * that needed the elements. A number becomes an array of its default dtype. The handle keeps the
 * reference. */
rt_array *rt_concrete(jac x, const char *what);
bool rt_dtype(jac_dtype d, ir_dtype *out); /* JAC_DEFAULT: the default float; false with an error */
/* The public dtypes follow JAC_DEFAULT in the order of ir/dtypes.h. */
#define X(name, T, U, kind, compute, width, digits, least, most, llvm, npy, dlpack, public, ...)          \
    _Static_assert((int)JAC_##public == (int)IR_##name + 1,                                        \
                   "jacquard/arrays.h: in enum jac_dtype, JAC_" #public " is not where the row of " #name \
                                                                 " is in ir/dtypes.h");            \
    _Static_assert(                                                                                \
        __builtin_types_compatible_p(__typeof__(JAC_##public), jac_dtype),                         \
        "jacquard/arrays.h: #define JAC_" #public " ((jac_dtype) JAC_" #public ") is missing");
IR_DTYPES(X)
#undef X
/* The C types of integers and of floats that are computed as they are stored. */
#define X(name, T, U, kind, compute, width, digits, least, most, llvm, npy, dlpack, public, ...)          \
    _Static_assert((int)JAC_DTYPE_OF_PTR_((T *)NULL) == (int)IR_##name + 1,                        \
                   "jacquard/arrays.h: JAC_DTYPE_OF_PTR_ does not give JAC_" #public               \
                   " for data of type " #T);                                                       \
    _Static_assert((int)JAC_DTYPE_OF_PTR_((const T *)NULL) == (int)IR_##name + 1,                  \
                   "jacquard/arrays.h: JAC_DTYPE_OF_PTR_ does not give JAC_" #public               \
                   " for data of type const " #T);
IR_SINTS(X) IR_UINTS(X) IR_FLOATS(X) IR_COMPLEXES(X)
#undef X
static inline jac_dtype rt_public_dtype(ir_dtype d)
{
    return (jac_dtype)(d + 1);
}
ir_dtype rt_default_int(void);
ir_dtype rt_default_float(void);
/* Converts the number to a scalar of dtype d, a complex one without its imaginary part; false with
 * an error if an integer does not fit. */
bool rt_number_scalar(rt_number n, ir_dtype d, ir_scalar *out);

/* ---- emit.c: operations, eager or recorded --------------------------------------------------- */

/* Emits one equation on handles. out gets its results (null handles on failure). Numbers among the
 * operands become scalars of their default dtypes, so convert them first if that is not wanted. */
bool rt_emit(const ir_op *op, int nin, const jac *in, const ir_attr *attr, int nout, jac *out);
jac rt_emit1(const ir_op *op, int nin, const jac *in, const ir_attr *attr);
jac rt_op1(const ir_op *op, jac x);
jac rt_op2(const ir_op *op, jac x, jac y);
/* A rank-0 literal: concrete, or an equation of the open trace. */
jac rt_literal(ir_dtype d, ir_scalar v, bool weak);
jac rt_literal_f64(ir_dtype d, double v); /* not weak; also for integer dtypes */
jac rt_literal_of(rt_number n, ir_dtype d, bool weak); /* null with an error if it does not fit */
/* Converts x to dtype d and to exactly this weakness; returns x itself if it has both already.
 * Numbers become literals. */
jac rt_convert(jac x, ir_dtype d, bool weak);

/* The dtype in which float functions compute for an operand of dtype d: d itself for floats, f64
 * for 64-bit integers, f32 for other integers and bools. */
ir_dtype rt_float_of(ir_dtype d);
/* Converts x[0..n), in place, to one dtype by JAX's promotion rules. floats: if that dtype is
 * integer or bool, converts to a float dtype instead. */
bool rt_promote(int n, jac *x, bool floats);
/* Broadcasts x[0..n), in place, to one shape by NumPy's rules; `what` names the function in the
 * error. */
bool rt_broadcast(const char *what, int n, jac *x);
/* Does an array of type t broadcast to the shape of `to`? */
bool rt_broadcasts(const ir_type *t, const ir_type *to);
jac rt_broadcast_to(jac x, int rank, const int64_t *shape);
jac rt_reshape(jac x, int rank, const int64_t *shape);
jac rt_transpose(jac x, const int64_t *permutation);
jac rt_reduce(const ir_op *op, jac x, int n, const int64_t *axes);
/* Maps an axis that may be negative into [0, rank); false with an error naming `what`. */
bool rt_axis(const char *what, int64_t axis, int rank, int64_t *out);
/* Does the list have a count n from 0 to INT_MAX and, if n > 0, a pointer? If not, an error naming
 * `what`. */
bool rt_list(const char *what, jac_dims d);
/* Reads the axes given as an option: they become {0, NULL} if it was left out, and a list of one,
 * stored in *one, if it was an int. Two ints in a row are an error. */
bool rt_axes(const char *what, jac_dims *given, int64_t *one);
/* The same for other numbers than axes; `name` is that of the option. */
bool rt_ints(const char *what, const char *name, jac_dims *given, int64_t *one);
/* Does `out` have room for n handles? A null pointer has none; a whole struct must have exactly n.
 * If not, an error saying that `what` and `name`, joined, gives them. */
bool rt_room(const char *what, const char *name, int n, jac_out out);
/* Output memory of the library's own, whose size needs no check. */
static inline jac_out rt_out(jac *x)
{
    return (jac_out){x, SIZE_MAX};
}

/* ---- trace.c: recording ---------------------------------------------------------------------- */

typedef struct rt_trace {
    uint64_t serial;
    ir_graph *g;
    struct rt_trace *outer;
    unsigned mark; /* the mark of the scope that it opened */
    jac *captured; /* outer values used inside, retained; inputs of g after the arguments */
    ir_value **as; /* ... and the inputs they became */
    int ncaptured, cap;
    unsigned failures; /* ir_fail_count when the trace opened */
    const ir_loc *loc; /* the line that errors named when the trace opened */
    const char *name;  /* ... and the function */
} rt_trace;

bool rt_has_left(const void *p, const void *frame); /* is the frame with p gone? */
/* For functions with an rt_trace among their variables. AddressSanitizer would keep it elsewhere
 * than on the stack (with gcc 13 and newer by default), and a longjmp could not be noticed. */
#define RT_ON_STACK __attribute__((no_sanitize("address")))
rt_trace *rt_current_trace(void); /* innermost open one, or NULL */
bool rt_trace_is_open(uint64_t serial);
/* The value of the open trace t that stands for x: x's own value, a literal, or a captured
 * input. */
ir_value *rt_value_in(rt_trace *t, jac x);

/* The result of tracing a function. The graph's inputs are the arguments' leaves, then the
 * captures. */
typedef struct {
    ir_graph *g;
    int ncaptured;
    jac *captured; /* retained */
} rt_traced;
void rt_traced_free(rt_traced *t);
#define RT_AUTO_TRACED __attribute__((cleanup(rt_traced_free))) rt_traced

/* Opens a trace that the caller allocated: operations are recorded in it from now on. The caller
 * makes its inputs before anything else. */
bool rt_trace_open(rt_trace *t, const char *name);
jac rt_trace_input(rt_trace *t, const ir_type *type);
/* Closes the trace with these outputs; false with an error if one is missing or if an operation
 * failed since it opened. If `made` is NULL, the trace is discarded. */
bool rt_trace_close(rt_trace *t, int nout, const jac *out, rt_traced *made);
/* Traces f for arguments of these types, one per leaf. False with an error. */
bool rt_trace_fn(rt_face f, const ir_type *types, rt_traced *out);
/* Applies a graph to handles: interprets it, or inlines it into the open trace. */
bool rt_apply_graph(const ir_graph *g, const jac *in, jac *out);

/* ---- function.c: functions and calls --------------------------------------------------------- */

/* A function made by a transformation: how to trace it and, optionally, how to call it. */
typedef struct rt_function rt_function;
struct rt_function {
    struct jac_function face; /* `impl` points back here; first, so that a face converts to it */
    atomic_int refs;
    int *leaves;
    const jac_loc *at;     /* where it was made; static memory, so that equations may keep it */
    rt_face inner, second; /* retained; NULL when there is none */
    /* Makes the graph for these argument types; NULL: traces face.apply. */
    bool (*trace)(const rt_function *f, const ir_type *types, rt_traced *out);
    /* Calls the function, whether a trace is open or not; NULL: traces it and applies the graph. */
    bool (*call)(rt_function *f, int n, const jac *in, jac *out);
    /* The types of its leaves, if they are fixed: a C number that is given for one takes its dtype. */
    const ir_type *wants;
    void (*drop)(rt_function *f); /* releases what `data` holds; NULL: nothing to do */
    void *data;                   /* freed with the function */
};
/* data: the size of the function's `data`, which is zeroed. NULL with an error. */
rt_function *rt_function_new(const char *name, const jac_loc *at, int nargs, const int *leaves,
                             int result_leaves, size_t data);
rt_face rt_fn_retain(rt_face f);
void rt_fn_release(rt_face f);
rt_face rt_fn(jac_fn f); /* the face behind a handle; NULL with an error */
const jac_loc *rt_fn_at(const struct jac_function *f); /* outlives f; NULL: unknown */
int rt_fn_leaves(const struct jac_function *f);        /* of all arguments */
int rt_first_leaf(const struct jac_function *f, int arg);
/* Does f take n handles and give one? If not, an error of the function `what`. */
bool rt_takes_single(const char *what, const char *for_structs, const struct jac_function *f,
                     int n);
bool rt_call(rt_face f, const jac *in, jac *out);
/* The `call` for a function that differs from its inner one only when it is differentiated or
 * batched: outside of traces it calls the inner function directly. */
bool rt_call_inner(rt_function *f, int n, const jac *in, jac *out);
/* Error format: takes the function's name and the number of the leaf of its result. */
#define RT_NULL_RESULT "%s: leaf %d of its result is a null handle (the number 0 is jac_asarray(0))"
/* Names leaf k of the arguments for messages: "argument 0" or "argument 1, leaf 2". */
const char *rt_leaf_name(const struct jac_function *f, int k);

#endif
