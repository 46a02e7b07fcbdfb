/* Transformations of the control primitives: derivatives against finite differences, forward
 * against reverse mode, batches against lanes run one by one, on graphs nested in many ways. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "ops/ops.h"
#include "tests/support.h"

TestSuite(transforms, .init = ops_init);

#define LIT(name, d, v) name ": " d "[] = literal[value=" v ", dtype=" d ", weak=false]\n"

/* ---- the graphs -------------------------------------------------------------------------- */

/* x <- sin(x) * y + i with a counter, as fori_loop makes it. */
static const char fori[] =
    "graph fori(n: i32[], x: f64[], y: f64[]) {\n"
    "  i: i32[], z: f64[] = scan[body=graph (y: f64[], i: i32[], x: f64[]) {\n"
    "    " LIT("one", "i32",
               "1") "    j: i32[] = add i one\n"
                    "    k: f64[] = convert_element_type[new_dtype=f64, weak=false] i\n"
                    "    s: f64[] = sin x\n    m: f64[] = mul s y\n    a: f64[] = add m k\n    "
                    "return j, a\n"
                    "  }, length=4, num_consts=1, num_carry=2, reverse=false] y n x\n"
                    "  return i, z\n}\n";

/* Constants, carries, xs and ys in a reverse scan. No y reads w, and c does not change. */
static const char full_scan[] =
    "graph full(w: f64[2], c: f64[], v: f64[2], xs: f64[3,2], us: f64[3]) {\n"
    "  c1: f64[], v1: f64[2], ys: f64[3,2], zs: f64[3] = scan[body=graph (w: f64[2], c: f64[], "
    "v: f64[2], x: f64[2], u: f64[]) {\n"
    "    p: f64[2] = mul w x\n    q: f64[2] = mul v v\n    r: f64[2] = add p q\n"
    "    t: f64[2] = tanh r\n"
    "    cc: f64[2] = broadcast_in_dim[shape=[2], broadcast_dimensions=[]] c\n"
    "    y: f64[2] = mul cc t\n    z: f64[] = mul u c\n    return c, t, y, z\n"
    "  }, length=3, num_consts=1, num_carry=2, reverse=true] w c v xs us\n"
    "  return v1, c1, ys, zs\n}\n";

/* A tangent needs three steps to reach every carry. */
static const char slow_carries[] =
    "graph slow(n: i64[], x: f64[]) {\n  " LIT("a", "f64", "0.5") "  " LIT(
        "b", "f64", "0.25") "  p: f64[], q: f64[], r: f64[], i: i64[] = scan[body=graph (p: f64[], "
                            "q: f64[], r: f64[], "
                            "i: i64[]) {\n"
                            "    s: f64[] = mul p q\n    return q, r, s, i\n"
                            "  }, length=5, num_consts=0, num_carry=4, reverse=false] a b x n\n  "
                            "return p, q, r\n}\n";

static const char branches[] =
    "graph branches(i: i32[], x: f64[2], y: f64[2]) {\n"
    "  a: f64[2], b: f64[] = cond[branches=[graph (x: f64[2], y: f64[2]) {\n"
    "    m: f64[2] = mul x y\n    e: f64[2] = exp m\n    s: f64[] = reduce_sum[axes=[0]] e\n"
    "    return m, s\n"
    "  }, graph (x: f64[2], y: f64[2]) {\n"
    "    " LIT(
        "k", "f64",
        "3") "    s: f64[2] = sin x\n    return s, k\n"
             "  }, graph (x: f64[2], y: f64[2]) {\n"
             "    s: f64[] = reduce_sum[axes=[0]] x\n    t: f64[] = mul s s\n    return y, t\n"
             "  }]] i x y\n"
             "  c: f64[2] = mul a x\n  return c, b\n}\n";

static const char calls[] =
    "graph calls(x: f64[2], y: f64[2]) {\n"
    "  a: f64[2], b: f64[2] = call[graph=graph outer(x: f64[2], y: f64[2]) {\n"
    "    s: f64[2] = call[graph=graph inner(x: f64[2]) {\n"
    "      s: f64[2] = sin x\n      t: f64[2] = mul s x\n      return t\n    }] x\n"
    "    m: f64[2] = mul s y\n    return m, x\n"
    "  }] x y\n"
    "  c: f64[2] = mul a b\n  return c, a\n}\n";

/* log(1 + exp(x)) with a custom derivative that equals the true one. */
static const char custom[] =
    "graph custom(x: f64[2], n: i32[]) {\n"
    "  y: f64[2], m: i32[] = custom_jvp_call[graph=graph (x: f64[2], n: i32[]) {\n"
    "    e: f64[2] = exp x\n    l: f64[2] = log1p e\n    return l, n\n"
    "  }, jvp=graph (x: f64[2], n: i32[], t: f64[2]) {\n"
    "    e: f64[2] = exp x\n    l: f64[2] = log1p e\n    s: f64[2] = logistic x\n"
    "    d: f64[2] = mul s t\n    return l, n, d\n  }] x n\n"
    "  z: f64[2] = mul y x\n  return z, m\n}\n";

/* Doubles x until it exceeds the bound. */
static const char loop[] = "graph loop(bound: f64[], rate: f64[], x: f64[]) {\n  " LIT(
    "zero", "i32",
    "0") "  i: i32[], z: f64[] = while[cond=graph (bound: f64[], i: i32[], x: f64[]) {\n"
         "    p: bool[] = lt x bound\n    return p\n"
         "  }, body=graph (rate: f64[], i: i32[], x: f64[]) {\n"
         "    " LIT("one", "i32", "1") "    j: i32[] = add i one\n"
                                       "    y: f64[] = mul x rate\n    s: f64[] = exp x\n    z: "
                                       "f64[] = add y s\n    return j, z\n"
                                       "  }, cond_nconsts=1, body_nconsts=1] bound rate zero x\n"
                                       "  return i, z\n}\n";

/* A loop over integers only, in a scan, in a branch: reverse mode does not enter it. */
static const char deep[] =
    "graph deep(i: i32[], n: i32[], x: f64[3], w: f64[]) {\n"
    "  y: f64[3], s: f64[] = cond[branches=[graph (n: i32[], x: f64[3], w: f64[]) {\n"
    "    return x, w\n"
    "  }, graph (n: i32[], x: f64[3], w: f64[]) {\n"
    "    " LIT("start", "i32",
               "1") "    m: i32[], c: f64[], ys: f64[3] = scan[body=graph (n: i32[], w: f64[], m: "
                    "i32[], c: f64[], "
                    "x: f64[]) {\n"
                    "      k: i32[] = while[cond=graph (n: i32[], k: i32[]) {\n"
                    "        p: bool[] = lt k n\n        return p\n"
                    "      }, body=graph (m: i32[], k: i32[]) {\n"
                    "        j: i32[] = add k m\n        return j\n"
                    "      }, cond_nconsts=1, body_nconsts=1] n m m\n"
                    "      f: f64[] = convert_element_type[new_dtype=f64, weak=false] k\n"
                    "      a: f64[] = mul c x\n      b: f64[] = mul a f\n      d: f64[] = sin b\n"
                    "      e: f64[] = mul d w\n      return k, d, e\n"
                    "    }, length=3, num_consts=2, num_carry=2, reverse=false] n w start w x\n"
                    "    return ys, c\n"
                    "  }]] i n x w\n"
                    "  return y, s\n}\n";

static const char scan_of_scan[] =
    "graph nested(x: f64[2], w: f64[3,2]) {\n"
    "  c: f64[2], ys: f64[3] = scan[body=graph (x: f64[2], w: f64[2]) {\n"
    "    " LIT(
        "zero", "f64",
        "0") "    t: f64[], us: f64[2] = scan[body=graph (t: f64[], a: f64[], b: f64[]) {\n"
             "      m: f64[] = mul a b\n      s: f64[] = add t m\n      u: f64[] = sin s\n      "
             "return s, u\n"
             "    }, length=2, num_consts=0, num_carry=1, reverse=false] zero x w\n"
             "    y: f64[] = cos t\n    return us, y\n"
             "  }, length=3, num_consts=0, num_carry=1, reverse=false] x w\n  return c, ys\n}\n";

static const char cond_in_scan[] = "graph switching(x: f64[], y: f64[]) {\n  " LIT(
    "zero", "i32", "0") "  i: i32[], a: f64[] = scan[body=graph (y: f64[], i: i32[], x: f64[]) {\n"
                        "    " LIT("one", "i32",
                                   "1") "    j: i32[] = add i one\n"
                                        "    z: f64[] = cond[branches=[graph (x: f64[], y: f64[]) "
                                        "{\n      a: f64[] = mul x y\n"
                                        "      return a\n    }, graph (x: f64[], y: f64[]) {\n     "
                                        " a: f64[] = sin x\n      return a\n"
                                        "    }, graph (x: f64[], y: f64[]) {\n      a: f64[] = add "
                                        "y y\n      b: f64[] = mul a x\n"
                                        "      c: f64[] = mul b x\n      return c\n    }]] i x y\n"
                                        "    return j, z\n"
                                        "  }, length=4, num_consts=1, num_carry=2, reverse=false] "
                                        "y zero x\n  return a\n}\n";

static const char no_steps[] = "graph none(x: f64[], xs: f64[0]) {\n"
                               "  a: f64[], ys: f64[0] = scan[body=graph (c: f64[], x: f64[]) {\n"
                               "    d: f64[] = mul c x\n    return d, c\n"
                               "  }, length=0, num_consts=0, num_carry=1, reverse=false] x xs\n"
                               "  b: f64[] = mul a a\n  return b, ys\n}\n";

static const char scan_in_while[] = "graph outer(x: f64[], y: f64[]) {\n  " LIT(
    "zero", "i32",
    "0") "  i: i32[], a: f64[] = while[cond=graph (i: i32[], x: f64[]) {\n"
         "    " LIT("two", "i32",
                    "2") "    p: bool[] = lt i two\n    return p\n"
                         "  }, body=graph (y: f64[], i: i32[], x: f64[]) {\n"
                         "    " LIT(
                             "one", "i32",
                             "1") "    j: i32[] = add i one\n"
                                  "    z: f64[] = scan[body=graph (y: f64[], x: f64[]) {\n      m: "
                                  "f64[] = mul x y\n"
                                  "      s: f64[] = sin m\n      return s\n"
                                  "    }, length=2, num_consts=1, num_carry=1, reverse=false] y x\n"
                                  "    return j, z\n"
                                  "  }, cond_nconsts=0, body_nconsts=1] y zero x\n  return a\n}\n";

/* Weak operands for strong inputs, and the reverse. */
static const char weak[] =
    "graph weak(i: i32[], x: ~f64[], s: f64[]) {\n"
    "  y: ~f64[] = sin x\n"
    "  c: f64[] = call[graph=graph (x: f64[], y: ~f64[]) {\n    m: f64[] = mul x y\n    return m\n"
    "  }] y s\n"
    "  d: ~f64[], e: f64[] = scan[body=graph (a: f64[], b: ~f64[]) {\n    c: f64[] = mul a b\n"
    "    return c, a\n  }, length=3, num_consts=0, num_carry=2, reverse=false] y s\n"
    "  f: f64[] = cond[branches=[graph (x: ~f64[]) {\n    return x\n  }, graph (x: f64[]) {\n"
    "    y: f64[] = mul x x\n    return y\n  }]] i d\n"
    "  g: ~f64[] = cond[branches=[graph (x: ~f64[]) {\n    return x\n  }, graph (x: ~f64[]) {\n"
    "    y: ~f64[] = mul x x\n    return y\n  }]] i e\n"
    "  h: f64[] = mul c f\n  return h, d, g, y\n}\n";

/* Control equations without results, without operands, or with one branch; outputs that are inputs,
 * constants, or equal to each other. */
static const char odd[] = "graph odd(x: f64[3], n: i32[], unused: f64[2]) {\n  " LIT(
    "k", "f64",
    "4") "  never: bool[] = is_finite k\n  no: bool[] = not never\n"
         "  = call[graph=graph (x: f64[3]) {\n    return\n  }] x\n"
         "  = scan[body=graph (x: f64[]) {\n    y: f64[] = sin x\n    return\n"
         "  }, length=3, num_consts=0, num_carry=0, reverse=false] x\n"
         "  = cond[branches=[graph (x: f64[3]) {\n    return\n  }, graph (x: f64[3]) {\n    "
         "return\n"
         "  }]] n x\n"
         "  = while[cond=graph (p: bool[]) {\n    return p\n  }, body=graph () {\n    return\n"
         "  }, cond_nconsts=1, body_nconsts=0] no\n"
         "  ys: f64[3], ks: f64[3] = scan[body=graph (x: f64[]) {\n    y: f64[] = sin x\n    " LIT(
             "k", "f64",
             "4") "    return y, k\n"
                  "  }, length=3, num_consts=0, num_carry=0, reverse=false] x\n"
                  "  a: f64[3], b: i32[] = cond[branches=[graph (x: f64[3], n: i32[]) {\n"
                  "    y: f64[3] = mul x x\n    return y, n\n  }]] n x n\n"
                  "  c: f64[] = call[graph=graph () {\n    " LIT(
                      "k", "f64", "2") "    return k\n  }]\n"
                                       "  return x, x, k, ys, ks, a, b, n, c\n}\n";

/* ---- checks ------------------------------------------------------------------------------ */

static const test_tolerance exact = {TEST_EXACT, 0}, near = {TEST_REL, 1e-11},
                            differences = {TEST_REL, 2e-6};

static test_arrays random_inputs(test_pool *p, ir_value *const *v, int n, uint64_t seed)
{
    test_arrays in = {0};
    for (int k = 0; k < n; k++) {
        bool real = test_is_float(v[k]);
        test_arrays_add(p, &in,
                        test_array_random(p, &v[k]->type, seed * 97 + (uint64_t)k, real ? 0.3 : 0,
                                          real ? 1.2 : 2.4));
    }
    return in;
}

static test_arrays floats_of(test_pool *p, ir_value *const *v, int n, uint64_t seed)
{
    test_arrays in = random_inputs(p, v, n, seed), out = {0};
    for (int k = 0; k < n; k++)
        if (test_is_float(v[k]))
            test_arrays_add(p, &out, in.at[k]);
    return out;
}

static test_arrays run(test_pool *p, const ir_graph *g, const test_arrays *in)
{
    test_arrays out = {0};
    cr_assert(test_eval(p, g, in, &out), "%s", ir_error());
    return out;
}

static ir_graph *made(ir_graph *g, const char *what)
{
    cr_assert(g, "%s: %s", what, ir_error());
    cr_assert(ir_verify(g), "%s: %s", what, ir_error());
    return g;
}

/* Checks every graph that a transformation makes: it prints and parses back, and the passes keep
 * its results bit for bit. */
static void check_graph(test_pool *p, ir_graph *g, const test_arrays *in)
{
    char *text = ir_print_str(g, false);
    IR_AUTO_GRAPH again = made(ir_parse(text, "again"), text);
    cr_expect(ir_graph_equal(g, again), "another graph comes back from\n%s", text);
    free(text);
    IR_AUTO_GRAPH fast = made(ir_optimize(g), "optimize");
    for (int k = 0; k < g->nout; k++)
        cr_expect_eq(g->out[k]->type.weak, fast->out[k]->type.weak);
    test_arrays want = run(p, g, in), got = run(p, fast, in);
    if (!test_close_all("optimized", &got, 0, &want, exact)) {
        ir_print(stderr, g, false);
        ir_print(stderr, fast, false);
    }
}

static void check_jvp(test_pool *p, const ir_graph *g, uint64_t seed)
{
    IR_AUTO_GRAPH j = made(test_jvp(g), "jvp");
    test_arrays in = random_inputs(p, g->in, g->nin, seed), want = {0};
    test_arrays tangent = floats_of(p, g->in, g->nin, seed + 1);
    test_arrays all = test_arrays_join(p, &in, &tangent);
    test_arrays got = run(p, j, &all), primal = run(p, g, &in);
    cr_expect(test_differences(p, g, &in, &tangent, 1e-3, &want), "%s", ir_error());
    test_arrays head = {g->nout, got.at};
    test_close_all("jvp, primal", &head, 0, &primal, exact);
    test_close_all("jvp, tangent", &got, g->nout, &want, differences);
    check_graph(p, j, &all);
}

/* Checks <ct, J t> = <J' ct, t> for random t and ct: reverse mode is the transpose of
 * forward mode. */
static void check_vjp(test_pool *p, const ir_graph *g, uint64_t seed)
{
    IR_AUTO_GRAPH j = made(test_jvp(g), "jvp");
    IR_AUTO_GRAPH v = made(test_vjp(g), "vjp");
    test_arrays in = random_inputs(p, g->in, g->nin, seed);
    test_arrays tangent = floats_of(p, g->in, g->nin, seed + 1);
    test_arrays ct = floats_of(p, g->out, g->nout, seed + 2);
    test_arrays forward_in = test_arrays_join(p, &in, &tangent);
    test_arrays reverse_in = test_arrays_join(p, &in, &ct);
    test_arrays forward = run(p, j, &forward_in), reverse = run(p, v, &reverse_in);
    test_arrays primal = {g->nout, reverse.at}, want = run(p, g, &in);
    test_arrays ty = {forward.n - g->nout, forward.at + g->nout};
    test_arrays ctx = {reverse.n - g->nout, reverse.at + g->nout};
    test_close_all("vjp, primal", &primal, 0, &want, exact);
    double a = test_dot(&ct, &ty), b = test_dot(&ctx, &tangent);
    cr_expect_float_eq(a, b, 1e-10 * (1 + (a < 0 ? -a : a)), "%s: %g forward, %g in reverse",
                       g->name, a, b);
    check_graph(p, v, &reverse_in);
}

/* Runs g lane by lane over the marked inputs, at these axes. */
static void check_vmap(test_pool *p, const ir_graph *g, int lanes, const int *axis, uint64_t seed)
{
    int *out_axis = ir_new((size_t)(g->nout + 1) * sizeof *out_axis);
    for (int k = 0; k < g->nout; k++)
        out_axis[k] = IR_AXIS_ANY;
    IR_AUTO_GRAPH b = made(ir_vmap(g, &(ir_batching){.size = lanes}, axis, out_axis), "vmap");
    test_arrays in = random_inputs(p, b->in, b->nin, seed), got = run(p, b, &in);
    for (int lane = 0; lane < lanes; lane++) {
        test_arrays one = {0}, mine = {0};
        for (int k = 0; k < g->nin; k++)
            test_arrays_add(p, &one,
                            axis[k] < 0 ? in.at[k] : test_array_slice(p, &in.at[k], axis[k], lane));
        for (int k = 0; k < g->nout; k++)
            test_arrays_add(p, &mine,
                            out_axis[k] < 0 ? got.at[k]
                                            : test_array_slice(p, &got.at[k], out_axis[k], lane));
        test_arrays want = run(p, g, &one);
        test_close_all("vmap", &mine, 0, &want, near);
    }
    check_graph(p, b, &in);
    free(out_axis);
}

/* Batches all inputs, each one alone, and all but each one; some at their last axis. */
static void check_vmaps(test_pool *p, const ir_graph *g, uint64_t seed)
{
    int *axis = ir_new((size_t)g->nin * sizeof *axis);
    for (int which = -1; which < g->nin; which++)
        for (int alone = 0; alone < 2; alone++) {
            bool any = false;
            for (int k = 0; k < g->nin; k++) {
                bool batched = which < 0 || (k == which) == (alone == 1);
                axis[k] = batched ? (alone ? g->in[k]->type.rank : 0) : -1;
                any = any || batched;
            }
            if (any)
                for (int lanes = 0; lanes < 4; lanes += lanes ? 2 : 1)
                    check_vmap(p, g, lanes, axis, seed + (uint64_t)which);
        }
    free(axis);
}

/* Does all checks on g and, up to order `order`, on its derivatives. */
static void check_all(const ir_graph *g, int order, bool reverse)
{
    TEST_POOL(p);
    for (uint64_t seed = 1; seed < 4; seed++) {
        check_jvp(&p, g, seed);
        if (reverse)
            check_vjp(&p, g, seed);
    }
    check_vmaps(&p, g, 5);
    if (!order)
        return;
    IR_AUTO_GRAPH j = made(test_jvp(g), "jvp");
    check_all(j, order - 1, reverse);
    if (!reverse)
        return;
    IR_AUTO_GRAPH v = made(test_vjp(g), "vjp");
    check_all(v, order - 1, reverse);
}

static void check_text(const char *text, int order, bool reverse)
{
    IR_AUTO_GRAPH g = made(ir_parse(text, "test"), "parse");
    check_all(g, order, reverse);
    /* Also batches it before differentiating. */
    int *axis = ir_new((size_t)(g->nin + g->nout) * sizeof *axis), *out = axis + g->nin;
    for (int k = 0; k < g->nout; k++)
        out[k] = IR_AXIS_ANY;
    IR_AUTO_GRAPH b = made(ir_vmap(g, &(ir_batching){.size = 2}, axis, out), "vmap");
    check_all(b, 0, reverse);
    free(axis);
}

Test(transforms, a_loop_over_a_counter_differentiates_twice)
{
    check_text(fori, 1, true);
}

Test(transforms, a_scan_of_constants_carries_xs_and_ys_differentiates_twice)
{
    check_text(full_scan, 1, true);
}

Test(transforms, branches_differentiate_twice)
{
    check_text(branches, 1, true);
}

Test(transforms, calls_differentiate_twice)
{
    check_text(calls, 1, true);
}

Test(transforms, a_custom_derivative_is_used_and_differentiates)
{
    check_text(custom, 1, true);
}

Test(transforms, a_while_loop_differentiates_forwards)
{
    check_text(loop, 1, true);
}

Test(transforms, a_loop_in_a_scan_in_a_branch_differentiates_twice)
{
    check_text(deep, 1, true);
}

Test(transforms, a_scan_in_a_scan_differentiates_twice)
{
    check_text(scan_of_scan, 1, true);
}

Test(transforms, branches_in_a_scan_differentiate_twice)
{
    check_text(cond_in_scan, 1, true);
}

Test(transforms, a_scan_of_no_steps_differentiates)
{
    check_text(no_steps, 1, true);
}

Test(transforms, a_scan_in_a_while_loop_differentiates_forwards)
{
    check_text(scan_in_while, 1, true);
}

Test(transforms, weak_and_strong_types_may_meet)
{
    check_text(weak, 1, true);
}

Test(transforms, control_without_results_or_operands_is_no_trouble)
{
    check_text(odd, 1, true);
}

Test(transforms, a_tangent_finds_its_way_through_all_carries)
{
    check_text(slow_carries, 1, true);
}

/* ---- subsets: zero tangents, and other splits than that by tangents ---------------------- */

static const char *const all_texts[] = {
    fori, full_scan,    slow_carries, branches, calls,         custom, loop,
    deep, scan_of_scan, cond_in_scan, no_steps, scan_in_while, weak,   odd};

enum { NTEXTS = sizeof all_texts / sizeof *all_texts };

/* A symbolic zero gives the same result as an array of zeros. */
static void check_jvp_subset(test_pool *p, const ir_graph *g, unsigned subset)
{
    bool *nz = ir_new((size_t)(g->nin + g->nout)), *nz_out = nz + g->nin;
    IR_AUTO_GRAPH full = made(test_jvp(g), "jvp");
    test_arrays in = random_inputs(p, g->in, g->nin, 3), few = in, all;
    test_arrays tangent = floats_of(p, g->in, g->nin, 4), t = {0}, want, got;
    for (int k = 0, n = 0; k < g->nin; k++) {
        if (!test_is_float(g->in[k]))
            continue;
        nz[k] = subset >> k & 1;
        if (nz[k])
            test_arrays_add(p, &t, tangent.at[n]);
        for (int64_t i = 0; !nz[k] && i < ir_type_count(&g->in[k]->type); i++)
            test_set(&tangent.at[n], i, 0);
        n++;
    }
    IR_AUTO_GRAPH part = made(ir_jvp(g, nz, nz_out), "jvp");
    all = test_arrays_join(p, &in, &tangent);
    few = test_arrays_join(p, &in, &t);
    want = run(p, full, &all);
    got = run(p, part, &few);
    for (int k = 0, n = g->nout, m = g->nout; k < g->nout; k++) {
        test_arrays w = {1, &want.at[n]}, h = {1, &got.at[m]};
        if (!test_is_float(g->out[k]))
            continue;
        if (nz_out[k])
            test_close_all("some tangents", &h, 0, &w, near);
        for (int64_t i = 0; !nz_out[k] && i < ir_type_count(&w.at->type); i++)
            cr_expect_eq(test_get(w.at, i), 0, "the tangent of output %d was dropped", k);
        n++;
        m += nz_out[k];
    }
    free(nz);
}

/* The known part followed by the unknown part equals the graph, for any choice of known inputs. */
static void check_split(test_pool *p, const ir_graph *g, unsigned subset)
{
    bool *unknown = ir_new((size_t)(g->nin + g->nout)), *out = unknown + g->nin;
    test_arrays in = random_inputs(p, g->in, g->nin, 7), first = {0}, second = {0};
    for (int k = 0; k < g->nin; k++)
        if (!(unknown[k] = subset >> k & 1))
            test_arrays_add(p, &first, in.at[k]);
    ir_graph *halves[2];
    int nres = ir_partial_eval(g, unknown, out, &halves[0], &halves[1]), nknown = 0;
    cr_assert_geq(nres, 0, "%s", ir_error());
    IR_AUTO_GRAPH known = made(halves[0], "known part");
    IR_AUTO_GRAPH rest = made(halves[1], "unknown part");
    test_arrays got = run(p, known, &first), want = run(p, g, &in);
    nknown = known->nout - nres;
    for (int r = 0; r < nres; r++)
        test_arrays_add(p, &second, got.at[nknown + r]);
    for (int k = 0; k < g->nin; k++)
        if (unknown[k])
            test_arrays_add(p, &second, in.at[k]);
    test_arrays later = run(p, rest, &second);
    for (int k = 0, a = 0, b = 0; k < g->nout; k++) {
        test_arrays w = {1, &want.at[k]}, h = {1, out[k] ? &later.at[b++] : &got.at[a++]};
        test_close_all("put together", &h, 0, &w, exact);
    }
    check_graph(p, known, &first);
    check_graph(p, rest, &second);
    free(unknown);
}

Test(transforms, zero_tangents_may_be_left_out)
{
    for (int k = 0; k < NTEXTS; k++) {
        TEST_POOL(p);
        IR_AUTO_GRAPH g = made(ir_parse(all_texts[k], "test"), "parse");
        for (unsigned subset = 0; subset < 1u << g->nin; subset++)
            check_jvp_subset(&p, g, subset);
    }
}

Test(transforms, a_graph_splits_by_whatever_is_known)
{
    for (int k = 0; k < NTEXTS; k++) {
        TEST_POOL(p);
        IR_AUTO_GRAPH g = made(ir_parse(all_texts[k], "test"), "parse");
        IR_AUTO_GRAPH j = made(test_jvp(g), "jvp");
        for (unsigned subset = 0; subset < 1u << g->nin; subset++)
            check_split(&p, g, subset);
        for (unsigned subset = 0; subset < 1u << j->nin; subset += 3)
            check_split(&p, j, subset);
    }
}

/* ---- deep nests -------------------------------------------------------------------------- */

/* A ladder of branches, as a chain of `else if` makes: each is in the last branch of the
 * previous. */
static ir_graph *ladder(int depth)
{
    ir_graph *g = ir_graph_new("ladder");
    ir_type index = ir_type_scalar(IR_i32), real = ir_type_scalar(IR_f64);
    ir_value *i = ir_input(g, &index), *x = ir_input(g, &real), *y = NULL;
    if (depth) {
        IR_AUTO_GRAPH first = ir_graph_like(g, "first");
        IR_AUTO_GRAPH next = ladder(depth - 1);
        y = b_mul(first, first->in[1], first->in[1]);
        ir_outputs(first, &y, 1);
        ir_attr attr[] = {[COND_BRANCHES] = {.n = 2, .graphs = (ir_graph *[]){first, next}}};
        y = ir_emit1(g, &op_cond, 3, (ir_value *[]){i, i, x}, attr);
    } else {
        y = b_sin(g, x);
    }
    ir_outputs(g, &y, 1);
    return g;
}

Test(transforms, a_ladder_of_branches_costs_no_more_than_its_length)
{
    TEST_POOL(p);
    /* If each rung doubled the work, this would take 2^40 steps. */
    IR_AUTO_GRAPH g = made(ladder(40), "ladder");
    check_jvp(&p, g, 1);
    check_vjp(&p, g, 1);
    check_vmap(&p, g, 3, (int[]){-1, 0}, 1);
}

/* ---- compiled ---------------------------------------------------------------------------- */

static void check_compiled(ir_graph *g)
{
    TEST_POOL(p);
    test_arrays in = random_inputs(&p, g->in, g->nin, 11), want = run(&p, g, &in), got = {0};
    cr_assert(test_jit(&p, g, &in, &got), "%s", ir_error());
    if (!test_close_all("compiled", &got, 0, &want, near))
        ir_print(stderr, g, false);
}

Test(transforms, compiled_derivatives_are_those_of_the_interpreter)
{
    for (int k = 0; k < NTEXTS; k++) {
        int axis[16] = {0}, out[16] = {0};
        IR_AUTO_GRAPH g = made(ir_parse(all_texts[k], "test"), "parse");
        IR_AUTO_GRAPH b = made(ir_vmap(g, &(ir_batching){.size = 3}, axis, out), "vmap");
        IR_AUTO_GRAPH d = made(test_vjp(b), "derivative");
        IR_AUTO_GRAPH second = made(test_jvp(d), "second derivative");
        check_compiled(b);
        check_compiled(d);
        check_compiled(second);
    }
}

/* ---- what it costs ----------------------------------------------------------------------- */

/* The residuals of a jvp's graph that is split with its tangents unknown. */
static int residuals(const char *text, ir_graph **known_out)
{
    IR_AUTO_GRAPH g = made(ir_parse(text, "test"), "parse");
    IR_AUTO_GRAPH whole = made(test_jvp(g), "jvp");
    IR_AUTO_GRAPH j = made(ir_pass_hoist(whole), "hoist");
    bool *unknown = ir_new((size_t)(j->nin + j->nout)), *out = unknown + j->nin;
    for (int k = 0; k < j->nin; k++)
        unknown[k] = k >= g->nin;
    ir_graph *known, *rest;
    int nres = ir_partial_eval(j, unknown, out, &known, &rest);
    cr_assert_geq(nres, 0, "%s", ir_error());
    ir_graph_release(rest);
    free(unknown);
    if (known_out)
        *known_out = known;
    else
        ir_graph_release(known);
    return nres;
}

Test(transforms, constants_are_not_kept_for_the_way_back)
{
    cr_expect_eq(
        residuals(
            "graph f(x: f64[1000]) {\n" LIT(
                "c", "f64",
                "3") "b: f64[1000] = broadcast_in_dim[shape=[1000], broadcast_dimensions=[]] c\n"
                     "y: f64[1000] = mul x b\n z: f64[1000] = add y b\n return z\n}",
            NULL),
        0);
}

Test(transforms, a_broadcast_is_kept_as_what_it_was_made_of)
{
    IR_AUTO_GRAPH known = NULL;
    int nres =
        residuals("graph f(x: f64[1000], s: f64[]) {\n"
                  "b: f64[1000] = broadcast_in_dim[shape=[1000], broadcast_dimensions=[]] s\n"
                  "y: f64[1000] = mul x b\n return y\n}",
                  &known);
    cr_expect_eq(nres, 2, "x and s, but there are %d residuals", nres);
    for (int k = 0; k < nres; k++)
        cr_expect(!known->out[known->nout - nres + k]->eqn, "an input would do as residual %d", k);
}

Test(transforms, constants_of_a_loop_are_not_kept_step_by_step)
{
    IR_AUTO_GRAPH known = NULL;
    int nres = residuals(fori, &known);
    for (int k = 0; k < nres; k++) {
        const ir_value *v = known->out[known->nout - nres + k];
        bool stacked = v->type.rank == 1 && v->type.dim[0] == 4;
        cr_expect(stacked || !v->eqn, "residual %d is %s", k, ir_type_tmp(&v->type));
    }
    /* sin x, and y times cos x, step by step, and y at most. */
    cr_expect_leq(nres, 4, "%d residuals", nres);
}

Test(transforms, what_a_loop_computes_alike_in_every_step_is_not_kept_step_by_step)
{
    IR_AUTO_GRAPH known = NULL;
    int nres = residuals("graph f(k: f64[], x: f64[]) {\n"
                         "y: f64[] = scan[body=graph (k: f64[], x: f64[]) {\n s: f64[] = sin k\n"
                         " z: f64[] = mul x s\n return z\n"
                         "}, length=9, num_consts=1, num_carry=1, reverse=false] k x\n return y\n}",
                         &known);
    int stacked = 0;
    for (int r = 0; r < nres; r++)
        stacked += known->out[known->nout - nres + r]->type.rank;
    cr_expect_eq(stacked, 1, "the carry alone, but there are %d", stacked);
}

/* ---- what cannot be done ----------------------------------------------------------------- */

Test(transforms, an_output_that_varies_cannot_be_asked_for_unbatched)
{
    IR_AUTO_GRAPH g = made(ir_parse(calls, "test"), "parse");
    IR_AUTO_GRAPH v = ir_vmap(g, &(ir_batching){.size = 3}, (int[]){0, -1}, (int[]){0, -1});
    cr_assert(!v);
    cr_expect(strstr(ir_error(), "output 1"), "%s", ir_error());
}

Test(transforms, outputs_carry_the_batch_where_they_are_asked_to)
{
    IR_AUTO_GRAPH g = made(ir_parse(calls, "test"), "parse");
    for (int at = 0; at < 2; at++) {
        IR_AUTO_GRAPH v = made(
            ir_vmap(g, &(ir_batching){.size = 3}, (int[]){1, -1}, (int[]){at, 1 - at}), "vmap");
        cr_expect_eq(v->out[0]->type.dim[at], 3);
        cr_expect_eq(v->out[1]->type.dim[1 - at], 3);
    }
}
