/* Handles, dtypes and shapes; errors; memory; arrays in and out. Part of jacquard.h, whose conventions
 * apply.
 */
#ifndef JACQUARD_ARRAYS_H
#define JACQUARD_ARRAYS_H

#include "base.h"

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
static const jac jac_none_ __attribute__((unused)) = {NULL};
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
    /* Integers of less than a byte. Each element has a byte for itself, whose upper bits are zeros or copies
     * of the sign. */
    JAC_I2,
    JAC_I4,
    JAC_U2,
    JAC_U4,
    JAC_F16,  /* _Float16 */
    JAC_BF16, /* __bf16, the upper half of a float */
    /* Floats of 4, 6 and 8 bits, of E bits of exponent and M of fraction. FN: no infinity. FNUZ: no infinity and
     * no -0. Each element has a byte for itself. */
    JAC_F4_E2M1FN,
    JAC_F6_E2M3FN,
    JAC_F6_E3M2FN,
    JAC_F8_E3M4,
    JAC_F8_E4M3,
    JAC_F8_E4M3B11FNUZ,
    JAC_F8_E4M3FN,
    JAC_F8_E4M3FNUZ,
    JAC_F8_E5M2,
    JAC_F8_E5M2FNUZ,
    JAC_F8_E8M0FNU,
    JAC_F32,
    JAC_F64,
    JAC_C64, /* float _Complex */
    JAC_C128 /* double _Complex */
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
#define JAC_I2 ((jac_dtype) JAC_I2)
#define JAC_I4 ((jac_dtype) JAC_I4)
#define JAC_U2 ((jac_dtype) JAC_U2)
#define JAC_U4 ((jac_dtype) JAC_U4)
#define JAC_F16 ((jac_dtype) JAC_F16)
#define JAC_BF16 ((jac_dtype) JAC_BF16)
#define JAC_F4_E2M1FN ((jac_dtype) JAC_F4_E2M1FN)
#define JAC_F6_E2M3FN ((jac_dtype) JAC_F6_E2M3FN)
#define JAC_F6_E3M2FN ((jac_dtype) JAC_F6_E3M2FN)
#define JAC_F8_E3M4 ((jac_dtype) JAC_F8_E3M4)
#define JAC_F8_E4M3 ((jac_dtype) JAC_F8_E4M3)
#define JAC_F8_E4M3B11FNUZ ((jac_dtype) JAC_F8_E4M3B11FNUZ)
#define JAC_F8_E4M3FN ((jac_dtype) JAC_F8_E4M3FN)
#define JAC_F8_E4M3FNUZ ((jac_dtype) JAC_F8_E4M3FNUZ)
#define JAC_F8_E5M2 ((jac_dtype) JAC_F8_E5M2)
#define JAC_F8_E5M2FNUZ ((jac_dtype) JAC_F8_E5M2FNUZ)
#define JAC_F8_E8M0FNU ((jac_dtype) JAC_F8_E8M0FNU)
#define JAC_F32 ((jac_dtype) JAC_F32)
#define JAC_F64 ((jac_dtype) JAC_F64)
#define JAC_C64 ((jac_dtype) JAC_C64)
#define JAC_C128 ((jac_dtype) JAC_C128)

/* A list of integers, used for shapes, axes and positions. {0, NULL} means that none is given.
 * Where a function takes a list of axes, a shape or an option that is a list, an int stands for a list
 * of one: jac_sum(x, 1), jac_flip(x, JAC_AXES(0, 1)), jac_zeros(3), .window_strides = 2. */
typedef struct {
    int64_t n;
    const int64_t *v;
} jac_dims;

/* Make such a list: JAC_SHAPE(3, 4), JAC_SHAPE() for a scalar, JAC_AXES(0, -1). All three do the
 * same. The list is valid until the enclosing block ends. */
#define JAC_DIMS(...)                                                              \
    ((jac_dims){sizeof((int64_t[]){JAC_COMMA_AFTER_(__VA_ARGS__) 0}) / 8 - 1,      \
                (const int64_t[]){JAC_EACH_(JAC_INT_COMMA_, __VA_ARGS__) 0}})
#define JAC_SHAPE(...) JAC_DIMS(__VA_ARGS__)
#define JAC_AXES(...)  JAC_DIMS(__VA_ARGS__)
/* An entry of jac_vmap's axes for an argument that is not batched (None in JAX). */
#define JAC_NONE (-INT_MAX)

/* The next functions read a value's type. They work on traced values too. In errors and graphs,
 * types are written as f32[3,4], or as ~f32[] for a weak type. */
/* The rank, a C int (jnp.ndim); -1 and an error for a null or stale handle. */
#define jac_ndim(x)      jac_ndim_(JAC_AT, JAC_V(x))
/* The size of dimension k; a negative k counts from the last dimension (x.shape[k]). 0 and an error
 * if there is no such dimension, or for a null or stale handle. */
#define jac_dim(x, k)    jac_dim_(JAC_AT, JAC_V(x), JAC_INT_(k))
/* The number of elements, 1 for a scalar (jnp.size); -1 and an error for a null or stale handle. */
#define jac_size(x)      jac_size_(JAC_AT, JAC_V(x))
/* The shape as a list, which is valid as long as x lives: jac_zeros(jac_shape(x)) (x.shape). */
#define jac_shape(x) jac_shape_(JAC_AT, JAC_V(x))
/* The element type (x.dtype); JAC_DEFAULT and an error for a null or stale handle. */
#define jac_dtype_of(x)  jac_dtype_of_(JAC_AT, JAC_V(x))
/* Is x of weak type, which means that it comes from C numbers alone (x.weak_type)? In promotion a
 * weak type takes the other operand's dtype. */
#define jac_weak_type(x) jac_weak_type_(JAC_AT, JAC_V(x))
/* The name of a dtype, as in "f32". */
JAC_API const char *jac_dtype_name(jac_dtype d);

/* Sets whether C integers, C floats and JAC_DEFAULT stand for 64-bit types (jax_enable_x64). An
 * array of f64 or i64 keeps its dtype either way; nothing is narrowed silently. Per thread,
 * initially off. */
JAC_API void jac_enable_x64(bool on);
/* Is jac_enable_x64 on for this thread? */
JAC_API bool jac_x64_enabled(void);

/* ---- Building blocks of the macros below (not for direct use) ---------------------------------- */

#include "macros.h"

typedef struct {
    const char *file;
    int line;
    const char *func;
} jac_loc;
JAC_API int jac_ndim_(const jac_loc *at, jac x);
JAC_API int64_t jac_dim_(const jac_loc *at, jac x, int64_t k);
JAC_API int64_t jac_size_(const jac_loc *at, jac x);
JAC_API jac_dims jac_shape_(const jac_loc *at, jac x);
JAC_API jac_dtype jac_dtype_of_(const jac_loc *at, jac x);
JAC_API bool jac_weak_type_(const jac_loc *at, jac x);
JAC_API jac jac_of_f64(double v);
JAC_API jac jac_of_i64(int64_t v);
JAC_API jac jac_of_u64(uint64_t v);
JAC_API jac jac_of_bool(bool v);
JAC_API jac jac_of_complex(double re, double im);
/* A C++ compiler that knows them only as an extension says nothing of these. */
__extension__ typedef float _Complex jac_c64_;
__extension__ typedef double _Complex jac_c128_;
static inline jac jac_of_c128(jac_c128_ v)
{
    return jac_of_complex(__real__ v, __imag__ v);
}
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
/* The address of a tree for results, as an option: .aux = JAC_OUT(&aux). It has the tree's size, so
 * that results never go past it. */
#define JAC_OUT(p) JAC_OUT_(p)

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
 * continue leave only the scope itself, and a loop around it goes on. A thread whose open scopes hold
 * more than JAC_SCOPE_MANY handles gets one warning, with the line, on stderr. */
#define JAC_SCOPE_MANY 1000000
#define JAC_SCOPE(...) JAC_SCOPE_(JAC_CAT_(jac_scope_, __COUNTER__), __VA_ARGS__)
#define JAC_SCOPE_(s, ...)                                                                     \
    for (jac_scope s __attribute__((cleanup(jac_scope_close_))) = jac_scope_open_(             \
             JAC_AT, JAC_COUNT_(__VA_ARGS__),                                                  \
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
JAC_API jac_scope jac_scope_open_(const jac_loc *at, int n, const jac_tree *keep);
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
/* `complex` of <complex.h> is a macro for _Complex. */
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
        const double *: JAC_F64,      \
        jac_c64_ *: JAC_C64,          \
        const jac_c64_ *: JAC_C64,    \
        jac_c128_ *: JAC_C128,        \
        const jac_c128_ *: JAC_C128)

/* Makes an array that uses the caller's memory without copying it. The memory must be aligned for
 * its elements and must not change until `release(env)` is called, which happens when no handle
 * needs the array any longer. `release` may be NULL. Bools of which some are neither 0 nor 1 (a mask
 * of 0 and 255, say) are copied, and `release` is called at once. */
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
#define jac_item_f64(x)  jac_item_f64_(JAC_AT, JAC_V(x))
/* The only element of an array of size 1, as an integer; floats are truncated (int(x)). 0 and an
 * error as for jac_item_f64. */
#define jac_item_i64(x)  jac_item_i64_(JAC_AT, JAC_V(x))
/* The truth of the only element of an array of size 1: is it nonzero (bool(x))? False and an error
 * as for jac_item_f64. */
#define jac_item_bool(x) jac_item_bool_(JAC_AT, JAC_V(x))
/* The only element of an array of size 1, as a complex number (complex(x)). NaN and an error as for
 * jac_item_f64; the others refuse a complex element. */
#define jac_item_c128(x) jac_item_c128_(JAC_AT, JAC_V(x))
JAC_API jac_c128_ jac_item_c128_(const jac_loc *at, jac x);
JAC_API double jac_item_f64_(const jac_loc *at, jac x);
JAC_API int64_t jac_item_i64_(const jac_loc *at, jac x);
JAC_API bool jac_item_bool_(const jac_loc *at, jac x);

/* Copies the elements to `out`, in row-major order and x's dtype. False and an error unless `bytes`
 * is exactly the array's size in bytes. */
#define jac_copy_out(x, out, bytes) jac_copy_out_(JAC_AT, JAC_V(x), out, bytes)
JAC_API bool jac_copy_out_(const jac_loc *at, jac x, void *out, size_t bytes);
/* A pointer to the elements, in row-major order, valid as long as x lives. NULL and an error if x
 * is a traced value or is not of the given dtype. */
#define jac_view(x, dtype) jac_view_(JAC_AT, JAC_V(x), JAC_DTYPE_(dtype))
JAC_API const void *jac_view_(const jac_loc *at, jac x, jac_dtype d);

/* The array as text, in NumPy's format; a traced value gives its type. The text is malloc'd
 * (str(x)). */
#define jac_str(x)   jac_str_(JAC_AT, JAC_V(x))
/* Prints the text of jac_str to stdout, with a newline (print(x)). */
#define jac_print(x) jac_print_(JAC_AT, JAC_V(x))
JAC_API char *jac_str_(const jac_loc *at, jac x);
JAC_API bool jac_print_(const jac_loc *at, jac x);
/* Writes x to a NumPy .npy file (jnp.save). False and an error if that fails; then a file that was
 * there before is as it was, because the new one is written beside it and then takes its name. (What
 * is not a regular file, and a file in a directory that cannot be written, is written in place.) */
#define jac_save(path, x) jac_save_(JAC_AT, path, JAC_V(x))
/* Reads an array from a .npy file of format 1.0 to 3.0, in C or Fortran order and of either byte
 * order (jnp.load). Null and an error if it is not such a file. */
#define jac_load(path)    jac_load_(JAC_AT, path)
JAC_API bool jac_save_(const jac_loc *at, const char *path, jac x);
JAC_API jac jac_load_(const jac_loc *at, const char *path);

#endif
