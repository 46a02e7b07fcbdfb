/* Donated arguments: results are written over them where that is safe, and have the same bits;
 * arrays that something else still holds do not change; using a donated handle is an error.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "jacquard.h"
#include "jit/jit.h"
#include "ops/ops.h"
#include "tests/support.h"
#include "tests/handles.h"

/* ---- which outputs are made over inputs ------------------------------------------------------ */

#define WHILE(carry, step)                                                                         \
    "  z: i32[] = literal[value=0, dtype=i32, weak=false]\n"                                       \
    "  j: i32[], y: " carry " = while[cond=graph (i: i32[], x: " carry ") {\n"                     \
    "    n: i32[] = literal[value=5, dtype=i32, weak=false]\n"                                     \
    "    c: bool[] = lt i n\n"                                                                     \
    "    return c\n"                                                                               \
    "  }, body=graph (i: i32[], x: " carry ") {\n"                                                 \
    "    o: i32[] = literal[value=1, dtype=i32, weak=false]\n"                                     \
    "    k: i32[] = add i o\n" step "    return k, w\n"                                            \
    "  }, cond_nconsts=0, body_nconsts=0] z a\n"

#define SCAN(length, step)                                                                         \
    "  y: f32[400] = scan[body=graph (x: f32[400]) {\n" step "    return w\n"                      \
    "  }, length=" length ", num_consts=0, num_carry=1, reverse=false] a\n"

static const struct {
    const char *name;
    int taken;
    const char *graph;
} cases[] = {
    {"element by element", 1,
     "graph f(a: f32[40]) {\n"
     "  b: f32[40] = sin a\n"
     "  return b\n"
     "}"},
    {"two states and their change", 2,
     "graph f(p: f32[40], m: f32[40], g: f32[30]) {\n"
     "  n: f32[40] = add m m\n"
     "  q: f32[40] = sub p n\n"
     "  return q, n\n"
     "}"},
    {"two that want each other's", 2,
     "graph f(a: f32[40], b: f32[40]) {\n"
     "  return b, a\n"
     "}"},
    {"changed and exchanged", 2,
     "graph f(a: f32[40], b: f32[40]) {\n"
     "  c: f32[40] = sin a\n"
     "  d: f32[40] = cos b\n"
     "  return d, c\n"
     "}"},
    {"two results of one input", 1,
     "graph f(a: f32[40]) {\n"
     "  b: f32[40] = sin a\n"
     "  c: f32[40] = cos a\n"
     "  return b, c\n"
     "}"},
    {"one result twice", 1,
     "graph f(a: f32[40], b: f32[40]) {\n"
     "  c: f32[40] = mul a b\n"
     "  return c, c\n"
     "}"},
    {"input itself, twice", 1,
     "graph f(a: f32[40]) {\n"
     "  return a, a\n"
     "}"},
    {"input itself, and changed", 1,
     "graph f(a: f32[40]) {\n"
     "  b: f32[40] = sin a\n"
     "  return b, a\n"
     "}"},
    {"reversed", 0,
     "graph f(a: f32[40]) {\n"
     "  b: f32[40] = rev[dimensions=[0]] a\n"
     "  return b\n"
     "}"},
    {"itself and reversed", 0,
     "graph f(a: f32[40]) {\n"
     "  b: f32[40] = rev[dimensions=[0]] a\n"
     "  c: f32[40] = add a b\n"
     "  return c\n"
     "}"},
    {"transposed", 0,
     "graph f(a: f32[70,70]) {\n"
     "  b: f32[70,70] = transpose[permutation=[1,0]] a\n"
     "  return b\n"
     "}"},
    {"reshaped", 1,
     "graph f(a: f32[4,10]) {\n"
     "  b: f32[40] = reshape[new_sizes=[40]] a\n"
     "  return b\n"
     "}"},
    {"read again after the result that might take it", 1,
     "graph f(a: f32[40], b: f32[40]) {\n"
     "  c: f32[40] = cumsum[axis=0, reverse=false] b\n"
     "  d: f32[40] = rev[dimensions=[0]] b\n"
     "  e: f32[40] = cumsum[axis=0, reverse=false] d\n"
     "  g: f32[40] = mul e a\n"
     "  return c, g\n"
     "}"},
    {"by way of temporaries", 1,
     "graph f(a: f32[40]) {\n"
     "  b: f32[40] = cumsum[axis=0, reverse=false] a\n"
     "  c: f32[40] = cumsum[axis=0, reverse=true] b\n"
     "  d: f32[40] = add c b\n"
     "  return d\n"
     "}"},
    {"a temporary that may not be in its place yet", 1,
     "graph f(a: f32[400]) {\n"
     "  b: f32[400] = cumsum[axis=0, reverse=false] a\n"
     "  c: f32[400] = rev[dimensions=[0]] a\n"
     "  d: f32[400] = cumsum[axis=0, reverse=false] c\n"
     "  e: f32[400] = mul b d\n"
     "  return e\n"
     "}"},
    {"product", 0,
     "graph f(a: f32[40,40]) {\n"
     "  b: f32[40,40] = dot_general[lhs_contract=[1], rhs_contract=[0], lhs_batch=[], "
     "rhs_batch=[]] a a\n"
     "  return b\n"
     "}"},
    {"result beside a sum of the input", 1,
     "graph f(a: i32[40]) {\n"
     "  s: i32[] = reduce_sum[axes=[0]] a\n"
     "  t: i32[40] = broadcast_in_dim[shape=[40], broadcast_dimensions=[]] s\n"
     "  b: i32[40] = sub a t\n"
     "  return b, s\n"
     "}"},
    {"other dtype of the same size", 1,
     "graph f(a: f32[40]) {\n"
     "  b: i32[40] = bitcast_convert_type[new_dtype=i32] a\n"
     "  return b\n"
     "}"},
    {"other size", 0,
     "graph f(a: f32[40]) {\n"
     "  b: f64[40] = convert_element_type[new_dtype=f64, weak=false] a\n"
     "  return b\n"
     "}"},
    {"bools", 1,
     "graph f(a: bool[40], b: bool[40]) {\n"
     "  c: bool[40] = and a b\n"
     "  return c\n"
     "}"},
    {"a key", 1,
     "graph f(a: u32[2]) {\n"
     "  b: u32[2] = mul a a\n"
     "  return b\n"
     "}"},
    {"scalars", 2,
     "graph f(a: f32[], b: f32[]) {\n"
     "  c: f32[] = sub a b\n"
     "  d: f32[] = sub b a\n"
     "  return d, c\n"
     "}"},
    {"nothing", 1,
     "graph f(a: f32[0,3]) {\n"
     "  b: f32[0,3] = sin a\n"
     "  return b\n"
     "}"},
    {"window", 1,
     "graph f(a: f32[400], w: f32[3], i: i32[]) {\n"
     "  b: f32[400] = dynamic_update_slice a w i\n"
     "  return b\n"
     "}"},
    {"window out of itself", 0,
     "graph f(a: f32[400], i: i32[]) {\n"
     "  w: f32[300] = dynamic_slice[slice_sizes=[300]] a i\n"
     "  b: f32[400] = dynamic_update_slice a w i\n"
     "  r: f32[400] = rev[dimensions=[0]] a\n"
     "  c: f32[400] = add b r\n"
     "  return c\n"
     "}"},
    {"a loop's carry changed in place", 1,
     "graph f(a: f32[400]) {\n" WHILE("f32[400]", "    w: f32[400] = sin x\n") "  return y\n}"},
    {"a loop's carry that changes buffers", 1,
     "graph f(a: f32[400]) {\n" WHILE("f32[400]", "    r: f32[400] = rev[dimensions=[0]] x\n"
                                                  "    w: f32[400] = add x r\n") "  return y\n}"},
    {"a small carry that changes buffers", 1,
     "graph f(a: f32[4]) {\n" WHILE("f32[4]", "    r: f32[4] = rev[dimensions=[0]] x\n"
                                              "    w: f32[4] = add x r\n") "  return y\n}"},
    {"a carry, whose start is wanted afterwards", 0,
     "graph f(a: f32[400]) {\n" WHILE(
         "f32[400]", "    r: f32[400] = rev[dimensions=[0]] x\n"
                     "    w: f32[400] = add x r\n") "  r: f32[400] = rev[dimensions=[0]] a\n"
                                                    "  s: f32[400] = add r y\n"
                                                    "  return s\n}"},
    {"an even number of steps", 1,
     "graph f(a: f32[400]) {\n" SCAN("4",
                                     "    w: f32[400] = rev[dimensions=[0]] x\n") "  return y\n}"},
    {"an odd number of steps", 1,
     "graph f(a: f32[400]) {\n" SCAN("3",
                                     "    w: f32[400] = rev[dimensions=[0]] x\n") "  return y\n}"},
    {"no steps", 1,
     "graph f(a: f32[400]) {\n" SCAN("0",
                                     "    w: f32[400] = rev[dimensions=[0]] x\n") "  return y\n}"},
    {"an odd number of steps from the reversed input", 1,
     "graph f(b: f32[400]) {\n"
     "  a: f32[400] = rev[dimensions=[0]] b\n" SCAN(
         "3", "    w: f32[400] = rev[dimensions=[0]] x\n") "  return y\n}"},
    {"an even number of steps from the reversed input", 1,
     "graph f(b: f32[400]) {\n"
     "  a: f32[400] = rev[dimensions=[0]] b\n" SCAN(
         "2", "    w: f32[400] = rev[dimensions=[0]] x\n") "  return y\n}"},
    {"slices in, slices out", 1,
     "graph f(c: f32[50], a: f32[6,50]) {\n"
     "  d: f32[50], y: f32[6,50] = scan[body=graph (c: f32[50], x: f32[50]) {\n"
     "    r: f32[50] = rev[dimensions=[0]] c\n"
     "    w: f32[50] = add r x\n"
     "    v: f32[50] = mul w x\n"
     "    return w, v\n"
     "  }, length=6, num_consts=0, num_carry=1, reverse=true] c a\n"
     "  return d, y\n"
     "}"},
    {"changed in each branch", 1,
     "graph f(i: i32[], a: f32[400]) {\n"
     "  y: f32[400] = cond[branches=[graph (a: f32[400]) {\n"
     "    b: f32[400] = sin a\n"
     "    return b\n"
     "  }, graph (a: f32[400]) {\n"
     "    return a\n"
     "  }]] i a\n"
     "  return y\n"
     "}"},
    {"read in one branch before it is overwritten", 1,
     "graph f(i: i32[], a: f32[400]) {\n"
     "  y: f32[400] = cond[branches=[graph (a: f32[400]) {\n"
     "    b: f32[400] = sin a\n"
     "    return b\n"
     "  }, graph (a: f32[400]) {\n"
     "    b: f32[400] = rev[dimensions=[0]] a\n"
     "    c: f32[400] = cumsum[axis=0, reverse=false] b\n"
     "    d: f32[400] = mul a c\n"
     "    return d\n"
     "  }]] i a\n"
     "  return y\n"
     "}"},
    {"reversed in one branch", 0,
     "graph f(i: i32[], a: f32[400]) {\n"
     "  y: f32[400] = cond[branches=[graph (a: f32[400]) {\n"
     "    b: f32[400] = sin a\n"
     "    return b\n"
     "  }, graph (a: f32[400]) {\n"
     "    b: f32[400] = rev[dimensions=[0]] a\n"
     "    c: f32[400] = sub a b\n"
     "    return c\n"
     "  }]] i a\n"
     "  return y\n"
     "}"},
    {"a temporary that may not be in its place yet, in a branch", 1,
     "graph f(i: i32[], a: f32[400]) {\n"
     "  y: f32[400] = cond[branches=[graph (a: f32[400]) {\n"
     "    return a\n"
     "  }, graph (a: f32[400]) {\n"
     "    c: f32[400] = cumsum[axis=0, reverse=false] a\n"
     "    r: f32[400] = rev[dimensions=[0]] a\n"
     "    d: f32[400] = cumsum[axis=0, reverse=false] r\n"
     "    e: f32[400] = add c d\n"
     "    return e\n"
     "  }]] i a\n"
     "  return y\n"
     "}"},
};

/* Data from which no case can give the right result by chance. */
static void check_case(const char *name, int want_taken, const char *text)
{
    TEST_POOL(p);
    IR_AUTO_GRAPH g = ir_parse(text, name);
    cr_assert(g, "%s: %s", name, ir_error());
    test_arrays in = {0}, want, got;
    int taken = 0;
    for (int k = 0; k < g->nin; k++)
        test_arrays_add(&p, &in, test_array_random(&p, &g->in[k]->type, (uint64_t)k + 3, 0, 1.6));
    cr_assert(test_jit(&p, g, &in, &want), "%s: %s", name, ir_error());
    cr_assert(test_jit_donating(&p, g, &in, &got, &taken), "%s: %s", name, ir_error());
    cr_expect_eq(taken, want_taken, "%s: %d taken", name, taken);
    test_close_all(name, &got, 0, &want, (test_tolerance){TEST_EXACT, 0});
}

Test(donation, changes_no_bit_and_takes_what_nobody_reads_later)
{
    ops_init();
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
        check_case(cases[k].name, cases[k].taken, cases[k].graph);
}

Test(donation, of_a_large_state_is_the_same_on_several_threads)
{
    setenv("JACQUARD_NUM_THREADS", "2", 1);
    ops_init();
    check_case("large", 2,
               "graph f(p: f32[1000,900], m: f32[1000,900]) {\n"
               "  e: f32[1000,900] = exp p\n"
               "  t: f32[1000,900] = tanh m\n"
               "  n: f32[1000,900] = mul e t\n"
               "  q: f32[1000,900] = sub p n\n"
               "  return q, n\n"
               "}");
}

Test(donation, of_what_no_result_can_take_makes_no_further_program)
{
    ops_init();
    IR_AUTO_GRAPH g = ir_parse("graph f(a: f32[40]) {\n"
                               "  s: f32[] = reduce_sum[axes=[0]] a\n"
                               "  return s\n"
                               "}",
                               "f");
    jit_program *p = jit_compile(g, NULL),
                *q = jit_compile(g, &(jit_options){.donated = (uint8_t[]){1}});
    cr_assert(p && p == q);
    cr_assert(!jit_taken(p));
    jit_release(p);
    jit_release(q);
}

/* ---- as a caller sees it --------------------------------------------------------------------- */

JAC_TREE(State, w, m)

JAC_DEF(State, step, (State, s), (jac, g))
{
    jac m = jac_add(jac_mul(0.9, s.m), g);
    return (State){jac_sub(s.w, jac_mul(0.1, m)), m};
}

JAC_DEF(jac, twice, (jac, x))
{
    return jac_mul(x, 2);
}

JAC_DEF(jac, minus, (jac, x), (jac, y))
{
    return jac_sub(x, y);
}

static float at(jac x, int k)
{
    return ((const float *)jac_view(x, JAC_F32))[k];
}

static jac counted(int n)
{
    return jac_astype(jac_arange(n), JAC_F32);
}

static jac_fn donating(jac_fn f)
{
    return jac_jit(f, .donate_argnums = JAC_DIMS(0));
}

Test(donation, writes_a_state_over_itself)
{
    State s = {jac_ones(JAC_SHAPE(300, 30)), jac_zeros(JAC_SHAPE(300, 30))};
    jac g = jac_ones(JAC_SHAPE(300, 30));
    jac_fn f = donating(step_fn), plain = jac_jit(step_fn);
    State want = s, same = {jac_add(s.w, 0), jac_add(s.m, 0)};
    for (int k = 0; k < 10; k++)
        same = step_call(plain, same, g);
    const void *w = jac_view(s.w, JAC_F32), *m = jac_view(s.m, JAC_F32);
    size_t before = jac_live_bytes();
    for (int k = 0; k < 10; k++)
        JAC_SCOPE (&s) {
            want = s;
            s = step_call(f, s, g);
            cr_assert_eq(jac_live_bytes(), before);
            FAILS_WITH(jac_add(want.m, 1), "was donated as argument 0, leaf 1 of step");
        }
    cr_expect_eq(jac_view(s.w, JAC_F32), w);
    cr_expect_eq(jac_view(s.m, JAC_F32), m);
    cr_expect(!memcmp(jac_view(s.w, JAC_F32), jac_view(same.w, JAC_F32), 36000));
    cr_expect(!memcmp(jac_view(s.m, JAC_F32), jac_view(same.m, JAC_F32), 36000));
}

Test(donation, frees_what_no_result_takes)
{
    jac x = jac_ones(JAC_SHAPE(1000));
    jac_fn f = jac_jit(minus_fn, .donate_argnums = JAC_DIMS(0, -1));
    size_t before = jac_live_bytes();
    jac y = jac_call1(f, x, jac_ones(JAC_SHAPE(1000)));
    cr_assert(jac_ok(y));
    cr_assert_eq(jac_live_bytes(), before);
}

Test(donation, of_what_is_used_afterwards_is_an_error_that_names_the_call)
{
    jac x = counted(5);
    char where[100];
    jac_fn f = donating(twice_fn);
    int line = __LINE__ + 1;
    jac y = jac_call1(f, x);
    snprintf(where, sizeof where,
             "this value is gone: it was donated as argument 0 of twice, called at "
             "test_donation.c:%d",
             line);
    float out[5];
    FAILS_WITH(jac_add(x, 1), where);
    FAILS_WITH(jac_call1(f, x), where);
    FAILS_WITH(jac_call1(jac_jit(twice_fn), x), where);
    FAILS_WITH(jac_call1(jac_grad(twice_fn), x), where);
    FAILS_WITH(jac_copy_out(x, out, sizeof out), where);
    FAILS_WITH(jac_view(x, JAC_F32), where);
    FAILS_WITH(jac_ndim(x) != -1, where);
    FAILS_WITH(jac_str(x), where);
    FAILS_WITH(jac_retain(x), where);
    FAILS_WITH(jac_save("/tmp/jacquard_never_written.npy", x), where);
    cr_expect_eq(at(y, 4), 8);
    line = __LINE__ + 1;
    jac_fn g = jac_jit(twice_fn, .donate_argnums = JAC_DIMS(0));
    twice_call(g, y);
    snprintf(where, sizeof where, "argument 0 of twice, jitted at test_donation.c:%d", line);
    FAILS_WITH(jac_neg(y), where);
}

Test(donation, leaves_a_handle_that_scopes_and_references_can_let_go)
{
    size_t before = jac_live_bytes();
    JAC_SCOPE () {
        jac x = counted(5), kept = jac_retain(counted(6)), y = JAC_NULL;
        jac_fn f = donating(twice_fn);
        JAC_SCOPE (&y)
            y = jac_call1(f, x);
        cr_assert_eq(at(y, 4), 8);
        jac z = jac_call1(f, kept);
        cr_assert_eq(at(z, 5), 10);
        jac_release(kept);
        FAILS_WITH(jac_neg(kept), "was donated");
        jac_release(kept);
        cr_assert(strstr(jac_error(), "not retained"));
        jac_error_clear();
    }
    cr_assert_eq(jac_live_bytes(), before);
}

Test(donation, copies_what_a_call_is_given_twice)
{
    jac x = counted(200), y = counted(200);
    jac_fn f = jac_jit(minus_fn, .donate_argnums = JAC_DIMS(0));
    jac z = jac_call1(f, x, x);
    cr_expect_eq(at(z, 0), 0);
    cr_expect_eq(at(z, 199), 0);
    FAILS_WITH(jac_neg(x), "was donated");
    f = jac_jit(minus_fn, .donate_argnums = JAC_DIMS(0, 1));
    z = jac_call1(f, y, y);
    cr_expect_eq(at(z, 199), 0);
    FAILS_WITH(jac_neg(y), "was donated");
}

/* Two states change places, and one of them is passed twice. */
JAC_DEF(State, exchange, (State, s))
{
    return (State){jac_add(s.m, 1), jac_mul(s.w, 2)};
}

Test(donation, of_one_array_in_two_places_makes_two_results)
{
    jac x = counted(200);
    State s = exchange_call(donating(exchange_fn), (State){x, x});
    cr_expect_eq(at(s.w, 199), 200);
    cr_expect_eq(at(s.m, 199), 398);
    s = exchange_call(donating(exchange_fn), s);
    cr_expect_eq(at(s.w, 199), 399);
    cr_expect_eq(at(s.m, 199), 400);
}

JAC_DEF_ENV(jac, minus_env, jac, (jac, x))
{
    return jac_sub(jac_mul(x, 3), jac_flip(*env));
}

Test(donation, does_not_overwrite_what_the_function_captured)
{
    jac x = counted(200);
    jac_fn f = donating(minus_env_with(x));
    jac y = jac_call1(f, x);
    cr_expect_eq(at(y, 0), -199);
    cr_expect_eq(at(y, 199), 597);
    FAILS_WITH(jac_call1(f, y), "was donated as argument 0 of minus_env");
}

Test(donation, does_not_overwrite_memory_that_was_lent)
{
    static const float data[4] = {1, 2, 3, 4};
    jac x = jac_borrow(JAC_F32, JAC_SHAPE(4), data, NULL, NULL);
    jac y = jac_call1(donating(twice_fn), x);
    cr_expect_eq(at(y, 3), 8);
    cr_expect_eq(data[3], 4);
    FAILS_WITH(jac_neg(x), "was donated");
}

Test(donation, takes_numbers_and_scalars)
{
    jac n = jac_asarray(3), s = jac_scalar(JAC_F64, 4);
    jac_fn f = donating(twice_fn);
    cr_expect_eq(jac_item_i64(jac_call1(f, n)), 6);
    cr_expect_eq(jac_item_f64(jac_call1(f, s)), 8);
    FAILS_WITH(jac_neg(n), "was donated");
    FAILS_WITH(jac_neg(s), "was donated");
}

Test(donation, of_an_argument_that_is_not_there_is_an_error)
{
    FAILS_WITH(jac_jit(minus_fn, .donate_argnums = JAC_DIMS(2)),
               "jit of minus: it has 2 arguments, but argument 2 is to be donated");
    FAILS_WITH(jac_jit(minus_fn, .donate_argnums = JAC_DIMS(0, -3)), "argument -3");
}

/* ---- where nothing is donated ---------------------------------------------------------------- */

JAC_DEF_ENV(jac, sum_of, jac_fn, (jac, x))
{
    return jac_sum(jac_square(jac_call1(*env, x)));
}

Test(donation, is_ignored_in_traces)
{
    jac x = counted(4);
    jac_fn f = donating(twice_fn), loss = sum_of_with(f);
    cr_expect_eq(at(jac_call1(jac_grad(loss), x), 3), 24);
    cr_expect_eq(at(jac_call1(jac_vmap(f), x), 3), 6);
    cr_expect_eq(at(jac_call1(jac_jit(f), x), 3), 6);
    cr_expect_eq(at(jac_call1(jac_jit(jac_grad(loss)), x), 3), 24);
    jac y = JAC_NULL;
    jac_fn back = jac_vjp(f, &x, &y);
    cr_expect(jac_ok(back));
    cr_expect_eq(at(y, 3), 6);
    char *text = jac_make_jaxpr(f, &x);
    cr_expect(text);
    free(text);
    cr_expect_eq(at(x, 3), 3);
    cr_expect(!jac_error(), "%s", jac_error());
}

Test(donation, of_a_call_that_cannot_begin_takes_nothing)
{
    jac x = counted(4);
    jac_fn f = donating(minus_fn);
    FAILS_WITH(jac_call1(f, x, counted(5)), "do not broadcast");
    cr_expect_eq(at(jac_call1(f, x, counted(4)), 3), 0);
}

Test(donation, gives_the_same_errors_interpreted)
{
    jac x = counted(4);
    jac_disable_jit(true);
    jac_fn f = donating(twice_fn);
    size_t before = jac_live_bytes();
    jac y = jac_call1(f, x);
    cr_expect_eq(jac_live_bytes(), before);
    cr_expect_eq(at(y, 3), 6);
    FAILS_WITH(jac_neg(x), "was donated as argument 0 of twice");
}
