/* The passes: each keeps a graph's results bit for bit, and removes what it is meant to remove. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "ops/ops.h"
#include "tests/support.h"

TestSuite(passes, .init = ops_init);

#define LIT(name, d, v) name ": " d "[] = literal[value=" v ", dtype=" d ", weak=false]\n"

typedef ir_graph *pass_fn(ir_graph *);

static ir_graph *read_graph(const char *text)
{
    ir_graph *g = ir_parse(text, "test");
    cr_assert(g, "%s in\n%s", ir_error(), text);
    return g;
}

static void show(const ir_graph *g)
{
    ir_print(stderr, g, false);
}

/* Checks for equal results on random inputs, an equal signature, and a valid graph. */
static void check_same(const ir_graph *g, const ir_graph *made)
{
    TEST_POOL(p);
    cr_assert(made, "%s", ir_error());
    cr_assert(ir_verify(made), "%s", ir_error());
    cr_assert(made->nin == g->nin && made->nout == g->nout);
    for (int k = 0; k < g->nout; k++)
        cr_expect(ir_same_type(&g->out[k]->type, &made->out[k]->type) &&
                      g->out[k]->type.weak == made->out[k]->type.weak,
                  "output %d was %s, is %s", k, ir_type_tmp(&g->out[k]->type),
                  ir_type_tmp(&made->out[k]->type));
    for (uint64_t seed = 0; seed < 3; seed++) {
        test_arrays in = {0}, want, got;
        for (int k = 0; k < g->nin; k++)
            test_arrays_add(&p, &in,
                            test_array_random(&p, &g->in[k]->type, seed + (uint64_t)k, 0.2, 3.4));
        cr_assert(test_eval(&p, g, &in, &want) && test_eval(&p, made, &in, &got), "%s", ir_error());
        if (!test_close_all("after the pass", &got, 0, &want, (test_tolerance){TEST_EXACT, 0}))
            show(made);
    }
}

/* Checks that the pass turns the text into `want`, up to names. */
static void check_pass(pass_fn *pass, const char *text, const char *want)
{
    IR_AUTO_GRAPH g = read_graph(text);
    IR_AUTO_GRAPH expected = read_graph(want);
    IR_AUTO_GRAPH made = pass(g);
    check_same(g, made);
    cr_expect(ir_graph_equal(made, expected), "see below");
    if (!ir_graph_equal(made, expected))
        show(made);
}

static int count_op(const ir_graph *g, const char *name)
{
    int n = 0;
    IR_EACH_EQN (e, g) {
        n += !strcmp(e->op->name, name);
        for (int k = 0, na = ir_nattr(e->op); k < na; k++) {
            if (e->op->attrs[k].kind == IR_ATTR_GRAPH)
                n += count_op(e->attr[k].graph, name);
            for (int j = 0; e->op->attrs[k].kind == IR_ATTR_GRAPHS && j < e->attr[k].n; j++)
                n += count_op(e->attr[k].graphs[j], name);
        }
    }
    return n;
}

/* ---- inline ------------------------------------------------------------------------------ */

Test(passes, calls_become_what_they_call_also_inside)
{
    check_pass(
        ir_pass_inline,
        "graph f(x: f32[], i: i32[]) {\n"
        "y: f32[] = call[graph=graph (x: f32[]) {\n z: f32[] = call[graph=graph (x: f32[]) {\n"
        "  s: f32[] = sin x\n return s\n }] x\n w: f32[] = add z x\n return w\n}] x\n"
        "b: f32[] = cond[branches=[graph (x: f32[]) {\n return x\n}, graph (x: f32[]) {\n"
        " y: f32[] = custom_jvp_call[graph=graph (x: f32[]) {\n  e: f32[] = exp x\n return e\n"
        " }, jvp=graph (x: f32[], t: f32[]) {\n return x, t\n }] x\n return y\n}]] i y\n"
        "return b\n}",
        "graph f(x: f32[], i: i32[]) {\n"
        "s: f32[] = sin x\n w: f32[] = add s x\n"
        "b: f32[] = cond[branches=[graph (x: f32[]) {\n return x\n}, graph (x: f32[]) {\n"
        " e: f32[] = exp x\n return e\n}]] i w\nreturn b\n}");
}

Test(passes, a_call_that_hands_on_its_operands_leaves_nothing)
{
    check_pass(ir_pass_inline,
               "graph f(x: f32[], y: i32[2]) {\n"
               "a: i32[2], b: f32[], c: f32[] = call[graph=graph (x: f32[], y: i32[2]) {\n"
               " return y, x, x\n}] x y\nreturn a, b, c\n}",
               "graph f(x: f32[], y: i32[2]) {\n return y, x, x\n}");
}

Test(passes, a_call_between_weak_and_strong_keeps_the_outputs_weakness)
{
    IR_AUTO_GRAPH g = read_graph("graph f(x: ~f32[], y: f32[]) {\n"
                                 "a: f32[] = call[graph=graph (x: f32[]) {\n z: f32[] = add x x\n"
                                 " return z\n}] x\n"
                                 "b: ~f32[] = call[graph=graph (x: ~f32[]) {\n return x\n}] y\n"
                                 "return a, b\n}");
    IR_AUTO_GRAPH made = ir_optimize(g);
    check_same(g, made);
    cr_expect_eq(count_op(made, "call"), 0);
}

/* ---- simplify ---------------------------------------------------------------------------- */

Test(passes, constants_are_computed_beforehand)
{
    IR_AUTO_GRAPH g = read_graph(
        "graph f(x: f32[]) {\n" LIT("a", "f32", "2") LIT("b", "f32", "0.3")
            LIT("c", "i32", "-7") "d: f32[] = sin b\n e: f32[] = mul d a\n f: i32[] = mul c c\n"
                                  "g: f32[] = convert_element_type[new_dtype=f32, weak=false] f\n "
                                  "h: f32[] = add e g\n"
                                  "l: bool[] = lt a b\n k: f32[] = add h x\n return k, l\n}");
    IR_AUTO_GRAPH simple = ir_pass_simplify(g);
    check_same(g, simple);
    IR_AUTO_GRAPH made = ir_pass_dce(simple);
    check_same(g, made);
    cr_expect_eq(made->neqn, 3, "two literals and an add, but there are %d", made->neqn);
    cr_expect_eq(count_op(made, "add"), 1);
}

Test(passes, what_changes_a_bit_is_not_simplified)
{
    /* x + 0 turns -0 to 0; x * 0 keeps NaN. */
    const char *text =
        "graph f(x: f32[]) {\n" LIT("z", "f32", "0") "a: f32[] = add x z\n"
                                                     "b: f32[] = mul x z\n return a, b\n}";
    check_pass(ir_pass_simplify, text, text);
}

Test(passes, constants_fold_inside_of_loops)
{
    IR_AUTO_GRAPH g = read_graph(
        "graph f(x: f32[]) {\n"
        "y: f32[] = scan[body=graph (x: f32[]) {\n" LIT("a", "f32", "2")
            LIT("b", "f32",
                "3") " c: f32[] = mul a b\n d: f32[] = add x c\n return d\n"
                     "}, length=3, num_consts=0, num_carry=1, reverse=false] x\n return y\n}");
    IR_AUTO_GRAPH made = ir_optimize(g);
    check_same(g, made);
    cr_expect_eq(count_op(made, "mul"), 0);
}

#define BRANCHES                                                                                   \
    "cond[branches=[graph (x: f32[]) {\n y: f32[] = sin x\n return y\n}, graph (x: f32[]) {\n"     \
    " y: f32[] = cos x\n return y\n}]]"

Test(passes, a_branch_chosen_by_a_constant_is_inlined)
{
    static const char *const index[] = {"-5", "0", "1", "99"};
    for (int k = 0; k < 4; k++) {
        char text[400];
        snprintf(text, sizeof text,
                 "graph f(x: f32[]) {\ni: i32[] = literal[value=%s, dtype=i32, weak=false]\n"
                 "y: f32[] = " BRANCHES " i x\nreturn y\n}",
                 index[k]);
        IR_AUTO_GRAPH g = read_graph(text);
        IR_AUTO_GRAPH made = ir_optimize(g);
        check_same(g, made);
        cr_expect_eq(made->neqn, 1);
        cr_expect_eq(count_op(made, k < 2 ? "sin" : "cos"), 1);
    }
}

Test(passes, branches_that_are_alike_are_one)
{
    check_pass(
        ir_pass_simplify,
        "graph f(i: i32[], x: f32[]) {\n y: f32[] = cond[branches=[graph (x: f32[]) {\n"
        " y: f32[] = sin x\n return y\n}, graph (z: f32[]) {\n w: f32[] = sin z\n return w\n}]]"
        " i x\n return y\n}",
        "graph f(i: i32[], x: f32[]) {\n y: f32[] = sin x\n return y\n}");
}

Test(passes, a_loop_that_never_runs_is_gone)
{
    IR_AUTO_GRAPH g = read_graph(
        "graph f(x: f32[], xs: f32[0,2]) {\n"
        "y: f32[] = while[cond=graph (x: f32[]) {\n" LIT("a", "f32", "2")
            LIT("b", "f32",
                "1") " p: bool[] = lt a b\n return p\n}, body=graph (x: f32[]) {\n return x\n"
                     "}, cond_nconsts=0, body_nconsts=0] x\n"
                     "z: f32[], ys: f32[0,2] = scan[body=graph (z: f32[], x: f32[2]) {\n w: f32[] "
                     "= mul z z\n"
                     " return w, x\n}, length=0, num_consts=0, num_carry=1, reverse=false] y xs\n"
                     "return z, ys\n}");
    IR_AUTO_GRAPH made = ir_optimize(g);
    check_same(g, made);
    cr_expect_eq(count_op(made, "while") + count_op(made, "scan"), 0);
}

Test(passes, a_loop_of_one_step_is_its_body)
{
    IR_AUTO_GRAPH g = read_graph(
        "graph f(c: f32[2], z: f32[], xs: f32[1,2]) {\n"
        "y: f32[], ys: f32[1,2], zs: f32[1] = scan[body=graph (c: f32[2], z: f32[], x: f32[2]) {\n"
        " a: f32[2] = mul c x\n s: f32[] = reduce_sum[axes=[0]] a\n w: f32[] = mul z s\n"
        " return w, a, z\n}, length=1, num_consts=1, num_carry=1, reverse=true] c z xs\n"
        "return y, ys, zs\n}");
    IR_AUTO_GRAPH made = ir_optimize(g);
    check_same(g, made);
    cr_expect_eq(count_op(made, "scan"), 0);
}

/* ---- common subexpressions --------------------------------------------------------------- */

Test(passes, an_equation_is_computed_once)
{
    check_pass(
        ir_pass_cse,
        "graph f(x: f32[], y: f32[]) {\n" LIT("one", "f32", "1") LIT(
            "uno", "f32",
            "1") "a: f32[] = sub x one\n b: f32[] = sub x uno\n c: f32[] = sub one x\n"
                 "d: f32[] = mul a y\n e: f32[] = mul y b\n f: f32[] = add d e\n return f, c\n}",
        "graph f(x: f32[], y: f32[]) {\n" LIT(
            "one", "f32", "1") "a: f32[] = sub x one\n c: f32[] = sub one x\n d: f32[] = mul a y\n"
                               "f: f32[] = add d d\n return f, c\n}");
}

Test(passes, what_differs_in_a_parameter_stays_apart)
{
    const char *text = "graph f(x: f32[2,2]) {\n" LIT("a", "f32", "0") LIT("b", "f32", "-0") LIT(
        "c", "f64", "0") "w: ~f32[] = literal[value=0, dtype=f32, weak=true]\n"
                         "s: f32[2] = reduce_sum[axes=[0]] x\n t: f32[2] = reduce_sum[axes=[1]] x\n"
                         "return a, b, c, w, s, t\n}";
    check_pass(ir_pass_cse, text, text);
}

Test(passes, loops_that_are_alike_run_once)
{
#define LOOP                                                                                       \
    "scan[body=graph (x: f32[]) {\n y: f32[] = sin x\n return y\n}, length=3, num_consts=0, "      \
    "num_carry=1, reverse=false] x\n"
    IR_AUTO_GRAPH g =
        read_graph("graph f(x: f32[]) {\n a: f32[] = " LOOP " b: f32[] = " LOOP " return a, b\n}");
    IR_AUTO_GRAPH made = ir_pass_cse(g);
    check_same(g, made);
    cr_expect_eq(count_op(made, "scan"), 1);
}

/* ---- dead code ------------------------------------------------------------------------------- */

Test(passes, what_nobody_reads_goes)
{
    check_pass(ir_pass_dce,
               "graph f(x: f32[], y: f32[]) {\n a: f32[] = sin x\n b: f32[] = cos a\n"
               "c: f32[] = exp x\n return c\n}",
               "graph f(x: f32[], y: f32[]) {\n c: f32[] = exp x\n return c\n}");
}

Test(passes, results_and_operands_of_branches_that_nobody_needs_go)
{
    check_pass(ir_pass_dce,
               "graph f(i: i32[], x: f32[], y: f32[], z: f32[]) {\n"
               "w: f32[] = sin z\n"
               "a: f32[], b: f32[] = cond[branches=[graph (x: f32[], y: f32[], w: f32[]) {\n"
               " e: f32[] = exp w\n return x, e\n}, graph (x: f32[], y: f32[], w: f32[]) {\n"
               " s: f32[] = sin y\n return y, s\n}]] i x y w\n return a\n}",
               "graph f(i: i32[], x: f32[], y: f32[], z: f32[]) {\n"
               "a: f32[] = cond[branches=[graph (x: f32[], y: f32[]) {\n return x\n"
               "}, graph (x: f32[], y: f32[]) {\n return y\n}]] i x y\n return a\n}");
}

Test(passes, a_carry_that_only_feeds_itself_goes)
{
    check_pass(
        ir_pass_dce,
        "graph f(k: f32[], n: i32[], u: f32[], x: f32[]) {\n" LIT(
            "o", "i32",
            "0") "i: i32[], a: f32[], b: f32[], c: f32[] = while[cond=graph (n: i32[], i: i32[], "
                 "a: f32[], b: f32[], c: f32[]) {\n p: bool[] = lt i n\n return p\n"
                 "}, body=graph (k: f32[], u: f32[], i: i32[], a: f32[], b: f32[], c: f32[]) "
                 "{\n" LIT(" one", "i32",
                           "1") " j: i32[] = add i one\n d: f32[] = mul a k\n"
                                " e: f32[] = mul b u\n h: f32[] = add c e\n return j, d, e, h\n"
                                "}, cond_nconsts=1, body_nconsts=2] n k u o x x x\n return a\n}",
        "graph f(k: f32[], n: i32[], u: f32[], x: f32[]) {\n" LIT(
            "o", "i32",
            "0") "i: i32[], a: f32[] = while[cond=graph (n: i32[], i: i32[], a: f32[]) {\n"
                 " p: bool[] = lt i n\n return p\n}, body=graph (k: f32[], i: i32[], a: f32[]) "
                 "{\n" LIT(" one", "i32",
                           "1") " j: i32[] = add i one\n d: f32[] = mul a k\n return j, d\n"
                                "}, cond_nconsts=1, body_nconsts=1] n k o x\n return a\n}");
}

Test(passes, constants_xs_and_ys_of_a_scan_that_nobody_needs_go)
{
    check_pass(ir_pass_dce,
               "graph f(k: f32[], u: f32[], x: f32[], xs: f32[3], us: f32[3]) {\n"
               "a: f32[], b: f32[], ys: f32[3], zs: f32[3] = scan[body=graph (k: f32[], u: f32[], "
               "a: f32[], b: f32[], x: f32[], u2: f32[]) {\n"
               " c: f32[] = mul b u\n d: f32[] = add a x\n e: f32[] = mul d k\n"
               " h: f32[] = mul c u2\n return d, c, e, h\n"
               "}, length=3, num_consts=2, num_carry=2, reverse=true] k u x x xs us\n"
               "return ys\n}",
               "graph f(k: f32[], u: f32[], x: f32[], xs: f32[3], us: f32[3]) {\n"
               "a: f32[], ys: f32[3] = scan[body=graph (k: f32[], a: f32[], x: f32[]) {\n"
               " d: f32[] = add a x\n e: f32[] = mul d k\n return d, e\n"
               "}, length=3, num_consts=1, num_carry=1, reverse=true] k x xs\n"
               "return ys\n}");
}

Test(passes, a_chain_of_carries_is_followed_to_its_end)
{
    /* a reads b, which reads c; d stands alone. */
    IR_AUTO_GRAPH g = read_graph(
        "graph f(x: f32[]) {\n"
        "a: f32[], b: f32[], c: f32[], d: f32[] = scan[body=graph (a: f32[], b: f32[], c: f32[], "
        "d: f32[]) {\n e: f32[] = sin c\n f: f32[] = sin d\n return b, c, e, f\n"
        "}, length=5, num_consts=0, num_carry=4, reverse=false] x x x x\n return a\n}");
    IR_AUTO_GRAPH made = ir_pass_dce(g);
    check_same(g, made);
    cr_expect_eq(made->first->nout, 3);
    cr_expect_eq(count_op(made, "sin"), 1);
}

Test(passes, calls_are_narrowed_where_they_stand)
{
    check_pass(ir_pass_dce,
               "graph f(x: f32[], y: f32[]) {\n"
               "a: f32[], b: f32[] = call[graph=graph (x: f32[], y: f32[]) {\n"
               " s: f32[] = sin x\n t: f32[] = sin y\n return s, t\n}] x y\n return b\n}",
               "graph f(x: f32[], y: f32[]) {\n"
               "b: f32[] = call[graph=graph (y: f32[]) {\n t: f32[] = sin y\n return t\n}] y\n"
               "return b\n}");
}

/* ---- loop-invariant code ----------------------------------------------------------------- */

Test(passes, what_is_alike_in_every_step_is_computed_before_the_loop)
{
    check_pass(ir_pass_hoist,
               "graph f(k: f32[], x: f32[]) {\n"
               "a: f32[] = scan[body=graph (k: f32[], a: f32[]) {\n" LIT(
                   " two", "f32", "2") " s: f32[] = sin k\n t: f32[] = mul s two\n b: f32[] = add "
                                       "a t\n c: f32[] = mul b two\n"
                                       " return c\n}, length=3, num_consts=1, num_carry=1, "
                                       "reverse=false] k x\n return a\n}",
               "graph f(k: f32[], x: f32[]) {\n"
               "s: f32[] = sin k\n" LIT(
                   "two", "f32",
                   "2") "t: f32[] = mul s two\n"
                        "a: f32[] = scan[body=graph (k: f32[], t: f32[], a: f32[]) {\n" LIT(
                            " two", "f32", "2") " b: f32[] = add a t\n c: f32[] = mul b two\n"
                                                " return c\n}, length=3, num_consts=2, "
                                                "num_carry=1, reverse=false] k t x\n return a\n}");
}

Test(passes, a_carry_that_never_changes_becomes_a_constant)
{
    IR_AUTO_GRAPH g = read_graph(
        "graph f(k: f32[], x: f32[]) {\n"
        "a: f32[], b: f32[] = while[cond=graph (a: f32[], b: f32[]) {\n"
        " e: f32[] = exp b\n p: bool[] = lt a e\n return p\n}, body=graph (a: f32[], b: f32[]) {\n"
        " e: f32[] = exp b\n f: f32[] = sqrt e\n c: f32[] = add a f\n return c, b\n"
        "}, cond_nconsts=0, body_nconsts=0] x k\n return a, b\n}");
    IR_AUTO_GRAPH made = ir_optimize(g);
    check_same(g, made);
    const ir_eqn *loop = made->last;
    cr_assert_eq(loop->op, &op_while);
    cr_expect_eq(loop->nout, 1);
    cr_expect_eq(count_op(loop->attr[WHILE_COND].graph, "exp") +
                     count_op(loop->attr[WHILE_BODY].graph, "sqrt"),
                 0);
    cr_expect_eq(count_op(made, "exp"), 1);
}

Test(passes, constants_from_outside_are_made_inside_of_loops)
{
    check_pass(
        ir_pass_hoist,
        "graph f(x: f32[4]) {\n" LIT(
            "z", "f32",
            "3") "zs: f32[4] = broadcast_in_dim[shape=[4], broadcast_dimensions=[]] z\n"
                 "a: f32[4] = scan[body=graph (z: f32[4], a: f32[4]) {\n b: f32[4] = mul a z\n"
                 " return b\n}, length=3, num_consts=1, num_carry=1, reverse=false] zs x\n"
                 "return a\n}",
        "graph f(x: f32[4]) {\n" LIT(
            "z", "f32",
            "3") "zs: f32[4] = broadcast_in_dim[shape=[4], broadcast_dimensions=[]] z\n"
                 "a: f32[4] = scan[body=graph (a: f32[4]) {\n" LIT(
                     " z", "f32",
                     "3") " zs: f32[4] = broadcast_in_dim[shape=[4], broadcast_dimensions=[]] z\n"
                          " b: f32[4] = mul a zs\n return b\n"
                          "}, length=3, num_consts=0, num_carry=1, reverse=false] x\nreturn a\n}");
}

Test(passes, code_leaves_two_loops_at_once)
{
    IR_AUTO_GRAPH g =
        read_graph("graph f(k: f32[], x: f32[]) {\n"
                   "a: f32[] = scan[body=graph (k: f32[], a: f32[]) {\n"
                   " b: f32[] = scan[body=graph (k: f32[], b: f32[]) {\n"
                   "  s: f32[] = sin k\n c: f32[] = mul b s\n return c\n"
                   " }, length=2, num_consts=1, num_carry=1, reverse=false] k a\n return b\n"
                   "}, length=3, num_consts=1, num_carry=1, reverse=false] k x\n return a\n}");
    IR_AUTO_GRAPH made = ir_optimize(g);
    check_same(g, made);
    cr_expect_eq(made->first->op, &op_sin);
    cr_expect_eq(count_op(made, "sin"), 1);
}

Test(passes, a_loop_that_might_not_end_stays_where_it_might_not_be_run, .timeout = 60)
{
    /* The inner loop would not end for k < 0, but the outer loop makes no step then. */
    IR_AUTO_GRAPH g = read_graph("graph f(k: f32[]) {\n" LIT(
        "z", "f32", "0") "a: f32[] = while[cond=graph (k: f32[], a: f32[]) {\n p: bool[] = lt "
                         "a k\n return p\n"
                         "}, body=graph (k: f32[], a: f32[]) {\n" LIT(
                             " one", "f32", "1") " b: f32[] = while[cond=graph (b: f32[]) "
                                                 "{\n" LIT("  five", "f32",
                                                           "5") "  p: bool[] = lt b five\n "
                                                                "return p\n }, body=graph (k: "
                                                                "f32[], b: f32[]) {\n"
                                                                "  c: f32[] = add b k\n return "
                                                                "c\n }, cond_nconsts=0, "
                                                                "body_nconsts=1] k k\n"
                                                                " c: f32[] = add a b\n return "
                                                                "c\n"
                                                                "}, cond_nconsts=1, "
                                                                "body_nconsts=1] k k z\n "
                                                                "return a\n}");
    IR_AUTO_GRAPH made = ir_optimize(g);
    check_same(g, made);
    float k = -1, a = 5;
    cr_expect(ir_eval(made, (const void *[]){&k}, (void *[]){&a}));
    cr_expect_eq(a, 0);
}

Test(passes, large_arrays_are_not_made_for_a_loop)
{
    IR_AUTO_GRAPH g = read_graph(
        "graph f(k: f32[200], x: f32[]) {\n"
        "a: f32[] = scan[body=graph (k: f32[200], a: f32[]) {\n"
        " b: f32[200,200] = broadcast_in_dim[shape=[200,200], broadcast_dimensions=[0]] k\n"
        " c: f32[200,200] = sin b\n s: f32[] = reduce_sum[axes=[0,1]] c\n d: f32[] = add a s\n"
        " return d\n}, length=2, num_consts=1, num_carry=1, reverse=false] k x\n return a\n}");
    IR_AUTO_GRAPH made = ir_pass_hoist(g);
    check_same(g, made);
    IR_EACH_EQN (e, made) {
        for (int k = 0; k < e->nout; k++)
            cr_expect_leq(ir_type_count(&e->out[k]->type), 4096, "%s before the loop", e->op->name);
    }
}

/* ---- all of them ----------------------------------------------------------------------------- */

Test(passes, outputs_that_are_inputs_or_alike_stay)
{
    const char *text = "graph f(x: ~f32[], y: i32[2]) {\n return y, x, x\n}";
    check_pass(ir_optimize, text, text);
}

Test(passes, a_weak_output_stays_weak_when_it_is_simplified)
{
    IR_AUTO_GRAPH g =
        read_graph("graph f(x: f32[], w: ~f32[]) {\n"
                   "a: ~f32[] = convert_element_type[new_dtype=f32, weak=true] x\n"
                   "b: f32[] = convert_element_type[new_dtype=f32, weak=false] w\n"
                   "c: ~f32[] = literal[value=2, dtype=f32, weak=true]\n d: ~f32[] = mul c c\n"
                   "return a, b, d\n}");
    IR_AUTO_GRAPH made = ir_optimize(g);
    check_same(g, made);
}

Test(passes, a_broken_graph_is_told_before_the_passes_run)
{
    IR_AUTO_GRAPH g = read_graph("graph f(x: f32[]) {\n y: f32[] = sin x\n return y\n}");
    ir_value *own = g->first->in[0];
    g->first->in[0] = g->first->out[0];
#ifndef NDEBUG
    cr_expect(!ir_optimize(g));
    cr_expect(ir_error() && strstr(ir_error(), "not defined before it"), "%s", ir_error());
#endif
    g->first->in[0] = own;
}

Test(passes, equations_of_nested_graphs_are_counted)
{
    IR_AUTO_GRAPH g = read_graph("graph f(i: i32[], x: f32[]) {\n y: f32[] = " BRANCHES
                                 " i x\n z: f32[] = sin y\n return z\n}");
    cr_expect_eq(ir_count_eqns(g), 4);
}

Test(passes, long_graphs_go_through)
{
    /* If work or memory grew faster than the graph, this would not end. */
    IR_AUTO_GRAPH g = ir_graph_new("long");
    ir_type t = ir_type_scalar(IR_f32);
    ir_value *x = ir_input(g, &t), *y = ir_input(g, &t);
    for (int k = 0; k < 30000; k++) {
        ir_value *s = k % 3 == 0 ? b_sin(g, x) : k % 3 == 1 ? b_mul(g, y, x) : b_mul(g, x, y);
        y = x;
        x = s;
    }
    ir_outputs(g, &x, 1);
    IR_AUTO_GRAPH made = ir_optimize(g);
    check_same(g, made);
}
