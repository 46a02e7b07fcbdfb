/* Jacquard: derivatives, batching and compilation of ordinary C functions over arrays.
 *
 * Write a C function over `jac` handles, and call it or transform it. The transformations jac_grad,
 * jac_vmap, jac_jit, jac_jvp and jac_vjp compose in any order. Names are those of jax, jax.numpy,
 * jax.lax, jax.nn and jax.random with the prefix jac_. Where C needs a different form, the comment
 * at the declaration says why.
 *
 *   static jac f(jac x) { return jac_sin(jac_mul(x, 2)); }
 *   JAC_FN(f, jac, (jac, x))                          // defines f_fn, f_args and f_call
 *   jac df = jac_call1(jac_jit(jac_grad(f_fn)), 0.5); // 2 cos(1)
 *
 * These conventions hold for all declarations below:
 *  - A parameter named x, y, ... takes a jac or any C number. A number is a scalar of weak type: it
 *    takes the dtype of the array that it is combined with, like a Python scalar in JAX.
 *  - Operands broadcast as in NumPy and promote as in JAX.
 *  - A failed call returns the null handle (JAC_NULL) or false. It records an error that says what
 *    is wrong, in terms of shapes and dtypes, and at which line of the C program; see jac_error. An
 *    operation on a null handle returns null, so one check at the end of an expression is enough.
 *  - A handle belongs to the thread that made it, and to that thread's innermost open JAC_SCOPE.
 *  - "options" are given as designated initializers: jac_sum(x, 1, .keepdims = true).
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

/* The version of the library that is running, such as "0.1.0". JAC_VERSION_MAJOR, _MINOR and _PATCH
 * are the version of this header. */
JAC_API const char *jac_version(void);

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Handles, dtypes, shapes ------------------------------------------------------------------ */

/* A handle to a value: a concrete array, a C number, or a value of an open trace. It is a struct of
 * one word, which is passed in a register and which only the library reads. C's operators do not
 * compile on it. Instead of `x + 1` write jac_add(x, 1). Instead of `if (jac_lt(x, 0))` write
 * jac_where, jac_cond or JAC_IF; where no trace is open, `if (jac_item_bool(jac_lt(x, 0)))` works
 * too. Using a handle after its scope has closed is an error; it never refers to another array. */
typedef struct {
    const struct jac_opaque *word; /* a pointer so that numbers do not convert; never read */
} jac;

/* A function that can be called and transformed: what JAC_FN defines, or what a transformation
 * returns. Like a handle, a function that a transformation returned belongs to the innermost scope.
 * A jac_fn is not a pointer to a C function: for a C function f, pass f_fn. */
typedef struct {
    const struct jac_function *face;
} jac_fn;

/* The null handle and the null function, which failed calls return. The initializer `jac x = {0}`
 * gives a null handle too, and `Params p = {0}` a struct of null handles. */
#define JAC_NULL    ((jac){NULL})
#define JAC_NULL_FN ((jac_fn){NULL})
/* Did the call that returned x succeed? False for the null handle, the null function and `false`.
 * The elements do not matter; their truth is jac_item_bool(x). */
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

/* Element types. As an argument, JAC_DEFAULT means f32, or f64 after jac_enable_x64, unless the
 * function says otherwise. */
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
/* In C an enumerator is an int. These macros have the enum's type, so that the library's macros can
 * tell a dtype from a number. */
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

/* A list of integers, used for shapes, axes and positions. {0, NULL} means that none is given.
 * Where a function takes a list of axes or a shape, an int stands for a list of one: jac_sum(x, 1),
 * jac_flip(x, JAC_AXES(0, 1)), jac_zeros(3). */
typedef struct {
    int n;
    const int64_t *v;
} jac_dims;

/* Make such a list: JAC_SHAPE(3, 4), JAC_SHAPE() for a scalar, JAC_AXES(0, -1). All three do the
 * same. The list is valid until the enclosing block ends. */
#define JAC_DIMS(...)                                                                    \
    ((jac_dims){(int) (sizeof((int64_t[]){__VA_ARGS__ __VA_OPT__(, ) 0}) / 8) - 1, \
                (const int64_t[]){__VA_ARGS__ __VA_OPT__(, ) 0}})
#define JAC_SHAPE(...) JAC_DIMS(__VA_ARGS__)
#define JAC_AXES(...)  JAC_DIMS(__VA_ARGS__)
/* An entry of jac_vmap's axes for an argument that is not batched (None in JAX). */
#define JAC_NONE (-INT_MAX)

/* The next functions read a value's type. They work on traced values too. In errors and graphs,
 * types are written as f32[3,4], or as ~f32[] for a weak type. */
/* The rank, a C int (jnp.ndim); -1 and an error for a null or stale handle. */
#define jac_ndim(x)      jac_ndim_(JAC_AT, x)
/* The size of dimension k; a negative k counts from the last dimension (x.shape[k]). 0 and an error
 * if there is no such dimension, or for a null or stale handle. */
#define jac_dim(x, k)    jac_dim_(JAC_AT, x, k)
/* The number of elements, 1 for a scalar (jnp.size); -1 and an error for a null or stale handle. */
#define jac_size(x)      jac_size_(JAC_AT, x)
/* The shape as a list, which is valid as long as x lives: jac_zeros(jac_shape(x)) (x.shape). */
#define jac_shape(x) jac_shape_(JAC_AT, x)
/* The element type (x.dtype); JAC_DEFAULT and an error for a null or stale handle. */
#define jac_dtype_of(x)  jac_dtype_of_(JAC_AT, x)
/* Is x of weak type, which means that it comes from C numbers alone (x.weak_type)? In promotion a
 * weak type takes the other operand's dtype. */
#define jac_weak_type(x) jac_weak_type_(JAC_AT, x)
/* The name of a dtype, as in "f32". */
JAC_API const char *jac_dtype_name(jac_dtype d);

/* Sets whether C integers, C floats and JAC_DEFAULT stand for 64-bit types (jax_enable_x64). An
 * array of f64 or i64 keeps its dtype either way; nothing is narrowed silently. Per thread,
 * initially off. */
JAC_API void jac_enable_x64(bool on);
/* Is jac_enable_x64 on for this thread? */
JAC_API bool jac_x64_enabled(void);

/* ---- Building blocks of the macros below (not for direct use) ---------------------------------- */

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
/* Where a call writes results, and the bytes available there; see JAC_OUT_. */
typedef struct {
    void *at;
    size_t room;
} jac_out;

/* ---- Errors ------------------------------------------------------------------------------------ */

/* The error of the first call that failed since jac_error_clear: one sentence with the C file and
 * line. NULL when there is none. Each thread has its own. */
JAC_API const char *jac_error(void);
/* Forgets this thread's recorded error. */
JAC_API void jac_error_clear(void);
/* For main functions: if x is a null handle, a null function or false, prints the error to stderr
 * and exits with status 1. Otherwise returns x. */
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

/* JAC_SCOPE(&p, &q) { ... }: handles made inside are released at the closing brace, also on break,
 * continue and return. Handles that the trees p and q hold at that point are kept and pass to the
 * enclosing scope. Handles that p kept from an earlier JAC_SCOPE(&p) and no longer holds are
 * released, so a loop whose body is such a scope runs in constant memory. Beware: break and
 * continue leave only the scope itself, and a loop around it goes on. */
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
    jac *before; /* the leaves' handles at the opening brace */
} jac_scope;
JAC_API jac_scope jac_scope_open_(int n, const jac_tree *keep);
JAC_API void jac_scope_close_(jac_scope *s);

/* Takes a reference, which keeps the value alive beyond its scope until jac_release. Returns x. */
#define jac_retain(x) jac_retain_(JAC_AT, x)
/* Gives back a reference that jac_retain took. Releasing more often than retaining is an error. */
#define jac_release(x) jac_release_(JAC_AT, x)
/* Keeps a function that a transformation returned alive until jac_release_fn. Returns f. */
#define jac_retain_fn(f)  jac_retain_fn_(JAC_AT, f)
/* Gives back a reference that jac_retain_fn took. */
#define jac_release_fn(f) jac_release_fn_(JAC_AT, f)
JAC_API jac jac_retain_(const jac_loc *at, jac x);
JAC_API void jac_release_(const jac_loc *at, jac x);
JAC_API jac_fn jac_retain_fn_(const jac_loc *at, jac_fn f);
JAC_API void jac_release_fn_(const jac_loc *at, jac_fn f);
/* The bytes of array data that are alive in this process, without borrowed memory. */
JAC_API size_t jac_live_bytes(void);

/* ---- Arrays in and out --------------------------------------------------------------------------- */

/* Makes an array by copying C memory in row-major order (jnp.array): jac_array(JAC_SHAPE(2, 2),
 * (float[]){1, 2, 3, 4}). The C type of the data gives the dtype. A C array with another number of
 * elements than the shape is an error. The data comes last so that it can be a compound literal. */
#define jac_array(shape, ...) \
    jac_array_(JAC_AT, JAC_DTYPE_OF_PTR_(__VA_ARGS__), JAC_SHAPE_(shape), __VA_ARGS__, \
               JAC_ROOM_(__VA_ARGS__))
/* Makes an array of the given dtype by copying C memory from any pointer. A bool is one byte per
 * element; f16 and bf16 can be given as uint16_t with their bits. */
#define jac_array_of(dtype, shape, ...) \
    jac_array_(JAC_AT, JAC_DTYPE_(dtype), JAC_SHAPE_(shape), __VA_ARGS__, JAC_ROOM_(__VA_ARGS__))
JAC_API jac jac_array_(const jac_loc *at, jac_dtype d, jac_dims shape, const void *data, size_t room);
/* The bytes of a C array; SIZE_MAX for a pointer. */
#define JAC_ROOM_(...)                                                                        \
    (__builtin_types_compatible_p(__typeof__(__VA_ARGS__), __typeof__(&(__VA_ARGS__)[0])) ||  \
             __builtin_types_compatible_p(__typeof__(__VA_ARGS__), const void *) ||           \
             __builtin_types_compatible_p(__typeof__(__VA_ARGS__), void *)                    \
         ? SIZE_MAX                                                                           \
         : sizeof(__VA_ARGS__))
/* The compiler's 16-bit floats. If it has none, these types are incomplete structs that nobody
 * uses. */
#ifdef __FLT16_MANT_DIG__
__extension__ typedef _Float16 jac_f16_;
#else
typedef struct jac_no_f16_ jac_f16_;
#endif
#if defined(__BFLT16_DIG__) || (defined(__SSE2__) && defined(__clang__) && __clang_major__ >= 15)
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

/* Makes an array that uses the caller's memory without copying it. The memory must be aligned for
 * its elements and must not change until `release(env)` is called, which happens when no handle
 * needs the array any longer. `release` may be NULL. */
#define jac_borrow(dtype, shape, data, release, env) \
    jac_borrow_(JAC_AT, JAC_DTYPE_(dtype), JAC_SHAPE_(shape), data, release, env)
JAC_API jac jac_borrow_(const jac_loc *at, jac_dtype d, jac_dims shape, const void *data,
                        void (*release)(void *env), void *env);

/* Converts a C number to a handle of weak type, for places where no macro does so: a leaf of a
 * struct, or the result of a function. Converts a C array of numbers to a vector of its dtype:
 * jac_asarray((float[]){1, 2}). A handle stays what it is (jnp.asarray). */
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
/* Converts a number to a scalar array of the given dtype, which is not weak (jnp.asarray(v,
 * dtype)). */
#define jac_scalar(dtype, v) jac_scalar_(JAC_AT, JAC_DTYPE_(dtype), JAC_V(v))
JAC_API jac jac_scalar_(const jac_loc *at, jac_dtype d, jac v);

/* The only element of an array of size 1, as a double (float(x)). NaN and an error if x has another
 * size, or if it is a value of an open trace, whose elements are not known yet (in JAX a
 * ConcretizationTypeError). */
#define jac_item_f64(x)  jac_item_f64_(JAC_AT, x)
/* The only element of an array of size 1, as an integer; floats are truncated (int(x)). 0 and an
 * error as for jac_item_f64. */
#define jac_item_i64(x)  jac_item_i64_(JAC_AT, x)
/* The truth of the only element of an array of size 1: is it nonzero (bool(x))? False and an error
 * as for jac_item_f64. */
#define jac_item_bool(x) jac_item_bool_(JAC_AT, x)
JAC_API double jac_item_f64_(const jac_loc *at, jac x);
JAC_API int64_t jac_item_i64_(const jac_loc *at, jac x);
JAC_API bool jac_item_bool_(const jac_loc *at, jac x);

/* Copies the elements to `out`, in row-major order and x's dtype. False and an error unless `bytes`
 * is exactly the array's size in bytes. */
#define jac_copy_out(x, out, bytes) jac_copy_out_(JAC_AT, x, out, bytes)
JAC_API bool jac_copy_out_(const jac_loc *at, jac x, void *out, size_t bytes);
/* A pointer to the elements, in row-major order, valid as long as x lives. NULL and an error if x
 * is a traced value or is not of the given dtype. */
#define jac_view(x, dtype) jac_view_(JAC_AT, x, JAC_DTYPE_(dtype))
JAC_API const void *jac_view_(const jac_loc *at, jac x, jac_dtype d);

/* The array as text, in NumPy's format; a traced value gives its type. The text is malloc'd
 * (str(x)). */
#define jac_str(x)   jac_str_(JAC_AT, x)
/* Prints the text of jac_str to stdout, with a newline (print(x)). */
#define jac_print(x) jac_print_(JAC_AT, x)
JAC_API char *jac_str_(const jac_loc *at, jac x);
JAC_API bool jac_print_(const jac_loc *at, jac x);
/* Writes x to a NumPy .npy file (jnp.save). False and an error if that fails. */
#define jac_save(path, x) jac_save_(JAC_AT, path, x)
/* Reads an array from a .npy file of format 1.0 to 3.0, in C or Fortran order and of either byte
 * order (jnp.load). Null and an error if it is not such a file. */
#define jac_load(path)    jac_load_(JAC_AT, path)
JAC_API bool jac_save_(const jac_loc *at, const char *path, jac x);
JAC_API jac jac_load_(const jac_loc *at, const char *path);

/* ---- Functions ----------------------------------------------------------------------------------- */

/* A tree is a C type that consists of jac handles only: jac itself, a struct of handles, arrays of
 * handles in a struct, structs of such structs. Trees take the place of JAX's pytrees.
 *
 * JAC_FN(f, R, (T1, a), (T2, b)) makes the C function `R f(T1 a, T2 b)` known to the
 * transformations. R, T1 and T2 are trees. It defines
 *   f_fn               the jac_fn
 *   f_args             struct { T1 a; T2 b; }
 *   f_call(g, a, b)    calls any jac_fn g of the same signature, such as jac_jit(f_fn); returns R
 * Write it after f, at file level, without a semicolon. f has at most 15 arguments. */
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

/* JAC_FN_ENV(f, R, E, (T1, a)) does the same for a C function with an environment,
 * `R f(const E *env, T1 a)`. The environment has what a closure would capture in Python, and what
 * JAX calls static arguments. It defines f_args, f_call and, instead of f_fn,
 *   f_with(E env)      a jac_fn with its own copy of env
 * E is any C type. Handles in it are captured when the function is traced, and must be alive
 * then. */
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

/* JAC_FN and JAC_FN_ENV together with the head of f's definition:
 *   JAC_DEF(jac, f, (jac, x)) { return jac_sin(x); }
 *   JAC_DEF_ENV(jac, g, double, (jac, x)) { return jac_mul(x, *env); }     // g_with(2.0) */
#define JAC_DEF(R, f, ...)                   \
    static R f(JAC_PARAMS_(__VA_ARGS__));    \
    JAC_FN(f, R, __VA_ARGS__)                \
    static R f(JAC_PARAMS_(__VA_ARGS__))
#define JAC_DEF_ENV(R, f, E, ...)                                       \
    static R f(const E *env JAC_EACH_(JAC_PARAM_, __VA_ARGS__));        \
    JAC_FN_ENV(f, R, E, __VA_ARGS__)                                    \
    static R f(const E *env JAC_EACH_(JAC_PARAM_, __VA_ARGS__))
/* Declares a struct of handles: JAC_TREE(Params, w, b) is typedef struct { jac w, b; } Params; */
#define JAC_TREE(T, ...)  \
    typedef struct {      \
        jac __VA_ARGS__;  \
    } T;

/* Calls f. args points to its arguments, one after the other (a struct like f_args), and result
 * points to where its result goes. Use it for functions whose signature a transformation has
 * changed:
 *   struct { jac loss; Params grad; } r;
 *   jac_call(jac_value_and_grad(loss_fn), &(loss_args){p, x}, &r);
 * On failure it returns false and *result has null handles. */
#define jac_call(f, ... /* args, result */) \
    jac_call_here_(JAC_AT, f, JAC_REST_(__VA_ARGS__), JAC_OUT_(JAC_LAST_(__VA_ARGS__)))
/* Calls f with arguments that are single arrays and returns its result, which is a single array. */
#define jac_call1(f, ...) jac_call1_(JAC_AT, f, JAC_LIST_(__VA_ARGS__))

#define JAC_FUNCTION_MARK_ UINT64_C(0x6e6f6974636e7566)
/* The public part of a function. JAC_FN makes it and the library reads it. */
struct jac_function {
    uint64_t mark; /* JAC_FUNCTION_MARK_; anything else is not a function, which gives an error */
    const char *name;
    void (*apply)(const void *env, const void *args, void *result);
    const void *env;
    int nargs;
    const int *arg_leaves; /* handles in each argument */
    int result_leaves;
    jac_loc at;
    void *impl; /* the library's data, for functions that a transformation returned */
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
/* The arguments of a call, and the parameters of a prototype, made from the pairs. */
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
    /* If the compiler knows the size of *args, a struct that is too small is an error. */
    return jac_call_(at, f, args, __builtin_object_size(args, 0), result);
}

/* ---- Transformations --------------------------------------------------------------------------- */

/* jac_grad(f), jac_grad(f, 1), jac_grad(f, 0, 2): the gradient of f with respect to the given
 * arguments (argnums), or argument 0 if none is given (jax.grad). f's result must be one float
 * scalar, and the leaves of these arguments must be floats; anything else is an error. Returns a
 * function whose result has a tree like each of these arguments, one after the other. */
#define jac_grad(... /* f, argnums */) JAC_GRAD_(false, false, __VA_ARGS__)
#define JAC_GRAD_(with_value, with_aux, ...)                                      \
    jac_grad_(JAC_AT, JAC_HEAD_(__VA_ARGS__),                                     \
              (jac_grad_opts){.argnums = JAC_AXES_OPT_(JAC_TAIL_(__VA_ARGS__)),   \
                              .value = with_value,                                \
                              .has_aux = with_aux})
/* Like jac_grad, but the result has f's value in front: struct { jac value; grads }
 * (jax.value_and_grad). */
#define jac_value_and_grad(... /* f, argnums */) JAC_GRAD_(true, false, __VA_ARGS__)
/* Like jac_grad, for f whose result has further handles after the loss. These are returned too, and
 * not differentiated: struct { grads; aux } (jax.grad with has_aux=True). */
#define jac_grad_aux(... /* f, argnums */)           JAC_GRAD_(false, true, __VA_ARGS__)
/* Like jac_grad_aux, with the loss in front: struct { loss; aux; grads } (jax.value_and_grad with
 * has_aux=True). */
#define jac_value_and_grad_aux(... /* f, argnums */) JAC_GRAD_(true, true, __VA_ARGS__)
typedef struct {
    jac_dims argnums; /* if none is given: argument 0 */
    bool value, has_aux;
} jac_grad_opts;
JAC_API jac_fn jac_grad_(const jac_loc *at, jac_fn f, jac_grad_opts o);

/* jac_vmap(f), jac_vmap(f, JAC_AXES(0, JAC_NONE)), jac_vmap(f, 1, .out_axes = -1):
 * a function that computes f for all lanes of a batch at once (jax.vmap). Options:
 *  - in_axes (may stand first without its name): for each argument, the axis of its leaves that
 *    carries the batch, or JAC_NONE if it is not batched. One entry stands for all arguments; the
 *    default is 0.
 *  - in_axes_leaves, instead of in_axes: an entry for each handle of the arguments, in the order of
 *    their structs. (JAX takes a tree of axes; a C struct of handles has no counterpart that holds
 *    integers.)
 *      jac_vmap(f, .in_axes_leaves = JAC_AXES(JAC_NONE, 0, 1))   // f(Params p, jac x): p.w, p.b, x
 *  - out_axes: an entry for each handle of the result, or one entry for all; the default is 0.
 *  - axis_size: needed only when every argument is JAC_NONE.
 *  - axis_name: a name for the batch axis, which f can use in jac_psum and similar functions. It
 *    must be an identifier. */
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

/* Collectives combine the values of all lanes of a batch. They name the batch axis of an enclosing
 * jac_vmap(f, .axis_name = "i"), and may stand anywhere in what f calls: in loops, branches, jitted
 * functions and gradients. vmaps with different names may nest. The result has x's shape and is the
 * same in every lane. All are differentiable. A name that no enclosing vmap binds is an error. */
/* The sum of all lanes' x, of x's dtype; a bool is summed as an integer (jax.lax.psum). */
#define jac_psum(x, axis_name)  jac_collective_(JAC_AT, "psum", JAC_V(x), axis_name)
/* The mean of all lanes' x, a float even if x is an integer (jax.lax.pmean). */
#define jac_pmean(x, axis_name) jac_collective_(JAC_AT, "pmean", JAC_V(x), axis_name)
/* The maximum of all lanes' x, of x's dtype (jax.lax.pmax). Lanes that share the maximum share its
 * derivative evenly. */
#define jac_pmax(x, axis_name)  jac_collective_(JAC_AT, "pmax", JAC_V(x), axis_name)
/* The minimum of all lanes' x, of x's dtype (jax.lax.pmin). Lanes that share the minimum share its
 * derivative evenly. */
#define jac_pmin(x, axis_name)  jac_collective_(JAC_AT, "pmin", JAC_V(x), axis_name)
/* The index of this lane in the batch, an i32 scalar from 0 (jax.lax.axis_index). */
#define jac_axis_index(axis_name) jac_axis_index_(JAC_AT, axis_name)
/* The number of lanes of the batch, a C integer; -1 and an error if no enclosing vmap binds the
 * name (jax.lax.axis_size). */
#define jac_axis_size(axis_name)  jac_axis_size_(JAC_AT, axis_name)
JAC_API jac jac_collective_(const jac_loc *at, const char *name, jac x, const char *axis_name);
JAC_API jac jac_axis_index_(const jac_loc *at, const char *axis_name);
JAC_API int64_t jac_axis_size_(const jac_loc *at, const char *axis_name);

/* Compiles f on its first call with each combination of argument types (jax.jit). Put values that
 * are not arrays in f's environment (JAC_FN_ENV), where JAX has static_argnums. If the environment
 * variable JACQUARD_DISABLE_JIT is 1, f is interpreted instead. If JACQUARD_CACHE_DIR names a
 * directory, compiled programs are kept in files there, and later processes need not compile them.
 *
 * Option .donate_argnums = 0, or a list: arguments whose arrays the caller no longer needs (JAX's
 * donate_argnums). Where possible, results of the same size are computed in their memory, so that a
 * step from one state to the next overwrites the state and needs no second array:
 *   jac_fn step = jac_jit(step_fn, .donate_argnums = 0);
 *   for (...) JAC_SCOPE (&state) state = step_call(step, state, batch);
 * A call consumes all handles of the donated arguments, whether it uses their memory or not.
 * Afterwards they can only be released; any other use is an error that names the call. Pointers
 * from jac_view become invalid too. An array is copied instead of overwritten if another handle
 * shares it, if it is passed twice, or if its memory is borrowed. Nothing is donated while a trace
 * is open, that is in a function that is being differentiated, batched and so on. A function that
 * donates is compiled to a different program, which may add in another order, so the last bits of
 * float sums and products may differ. */
#define jac_jit(... /* f, options */) JAC_JIT_(JAC_CAT_(jac_o_, __COUNTER__), __VA_ARGS__, )
#define JAC_JIT_(o, f, ...)                                                              \
    JAC_WITH_OPTIONS_(o, jac_jit_opts, (.donate_argnums = JAC_OMITTED_, .unused_ = 0),   \
                      jac_jit_(JAC_AT, f, o), __VA_ARGS__)
typedef struct {
    int unused_;
    jac_dims donate_argnums;
} jac_jit_opts;
/* Makes jitted functions run in the interpreter on this thread, or compiled again
 * (jax.disable_jit). */
JAC_API void jac_disable_jit(bool on);
JAC_API jac_fn jac_jit_(const jac_loc *at, jac_fn f, jac_jit_opts o);

/* Forward mode: computes f at *primals and its derivative along *tangents (jax.jvp). Both are trees
 * like f's arguments; *out and *out_tangents are trees like its result. A null tangent means zero,
 * and the tangent of an integer argument must be null. An integer result has a tangent of zeros of
 * its own type. False and an error on failure. */
#define jac_jvp(f, ... /* primals, tangents, out, out_tangents */) \
    JAC_JVP_(JAC_LAST_(__VA_ARGS__), f, JAC_FRONT_(__VA_ARGS__))
#define JAC_JVP_(out_tangents, f, ...)                                               \
    jac_jvp_(JAC_AT, f, (jac_jvp_in){JAC_FRONT_(__VA_ARGS__)},              \
             JAC_OUT_(JAC_LAST_(__VA_ARGS__)), JAC_OUT_(out_tangents))
typedef struct {
    const void *primals, *tangents;
} jac_jvp_in;
JAC_API bool jac_jvp_(const jac_loc *at, jac_fn f, jac_jvp_in in, jac_out out, jac_out out_tangents);
/* Reverse mode: writes f at *primals to *out and returns a function from the cotangent of the
 * result to the cotangents of the primals (jax.vjp). It takes a tree like *out as its one argument.
 * An integer primal gets a cotangent of zeros of its own type. The function can be called many
 * times, and transformed. */
#define jac_vjp(f, ... /* primals, out */) \
    jac_vjp_(JAC_AT, f, JAC_REST_(__VA_ARGS__), JAC_OUT_(JAC_LAST_(__VA_ARGS__)))
JAC_API jac_fn jac_vjp_(const jac_loc *at, jac_fn f, const void *primals, jac_out out);

/* Writes f at *primals to *out and returns its derivative there, a linear function of the tangents
 * of f's arguments (jax.linearize). It can be called many times without running f again. */
#define jac_linearize(f, ... /* primals, out */) \
    jac_linearize_(JAC_AT, f, JAC_REST_(__VA_ARGS__), JAC_OUT_(JAC_LAST_(__VA_ARGS__)))
JAC_API jac_fn jac_linearize_(const jac_loc *at, jac_fn f, const void *primals, jac_out out);
/* The transpose of a linear f, a function from a tree like f's result to one like its arguments
 * (jax.linear_transpose). Only the types of *primals matter. It is an error if f is not linear. */
#define jac_linear_transpose(f, ... /* primals */) jac_linear_transpose_(JAC_AT, f, __VA_ARGS__)
JAC_API jac_fn jac_linear_transpose_(const jac_loc *at, jac_fn f, const void *primals);

/* The Jacobian of f in the given arguments, or argument 0 if none is given, by forward mode: one
 * pass for each element of the arguments (jax.jacfwd). Returns a function whose result has, for
 * each handle of f's result and for each leaf of the arguments, one array with the shape of the
 * result followed by the shape of the leaf. */
#define jac_jacfwd(... /* f, argnums */) JAC_JACOBIAN_(false, __VA_ARGS__)
/* The Jacobian of f, as jac_jacfwd gives it, by reverse mode: one pass for each element of the
 * result (jax.jacrev). */
#define jac_jacrev(... /* f, argnums */) JAC_JACOBIAN_(true, __VA_ARGS__)
#define JAC_JACOBIAN_(reverse, ...)                         \
    jac_jacobian_(JAC_AT, JAC_HEAD_(__VA_ARGS__), reverse,  \
                  JAC_AXES_OPT_(JAC_TAIL_(__VA_ARGS__)))
/* The matrix of second derivatives of a scalar function, by forward mode over reverse mode
 * (jax.hessian). To multiply it by a vector no matrix is needed: use jac_jvp of jac_grad(f), as in
 * examples/hvp.c. */
#define jac_hessian(... /* f, argnums */)                                                      \
    jac_jacobian_(JAC_AT, JAC_JACOBIAN_(true, __VA_ARGS__), false,                             \
                  JAC_AXES_OPT_(JAC_TAIL_(__VA_ARGS__)))
JAC_API jac_fn jac_jacobian_(const jac_loc *at, jac_fn f, bool reverse, jac_dims argnums);

/* f with a derivative of your own (jax.custom_jvp). `rule` takes f's arguments followed by their
 * tangents, struct { T1 a; T2 b; T1 ta; T2 tb; }, and returns f's result followed by its tangents.
 * It must be linear in the tangents. All arguments and results must be floats. f and the rule may
 * use handles from their environments, but differentiating with respect to those is an error. */
#define jac_custom_jvp(f, rule) jac_custom_jvp_(JAC_AT, f, rule)
JAC_API jac_fn jac_custom_jvp_(const jac_loc *at, jac_fn f, jac_fn rule);
/* f with a reverse mode of your own (jax.custom_vjp). fwd takes f's arguments and returns f's
 * result followed by residuals, which can be any handles. bwd takes the residuals and the cotangent
 * of f's result, and returns the cotangents of the arguments, one after the other:
 *   R f(T1 a, T2 b);
 *   struct { R result; S res; } fwd(T1 a, T2 b);
 *   struct { T1 a; T2 b; } bwd(S res, R ct);
 * A null handle from bwd means a zero cotangent. What bwd returns for integer arguments is ignored,
 * and it gets zeros as the cotangents of integer results. fwd runs in place of f when a gradient is
 * taken. fwd and bwd may be differentiated again. Forward mode (jvp, jacfwd, linearize) is not
 * available. The three functions may use handles from their environments (JAX has nondiff_argnums),
 * but differentiating with respect to those is an error. */
#define jac_custom_vjp(f, fwd, bwd) jac_custom_vjp_(JAC_AT, f, fwd, bwd)
JAC_API jac_fn jac_custom_vjp_(const jac_loc *at, jac_fn f, jac_fn fwd, jac_fn bwd);

/* What the derivative of a function under jac_checkpoint may keep besides the function's
 * arguments. */
typedef enum {
    JAC_SAVE_NOTHING,    /* nothing; the default (nothing_saveable) */
    JAC_SAVE_DOTS,       /* results of matrix products, which are expensive (dots_saveable) */
    JAC_SAVE_EVERYTHING, /* everything, as without jac_checkpoint (everything_saveable) */
} jac_save_policy;
/* f, whose derivative recomputes f's inner values instead of keeping them from the forward pass;
 * this takes more time and less memory (jax.checkpoint, jax.remat). Option .policy, a
 * jac_save_policy: what may be kept nevertheless. To keep one state per layer of a deep network,
 * use jac_scan over jac_checkpoint(layer). A loop inside f counts as one inner value, so
 * JAC_SAVE_DOTS keeps none of the products inside it. */
#define jac_checkpoint(... /* f, options */) JAC_CHECKPOINT_(__VA_ARGS__, )
#define JAC_CHECKPOINT_(f, ...) \
    jac_checkpoint_(JAC_AT, f, (jac_checkpoint_opts){.unused_ = 0, __VA_ARGS__})
typedef struct {
    int unused_;
    jac_save_policy policy;
} jac_checkpoint_opts;
JAC_API jac_fn jac_checkpoint_(const jac_loc *at, jac_fn f, jac_checkpoint_opts o);

/* Returns x, but every derivative treats it as a constant (jax.lax.stop_gradient). */
#define jac_stop_gradient(x) JAC_1_("stop_gradient", x)
/* The type of a value: its dtype and shape (jax.ShapeDtypeStruct). */
typedef struct {
    jac_dtype dtype;
    bool weak;
    int ndim; /* the rank; -1 after an error */
    int64_t dim[16];
} jac_type;
/* The type of x, which may be a traced value; its ndim is -1, with an error, for a null or stale
 * handle (jax.typeof). */
JAC_API jac_type jac_type_of(jac x);
/* Makes a type: jac_shaped(JAC_F32, JAC_SHAPE(3, 4)) (jax.ShapeDtypeStruct). */
JAC_API jac_type jac_shaped(jac_dtype dtype, jac_dims shape);
/* Writes the types of f's results for arguments like *args to `results`, an array with one jac_type
 * for each handle, without computing anything (jax.eval_shape). False and an error on failure. */
#define jac_eval_shape(f, ... /* args, results */)                        \
    jac_eval_shape_(JAC_AT, f, JAC_REST_(__VA_ARGS__), JAC_LAST_(__VA_ARGS__), \
                    __builtin_object_size(JAC_LAST_(__VA_ARGS__), 1))
/* Like jac_eval_shape, but takes the types of the arguments, an array with one jac_type for each
 * handle, instead of arguments (jax.eval_shape). */
#define jac_eval_types(f, ... /* types, results */)                       \
    jac_eval_types_(JAC_AT, f, JAC_REST_(__VA_ARGS__), JAC_LAST_(__VA_ARGS__), \
                    __builtin_object_size(JAC_LAST_(__VA_ARGS__), 1))
JAC_API bool jac_eval_shape_(const jac_loc *at, jac_fn f, const void *args, jac_type *results,
                             size_t room);
JAC_API bool jac_eval_types_(const jac_loc *at, jac_fn f, const jac_type *args, jac_type *results,
                             size_t room);

/* Makes the handles that f uses from outside into one more argument, its last
 * (jax.closure_convert). The returned function takes arguments like *args and then a tree of *n
 * handles; these are written to `captured`. On entry *n says how many handles `captured` can hold.
 *   jac held[8];  int n = 8;  jac_fn g = jac_closure_convert(f, &args, &n, held);
 *   jac_call(g, &(struct { f_args args; jac held[2]; }){ ... }, &result);      // if n is 2 */
#define jac_closure_convert(f, ... /* args, n, captured */) jac_closure_convert_(JAC_AT, f, __VA_ARGS__)
JAC_API jac_fn jac_closure_convert_(const jac_loc *at, jac_fn f, const void *args, int *n,
                                    jac *captured);

/* The graph that f traces to for arguments like *args, as malloc'd text; NULL and an error on
 * failure (jax.make_jaxpr). */
#define jac_make_jaxpr(f, ... /* args */) jac_make_jaxpr_(JAC_AT, f, __VA_ARGS__)
JAC_API char *jac_make_jaxpr_(const jac_loc *at, jac_fn f, const void *args);
/* The graph of jac_make_jaxpr as a drawing in Graphviz's language, malloc'd; pipe it through
 * `dot -Tsvg`. JAX has no such function. */
#define jac_make_dot(f, ... /* args */) jac_make_dot_(JAC_AT, f, __VA_ARGS__)
JAC_API char *jac_make_dot_(const jac_loc *at, jac_fn f, const void *args);

/* ---- Control flow ---------------------------------------------------------------------------------- */

/* S jac_while_loop(cond, body, S init): repeats s = body(s) while cond(s) is true, from s = init,
 * and returns the last s (jax.lax.while_loop). S is a tree. cond returns one bool scalar; body
 * returns a tree of the same types as it takes. Forward and reverse mode both work. Under reverse
 * mode, which JAX does not support here, each step puts its residuals on a tape (see
 * jac_tape_bytes). `init` comes last so that it can be a compound literal. */
#define jac_while_loop(cond, body, ...) \
    jac_checkpointed_while_loop(JAC_TAPE_, cond, body, __VA_ARGS__)
/* Like jac_while_loop, but reverse mode keeps at most `checkpoints` states, however many steps
 * there are, and recomputes the others. With c checkpoints and n steps, a step is recomputed at
 * most r times, where r is the smallest number with C(c + r, c) >= n (equinox.internal.while_loop
 * with kind="checkpointed"). */
#define jac_checkpointed_while_loop(checkpoints, cond, body, ...)                              \
    JAC_WHILE_LOOP_(JAC_CAT_(jac_g_, __COUNTER__), JAC_CAT_(jac_s_, __COUNTER__), checkpoints,  \
                    cond, body, (__VA_ARGS__))
#define JAC_WHILE_LOOP_(g, s, checkpoints, cond, body, init) \
    JAC_CHANGED_(g, s, init, jac_while_(JAC_AT, cond, body, checkpoints, JAC_LEAVES_AND_(s)))
#define JAC_TAPE_ INT64_MIN /* instead of a number of checkpoints: use a tape */
JAC_API bool jac_while_(const jac_loc *at, jac_fn cond, jac_fn body, int64_t checkpoints, int n,
                        jac *state);

/* The bytes of all tapes of loops under reverse mode in the process now. A checkpointed loop has no
 * tape; it keeps its states in an array. */
JAC_API size_t jac_tape_bytes(void);
/* The largest value of jac_tape_bytes since the last call with reset = true. */
JAC_API size_t jac_tape_peak_bytes(bool reset);
/* Sets the limit on the bytes of tapes. A tape that would exceed it is an error, and so is the
 * array of a checkpointed loop. 0 restores the default: the environment variable
 * JACQUARD_TAPE_LIMIT, or 8 GiB. */
JAC_API void jac_tape_limit(size_t bytes);

/* S jac_fori_loop(lower, upper, body, S init): computes s = body(i, s) for each i from lower to
 * upper - 1, from s = init, and returns the last s (jax.lax.fori_loop). i is an i32 scalar (i64
 * under x64). If the bounds are C integers, the loop has a known length and keeps its residuals in
 * plain arrays; if they are arrays, it is a while loop. */
#define jac_fori_loop(lower, upper, body, ...)                                                 \
    JAC_FORI_LOOP_(JAC_CAT_(jac_g_, __COUNTER__), JAC_CAT_(jac_s_, __COUNTER__), lower, upper,  \
                   body, (__VA_ARGS__))
#define JAC_FORI_LOOP_(g, s, lower, upper, body, init) \
    JAC_CHANGED_(g, s, init,                           \
                 jac_fori_(JAC_AT, JAC_V(lower), JAC_V(upper), body, JAC_LEAVES_AND_(s)))
JAC_API bool jac_fori_(const jac_loc *at, jac lower, jac upper, jac_fn body, int n, jac *state);

/* true_fn(operands) where pred is true, otherwise false_fn(operands) (jax.lax.cond). pred is a
 * scalar; operands and result point to trees as in jac_call. Only the chosen branch runs, except
 * under vmap with a batched pred. False and an error on failure. */
#define jac_cond(pred, true_fn, false_fn, ... /* operands, result */) \
    jac_cond_(JAC_AT, JAC_V(pred), true_fn, false_fn, JAC_REST_(__VA_ARGS__), \
              JAC_OUT_(JAC_LAST_(__VA_ARGS__)))
JAC_API bool jac_cond_(const jac_loc *at, jac pred, jac_fn true_fn, jac_fn false_fn,
                       const void *operands, jac_out result);
/* jac_cond for functions from single arrays to a single array, which it returns. */
#define jac_cond1(pred, true_fn, false_fn, ...) \
    jac_cond1_(JAC_AT, JAC_V(pred), true_fn, false_fn, JAC_LIST_(__VA_ARGS__))
JAC_API jac jac_cond1_(const jac_loc *at, jac pred, jac_fn true_fn, jac_fn false_fn, int n,
                       const jac *x);
/* Calls the branch with the number `index`, an integer scalar that is clamped into range:
 * jac_switch(i, JAC_FNS(f, g, h), &operands, &r) (jax.lax.switch). Operands and result are as in
 * jac_call. */
#define jac_switch(index, branches, ... /* operands, result */) \
    jac_switch_(JAC_AT, JAC_V(index), branches, JAC_REST_(__VA_ARGS__), \
                JAC_OUT_(JAC_LAST_(__VA_ARGS__)))
/* The branches of a jac_switch: JAC_FNS(f, g, h). */
#define JAC_FNS(...) (int) (sizeof((jac_fn[]){__VA_ARGS__}) / sizeof(jac_fn)), (const jac_fn[]){__VA_ARGS__}
JAC_API bool jac_switch_(const jac_loc *at, jac index, int n, const jac_fn *branches,
                         const void *operands, jac_out result);

/* jac_scan(body, &carry, &xs, &ys): a loop over the slices x of xs along axis 0 (jax.lax.scan).
 * body(carry, x) returns struct { carry; y }. The final carry is written to carry, and the ys are
 * stacked along axis 0 in ys. The types of carry and xs are those of body's arguments. Options:
 * .length (needed when xs has no leaves), .reverse (from the last slice to the first), .unroll (how
 * many steps to unroll; a hint that the compiler may ignore). False and an error on failure. */
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
/* With exactly three arguments, their types say how much room there is. With options, or with
 * commas in a compound literal, the room is what the compiler knows about the pointers. */
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

/* jac_map(f, &xs, &ys): applies f to each slice of xs along axis 0, one after the other, and
 * stacks the results in ys (jax.lax.map). Unlike jac_vmap, it needs the memory of only one
 * slice at a time. */
#define jac_map(f, ... /* xs, ys */) \
    jac_map_(JAC_AT, f, JAC_REST_(__VA_ARGS__), JAC_OUT_(JAC_LAST_(__VA_ARGS__)))
JAC_API bool jac_map_(const jac_loc *at, jac_fn f, const void *xs, jac_out ys);

/* jac_associative_scan(fn, &elems, &result): combines all prefixes of a tree of arrays with an
 * associative function, in a logarithmic number of steps (jax.lax.associative_scan). T fn(T a, T b)
 * combines two trees of arrays slice by slice. Options: .reverse (suffixes instead of prefixes),
 * .axis (default 0). */
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
 * The state s is a variable that is a tree (a struct of handles, or one jac). It has what the block
 * changes and keeps. The body may also read any other handle of the enclosing scope. If no trace is
 * open, the block simply runs. If one is open, the body is traced once, as ordinary C, and the
 * block becomes the same equation as the function named beside it above. (It is traced twice if a C
 * number in the state gets another dtype; JAC_IF traces both branches.) Blocks can be nested. In all
 * cases:
 *  - handles made inside, except those in the state, are released at the end of each pass;
 *  - the state's types must not change, and both branches must give the same types;
 *  - `break`, `return` and `goto` out of a block are errors, recorded when the block is left;
 *    `continue` ends a pass or a branch. Do not longjmp out of a block: it cannot be detected;
 *  - a trace does not see what the body changes besides the state, such as C variables. */
/* while_loop as a block: repeats the block while the condition, an expression of the state, is
 * true. */
#define JAC_WHILE(state, condition) \
    JAC_WHILE_(JAC_CAT_(jac_block_, __COUNTER__), JAC_TAPE_, state, condition)
/* JAC_WHILE with a number of checkpoints, as in jac_checkpointed_while_loop. */
#define JAC_CHECKPOINTED_WHILE(checkpoints, state, condition) \
    JAC_WHILE_(JAC_CAT_(jac_block_, __COUNTER__), checkpoints, state, condition)
/* fori_loop as a block: i is a jac that counts from lower to upper - 1. */
#define JAC_FOR(i, lower, upper, state) \
    JAC_FOR_(JAC_CAT_(jac_block_, __COUNTER__), i, lower, upper, state)
/* cond as a block, which may be followed by a JAC_ELSE block. */
#define JAC_IF(state, pred) JAC_IF_(JAC_CAT_(jac_block_, __COUNTER__), state, pred)
/* The branch of a JAC_IF for a false pred. */
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
JAC_API bool jac_block_next_(jac_block *b); /* is there another pass, or a condition to evaluate? */
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
