/* Graphs of control primitives nested in many ways, as text, and how they are run and checked. */
#ifndef JACQUARD_TESTS_CONTROL_GRAPHS_H
#define JACQUARD_TESTS_CONTROL_GRAPHS_H

#include "ops/ops.h"
#include "tests/support.h"

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

static inline test_arrays random_inputs(test_pool *p, ir_value *const *v, int n, uint64_t seed)
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

static inline test_arrays floats_of(test_pool *p, ir_value *const *v, int n, uint64_t seed)
{
    test_arrays in = random_inputs(p, v, n, seed), out = {0};
    for (int k = 0; k < n; k++)
        if (test_is_float(v[k]))
            test_arrays_add(p, &out, in.at[k]);
    return out;
}

static inline test_arrays run(test_pool *p, const ir_graph *g, const test_arrays *in)
{
    test_arrays out = {0};
    cr_assert(test_eval(p, g, in, &out), "%s", ir_error());
    return out;
}

static inline ir_graph *made(ir_graph *g, const char *what)
{
    cr_assert(g, "%s: %s", what, ir_error());
    cr_assert(ir_verify(g), "%s: %s", what, ir_error());
    return g;
}

/* Checks every graph that a transformation makes: it prints and parses back, and the passes keep
 * its results bit for bit. */
static inline void check_graph(test_pool *p, ir_graph *g, const test_arrays *in)
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

static const char *const all_texts[] = {
    fori, full_scan,    slow_carries, branches, calls,         custom, loop,
    deep, scan_of_scan, cond_in_scan, no_steps, scan_in_while, weak,   odd};

enum { NTEXTS = sizeof all_texts / sizeof *all_texts };

#endif
