/* Small programs that together use most of what the library does. */
#include "programs.h"
#include "tests/leave.h"

#include <fcntl.h>
#include <jacquard.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <threads.h>
#include <unistd.h>

/* ---- functions ------------------------------------------------------------------------------- */

typedef struct {
    jac w, b;
} Params;

JAC_DEF(jac, neuron, (Params, p), (jac, x))
{
    return jac_sigmoid(jac_add(jac_dot(x, p.w), p.b));
}

JAC_DEF(jac, loss, (Params, p), (jac, x), (jac, y))
{
    jac_fn predict = jac_vmap(neuron_fn, JAC_AXES(JAC_NONE, 0));
    return jac_mean(jac_square(jac_sub(neuron_call(predict, p, x), y)));
}

/* A loop of unknown length, a branch, and a loop of known length around another loop. */
JAC_DEF(jac, nested, (jac, x))
{
    struct {
        jac x, n;
    } s = {x, jac_asarray(0)};
    JAC_WHILE(s, jac_lt(jac_max(s.x), 50.0))
    {
        s.x = jac_add(jac_mul(s.x, 1.5), jac_sin(s.x));
        s.n = jac_add(s.n, 1);
    }
    struct {
        jac y;
    } t = {jac_sum(s.x)};
    JAC_IF(t, jac_gt(t.y, 3.0))
    {
        t.y = jac_log(t.y);
    }
    JAC_ELSE
    {
        t.y = jac_neg(t.y);
    }
    JAC_FOR(i, 0, 3, t)
    {
        JAC_FOR(j, 0, 2, t)
        {
            t.y = jac_add(t.y, jac_mul(jac_astype(jac_mul(i, j), JAC_F32), 0.1));
        }
    }
    return t.y;
}

JAC_DEF(jac, product, (jac, x))
{
    return jac_sum(jac_tanh(jac_matmul(x, jac_transpose(x))));
}

JAC_DEF_ENV(jac, cubic, jac, (jac, x))
{
    return jac_sub(jac_power(x, 3), jac_mul(*env, x));
}

JAC_DEF_ENV(jac, newton, jac_fn, (jac, guess))
{
    struct {
        jac x, step;
    } s = {guess, jac_asarray(1.0)};
    JAC_WHILE(s, jac_gt(jac_abs(s.step), 1e-5))
    {
        s.step = jac_div(jac_call1(*env, s.x), jac_call1(jac_grad(*env), s.x));
        s.x = jac_sub(s.x, s.step);
    }
    return s.x;
}

JAC_DEF(jac, root, (jac, a))
{
    return jac_custom_root(cubic_with(a), 2.0, newton_with, NULL);
}

typedef struct {
    jac carry, y;
} Step;

JAC_DEF(Step, decay, (jac, c), (jac, x))
{
    jac next = jac_add(jac_mul(c, 0.5), jac_sin(x));
    return (Step){next, jac_mul(next, x)};
}

JAC_DEF(jac, scanned, (jac, xs))
{
    jac c = jac_asarray(0.0f), ys;
    if (!jac_scan(decay_fn, &c, &xs, &ys))
        return jac_asarray(NAN);
    return jac_add(jac_sum(ys), c);
}

JAC_DEF(jac, below, (jac, x))
{
    return jac_lt(x, 4.0);
}

JAC_DEF(jac, enlarge, (jac, x))
{
    return jac_add(jac_mul(x, 1.1), jac_mul(jac_sin(x), 0.1)); /* grows until 4 */
}

JAC_DEF(jac, replayed, (jac, x))
{
    return jac_square(jac_checkpointed_while_loop(3, below_fn, enlarge_fn, x));
}

JAC_DEF(jac, softplus, (jac, x))
{
    return jac_log1p(jac_exp(x));
}

JAC_DEF(Step, softplus_rule, (jac, x), (jac, t))
{
    return (Step){jac_log1p(jac_exp(x)), jac_mul(t, jac_sigmoid(x))};
}

JAC_DEF(Step, softplus_forward, (jac, x))
{
    return (Step){jac_log1p(jac_exp(x)), jac_sigmoid(x)};
}

JAC_DEF(jac, softplus_backward, (jac, slope), (jac, ct))
{
    return jac_mul(slope, ct);
}

JAC_DEF(jac, deep, (jac, x))
{
    jac h = jac_call1(jac_checkpoint(enlarge_fn), x);
    return jac_sum(jac_mul(h, jac_call1(jac_jit(softplus_fn), h)));
}

/* ---- programs -------------------------------------------------------------------------------- */

double number(jac x)
{
    double v = 0;
    if (jac_error())
        return NAN;
    v = jac_item_f64(x);
    return jac_error() ? NAN : v;
}

static void neuron_value(bool jitted, double *result)
{
    jac x = jac_array(JAC_SHAPE(4, 2), (float[]){0, 0, 0, 1, 1, 0, 1, 1});
    jac y = jac_array(JAC_SHAPE(4), (float[]){0, 1, 1, 1});
    Params p = {jac_random_normal(jac_random_PRNGKey(42), JAC_SHAPE(2)), jac_zeros(JAC_SHAPE())};
    jac_fn f = jac_value_and_grad(loss_fn);
    struct {
        jac loss;
        Params grad;
    } q;
    if (jac_call(jitted ? jac_jit(f) : f, &(loss_args){p, x, y}, &q))
        *result = number(jac_add(jac_add(q.loss, jac_sum(q.grad.w)), q.grad.b));
}

PROGRAM(grad)
{
    neuron_value(false, result);
}

PROGRAM(grad_jitted)
{
    neuron_value(true, result);
}

PROGRAM(trace)
{
    jac x = jac_ones(JAC_SHAPE(3));
    jac_type type;
    char *text = jac_make_jaxpr(nested_fn, &x);
    if (text && jac_eval_shape(deep_fn, &x, &type))
        *result = (double)strlen(text) + type.ndim;
    free(text);
}

PROGRAM(vmap)
{
    jac x = jac_reshape(jac_linspace(0.5, 2.0, 8), 4, 2), y;
    jac w = jac_linspace(1.0, 3.0, 66);
    *result = number(jac_sum(jac_call1(jac_vmap(nested_fn), x)));
    *result += number(jac_sum(jac_call1(jac_vmap(jac_grad(scanned_fn)), x)));
    *result += number(jac_sum(jac_call1(jac_vmap(jac_grad(replayed_fn)), w)));
    if (!jac_call(jac_hessian(product_fn), &x, &y))
        *result = NAN;
}

PROGRAM(loops)
{
    jac x = jac_linspace(0.5, 2.0, 3);
    *result = number(jac_sum(jac_call1(jac_grad(nested_fn), x)));
    *result += number(jac_sum(jac_call1(jac_grad(scanned_fn), x)));
    *result += number(jac_call1(jac_grad(replayed_fn), 1.5));
}

PROGRAM(loops_jitted)
{
    jac x = jac_linspace(0.5, 2.0, 3);
    *result = number(jac_sum(jac_call1(jac_jit(jac_grad(nested_fn)), x)));
}

PROGRAM(eager)
{
    jac a = jac_reshape(jac_arange(12.0), 3, 4), b = jac_ones(JAC_SHAPE(4, 5));
    jac c = jac_softmax(jac_matmul(a, b), 1);
    c = jac_concatenate(0, c, jac_flip(c));
    c = jac_einsum("ij,ij->i", c, c);
    c = jac_take(c, jac_array(JAC_SHAPE(3), (int32_t[]){0, 2, 5}), 0);
    char *text = jac_str(c);
    if (text)
        *result = number(jac_sum(jac_cumsum(c, 0))) + (double)strlen(text);
    free(text);
}

static jac indexed(jac x, jac i)
{
    jac at[2], y = jac_add_at(jac_set(x, 2, JAC_RANGE(0, JAC_END, 2), i), 1, i, JAC_NEW);
    y = jac_set(jac_max_at(y, jac_index(y, 0), 1), -1, jac_gt(y, 8));
    if (!jac_nonzero(jac_gt(y, 3), at, .size = 3))
        return JAC_NULL;
    return jac_add(jac_sum(jac_index(y, i, JAC_RANGE(JAC_END, JAC_END, -1))),
                   jac_sum(jac_index(y, at[0], at[1])));
}
JAC_FN(indexed, jac, (jac, x), (jac, i))

PROGRAM(indices)
{
    jac x = jac_reshape(jac_arange(12.0), 3, 4), i = jac_array(JAC_SHAPE(2), (int32_t[]){0, 2});
    *result = number(jac_sum(jac_index(x, jac_gt(x, 4)))) + number(indexed(x, i));
    *result += number(jac_sum(jac_call1(jac_grad(indexed_fn), x, i)));
}

PROGRAM(implicit)
{
    jac x = jac_reshape(jac_linspace(0.0, 1.0, 6), 2, 3), y;
    *result = number(jac_call1(jac_grad(root_fn), 2.0));
    *result += number(jac_sum(jac_call1(jac_grad(deep_fn), x)));
    *result += number(jac_call1(jac_grad(jac_custom_jvp(softplus_fn, softplus_rule_fn)), 0.5));
    *result += number(jac_call1(
        jac_grad(jac_custom_vjp(softplus_fn, softplus_forward_fn, softplus_backward_fn)), 0.5));
    if (jac_call(jac_jacrev(jac_checkpoint(product_fn)), &x, &y))
        *result += number(jac_sum(y));
    else
        *result = NAN;
}

/* A module with a called function, a constant, a loop, branches and a reduction. */
PROGRAM(stablehlo)
{
    static const char text[] =
        "func.func @scale(%x: tensor<3xf32>) -> tensor<3xf32> {\n"
        "  %c = stablehlo.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>\n"
        "  %0 = stablehlo.multiply %x, %c : tensor<3xf32>\n"
        "  return %0 : tensor<3xf32>\n"
        "}\n"
        "func.func @main(%x: tensor<3xf32>, %n: tensor<i32>) -> tensor<f32> {\n"
        "  %one = stablehlo.constant dense<1> : tensor<i32>\n"
        "  %zero = stablehlo.constant dense<0.0> : tensor<f32>\n"
        "  %0:2 = stablehlo.while(%i = %one, %y = %x) : tensor<i32>, tensor<3xf32>\n"
        "   cond {\n"
        "    %c = stablehlo.compare LT, %i, %n : (tensor<i32>, tensor<i32>) -> tensor<i1>\n"
        "    stablehlo.return %c : tensor<i1>\n"
        "  } do {\n"
        "    %m = func.call @scale(%y) : (tensor<3xf32>) -> tensor<3xf32>\n"
        "    %j = stablehlo.add %i, %one : tensor<i32>\n"
        "    stablehlo.return %j, %m : tensor<i32>, tensor<3xf32>\n"
        "  }\n"
        "  %1 = \"stablehlo.case\"(%n) ({\n"
        "    stablehlo.return %x : tensor<3xf32>\n"
        "  }, {\n"
        "    stablehlo.return %0#1 : tensor<3xf32>\n"
        "  }) : (tensor<i32>) -> tensor<3xf32>\n"
        "  %2 = stablehlo.reduce(%1 init: %zero) across dimensions = [0] : (tensor<3xf32>, "
        "tensor<f32>) -> tensor<f32>\n"
        "   reducer(%a: tensor<f32>, %b: tensor<f32>) {\n"
        "    %s = stablehlo.add %a, %b : tensor<f32>\n"
        "    %t = stablehlo.sine %s : tensor<f32>\n"
        "    stablehlo.return %t : tensor<f32>\n"
        "  }\n"
        "  return %2 : tensor<f32>\n"
        "}\n";
    *result = number(jac_call1(jac_parse_stablehlo(text), jac_ones(3), 3));
    *result += number(jac_sum(jac_call1(jac_grad(jac_parse_stablehlo(text)), jac_ones(3), 1)));
}

/* Bodies of their own with values from outside, and lists that grow. */
PROGRAM(stablehlo_bodies)
{
    static const char text[] =
        "func.func @main(%x: tensor<3xf32>, %n: tensor<3xi32>, %s: tensor<f32>, %i: tensor<i32>) "
        "-> "
        "tensor<f32> {\n"
        "  %0:2 = stablehlo.reduce(%x init: %s), (%n init: %i) across dimensions = [0] : "
        "(tensor<3xf32>, tensor<3xi32>, tensor<f32>, tensor<i32>) -> (tensor<f32>, tensor<i32>)\n"
        "   reducer(%a: tensor<f32>, %b: tensor<f32>) (%j: tensor<i32>, %k: tensor<i32>) {\n"
        "    %c = stablehlo.multiply %a, %s : tensor<f32>\n"
        "    %d = stablehlo.add %c, %b : tensor<f32>\n"
        "    %l = stablehlo.add %k, %i : tensor<i32>\n"
        "    stablehlo.return %d, %l : tensor<f32>, tensor<i32>\n"
        "  }\n"
        "  %1 = \"stablehlo.map\"(%x) <{dimensions = array<i64: 0>}> ({\n"
        "  ^bb0(%a: tensor<f32>):\n"
        "    %b = stablehlo.add %a, %0#0 : tensor<f32>\n"
        "    stablehlo.return %b : tensor<f32>\n"
        "  }) : (tensor<3xf32>) -> tensor<3xf32>\n"
        "  %2:2 = \"stablehlo.sort\"(%n, %1) ({\n"
        "  ^bb0(%a: tensor<i32>, %b: tensor<i32>, %j: tensor<f32>, %k: tensor<f32>):\n"
        "    %c = stablehlo.compare LT, %j, %k, TOTALORDER : (tensor<f32>, tensor<f32>) -> "
        "tensor<i1>\n"
        "    stablehlo.return %c : tensor<i1>\n"
        "  }) : (tensor<3xi32>, tensor<3xf32>) -> (tensor<3xi32>, tensor<3xf32>)\n"
        "  %3 = \"stablehlo.reduce_window\"(%2#1, %s) <{window_dimensions = array<i64: 2>}> ({\n"
        "  ^bb0(%a: tensor<f32>, %b: tensor<f32>):\n"
        "    %c = stablehlo.multiply %a, %0#0 : tensor<f32>\n"
        "    %d = stablehlo.subtract %c, %b : tensor<f32>\n"
        "    stablehlo.return %d : tensor<f32>\n"
        "  }) : (tensor<3xf32>, tensor<f32>) -> tensor<2xf32>\n"
        "  %w:5 = stablehlo.while(%p = %i, %q = %3, %r = %s, %t = %s, %u = %s) : tensor<i32>, "
        "tensor<2xf32>, tensor<f32>, tensor<f32>, tensor<f32>\n"
        "   cond {\n"
        "    %c = stablehlo.constant dense<false> : tensor<i1>\n"
        "    stablehlo.return %c : tensor<i1>\n"
        "  } do {\n"
        "    stablehlo.return %p, %q, %t, %u, %r : tensor<i32>, tensor<2xf32>, tensor<f32>, "
        "tensor<f32>, tensor<f32>\n"
        "  }\n"
        "  %4 = stablehlo.constant dense<[0.5, 2.0]> : tensor<2xf32>\n"
        "  %5 = \"stablehlo.case\"(%i) ({\n"
        "    stablehlo.return %w#1 : tensor<2xf32>\n"
        "  }, {\n"
        "    %a = stablehlo.multiply %w#1, %4 : tensor<2xf32>\n"
        "    %b = stablehlo.broadcast_in_dim %0#0, dims = [] : (tensor<f32>) -> tensor<2xf32>\n"
        "    %c = stablehlo.broadcast_in_dim %s, dims = [] : (tensor<f32>) -> tensor<2xf32>\n"
        "    %d = stablehlo.add %a, %b : tensor<2xf32>\n"
        "    %e = stablehlo.add %d, %c : tensor<2xf32>\n"
        "    %f = stablehlo.slice %x [0:2] : (tensor<3xf32>) -> tensor<2xf32>\n"
        "    %g = stablehlo.add %e, %f : tensor<2xf32>\n"
        "    stablehlo.return %g : tensor<2xf32>\n"
        "  }) : (tensor<i32>) -> tensor<2xf32>\n"
        "  %6 = stablehlo.dot %5, %5 : (tensor<2xf32>, tensor<2xf32>) -> tensor<f32>\n"
        "  return %6 : tensor<f32>\n"
        "}\n";
    jac n = jac_astype(jac_arange(3), JAC_I32);
    *result = number(jac_call1(jac_parse_stablehlo(text), jac_ones(3), n, 0.5f, 1));
}

PROGRAM(npy)
{
    static const char header[] = "{'descr': '>i4', 'fortran_order': True, 'shape': (2, 3), }\n";
    char path[64];
    snprintf(path, sizeof path, "faults_%d.npy", (int)getpid());
    if (jac_save(path, jac_reshape(jac_arange(1200.0), 30, 40)))
        *result = number(jac_sum(jac_load(path)));
    int f = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0600); /* fopen may be made to fail */
    unsigned short n = sizeof header - 1;
    bool written = write(f, "\x93NUMPY\1\0", 8) == 8 && write(f, &n, 2) == 2 &&
                   write(f, header, n) == n && write(f, (int[]){1, 2, 3, 4, 5, 6}, 24) == 24;
    close(f);
    *result += written ? number(jac_sum(jac_load(path))) : NAN;
    unlink(path);
}

static jac decomposed(jac a)
{
    jac h = jac_add(a, jac_swapaxes(a, -1, -2));
    jac_svd_result d = jac_svd(a, .reduced = true);
    jac sum = jac_add(jac_det(a), jac_sum(jac_mul(jac_qr(a).r, jac_cholesky(h))));
    sum = jac_add(sum, jac_sum(jac_mul(jac_solve(a, h), jac_expand_dims(d.s, -2))));
    return jac_add(sum, jac_add(jac_sum(jac_pinv(a)), jac_slogdet(a).logabsdet));
}

JAC_DEF(jac, decomposed_one, (jac, a))
{
    return jac_sum(decomposed(a));
}

/* Of matrices that LAPACK decomposes, and of tiny ones. */
PROGRAM(decompositions)
{
    double sum = 0;
    for (int64_t n = 3; n < 12; n += 8) {
        jac eye = jac_mul(jac_eye(n), jac_add(jac_arange(n), 2)), y;
        jac a = jac_add(eye, jac_full(JAC_SHAPE(2, n, n), 0.1));
        if (!jac_call(jac_grad(decomposed_one_fn), &a, &y))
            return;
        sum += number(jac_sum(y)) + number(jac_sum(jac_real(jac_eig(a).values)));
        sum += number(jac_sum(jac_expm(jac_mul(0.1, a)))) + number(jac_max(jac_eigvalsh(a)));
    }
    *result = sum;
}

PROGRAM(large)
{
    jac x = jac_ones(JAC_SHAPE(300, 300)), y;
    if (jac_call(jac_jit(jac_grad(product_fn)), &x, &y))
        *result = number(jac_sum(y));
}

_Atomic bool error_elsewhere;

static int on_a_thread(void *result)
{
    *(double *)result = grad() + large();
    if (jac_error())
        error_elsewhere = true;
    return 0;
}

static double threads(void)
{
    enum { N = 3 };
    thrd_t thread[N]; /* not pthreads: pthread_create may be made to fail */
    double result[N], sum = 0;
    for (int k = 0; k < N; k++)
        if (thrd_create(&thread[k], on_a_thread, &result[k]) != thrd_success)
            abort();
    for (int k = 0; k < N; k++) {
        thrd_join(thread[k], NULL);
        sum += result[k];
    }
    double mine = grad();
    return sum + mine;
}

/* ---- disk cache and profile ------------------------------------------------------------------ */

static char cache[64]; /* a directory that is removed when the process ends */

static void shell(const char *format)
{
    char command[128];
    snprintf(command, sizeof command, format, cache);
    if (system(command))
        perror(command);
}

static void remove_cache(void)
{
    shell("rm -rf %s");
}

static void empty_cache(void)
{
    shell("rm -rf %s/*");
}

static void make_cache(void)
{
    snprintf(cache, sizeof cache, "/tmp/faults_XXXXXX");
    if (!mkdtemp(cache))
        exit(99);
    atexit(remove_cache);
    setenv("JACQUARD_CACHE_DIR", cache, 1);
}

static void fill_cache(void)
{
    pid_t child = fork();
    if (!child) {
        grad_jitted();
        leave(0);
    }
    waitpid(child, NULL, 0);
}

static void watch(void)
{
    make_cache();
    setenv("JACQUARD_DUMP", cache, 1);
    setenv("JACQUARD_LOG", "compile", 1);
    setenv("JACQUARD_DEBUG", "1", 1);
}

PROGRAM(profile)
{
    jac x = jac_ones(JAC_SHAPE(3)), y;
    if (!jac_profile_start())
        return;
    bool ok = jac_call(jac_jit(jac_grad(scanned_fn)), &x, &y);
    if (!jac_profile_stop() || !ok)
        return;
    *result = number(jac_sum(y));
}

#define RANDOM_GRAPHS(seed)                \
    static double random_graphs_##seed(void) \
    {                                      \
        return random_graphs(seed);        \
    }
RANDOM_GRAPHS(1)
RANDOM_GRAPHS(2)
RANDOM_GRAPHS(3)
RANDOM_GRAPHS(4)
RANDOM_GRAPHS(5)
RANDOM_GRAPHS(6)

const program programs[] = {
    {"first operation", eager, 2, NULL, NULL},
    {"trace", trace, 0, NULL, NULL},
    {"grad", grad, 0, NULL, NULL},
    {"vmap", vmap, 0, NULL, NULL},
    {"nested loops", loops, 0, NULL, NULL},
    {"eager", eager, 0, NULL, NULL},
    {"indices", indices, 0, NULL, NULL},
    {"implicit, custom", implicit, 0, NULL, NULL},
    {"npy", npy, 0, NULL, NULL},
    {"stablehlo", stablehlo, 0, NULL, NULL},
    {"stablehlo, bodies", stablehlo_bodies, 0, NULL, NULL},
    {"arrays", arrays, 0, NULL, NULL},
    {"draws", draws, 0, NULL, NULL},
    {"control", controls, 0, NULL, NULL},
    {"derivatives", derivatives, 0, NULL, NULL},
    {"solvers", solved, 0, NULL, NULL},
    {"decompositions", decompositions, 0, NULL, NULL},
    {"texts", texts, 0, NULL, NULL},
    {"jitted, first", grad_jitted, 1, NULL, NULL},
    {"jitted loops, first", loops_jitted, 1, NULL, NULL},
    {"jitted, warm", grad_jitted, 0, NULL, NULL},
    {"large, first", large, 1, NULL, NULL},
    {"threads", threads, 0, NULL, NULL},
    {"disk cache, write", grad_jitted, 1, make_cache, empty_cache},
    {"disk cache, read", grad_jitted, 1, make_cache, fill_cache},
    {"dump, log, debug", grad_jitted, 1, watch, empty_cache},
    {"profile", profile, 1, NULL, NULL},
    {"random graphs 1", random_graphs_1, 0, NULL, NULL},
    {"random graphs 2", random_graphs_2, 0, NULL, NULL},
    {"random graphs 3", random_graphs_3, 0, NULL, NULL},
    {"random graphs 4", random_graphs_4, 0, NULL, NULL},
    {"random graphs 5", random_graphs_5, 0, NULL, NULL},
    {"random graphs 6", random_graphs_6, 0, NULL, NULL},
};
const int nprograms = sizeof programs / sizeof *programs;
