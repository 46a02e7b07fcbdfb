/* Jacquard: derivatives, batching and compilation of ordinary C functions over arrays.
 *
 * Write a C function over `jac` handles; call it, or transform it: jac_grad, jac_vmap, jac_jit,
 * jac_jvp, jac_vjp compose in any order. The names are those of jax, jax.numpy, jax.lax, jax.nn and
 * jax.random with the prefix jac_; where C asks for another form, the declaration says why.
 *
 *   static jac f(jac x) { return jac_sin(jac_mul(x, 2)); }
 *   JAC_FN(f, jac, (jac, x))                          // gives f_fn, f_args and f_call
 *   jac df = jac_call1(jac_jit(jac_grad(f_fn)), 0.5); // 2 cos(1)
 *
 * Conventions, here once for all declarations below:
 *  - Where a parameter is written x, y ..., a jac or any C number may be given. A number is a scalar
 *    of weak type: it takes the dtype of the array it meets (JAX's Python scalars).
 *  - Operands broadcast as NumPy's do and promote as JAX's do.
 *  - A failed call returns the null handle (JAC_NULL) or false and records one error, which says what was
 *    wrong, in terms of shapes and dtypes, and at which C line; see jac_error. An operation on a
 *    null handle returns null, so an expression can be checked once, at its end.
 *  - Handles belong to the thread that made them, and to its innermost open JAC_SCOPE.
 *  - `...` after options means designated initialisers: jac_sum(x, 1, .keepdims = true).
 */
#ifndef JACQUARD_H
#define JACQUARD_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "jacquard_version.h"

#if defined(__GNUC__)
#define JAC_API __attribute__((visibility("default")))
#else
#error "jacquard.h needs the GNU extensions of C17 (gcc or clang)"
#endif

/* The version of the library that the program runs with, such as "0.1.0"; JAC_VERSION_MAJOR,
 * _MINOR and _PATCH are the header's. */
JAC_API const char *jac_version(void);

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Handles, dtypes, shapes ------------------------------------------------------------------ */

/* A handle to a value: a concrete array, a C number, or a value of an open trace. It is a struct of
 * one word, passed in a register; the word is the library's. So C's own operators do not compile on
 * it: `x + 1` is jac_add(x, 1), `if (jac_lt(x, 0))` is jac_where, jac_cond, JAC_IF, or, where no trace
 * is open, `if (jac_item_bool(jac_lt(x, 0)))`. A handle whose scope has closed is recognised and gives
 * an error, never another array. */
typedef struct {
    const struct jac_opaque *word; /* never dereferenced; a pointer, so that no number turns into one */
} jac;

/* A function that can be called and transformed: what JAC_FN defines, or what a transformation
 * gives. One that a transformation gave belongs to the innermost scope, as handles do. It is not a
 * pointer to a C function: of a C function f, it is f_fn that is given. */
typedef struct {
    const struct jac_function *face;
} jac_fn;

/* The null handle, which a call that failed returns, and the null function. As an initialiser,
 * `jac x = {0}` serves too; a struct of null handles is `Params p = {0}`. */
#define JAC_NULL    ((jac){NULL})
#define JAC_NULL_FN ((jac_fn){NULL})
/* Did the call that gave this succeed: is it not the null handle, the null function or false? It says
 * nothing about the elements: the truth of those is jac_item_bool(x). */
#define jac_ok(x) _Generic((x), jac: jac_handle_ok_, jac_fn: jac_fn_ok_, bool: jac_bool_ok_)(x)
static inline bool jac_handle_ok_(jac x)
{
    return x.word != NULL;
}
static inline bool jac_fn_ok_(jac_fn f)
{
    return f.face != NULL;
}
static inline bool jac_bool_ok_(bool done)
{
    return done;
}

/* Element types. JAC_DEFAULT, where a dtype is asked for, is f32 (f64 after jac_enable_x64). */
typedef enum {
    JAC_DEFAULT,
    JAC_BOOL,
    JAC_I8,
    JAC_I16,
    JAC_I32,
    JAC_I64,
    JAC_U8,
    JAC_U16,
    JAC_U32,
    JAC_U64,
    JAC_F16,  /* _Float16 */
    JAC_BF16, /* __bf16, the upper half of a float */
    JAC_F32,
    JAC_F64
} jac_dtype;
/* (To C an enumerator is an int: these are of the enum's type, so that a number is told from one.) */
#define JAC_DEFAULT ((jac_dtype) JAC_DEFAULT)
#define JAC_BOOL ((jac_dtype) JAC_BOOL)
#define JAC_I8 ((jac_dtype) JAC_I8)
#define JAC_I16 ((jac_dtype) JAC_I16)
#define JAC_I32 ((jac_dtype) JAC_I32)
#define JAC_I64 ((jac_dtype) JAC_I64)
#define JAC_U8 ((jac_dtype) JAC_U8)
#define JAC_U16 ((jac_dtype) JAC_U16)
#define JAC_U32 ((jac_dtype) JAC_U32)
#define JAC_U64 ((jac_dtype) JAC_U64)
#define JAC_F16 ((jac_dtype) JAC_F16)
#define JAC_BF16 ((jac_dtype) JAC_BF16)
#define JAC_F32 ((jac_dtype) JAC_F32)
#define JAC_F64 ((jac_dtype) JAC_F64)

/* A list of integers: a shape, axes, positions; {0, NULL} is none. Where axes are asked for, an int
 * stands for a list of one: jac_sum(x, 1), jac_vmap(f, 1), jac_flip(x, JAC_AXES(0, 1)); and where a shape
 * is, so does it: jac_zeros(3). */
typedef struct {
    int n;
    const int64_t *v;
} jac_dims;

/* JAC_SHAPE(3, 4), JAC_SHAPE() for a scalar; JAC_AXES(0, -1). Good until the enclosing block ends. */
#define JAC_DIMS(...)                                                                    \
    ((jac_dims){(int) (sizeof((int64_t[]){__VA_ARGS__ __VA_OPT__(, ) 0}) / 8) - 1, \
                (const int64_t[]){__VA_ARGS__ __VA_OPT__(, ) 0}})
#define JAC_SHAPE(...) JAC_DIMS(__VA_ARGS__)
#define JAC_AXES(...)  JAC_DIMS(__VA_ARGS__)
/* In the axes of jac_vmap: the argument is not batched (JAX's None). */
#define JAC_NONE (-INT_MAX)

/* Rank, sizes and dtype; they work on traced values too. A null or stale handle gives -1 (rank,
 * size), 0 (dim), JAC_DEFAULT, and an error. Negative k counts from the last dimension. Errors and
 * graphs write types as f32[3,4], and as ~f32[] what is of weak type. */
/* The rank (jnp.ndim); -1 and an error for a null or stale handle. */
#define jac_ndim(x)      jac_ndim_(JAC_AT, x)
/* The size of dimension k, from 0, or from the last if negative (x.shape[k]); 0 and an error if
 * there is none. */
#define jac_dim(x, k)    jac_dim_(JAC_AT, x, k)
/* The number of elements, 1 for a scalar (jnp.size). */
#define jac_size(x)      jac_size_(JAC_AT, x)
/* The sizes as a list, good for as long as x lives: jac_zeros(jac_shape(x)). */
#define jac_shape(x) jac_shape_(JAC_AT, x)
/* The element type (x.dtype). */
#define jac_dtype_of(x)  jac_dtype_of_(JAC_AT, x)
#define jac_weak_type(x) jac_weak_type_(JAC_AT, x) /* came from C numbers alone: gives way in promotion */
JAC_API const char *jac_dtype_name(jac_dtype d);

/* Whether C integers and floats, and JAC_DEFAULT, stand for 64-bit types (jax_enable_x64). An array
 * that is f64 or i64 is always what it says; nothing is narrowed silently. Per thread; off at first. */
JAC_API void jac_enable_x64(bool on);
JAC_API bool jac_x64_enabled(void);

/* ---- What the macros below are made of (not for direct use) ----------------------------------- */

#include "jacquard_macros.h"

typedef struct {
    const char *file;
    int line;
    const char *func;
} jac_loc;
JAC_API int jac_ndim_(const jac_loc *at, jac x);
JAC_API int64_t jac_dim_(const jac_loc *at, jac x, int k);
JAC_API int64_t jac_size_(const jac_loc *at, jac x);
JAC_API jac_dims jac_shape_(const jac_loc *at, jac x);
JAC_API jac_dtype jac_dtype_of_(const jac_loc *at, jac x);
JAC_API bool jac_weak_type_(const jac_loc *at, jac x);
JAC_API jac jac_of_f64(double v);
JAC_API jac jac_of_i64(int64_t v);
JAC_API jac jac_of_u64(uint64_t v);
JAC_API jac jac_of_bool(bool v);
static inline jac jac_of_self(jac x)
{
    return x;
}
JAC_API jac jac_unary_(const jac_loc *at, const char *op, jac x);
JAC_API jac jac_binary_(const jac_loc *at, const char *op, jac x, jac y);
/* Where results go, and how many bytes there are: see JAC_OUT_. */
typedef struct {
    void *at;
    size_t room;
} jac_out;

/* ---- Errors ------------------------------------------------------------------------------------ */

/* The error recorded by the first call that failed since jac_error_clear, as one sentence with the
 * C file and line; NULL when there is none. Per thread. */
JAC_API const char *jac_error(void);
JAC_API void jac_error_clear(void);
/* For main functions: given a null handle or false, prints the error to stderr and exits with
 * status 1; gives back what it was given otherwise. */
#define jac_check(x) JAC_CHECK_(JAC_CAT_(jac_c_, __COUNTER__), x)
#define JAC_CHECK_(c, x)            \
    __extension__({                 \
        __auto_type c = (x);        \
        _Generic(c,                 \
            jac: jac_check_handle,  \
            jac_fn: jac_check_fn,   \
            bool: jac_check_true,   \
            int: jac_check_true)(c); \
    })
JAC_API jac jac_check_handle(jac x);
JAC_API jac_fn jac_check_fn(jac_fn f);
JAC_API bool jac_check_true(bool ok);

/* ---- Memory ------------------------------------------------------------------------------------ */

/* JAC_SCOPE(&p, &q) { ... }: handles made inside are released at the closing brace (also by break,
 * continue and return), except those that the trees p, q hold then; these pass to the enclosing
 * scope. What p held before, by an earlier JAC_SCOPE(&p), and no longer holds, is released, and what
 * it holds now takes its place: a loop whose body is such a scope runs in constant memory. Beware of
 * break and continue: the scope itself is what they leave, and a loop around it goes on. */
#define JAC_SCOPE(...) JAC_SCOPE_(JAC_CAT_(jac_scope_, __COUNTER__), __VA_ARGS__)
#define JAC_SCOPE_(s, ...)                                                                     \
    for (jac_scope s __attribute__((cleanup(jac_scope_close_))) = jac_scope_open_(             \
             JAC_COUNT_(__VA_ARGS__),                                                          \
             (const jac_tree[]){JAC_EACH_(JAC_TREE_, __VA_ARGS__){NULL, 0}});                  \
         s.open; s.open = false)
typedef struct {
    jac *leaves;
    int n;
} jac_tree;
#define JAC_TREE_(p) {(jac *) (p), JAC_LEAVES_OF_(*(p))},
typedef struct {
    bool open;
    uint32_t mark;
    int n;
    jac_tree keep[16];
    jac *before; /* what their leaves held at the opening brace */
} jac_scope;
JAC_API jac_scope jac_scope_open_(int n, const jac_tree *keep);
JAC_API void jac_scope_close_(jac_scope *s);

/* A reference of its own that keeps the value alive past its scope, until jac_release. Returns x. */
#define jac_retain(x) jac_retain_(JAC_AT, x)
/* Gives a reference of jac_retain back; one too many is an error. */
#define jac_release(x) jac_release_(JAC_AT, x)
/* The same for functions that transformations gave. */
#define jac_retain_fn(f)  jac_retain_fn_(JAC_AT, f)
/* Gives a reference of jac_retain_fn back. */
#define jac_release_fn(f) jac_release_fn_(JAC_AT, f)
JAC_API jac jac_retain_(const jac_loc *at, jac x);
JAC_API void jac_release_(const jac_loc *at, jac x);
JAC_API jac_fn jac_retain_fn_(const jac_loc *at, jac_fn f);
JAC_API void jac_release_fn_(const jac_loc *at, jac_fn f);
/* Bytes of array data alive in this process (borrowed memory not counted). */
JAC_API size_t jac_live_bytes(void);

/* ---- Arrays in and out --------------------------------------------------------------------------- */

/* An array copied from C memory, row-major: jac_array(JAC_SHAPE(2, 2), (float[]){1, 2, 3, 4}). The
 * data's type says the dtype; data that is a C array must have as many elements as the shape
 * (jnp.array; the data last, so that a compound literal can be given). */
#define jac_array(shape, ...) \
    jac_array_(JAC_AT, JAC_DTYPE_OF_PTR_(__VA_ARGS__), JAC_SHAPE_(shape), __VA_ARGS__, \
               JAC_ROOM_(__VA_ARGS__))
/* The same with the dtype given, from any pointer. bool is a byte an element; f16 and bf16 can so be
 * given as the uint16_t of their bits. */
#define jac_array_of(dtype, shape, ...) \
    jac_array_(JAC_AT, JAC_DTYPE_(dtype), JAC_SHAPE_(shape), __VA_ARGS__, JAC_ROOM_(__VA_ARGS__))
JAC_API jac jac_array_(const jac_loc *at, jac_dtype d, jac_dims shape, const void *data, size_t room);
/* bytes of a C array; SIZE_MAX for a pointer */
#define JAC_ROOM_(...)                                                                        \
    (__builtin_types_compatible_p(__typeof__(__VA_ARGS__), __typeof__(&(__VA_ARGS__)[0])) ||  \
             __builtin_types_compatible_p(__typeof__(__VA_ARGS__), const void *) ||           \
             __builtin_types_compatible_p(__typeof__(__VA_ARGS__), void *)                    \
         ? SIZE_MAX                                                                           \
         : sizeof(__VA_ARGS__))
/* The compilers' 16-bit floats; where there is none, no pointer is of these types. */
#ifdef __FLT16_MANT_DIG__
__extension__ typedef _Float16 jac_f16_;
#else
typedef struct jac_no_f16_ jac_f16_;
#endif
#if defined(__BFLT16_DIG__) || (defined(__clang__) && defined(__SSE2__))
__extension__ typedef __bf16 jac_bf16_;
#else
typedef struct jac_no_bf16_ jac_bf16_;
#endif
#define JAC_DTYPE_OF_PTR_(...)        \
    _Generic(&(__VA_ARGS__)[0],       \
        bool *: JAC_BOOL,             \
        const bool *: JAC_BOOL,       \
        int8_t *: JAC_I8,             \
        const int8_t *: JAC_I8,       \
        int16_t *: JAC_I16,           \
        const int16_t *: JAC_I16,     \
        uint16_t *: JAC_U16,          \
        const uint16_t *: JAC_U16,    \
        jac_f16_ *: JAC_F16,          \
        const jac_f16_ *: JAC_F16,    \
        jac_bf16_ *: JAC_BF16,        \
        const jac_bf16_ *: JAC_BF16,  \
        int32_t *: JAC_I32,           \
        const int32_t *: JAC_I32,     \
        int64_t *: JAC_I64,           \
        const int64_t *: JAC_I64,     \
        uint8_t *: JAC_U8,            \
        const uint8_t *: JAC_U8,      \
        uint32_t *: JAC_U32,          \
        const uint32_t *: JAC_U32,    \
        uint64_t *: JAC_U64,          \
        const uint64_t *: JAC_U64,    \
        float *: JAC_F32,             \
        const float *: JAC_F32,       \
        double *: JAC_F64,            \
        const double *: JAC_F64)

/* An array that uses the caller's memory, which must be aligned to its elements and stay unchanged
 * until `release(env)` is called (NULL: nothing is called), when no handle needs it any more. */
#define jac_borrow(dtype, shape, data, release, env) \
    jac_borrow_(JAC_AT, JAC_DTYPE_(dtype), JAC_SHAPE_(shape), data, release, env)
JAC_API jac jac_borrow_(const jac_loc *at, jac_dtype d, jac_dims shape, const void *data,
                        void (*release)(void *env), void *env);

/* A C number as a handle, for where no macro takes it: a leaf of a struct, a function's result
 * (jnp.asarray); and a C array of numbers as a vector of its dtype: jac_asarray((float[]){1, 2}). */
#define jac_asarray(...)                                                                      \
    __builtin_choose_expr(JAC_IS_ARRAY_((__VA_ARGS__)), JAC_VECTOR_(JAC_ELEMENTS_((__VA_ARGS__))), \
                          JAC_V(__builtin_choose_expr(JAC_IS_ARRAY_((__VA_ARGS__)), 0, (__VA_ARGS__))))
#define JAC_ELEMENTS_(a) __builtin_choose_expr(JAC_IS_ARRAY_(a), a, (float *) NULL)
#define JAC_VECTOR_(a) jac_vector_(JAC_AT, JAC_DTYPE_OF_PTR_(a), a, sizeof(a), sizeof((a)[0]))
static inline jac jac_vector_(const jac_loc *at, jac_dtype d, const void *data, size_t bytes, size_t each)
{
    int64_t n = (int64_t) (bytes / each);
    jac_dims shape = {1, &n};
    return jac_array_(at, d, shape, data, bytes);
}
/* The number as a scalar array of the dtype, strong: what a C variable cannot say. */
#define jac_scalar(dtype, v) jac_scalar_(JAC_AT, JAC_DTYPE_(dtype), JAC_V(v))
JAC_API jac jac_scalar_(const jac_loc *at, jac_dtype d, jac v);

/* The one element of an array of size 1, converted; NaN, 0, false and an error if there is none, or
 * if x is a value of an open trace, which has no element yet (JAX's ConcretizationTypeError). */
#define jac_item_f64(x)  jac_item_f64_(JAC_AT, x)
/* As an integer: floats are truncated (int(x)). */
#define jac_item_i64(x)  jac_item_i64_(JAC_AT, x)
/* As a truth value: nonzero is true (bool(x)). */
#define jac_item_bool(x) jac_item_bool_(JAC_AT, x)
JAC_API double jac_item_f64_(const jac_loc *at, jac x);
JAC_API int64_t jac_item_i64_(const jac_loc *at, jac x);
JAC_API bool jac_item_bool_(const jac_loc *at, jac x);

/* Copies the elements, row-major and of x's own dtype, to `out` of `bytes` bytes; false and an error
 * unless that is exactly the array's size. */
#define jac_copy_out(x, out, bytes) jac_copy_out_(JAC_AT, x, out, bytes)
JAC_API bool jac_copy_out_(const jac_loc *at, jac x, void *out, size_t bytes);
/* The elements themselves, row-major, for as long as x lives; NULL and an error for a traced value
 * or when the dtype is not the one asked for. */
#define jac_view(x, dtype) jac_view_(JAC_AT, x, JAC_DTYPE_(dtype))
JAC_API const void *jac_view_(const jac_loc *at, jac x, jac_dtype d);

/* Text as NumPy prints arrays (a traced value prints as its type); jac_str's is malloc'd. */
#define jac_str(x)   jac_str_(JAC_AT, x)
#define jac_print(x) jac_print_(JAC_AT, x) /* to stdout, with a newline */
JAC_API char *jac_str_(const jac_loc *at, jac x);
JAC_API bool jac_print_(const jac_loc *at, jac x);
/* NumPy's .npy files, format 1.0 to 3.0, C or Fortran order, little or big endian. */
#define jac_save(path, x) jac_save_(JAC_AT, path, x)
/* Reads a file that jac_save or NumPy wrote; null and an error if it is not one (jnp.load). */
#define jac_load(path)    jac_load_(JAC_AT, path)
JAC_API bool jac_save_(const jac_loc *at, const char *path, jac x);
JAC_API jac jac_load_(const jac_loc *at, const char *path);

/* ---- Functions ----------------------------------------------------------------------------------- */

/* A tree is a C type made of jac handles only: jac itself, a struct of them, an array of them in a
 * struct, structs of such structs. It stands for JAX's pytrees.
 *
 * JAC_FN(f, R, (T1, a), (T2, b)): makes the C function `R f(T1 a, T2 b)`, R and T trees, known to the
 * transformations. Defines
 *   f_fn               the jac_fn
 *   f_args             struct { T1 a; T2 b; }
 *   f_call(g, a, b)    calls any jac_fn g of the same signature, such as jac_jit(f_fn); returns R
 * Stands after f, at file level, without a semicolon. At most 15 arguments. */
#define JAC_FN(f, R, ...)                                                                        \
    JAC_SIGNATURE_(f, R, __VA_ARGS__)                                                            \
    static void f##_apply_(const void *jac_env_, const void *jac_args_, void *jac_result_)       \
    {                                                                                            \
        const f##_args *jac_a_ = (const f##_args *) jac_args_;                                   \
        (void) jac_env_, (void) jac_a_;                                                          \
        *(R *) jac_result_ = f(JAC_PASS_(__VA_ARGS__));                                          \
    }                                                                                            \
    static const struct jac_function f##_function_ = {                                           \
        JAC_FUNCTION_MARK_, #f, f##_apply_, NULL, JAC_COUNT_(__VA_ARGS__), f##_leaves_,                              \
        JAC_LEAVES_IN_(R), {__FILE__, __LINE__, #f}, NULL};                        \
    static __attribute__((unused)) const jac_fn f##_fn = {&f##_function_};

/* The same for a C function with an environment, which is how C passes what a closure would capture
 * and what JAX calls static arguments: `R f(const E *env, T1 a)` with
 * JAC_FN_ENV(f, R, E, (T1, a)) defines f_args and f_call, and instead of f_fn
 *   f_with(E env)      a jac_fn with its own copy of env
 * E is any C type; handles in it are captured when the function is traced, and must live then. */
#define JAC_FN_ENV(f, R, E, ...)                                                                 \
    JAC_SIGNATURE_(f, R, __VA_ARGS__)                                                            \
    static void f##_apply_(const void *jac_env_, const void *jac_args_, void *jac_result_)       \
    {                                                                                            \
        const f##_args *jac_a_ = (const f##_args *) jac_args_;                                   \
        (void) jac_a_;                                                                           \
        *(R *) jac_result_ = f((const E *) jac_env_ __VA_OPT__(, ) JAC_PASS_(__VA_ARGS__));      \
    }                                                                                            \
    static const struct jac_function f##_function_ = {                                           \
        JAC_FUNCTION_MARK_, #f, f##_apply_, NULL, JAC_COUNT_(__VA_ARGS__), f##_leaves_,                              \
        JAC_LEAVES_IN_(R), {__FILE__, __LINE__, #f}, NULL};                        \
    static inline __attribute__((unused)) jac_fn f##_with(E jac_env_)                            \
    {                                                                                            \
        return jac_with_env_((jac_fn){&f##_function_}, &jac_env_, sizeof jac_env_);                        \
    }

/* The same, and the head of f's definition in one:
 *   JAC_DEF(jac, f, (jac, x)) { return jac_sin(x); }
 *   JAC_DEF_ENV(jac, g, double, (jac, x)) { return jac_mul(x, *env); }     // g_with(2.0)          */
#define JAC_DEF(R, f, ...)                   \
    static R f(JAC_PARAMS_(__VA_ARGS__));    \
    JAC_FN(f, R, __VA_ARGS__)                \
    static R f(JAC_PARAMS_(__VA_ARGS__))
#define JAC_DEF_ENV(R, f, E, ...)                                       \
    static R f(const E *env JAC_EACH_(JAC_PARAM_, __VA_ARGS__));        \
    JAC_FN_ENV(f, R, E, __VA_ARGS__)                                    \
    static R f(const E *env JAC_EACH_(JAC_PARAM_, __VA_ARGS__))
/* A struct of handles in a line: JAC_TREE(Params, w, b) is typedef struct { jac w, b; } Params; */
#define JAC_TREE(T, ...)  \
    typedef struct {      \
        jac __VA_ARGS__;  \
    } T;

/* Calls f: args points to its arguments, one after the other (a struct like f_args), result to room
 * for its result. For functions whose signature a transformation changed:
 *   struct { jac loss; Params grad; } r;
 *   jac_call(jac_value_and_grad(loss_fn), &(loss_args){p, x}, &r);
 * False and null handles in *result on failure. */
#define jac_call(f, ... /* args, result */) \
    jac_call_here_(JAC_AT, f, JAC_REST_(__VA_ARGS__), JAC_OUT_(JAC_LAST_(__VA_ARGS__)))
/* Calls a function of arguments that are single arrays and returns its result, a single array. */
#define jac_call1(f, ...) jac_call1_(JAC_AT, f, JAC_LIST_(__VA_ARGS__))

#define JAC_FUNCTION_MARK_ UINT64_C(0x6e6f6974636e7566)
/* The public face of a function; made by JAC_FN, read by the library. */
struct jac_function {
    uint64_t mark; /* JAC_FUNCTION_MARK_: what else is taken for a function is told from one */
    const char *name;
    void (*apply)(const void *env, const void *args, void *result);
    const void *env;
    int nargs;
    const int *arg_leaves; /* handles in each argument */
    int result_leaves;
    jac_loc at;
    void *impl; /* of functions that transformations gave */
};
#define JAC_FIELD_(pair)         JAC_FIELD__ pair
#define JAC_FIELD__(T, a)        T a;
#define JAC_LEAVES_(pair)        JAC_LEAVES__ pair
#define JAC_LEAVES__(T, a)       JAC_LEAVES_IN_(T),
#define JAC_WHOLE_(pair)         JAC_WHOLE__ pair
#define JAC_WHOLE__(T, a)        JAC_ASSERT_TREE_(T)
#define JAC_PARAM_(pair)         JAC_PARAM__ pair
#define JAC_PARAM__(T, a)        , T a
#define JAC_NAME_(pair)          JAC_NAME__ pair
#define JAC_NAME__(T, a)         a,
#define JAC_ARG_(pair)           JAC_ARG__ pair
#define JAC_ARG__(T, a)          , jac_a_->a
#define JAC_BUT_FIRST_(...)      JAC_BUT_FIRST__(__VA_ARGS__)
#define JAC_BUT_FIRST__(x, ...)  __VA_ARGS__
/* the arguments of a call, and the parameters of a prototype, from the pairs */
#define JAC_PASS_(...)           JAC_BUT_FIRST_(0 JAC_EACH_(JAC_ARG_, __VA_ARGS__))
#define JAC_PARAMS_(...)         JAC_BUT_FIRST_(0 JAC_EACH_(JAC_PARAM_, __VA_ARGS__))
#define JAC_SIGNATURE_(f, R, ...)                                                                \
    typedef struct {                                                                             \
        JAC_EACH_(JAC_FIELD_, __VA_ARGS__)                                                       \
    } f##_args;                                                                                  \
    JAC_EACH_(JAC_WHOLE_, __VA_ARGS__)                                                           \
    JAC_ASSERT_TREE_(R)                                                                          \
    static const int f##_leaves_[] = {JAC_EACH_(JAC_LEAVES_, __VA_ARGS__) 0};                    \
    static inline __attribute__((unused)) R f##_call(jac_fn jac_f_ JAC_EACH_(JAC_PARAM_, __VA_ARGS__)) \
    {                                                                                            \
        R jac_r_;                                                                                \
        jac_call_as_(JAC_AT, jac_f_, #f, JAC_COUNT_(__VA_ARGS__), f##_leaves_,                   \
                     JAC_LEAVES_IN_(R),                                            \
                     &(f##_args){JAC_EACH_(JAC_NAME_, __VA_ARGS__)}, &jac_r_);                   \
        return jac_r_;                                                                           \
    }
JAC_API jac_fn jac_with_env_(jac_fn f, const void *env, size_t size);
JAC_API bool jac_call_(const jac_loc *at, jac_fn f, const void *args, size_t args_room,
                       jac_out result);
JAC_API bool jac_call_as_(const jac_loc *at, jac_fn f, const char *name, int nargs, const int *leaves,
                          int result_leaves, const void *args, void *result);
JAC_API jac jac_call1_(const jac_loc *at, jac_fn f, int n, const jac *x);
static inline __attribute__((always_inline)) bool jac_call_here_(const jac_loc *at, jac_fn f,
                                                                 const void *args, jac_out result)
{
    /* Where the compiler knows how large the arguments are, a struct too small is caught. */
    return jac_call_(at, f, args, __builtin_object_size(args, 0), result);
}

/* ---- Transformations --------------------------------------------------------------------------- */

/* jac_grad(f), jac_grad(f, 1), jac_grad(f, 0, 2): the gradient of a scalar function with respect to
 * the arguments named (argnums; 0 if none is), trees like them, one after the other (jax.grad). The
 * loss must be one float scalar and the leaves differentiated floats; anything else is an error. */
#define jac_grad(... /* f, argnums */) JAC_GRAD_(false, false, __VA_ARGS__)
#define JAC_GRAD_(with_value, with_aux, ...)                                      \
    jac_grad_(JAC_AT, JAC_HEAD_(__VA_ARGS__),                                     \
              (jac_grad_opts){.argnums = JAC_AXES_OPT_(JAC_TAIL_(__VA_ARGS__)),   \
                              .value = with_value,                                \
                              .has_aux = with_aux})
/* The same with the value in front: struct { jac value; grads } (jax.value_and_grad). */
#define jac_value_and_grad(... /* f, argnums */) JAC_GRAD_(true, false, __VA_ARGS__)
/* has_aux=True: the first handle of f's result is the loss, the others are carried along. Gives
 * struct { grads; aux } and struct { loss; aux; grads }. */
#define jac_grad_aux(... /* f, argnums */)           JAC_GRAD_(false, true, __VA_ARGS__)
/* Gives struct { loss; aux; grads }. */
#define jac_value_and_grad_aux(... /* f, argnums */) JAC_GRAD_(true, true, __VA_ARGS__)
typedef struct {
    jac_dims argnums; /* none: argument 0 */
    bool value, has_aux;
} jac_grad_opts;
JAC_API jac_fn jac_grad_(const jac_loc *at, jac_fn f, jac_grad_opts o);

/* jac_vmap(f), jac_vmap(f, JAC_AXES(0, JAC_NONE)), jac_vmap(f, 1, .out_axes = -1):
 * f over a batch at once (jax.vmap). in_axes: for each argument, the axis of all its leaves that is
 * mapped, or JAC_NONE; one entry stands for all arguments; default 0. out_axes: the same for the
 * handles of the result. axis_size: needed only when every argument is JAC_NONE.
 * in_axes_leaves, in place of in_axes: an entry for each handle of the arguments, in the order in
 * which they stand in their structs, as out_axes has one for each handle of the result. (JAX takes a
 * tree of axes like the arguments; in C a struct of handles has no twin that holds integers.)
 *   jac_vmap(f, .in_axes_leaves = JAC_AXES(JAC_NONE, 0, 1))   // f(Params p, jac x): p.w, p.b, x
 * axis_name: what the batch is called within f, for jac_psum and its like; an identifier. */
#define jac_vmap(... /* f, in_axes, options */) \
    JAC_VMAP_(JAC_CAT_(jac_o_, __COUNTER__), __VA_ARGS__, )
#define JAC_VMAP_(o, f, ...)                                                                       \
    JAC_WITH_OPTIONS_(o, jac_vmap_opts,                                                            \
                      (.in_axes = JAC_OMITTED_, .out_axes = JAC_OMITTED_,                          \
                       .in_axes_leaves = JAC_OMITTED_, .unused_ = 0),                              \
                      jac_vmap_(JAC_AT, f, o), __VA_ARGS__)
typedef struct {
    int unused_; /* so that in_axes may stand first without its name, or be left out */
    jac_dims in_axes, out_axes, in_axes_leaves;
    int64_t axis_size;
    const char *axis_name;
} jac_vmap_opts;
JAC_API jac_fn jac_vmap_(const jac_loc *at, jac_fn f, jac_vmap_opts o);

/* Over all lanes of the batch that an enclosing jac_vmap(f, .axis_name = "i") makes of what calls this:
 * jac_psum(x, "i") is the sum of the lanes' x, the same in each of them (jax.lax.psum, pmean, pmax,
 * pmin). They may stand anywhere below f: in loops, branches, jitted functions, gradients; vmaps may
 * nest under several names. A bool is summed as an integer; a mean of integers is a float. All are
 * differentiable: lanes that share a maximum share its derivative evenly. A name that no vmap around
 * the call binds is an error. */
#define jac_psum(x, axis_name)  jac_collective_(JAC_AT, "psum", JAC_V(x), axis_name)
/* The mean over the batch; floats, also of integers (jax.lax.pmean). */
#define jac_pmean(x, axis_name) jac_collective_(JAC_AT, "pmean", JAC_V(x), axis_name)
/* The greatest over the batch, of x's dtype (jax.lax.pmax). */
#define jac_pmax(x, axis_name)  jac_collective_(JAC_AT, "pmax", JAC_V(x), axis_name)
/* The least over the batch, of x's dtype (jax.lax.pmin). */
#define jac_pmin(x, axis_name)  jac_collective_(JAC_AT, "pmin", JAC_V(x), axis_name)
/* This lane's place in the batch, i32 from 0 (jax.lax.axis_index), and how many lanes there are, a C
 * integer, -1 on error (jax.lax.axis_size). */
#define jac_axis_index(axis_name) jac_axis_index_(JAC_AT, axis_name)
/* How many lanes the batch has, a C integer; -1 and an error if no vmap binds the name. */
#define jac_axis_size(axis_name)  jac_axis_size_(JAC_AT, axis_name)
JAC_API jac jac_collective_(const jac_loc *at, const char *name, jac x, const char *axis_name);
JAC_API jac jac_axis_index_(const jac_loc *at, const char *axis_name);
JAC_API int64_t jac_axis_size_(const jac_loc *at, const char *axis_name);

/* f compiled on its first call for each combination of argument types (jax.jit). What differs but
 * is no array goes into the environment (JAC_FN_ENV), where JAX has static_argnums. With
 * JACQUARD_DISABLE_JIT=1 in the environment it interprets; with JACQUARD_CACHE_DIR=DIR compiled programs
 * are kept in files there, and a process that starts later need not compile them.
 * options: .donate_argnums = 0, or a list, the arguments, all handles of each, whose arrays the caller
 * does not need any more (JAX's donate_argnums): results of the same size are made in their memory where
 * that can be, so that a step from one state to the next writes the state over itself, without an array
 * more.
 *   jac_fn step = jac_jit(step_fn, .donate_argnums = 0);
 *   for (...) JAC_SCOPE (&state) state = step_call(step, state, batch);
 * A call takes them, used or not: their handles are good for nothing afterwards but to be released, and
 * an error says which call took them. Pointers that jac_view gave go with them. What another handle
 * shares, what the call is given a second time, and borrowed memory is copied, never overwritten. While a
 * trace is open (in a function that is being differentiated, batched ...) nothing is donated. A function
 * that donates is compiled to another program than one that does not, which may add up in another order:
 * the last bits of sums and products of floats may differ. */
#define jac_jit(... /* f, options */) JAC_JIT_(JAC_CAT_(jac_o_, __COUNTER__), __VA_ARGS__, )
#define JAC_JIT_(o, f, ...)                                                              \
    JAC_WITH_OPTIONS_(o, jac_jit_opts, (.donate_argnums = JAC_OMITTED_, .unused_ = 0),   \
                      jac_jit_(JAC_AT, f, o), __VA_ARGS__)
typedef struct {
    int unused_;
    jac_dims donate_argnums;
} jac_jit_opts;
/* Makes jitted functions interpret on this thread from now on, or compile again (jax.disable_jit). */
JAC_API void jac_disable_jit(bool on);
JAC_API jac_fn jac_jit_(const jac_loc *at, jac_fn f, jac_jit_opts o);

/* Forward mode (jax.jvp): f at primals, and its derivative along tangents: both trees like f's
 * arguments; *out and *out_tangents are like its result. A null tangent means zero, and is the only
 * one an integer argument can have; an integer result's tangent is zeros of its own type. */
#define jac_jvp(f, ... /* primals, tangents, out, out_tangents */) \
    JAC_JVP_(JAC_LAST_(__VA_ARGS__), f, JAC_FRONT_(__VA_ARGS__))
#define JAC_JVP_(out_tangents, f, ...)                                               \
    jac_jvp_(JAC_AT, f, (jac_jvp_in){JAC_FRONT_(__VA_ARGS__)},              \
             JAC_OUT_(JAC_LAST_(__VA_ARGS__)), JAC_OUT_(out_tangents))
typedef struct {
    const void *primals, *tangents;
} jac_jvp_in;
JAC_API bool jac_jvp_(const jac_loc *at, jac_fn f, jac_jvp_in in, jac_out out, jac_out out_tangents);
/* Reverse mode (jax.vjp): writes f at primals to *out and returns the function that takes a
 * cotangent (a tree like *out, as one argument) to the cotangents of the primals (zeros of their own
 * type for integer ones); it may be called many times, and transformed. */
#define jac_vjp(f, ... /* primals, out */) \
    jac_vjp_(JAC_AT, f, JAC_REST_(__VA_ARGS__), JAC_OUT_(JAC_LAST_(__VA_ARGS__)))
JAC_API jac_fn jac_vjp_(const jac_loc *at, jac_fn f, const void *primals, jac_out out);

/* The derivative of f at primals, as a linear function of tangents (a tree like f's arguments) that
 * can be called many times without running f again (jax.linearize); writes f's result to *out. */
#define jac_linearize(f, ... /* primals, out */) \
    jac_linearize_(JAC_AT, f, JAC_REST_(__VA_ARGS__), JAC_OUT_(JAC_LAST_(__VA_ARGS__)))
JAC_API jac_fn jac_linearize_(const jac_loc *at, jac_fn f, const void *primals, jac_out out);
/* The transpose of a linear f, from the types of *primals alone (jax.linear_transpose): takes a tree
 * like f's result, gives one like its arguments. */
#define jac_linear_transpose(f, ... /* primals */) jac_linear_transpose_(JAC_AT, f, __VA_ARGS__)
JAC_API jac_fn jac_linear_transpose_(const jac_loc *at, jac_fn f, const void *primals);

/* Jacobians in the arguments named (0 if none is), by forward or reverse mode (jax.jacfwd, jax.jacrev):
 * for each handle of f's result, for each leaf, one array of the result's shape, then the leaf's. */
#define jac_jacfwd(... /* f, argnums */) JAC_JACOBIAN_(false, __VA_ARGS__)
/* By reverse mode: one pass for each element of the result (jax.jacrev). */
#define jac_jacrev(... /* f, argnums */) JAC_JACOBIAN_(true, __VA_ARGS__)
#define JAC_JACOBIAN_(reverse, ...)                         \
    jac_jacobian_(JAC_AT, JAC_HEAD_(__VA_ARGS__), reverse,  \
                  JAC_AXES_OPT_(JAC_TAIL_(__VA_ARGS__)))
/* Second derivatives of a scalar function, forward over reverse (jax.hessian). A product with them needs
 * no matrix: jac_jvp of jac_grad(f), as in examples/hvp.c. */
#define jac_hessian(... /* f, argnums */)                                                      \
    jac_jacobian_(JAC_AT, JAC_JACOBIAN_(true, __VA_ARGS__), false,                             \
                  JAC_AXES_OPT_(JAC_TAIL_(__VA_ARGS__)))
JAC_API jac_fn jac_jacobian_(const jac_loc *at, jac_fn f, bool reverse, jac_dims argnums);

/* f with a derivative of your own (jax.custom_jvp): rule takes f's arguments, then their tangents
 * (for float leaves; struct { T1 a; T2 b; T1 ta; T2 tb; }), and gives f's result, then its tangents.
 * It must be linear in the tangents. All arguments and results must be floats. What f and the rule
 * use from outside (environments) must not be differentiated: that is an error. */
#define jac_custom_jvp(f, rule) jac_custom_jvp_(JAC_AT, f, rule)
JAC_API jac_fn jac_custom_jvp_(const jac_loc *at, jac_fn f, jac_fn rule);
/* f with a reverse mode of your own (jax.custom_vjp): fwd takes f's arguments and gives
 * struct { result; residuals }, the result being f's and the residuals any handles; bwd takes
 * (residuals, cotangents), the latter a tree like f's result, and gives the cotangents of the
 * arguments, a tree like them all, one after the other:
 *   R f(T1 a, T2 b);   struct { R result; S res; } fwd(T1 a, T2 b);   struct { T1 a; T2 b; } bwd(S res, R ct);
 * Where bwd leaves a null handle the cotangent is zero; what it gives for integers is ignored, and it
 * gets zeros as the cotangents of integer results. fwd runs in f's place when a gradient is taken, and
 * both may be differentiated again. There is then no forward mode (jvp, jacfwd, linearize). What the
 * three use from outside (environments, for what JAX has nondiff_argnums) must not be differentiated:
 * that is an error. */
#define jac_custom_vjp(f, fwd, bwd) jac_custom_vjp_(JAC_AT, f, fwd, bwd)
JAC_API jac_fn jac_custom_vjp_(const jac_loc *at, jac_fn f, jac_fn fwd, jac_fn bwd);

/* f, whose derivative computes f's inner values again instead of keeping them from the forward pass:
 * memory against time (jax.checkpoint, jax.remat). jac_checkpoint(f), or with .policy, what may be
 * kept beside f's arguments: */
typedef enum {
    JAC_SAVE_NOTHING,    /* as it is without a policy (nothing_saveable) */
    JAC_SAVE_DOTS,       /* results of matrix products, dear to compute (dots_saveable) */
    JAC_SAVE_EVERYTHING, /* all of it, as without jac_checkpoint (everything_saveable) */
} jac_save_policy;
/* To keep one state a layer of a deep network, jac_scan over jac_checkpoint(layer). A loop within f is
 * one inner value: of its own products JAC_SAVE_DOTS keeps none. */
#define jac_checkpoint(... /* f, options */) JAC_CHECKPOINT_(__VA_ARGS__, )
#define JAC_CHECKPOINT_(f, ...) \
    jac_checkpoint_(JAC_AT, f, (jac_checkpoint_opts){.unused_ = 0, __VA_ARGS__})
typedef struct {
    int unused_;
    jac_save_policy policy;
} jac_checkpoint_opts;
JAC_API jac_fn jac_checkpoint_(const jac_loc *at, jac_fn f, jac_checkpoint_opts o);

/* x, a constant to every derivative (jax.lax.stop_gradient). */
#define jac_stop_gradient(x) JAC_1_("stop_gradient", x)
/* A type without a value (jax.ShapeDtypeStruct). */
typedef struct {
    jac_dtype dtype;
    bool weak;
    int ndim; /* -1 after an error */
    int64_t dim[16];
} jac_type;
JAC_API jac_type jac_type_of(jac x);
JAC_API jac_type jac_shaped(jac_dtype dtype, jac_dims shape); /* jac_shaped(JAC_F32, JAC_SHAPE(3, 4)) */
/* The types of f's results, one for each handle, without computing anything (jax.eval_shape): for
 * arguments like *args, or for arguments that do not exist, of the types given, one for each handle. */
#define jac_eval_shape(f, ... /* args, results */)                        \
    jac_eval_shape_(JAC_AT, f, JAC_REST_(__VA_ARGS__), JAC_LAST_(__VA_ARGS__), \
                    __builtin_object_size(JAC_LAST_(__VA_ARGS__), 1))
/* The same for arguments that do not exist, of the types given, one for each handle. */
#define jac_eval_types(f, ... /* types, results */)                       \
    jac_eval_types_(JAC_AT, f, JAC_REST_(__VA_ARGS__), JAC_LAST_(__VA_ARGS__), \
                    __builtin_object_size(JAC_LAST_(__VA_ARGS__), 1))
JAC_API bool jac_eval_shape_(const jac_loc *at, jac_fn f, const void *args, jac_type *results,
                             size_t room);
JAC_API bool jac_eval_types_(const jac_loc *at, jac_fn f, const jac_type *args, jac_type *results,
                             size_t room);

/* f for arguments like *args, with what it uses from outside made one more argument, its last: a tree
 * of *n handles, which are written to captured (jax.closure_convert). *n is the room there at first.
 *   jac held[8];  int n = 8;  jac_fn g = jac_closure_convert(f, &args, &n, held);
 *   jac_call(g, &(struct { f_args args; jac held[2]; }){ ... }, &result);      // if n is 2           */
#define jac_closure_convert(f, ... /* args, n, captured */) jac_closure_convert_(JAC_AT, f, __VA_ARGS__)
JAC_API jac_fn jac_closure_convert_(const jac_loc *at, jac_fn f, const void *args, int *n,
                                    jac *captured);

/* The graph that f traces to for arguments like *args, as text, malloc'd (jax.make_jaxpr). */
#define jac_make_jaxpr(f, ... /* args */) jac_make_jaxpr_(JAC_AT, f, __VA_ARGS__)
JAC_API char *jac_make_jaxpr_(const jac_loc *at, jac_fn f, const void *args);
/* The same as a drawing, in Graphviz' language: pipe it through `dot -Tsvg`. */
#define jac_make_dot(f, ... /* args */) jac_make_dot_(JAC_AT, f, __VA_ARGS__)
JAC_API char *jac_make_dot_(const jac_loc *at, jac_fn f, const void *args);

/* ---- Control flow ---------------------------------------------------------------------------------- */

/* S jac_while_loop(cond, body, S init): while cond(s): s = body(s) (jax.lax.while_loop). S is a tree;
 * cond gives one bool scalar; body a tree of the same types as it takes. Derivatives of both modes pass
 * through it: under reverse mode, which JAX refuses here, each step puts what the way back needs on a
 * tape (see jac_tape_bytes). `init` comes last so that a compound literal can be given. */
#define jac_while_loop(cond, body, ...) \
    jac_checkpointed_while_loop(JAC_TAPE_, cond, body, __VA_ARGS__)
/* The same, but reverse mode keeps at most `checkpoints` states, however many steps there are, and
 * computes the others anew, each a few times: with c checkpoints and n steps at most r times each,
 * where C(c + r, c) >= n (equinox.internal.while_loop, kind="checkpointed"). */
#define jac_checkpointed_while_loop(checkpoints, cond, body, ...)                              \
    JAC_WHILE_LOOP_(JAC_CAT_(jac_g_, __COUNTER__), JAC_CAT_(jac_s_, __COUNTER__), checkpoints,  \
                    cond, body, (__VA_ARGS__))
#define JAC_WHILE_LOOP_(g, s, checkpoints, cond, body, init) \
    JAC_CHANGED_(g, s, init, jac_while_(JAC_AT, cond, body, checkpoints, JAC_LEAVES_AND_(s)))
#define JAC_TAPE_ INT64_MIN /* in place of a number of checkpoints: none, but a tape */
JAC_API bool jac_while_(const jac_loc *at, jac_fn cond, jac_fn body, int64_t checkpoints, int n,
                        jac *state);

/* Bytes of the tapes of loops under reverse mode: alive now, and at most since the last call with reset;
 * of the whole process. What a checkpointed loop keeps is no tape, but an array of so many states. A tape
 * that would grow beyond the limit (0: the environment's JACQUARD_TAPE_LIMIT, or 8 GiB), or such an array,
 * is an error. */
JAC_API size_t jac_tape_bytes(void);
JAC_API size_t jac_tape_peak_bytes(bool reset);
JAC_API void jac_tape_limit(size_t bytes);

/* S jac_fori_loop(lower, upper, body, S init): for i in [lower, upper): s = body(i, s)
 * (jax.lax.fori_loop). Bounds that are C integers make a loop of known length, whose residuals
 * are kept in plain arrays; bounds that are arrays make a while loop. i is i32 (i64 under x64). */
#define jac_fori_loop(lower, upper, body, ...)                                                 \
    JAC_FORI_LOOP_(JAC_CAT_(jac_g_, __COUNTER__), JAC_CAT_(jac_s_, __COUNTER__), lower, upper,  \
                   body, (__VA_ARGS__))
#define JAC_FORI_LOOP_(g, s, lower, upper, body, init) \
    JAC_CHANGED_(g, s, init,                           \
                 jac_fori_(JAC_AT, JAC_V(lower), JAC_V(upper), body, JAC_LEAVES_AND_(s)))
JAC_API bool jac_fori_(const jac_loc *at, jac lower, jac upper, jac_fn body, int n, jac *state);

/* true_fn(operands) where pred, else false_fn(operands) (jax.lax.cond); operands and result as in
 * jac_call. Only the branch taken runs, except under vmap with a batched pred. */
#define jac_cond(pred, true_fn, false_fn, ... /* operands, result */) \
    jac_cond_(JAC_AT, JAC_V(pred), true_fn, false_fn, JAC_REST_(__VA_ARGS__), \
              JAC_OUT_(JAC_LAST_(__VA_ARGS__)))
JAC_API bool jac_cond_(const jac_loc *at, jac pred, jac_fn true_fn, jac_fn false_fn,
                       const void *operands, jac_out result);
/* The same for functions of single arrays to a single array. */
#define jac_cond1(pred, true_fn, false_fn, ...) \
    jac_cond1_(JAC_AT, JAC_V(pred), true_fn, false_fn, JAC_LIST_(__VA_ARGS__))
JAC_API jac jac_cond1_(const jac_loc *at, jac pred, jac_fn true_fn, jac_fn false_fn, int n,
                       const jac *x);
/* The branch that index, clamped into range, names: jac_switch(i, JAC_FNS(f, g, h), &operands, &r)
 * (jax.lax.switch). */
#define jac_switch(index, branches, ... /* operands, result */) \
    jac_switch_(JAC_AT, JAC_V(index), branches, JAC_REST_(__VA_ARGS__), \
                JAC_OUT_(JAC_LAST_(__VA_ARGS__)))
#define JAC_FNS(...) (int) (sizeof((jac_fn[]){__VA_ARGS__}) / sizeof(jac_fn)), (const jac_fn[]){__VA_ARGS__}
JAC_API bool jac_switch_(const jac_loc *at, jac index, int n, const jac_fn *branches,
                         const void *operands, jac_out result);

/* jac_scan(body, &carry, &xs, &ys): body(carry, x) gives struct { carry; y } for each slice x of xs
 * along axis 0; carry is updated, the ys are stacked (jax.lax.scan). The sizes of carry and xs are
 * those of body's arguments. options: .length (needed when xs has no leaves), .reverse, .unroll
 * (how many steps to write out at a time: only a hint, which the compiler need not follow). */
#define jac_scan(body, ... /* carry, xs, ys, options */) \
    JAC_CAT_(JAC_SCAN, JAC_IS_3_(__VA_ARGS__))(body, __VA_ARGS__)
typedef struct {
    int unused_;
    void *carry;
    const void *xs;
    void *ys;
    int64_t length;
    bool reverse;
    int64_t unroll;
} jac_scan_opts;
/* Where the three stand alone, their types say how much room there is; with options, or with commas in
 * a compound literal, it is what the compiler knows. */
#define JAC_SCANY(body, carry_, xs_, ys_)                                                   \
    jac_scan_(JAC_AT, body, (jac_scan_opts){.carry = (carry_), .xs = (xs_), .ys = (ys_)},   \
              JAC_ROOM_FOR_(carry_), JAC_ROOM_FOR_(ys_))
#define JAC_SCANN(body, ...) JAC_SCANN_(JAC_CAT_(jac_o_, __COUNTER__), body, __VA_ARGS__)
#define JAC_SCANN_(o, body, ...)                         \
    JAC_WITH_OPTIONS_(o, jac_scan_opts, (.unused_ = 0),  \
                      jac_scan_here_(JAC_AT, body, o), __VA_ARGS__)
JAC_API bool jac_scan_(const jac_loc *at, jac_fn body, jac_scan_opts o, size_t carry_room,
                       size_t ys_room);
static inline __attribute__((always_inline)) bool jac_scan_here_(const jac_loc *at, jac_fn body,
                                                                 jac_scan_opts o)
{
    return jac_scan_(at, body, o, __builtin_object_size(o.carry, 1), __builtin_object_size(o.ys, 1));
}

/* jac_map(f, &xs, &ys): f of each slice of its arguments, a tree, along axis 0, one after the other; the
 * results are stacked (jax.lax.map). Where jac_vmap computes all at once, this needs the memory of one. */
#define jac_map(f, ... /* xs, ys */) \
    jac_map_(JAC_AT, f, JAC_REST_(__VA_ARGS__), JAC_OUT_(JAC_LAST_(__VA_ARGS__)))
JAC_API bool jac_map_(const jac_loc *at, jac_fn f, const void *xs, jac_out ys);

/* jac_associative_scan(fn, &elems, &result): all prefixes of a tree of arrays under an associative
 * function, in a logarithmic number of steps (jax.lax.associative_scan). T fn(T a, T b) combines two
 * trees of arrays, slice by slice along the axis. options: .reverse (suffixes), .axis. */
#define jac_associative_scan(fn, ... /* elems, result, options */) \
    JAC_CAT_(JAC_ASSOCIATIVE_SCAN, JAC_IS_2_(__VA_ARGS__))(fn, __VA_ARGS__)
typedef struct {
    int unused_;
    const void *elems;
    void *result;
    int64_t axis;
    bool reverse;
} jac_associative_scan_opts;
#define JAC_ASSOCIATIVE_SCANY(fn, elems_, result_)                                       \
    jac_associative_scan_(JAC_AT, fn,                                                    \
                          (jac_associative_scan_opts){.elems = (elems_), .result = (result_)}, \
                          JAC_ROOM_FOR_(result_))
#define JAC_ASSOCIATIVE_SCANN(fn, ...) \
    JAC_ASSOCIATIVE_SCANN_(JAC_CAT_(jac_o_, __COUNTER__), fn, __VA_ARGS__)
#define JAC_ASSOCIATIVE_SCANN_(o, fn, ...)                           \
    JAC_WITH_OPTIONS_(o, jac_associative_scan_opts, (.unused_ = 0),  \
                      jac_associative_scan_here_(JAC_AT, fn, o), __VA_ARGS__)
JAC_API bool jac_associative_scan_(const jac_loc *at, jac_fn fn, jac_associative_scan_opts o,
                                   size_t room);
static inline __attribute__((always_inline)) bool
jac_associative_scan_here_(const jac_loc *at, jac_fn fn, jac_associative_scan_opts o)
{
    return jac_associative_scan_(at, fn, o, __builtin_object_size(o.result, 1));
}

/* ---- Control flow as blocks of C -------------------------------------------------------------------
 *
 *   JAC_WHILE (s, jac_gt(s.error, 1e-6)) {            // while_loop
 *       jac x = jac_call1(g, s.x);
 *       s.error = jac_abs(jac_sub(x, s.x));
 *       s.x = x;
 *   }
 *   JAC_FOR (i, 0, n, s) { s.sum = jac_add(s.sum, jac_at(a, i)); }       // fori_loop; i is a jac
 *   JAC_IF (s, jac_lt(s.x, 0)) { s.x = jac_neg(s.x); } JAC_ELSE { s.x = jac_sqrt(s.x); }      // cond
 *
 * The state s is a variable that is a tree (a struct of handles, or one jac): what the block changes
 * and keeps. Any other handle of the enclosing scope may be read inside. With no trace open the block
 * simply runs. With one open its body is ordinary C that is traced once (twice if a C number in the
 * state takes another dtype; both branches of a JAC_IF), and it becomes the same equation as the
 * function named beside it. They nest. Either way:
 *  - handles made inside, but for the state, end with the pass;
 *  - carries keep their types, and both branches give the same ones;
 *  - `break`, `return` and `goto` out of a block are errors, recorded as it is left; `continue` ends a
 *    pass, or a branch. What jumps further cannot be seen: do not longjmp out of a block;
 *  - of what the body changes beside the state (C variables, other handles) a trace knows nothing. */
#define JAC_WHILE(state, condition) \
    JAC_WHILE_(JAC_CAT_(jac_block_, __COUNTER__), JAC_TAPE_, state, condition)
/* As jac_checkpointed_while_loop. */
#define JAC_CHECKPOINTED_WHILE(checkpoints, state, condition) \
    JAC_WHILE_(JAC_CAT_(jac_block_, __COUNTER__), checkpoints, state, condition)
#define JAC_FOR(i, lower, upper, state) \
    JAC_FOR_(JAC_CAT_(jac_block_, __COUNTER__), i, lower, upper, state)
#define JAC_IF(state, pred) JAC_IF_(JAC_CAT_(jac_block_, __COUNTER__), state, pred)
#define JAC_ELSE            else
typedef struct jac_block jac_block;
#define JAC_WHILE_(b, checkpoints, state, condition)                                 \
    for (JAC_BLOCK_(b) = jac_block_while_(JAC_AT, checkpoints, JAC_STATE_(state));   \
         jac_block_next_(b) &&                                                       \
         (!jac_block_asks_(b) || jac_block_answer_(b, JAC_V(condition)));            \
         jac_block_passed_(b))
#define JAC_FOR_(b, i, lower, upper, state)                                                        \
    for (JAC_BLOCK_(b) =                                                                           \
             jac_block_for_(JAC_AT, JAC_STATE_(state), JAC_V(lower), JAC_V(upper));                \
         jac_block_next_(b);)                                                                      \
        for (jac i __attribute__((unused)) = jac_block_index_(b); jac_block_runs_(b);              \
             jac_block_passed_(b))
#define JAC_IF_(b, state, pred)                                                     \
    for (JAC_BLOCK_(b) = jac_block_if_(JAC_AT, JAC_STATE_(state), JAC_V(pred));     \
         jac_block_next_(b); jac_block_passed_(b))                                  \
        if (jac_block_branch_(b))
#define JAC_BLOCK_(b) jac_block *b __attribute__((cleanup(jac_block_end_)))
#define JAC_STATE_(s) JAC_LEAVES_OF_(s), (jac *) &(s)
JAC_API jac_block *jac_block_while_(const jac_loc *at, int64_t checkpoints, int n, jac *state);
JAC_API jac_block *jac_block_for_(const jac_loc *at, int n, jac *state, jac lower, jac upper);
JAC_API jac_block *jac_block_if_(const jac_loc *at, int n, jac *state, jac pred);
JAC_API bool jac_block_next_(jac_block *b); /* is there another pass, or a condition to ask? */
JAC_API bool jac_block_asks_(const jac_block *b);
JAC_API bool jac_block_answer_(jac_block *b, jac condition);
JAC_API bool jac_block_branch_(const jac_block *b);
JAC_API jac jac_block_index_(const jac_block *b);
JAC_API bool jac_block_runs_(const jac_block *b);
JAC_API void jac_block_passed_(jac_block *b); /* a pass has ended at its brace */
JAC_API void jac_block_end_(jac_block **b);

#include "jacquard_numpy.h"
#include "jacquard_random.h"
#include "jacquard_implicit.h"
#include "jacquard_profile.h"

#ifdef __cplusplus
}
#endif

#endif
