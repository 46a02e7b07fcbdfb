/* Functions: how a C function is made known (JAC_FN), called, and transformed: jax.grad, vmap, jit and
 * the others with the prefix jac_. Part of jacquard.h, whose conventions apply.
 */
#ifndef JACQUARD_FUNCTIONS_H
#define JACQUARD_FUNCTIONS_H

#include "arrays.h"

/* ---- Functions ----------------------------------------------------------------------------------- */

/* A tree is a C type that consists of jac handles only: jac itself, a struct of handles, arrays of
 * handles in a struct, structs of such structs. Trees take the place of JAX's pytrees. A struct with
 * another member, such as a double, does not compile as a tree (of the first 64 members). Such values
 * belong in an environment (JAC_FN_ENV).
 *
 * JAC_FN(f, R, (T1, a), (T2, b)) makes the C function `R f(T1 a, T2 b)` known to the
 * transformations. R, T1 and T2 are trees. It defines
 *   f_fn               the jac_fn
 *   f_args             struct { T1 a; T2 b; }
 *   f_call(g, a, b)    calls any jac_fn g of the same signature, such as jac_jit(f_fn); returns R.
 *                      It is a C function, so a number in place of a handle does not compile: write
 *                      jac_asarray(3.0), or jac_call1(g, 3.0)
 * Write it after f, at file level, without a semicolon. f has at most 15 arguments. */
#define JAC_FN(f, ... /* R, arguments */) \
    JAC_FN_(f, JAC_HEAD_(__VA_ARGS__), JAC_TAIL_(__VA_ARGS__))
#define JAC_FN_(f, R, ...)                                                                       \
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
#define JAC_FN_ENV(f, R, ... /* E, arguments */) \
    JAC_FN_ENV_(f, R, JAC_HEAD_(__VA_ARGS__), JAC_TAIL_(__VA_ARGS__))
#define JAC_FN_ENV_(f, R, E, ...)                                                                \
    JAC_SIGNATURE_(f, R, __VA_ARGS__)                                                            \
    static void f##_apply_(const void *jac_env_, const void *jac_args_, void *jac_result_)       \
    {                                                                                            \
        const f##_args *jac_a_ = (const f##_args *) jac_args_;                                   \
        (void) jac_a_;                                                                           \
        *(R *) jac_result_ = f((const E *) jac_env_                                              \
                                   JAC_COMMA_IF_ANY_(__VA_ARGS__) JAC_PASS_(__VA_ARGS__));       \
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
#define JAC_DEF(R, ... /* f, arguments */) \
    JAC_DEF_(R, JAC_HEAD_(__VA_ARGS__), JAC_TAIL_(__VA_ARGS__))
#define JAC_DEF_(R, f, ...)                  \
    static R f(JAC_PARAMS_(__VA_ARGS__));    \
    JAC_FN_(f, R, __VA_ARGS__)               \
    static R f(JAC_PARAMS_(__VA_ARGS__))
#define JAC_DEF_ENV(R, f, ... /* E, arguments */) \
    JAC_DEF_ENV_(R, f, JAC_HEAD_(__VA_ARGS__), JAC_TAIL_(__VA_ARGS__))
#define JAC_DEF_ENV_(R, f, E, ...)                                      \
    static R f(const E *env JAC_EACH_(JAC_PARAM_, __VA_ARGS__));        \
    JAC_FN_ENV_(f, R, E, __VA_ARGS__)                                   \
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
    jac_call_here_(JAC_AT, f, JAC_IN_(JAC_REST_(__VA_ARGS__)), JAC_OUT_(JAC_LAST_(__VA_ARGS__)))
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
#define JAC_ONLY_(pair)          JAC_ONLY__ pair
#define JAC_ONLY__(T, a)         (void) JAC_HANDLES_ONLY_(T);
#define JAC_PARAM_(pair)         JAC_PARAM__ pair
#define JAC_PARAM__(T, a)        , T a
#define JAC_NAME_(pair)          JAC_NAME__ pair
#define JAC_NAME__(T, a)         a,
#define JAC_ARG_(pair)           JAC_ARG__ pair
#define JAC_ARG__(T, a)          , jac_a_->a
#define JAC_BUT_FIRST_(...)      JAC_BUT_FIRST__(__VA_ARGS__)
#define JAC_BUT_FIRST__(x, ...)  __VA_ARGS__
/* The arguments of a call, and the parameters of a prototype, made from the pairs. */
#define JAC_PASS_(...)           JAC_CAT_(JAC_PASS_OF_, JAC_FEW_(__VA_ARGS__))(__VA_ARGS__)
#define JAC_PASS_OF_0(...)
#define JAC_PASS_OF_1(...)       JAC_BUT_FIRST_(0 JAC_EACH_(JAC_ARG_, __VA_ARGS__))
#define JAC_PASS_OF_2(...)       JAC_PASS_OF_1(__VA_ARGS__)
#define JAC_PARAMS_(...)         JAC_CAT_(JAC_PARAMS_OF_, JAC_FEW_(__VA_ARGS__))(__VA_ARGS__)
#define JAC_PARAMS_OF_0(...)     void
#define JAC_PARAMS_OF_1(...)     JAC_BUT_FIRST_(0 JAC_EACH_(JAC_PARAM_, __VA_ARGS__))
#define JAC_PARAMS_OF_2(...)     JAC_PARAMS_OF_1(__VA_ARGS__)
#define JAC_SIGNATURE_(f, R, ...)                                                                \
    __extension__ typedef struct {                                                                             \
        JAC_EACH_(JAC_FIELD_, __VA_ARGS__)                                                       \
    } f##_args;                                                                                  \
    JAC_EACH_(JAC_WHOLE_, __VA_ARGS__)                                                           \
    JAC_ASSERT_TREE_(R)                                                                          \
    static const int f##_leaves_[] = {JAC_EACH_(JAC_LEAVES_, __VA_ARGS__) 0};                    \
    static inline __attribute__((unused)) R f##_call(jac_fn jac_f_ JAC_EACH_(JAC_PARAM_, __VA_ARGS__)) \
    {                                                                                            \
        R jac_r_;                                                                                \
        JAC_EACH_(JAC_ONLY_, __VA_ARGS__)                                                        \
        (void) JAC_HANDLES_ONLY_(R);                                                             \
        jac_call_as_(JAC_AT, jac_f_, #f, JAC_COUNT_(__VA_ARGS__), f##_leaves_,                   \
                     JAC_LEAVES_IN_(R),                                            \
                     __extension__ &(f##_args){JAC_EACH_(JAC_NAME_, __VA_ARGS__)}, &jac_r_);     \
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
/* Like jac_grad, for a holomorphic f of complex arguments, which gives a complex scalar: its complex
 * derivative (jax.grad with holomorphic=True). For a real loss of complex arguments z = x + iy, jac_grad
 * gives df/dx - i df/dy, as jax.grad does: go against its conjugate to make the loss smaller. */
#define jac_grad_holomorphic(... /* f, argnums */)                                \
    jac_grad_(JAC_AT, JAC_HEAD_(__VA_ARGS__),                                     \
              (jac_grad_opts){.argnums = JAC_AXES_OPT_(JAC_TAIL_(__VA_ARGS__)), .holomorphic = true})
typedef struct {
    jac_dims argnums; /* if none is given: argument 0 */
    bool value, has_aux, holomorphic;
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
 * functions and gradients. vmaps with different names may nest. Unless its comment says otherwise,
 * the result has x's shape and is the same in every lane. All are differentiable. A name that no enclosing vmap binds is an error. */
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
/* The x of all lanes, along a new axis, by default 0: jac_all_gather(x, "i"), with .axis = 1 or, so that
 * x's own axis gets the elements of all lanes one after the other, .tiled = true (jax.lax.all_gather). */
#define jac_all_gather(x, ... /* axis_name, options */) \
    JAC_GATHERS_(JAC_CAT_(jac_o_, __COUNTER__), "all_gather", x, __VA_ARGS__, )
/* The sum of all lanes' x, of which lane i gets element i along .axis (JAX's scatter_dimension), by
 * default 0, which has an element for each lane; or, with .tiled = true, part i of it, and the axis stays
 * (jax.lax.psum_scatter). */
#define jac_psum_scatter(x, ... /* axis_name, options */) \
    JAC_GATHERS_(JAC_CAT_(jac_o_, __COUNTER__), "psum_scatter", x, __VA_ARGS__, )
typedef struct {
    int unused_;
    int64_t axis;
    bool tiled;
} jac_gather_lanes_opts;
#define JAC_GATHERS_(o, what, x, name, ...)                                                        \
    JAC_WITH_OPTIONS_(o, jac_gather_lanes_opts, (.unused_ = 0),                                    \
                      jac_gather_lanes_(JAC_AT, what, JAC_V(x), name, o), __VA_ARGS__)
/* Lane i gets element i along split_axis of each lane j, and has it at place j along concat_axis:
 * jac_all_to_all(x, "i", 0, 1). With .tiled = true, part i instead of element i, one after the other along
 * the axis that x has there (jax.lax.all_to_all). */
#define jac_all_to_all(x, axis_name, split_axis, ... /* concat_axis, options */) \
    JAC_ALL_TO_ALL_(JAC_CAT_(jac_o_, __COUNTER__), x, axis_name, split_axis, __VA_ARGS__, )
#define JAC_ALL_TO_ALL_(o, x, name, split, concat, ...)                                            \
    JAC_WITH_OPTIONS_(o, jac_all_to_all_opts, (.tiled = false),                                    \
                      jac_all_to_all_(JAC_AT, JAC_V(x), name, JAC_INT_(split), JAC_INT_(concat), o), \
                      __VA_ARGS__)
typedef struct {
    bool tiled;
} jac_all_to_all_opts;
/* Exchanges the axis of x with the lanes: jac_all_to_all with one axis (jax.lax.pswapaxes). */
#define jac_pswapaxes(x, axis_name, axis) jac_pswapaxes_(JAC_AT, JAC_V(x), axis_name, JAC_INT_(axis))
/* Sends x from lane to lane: pairs is a list from, to, from, to ...; a lane that nothing is sent to
 * gets zeros: jac_ppermute(x, "i", JAC_DIMS(0, 1, 1, 0)) (jax.lax.ppermute). */
#define jac_ppermute(x, axis_name, pairs) jac_ppermute_(JAC_AT, JAC_V(x), axis_name, JAC_SHAPE_(pairs))
/* Lane i gets x of lane perm[i]; each lane must be in the list once (jax.lax.pshuffle). */
#define jac_pshuffle(x, axis_name, perm)  jac_pshuffle_(JAC_AT, JAC_V(x), axis_name, JAC_SHAPE_(perm))
/* All lanes get x of the lane `source` (jax.lax.pbroadcast). */
#define jac_pbroadcast(x, axis_name, source) \
    jac_pbroadcast_(JAC_AT, JAC_V(x), axis_name, JAC_INT_(source))
/* The index of this lane in the batch, an i32 scalar from 0 (jax.lax.axis_index). */
#define jac_axis_index(axis_name) jac_axis_index_(JAC_AT, axis_name)
/* The number of lanes of the batch, a C integer; -1 and an error if no enclosing vmap binds the
 * name (jax.lax.axis_size). */
#define jac_axis_size(axis_name)  jac_axis_size_(JAC_AT, axis_name)
JAC_API jac jac_collective_(const jac_loc *at, const char *name, jac x, const char *axis_name);
JAC_API jac jac_gather_lanes_(const jac_loc *at, const char *what, jac x, const char *axis_name,
                              jac_gather_lanes_opts o);
JAC_API jac jac_all_to_all_(const jac_loc *at, jac x, const char *axis_name, int64_t split_axis,
                            int64_t concat_axis, jac_all_to_all_opts o);
JAC_API jac jac_pswapaxes_(const jac_loc *at, jac x, const char *axis_name, int64_t axis);
JAC_API jac jac_ppermute_(const jac_loc *at, jac x, const char *axis_name, jac_dims pairs);
JAC_API jac jac_pshuffle_(const jac_loc *at, jac x, const char *axis_name, jac_dims perm);
JAC_API jac jac_pbroadcast_(const jac_loc *at, jac x, const char *axis_name, int64_t source);
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
    jac_vjp_(JAC_AT, f, JAC_IN_(JAC_REST_(__VA_ARGS__)), JAC_OUT_(JAC_LAST_(__VA_ARGS__)))
JAC_API jac_fn jac_vjp_(const jac_loc *at, jac_fn f, const void *primals, jac_out out);

/* Writes f at *primals to *out and returns its derivative there, a linear function of the tangents
 * of f's arguments (jax.linearize). It can be called many times without running f again. */
#define jac_linearize(f, ... /* primals, out */) \
    jac_linearize_(JAC_AT, f, JAC_IN_(JAC_REST_(__VA_ARGS__)), JAC_OUT_(JAC_LAST_(__VA_ARGS__)))
JAC_API jac_fn jac_linearize_(const jac_loc *at, jac_fn f, const void *primals, jac_out out);
/* The transpose of a linear f, a function from a tree like f's result to one like its arguments
 * (jax.linear_transpose). Only the types of *primals matter. It is an error if f is not linear. */
#define jac_linear_transpose(f, ... /* primals */) jac_linear_transpose_(JAC_AT, f, JAC_IN_((__VA_ARGS__)))
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
    jac_hessian_(JAC_AT, JAC_HEAD_(__VA_ARGS__), JAC_AXES_OPT_(JAC_TAIL_(__VA_ARGS__)))
JAC_API jac_fn jac_jacobian_(const jac_loc *at, jac_fn f, bool reverse, jac_dims argnums);
JAC_API jac_fn jac_hessian_(const jac_loc *at, jac_fn f, jac_dims argnums);

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

/* Gives back a handle or a struct of handles. What is computed from the result is neither merged with nor
 * simplified into what is computed before: so a value may be computed twice instead of being kept
 * (jax.lax.optimization_barrier). All handles become null ones on failure. */
#define jac_optimization_barrier(...)                                                              \
    JAC_BARRIER_(JAC_CAT_(jac_g_, __COUNTER__), JAC_CAT_(jac_s_, __COUNTER__), (__VA_ARGS__))
#define JAC_BARRIER_(g, s, x) JAC_CHANGED_(g, s, x, jac_barrier_(JAC_AT, JAC_LEAVES_AND_(s)))
JAC_API bool jac_barrier_(const jac_loc *at, int n, jac *x);
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
#define jac_type_of(x) jac_type_of_(JAC_AT, JAC_V(x))
JAC_API jac_type jac_type_of_(const jac_loc *at, jac x);
/* Makes a type: jac_shaped(JAC_F32, JAC_SHAPE(3, 4)), jac_shaped(JAC_F32, 3)
 * (jax.ShapeDtypeStruct). Its ndim is -1, with an error, if the shape is not one. */
#define jac_shaped(dtype, shape) jac_shaped_(JAC_AT, JAC_DTYPE_(dtype), JAC_SHAPE_(shape))
JAC_API jac_type jac_shaped_(const jac_loc *at, jac_dtype dtype, jac_dims shape);
/* Writes the types of f's results for arguments like *args to `results`, an array with one jac_type
 * for each handle, without computing anything (jax.eval_shape). False and an error on failure. */
#define jac_eval_shape(f, ... /* args, results */)                        \
    jac_eval_shape_(JAC_AT, f, JAC_IN_(JAC_REST_(__VA_ARGS__)), JAC_LAST_(__VA_ARGS__), \
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
#define jac_make_jaxpr(f, ... /* args */) jac_make_jaxpr_(JAC_AT, f, JAC_IN_((__VA_ARGS__)))
JAC_API char *jac_make_jaxpr_(const jac_loc *at, jac_fn f, const void *args);
/* The graph of jac_make_jaxpr as a drawing in Graphviz's language, malloc'd; pipe it through
 * `dot -Tsvg`. JAX has no such function. */
#define jac_make_dot(f, ... /* args */) jac_make_dot_(JAC_AT, f, JAC_IN_((__VA_ARGS__)))
JAC_API char *jac_make_dot_(const jac_loc *at, jac_fn f, const void *args);

#endif
