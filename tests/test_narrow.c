/* Tests that unused results of nested graphs are removed: what nothing reads from a loop, a branch
 * or a batch of loops is neither computed nor passed in. In all graphs here, only unused values
 * take a sine, and only operands used for them take an exponential. Both must be gone. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "ir/loop.h"
#include "ops/lowered.h"
#include "ops/attrs.h"
#include "ops/ops.h"
#include "tests/support.h"

TestSuite(narrow, .init = ops_init);

#define LIT(name, d, v) name ": " d "[] = literal[value=" v ", dtype=" d ", weak=false]\n"

/* A loop with one carry that grows until it passes n, and another that only feeds itself. */
#define WHILE(last)                                                                              \
    "graph f(x: f32[], y: f32[], n: f32[]) {\n e: f32[] = exp y\n"                               \
    "a: f32[], d: f32[] = while[cond=graph (n: f32[], a: f32[], d: f32[]) {\n"                   \
    " p: bool[] = lt a n\n return p\n}, body=graph (k: f32[], a: f32[], d: f32[]) {\n"           \
    LIT(" one", "f32", "1") " b: f32[] = add a one\n s: f32[] = sin d\n c: f32[] = mul s k\n"    \
    " return b, c\n}, cond_nconsts=1, body_nconsts=1" last "] n e x e\n return a\n}"

typedef struct {
    const char *name, *text;
    bool loops; /* a batch of it is a batch of loops, which becomes `lanes` */
} narrow_case;

static const narrow_case cases[] = {
    {"while", WHILE(""), true},
    {"while with checkpoints", WHILE(", checkpoints=3"), false},
    {"scan",
     "graph f(x: f32[], y: f32[3], z: f32[3]) {\n e: f32[3] = exp y\n"
     "a: f32[], d: f32[3], u: f32[3], v: f32[3] = scan[body=graph (k: f32[3], a: f32[],\n"
     " d: f32[3], p: f32[], q: f32[]) {\n"
     " b: f32[] = add a q\n s: f32[3] = sin d\n c: f32[3] = mul s k\n t: f32[] = sin p\n"
     " return b, c, t, b\n}, length=3, num_consts=1, num_carry=2, reverse=false] e x e e z\n"
     "return a, v\n}",
     false},
    {"scan of any length, with checkpoints",
     "graph f(x: f32[], y: f32[], n: f32[]) {\n e: f32[] = exp y\n"
     "m: i64[] = convert_element_type[new_dtype=i64, weak=false] n\n"
     "a: f32[], d: f32[] = scan[body=graph (k: f32[], a: f32[], d: f32[]) {\n"
     " b: f32[] = add a a\n s: f32[] = sin d\n c: f32[] = mul s k\n return b, c\n"
     "}, length=-1, num_consts=1, num_carry=2, reverse=false, checkpoints=2] e x e m\n"
     "return a\n}",
     false},
    {"cond",
     "graph f(x: f32[], y: f32[], n: f32[]) {\n e: f32[] = exp y\n"
     "i: i32[] = convert_element_type[new_dtype=i32, weak=false] n\n"
     "a: f32[], d: f32[] = cond[branches=[graph (a: f32[], d: f32[]) {\n s: f32[] = sin d\n"
     " return a, s\n}, graph (a: f32[], d: f32[]) {\n b: f32[] = add a a\n return b, d\n}]] i x e\n"
     "return a\n}",
     false},
    {"call",
     "graph f(x: f32[], y: f32[], n: f32[]) {\n e: f32[] = exp y\n"
     "a: f32[], d: f32[] = call[graph=graph (a: f32[], d: f32[]) {\n s: f32[] = sin d\n"
     " b: f32[] = add a a\n return b, s\n}] x e\n return a\n}",
     false},
    {"checkpoint",
     "graph f(x: f32[], y: f32[], n: f32[]) {\n e: f32[] = exp y\n"
     "a: f32[], d: f32[] = checkpoint[graph=graph (a: f32[], d: f32[]) {\n s: f32[] = sin d\n"
     " b: f32[] = add a a\n return b, s\n}, policy=0] x e\n return a\n}",
     false},
    {"recompute",
     "graph f(x: f32[], y: f32[], n: f32[]) {\n e: f32[] = exp y\n"
     "a: f32[], d: f32[] = recompute[graph=graph (a: f32[], d: f32[]) {\n s: f32[] = sin d\n"
     " b: f32[] = add a a\n return b, s\n}, policy=0] x e\n return a\n}",
     false},
    {"custom_jvp_call",
     "graph f(x: f32[], y: f32[], n: f32[]) {\n e: f32[] = exp y\n"
     "a: f32[], d: f32[] = custom_jvp_call[graph=graph (a: f32[], d: f32[]) {\n"
     " s: f32[] = sin d\n b: f32[] = add a a\n return b, s\n"
     "}, jvp=graph (a: f32[], d: f32[], ta: f32[], td: f32[]) {\n s: f32[] = sin d\n"
     " b: f32[] = add a a\n tb: f32[] = add ta ta\n return b, s, tb, td\n}] x e\n return a\n}",
     false},
    {"custom_vjp_call",
     "graph f(x: f32[], y: f32[], n: f32[]) {\n e: f32[] = exp y\n"
     "a: f32[], d: f32[] = custom_vjp_call[graph=graph (a: f32[], d: f32[]) {\n"
     " s: f32[] = sin d\n b: f32[] = add a a\n return b, s\n"
     "}, fwd=graph (a: f32[], d: f32[]) {\n s: f32[] = sin d\n b: f32[] = add a a\n"
     " return b, s, d\n}, bwd=graph (d: f32[], cb: f32[], cs: f32[]) {\n t: f32[] = sin d\n"
     " c: f32[] = mul cs t\n return cb, c\n}] x e\n return a\n}",
     false},
    {"custom_root",
     "graph f(x: f32[], y: f32[], n: f32[]) {\n e: f32[] = exp y\n"
     "a: f32[], d: f32[] = custom_root[solve=graph (e: f32[], x: f32[]) {\n s: f32[] = sin e\n"
     " return x, s\n}, f=graph (e: f32[], x: f32[]) {\n return x\n"
     "}, tangent_solve=graph (e: f32[], x: f32[], b: f32[]) {\n return b\n"
     "}, transpose_solve=graph (e: f32[], x: f32[], b: f32[]) {\n return b\n}, num_consts=1] e x\n"
     "return a\n}",
     false},
};
enum { CASES = sizeof cases / sizeof *cases, LANES = 64 };

static ir_graph *read_case(const narrow_case *c)
{
    ir_graph *g = ir_parse(c->text, c->name);
    cr_assert(g, "%s: %s", c->name, ir_error());
    return g;
}

/* Counts the equations of op, including those in nested graphs. */
static int count_op(const ir_graph *g, const ir_op *op)
{
    const ir_graph *inner;
    int n = 0;
    IR_EACH_EQN (e, g) {
        n += e->op == op;
        for (int k = 0; (inner = ir_nested(e, k)); k++)
            n += count_op(inner, op);
    }
    return n;
}

/* Batches g over axis 0 of all inputs. */
static ir_graph *batched(const ir_graph *g)
{
    int in[8] = {0}, out[8];
    for (int k = 0; k < g->nout; k++)
        out[k] = 0;
    return ir_vmap(g, &(ir_batching){.size = LANES}, in, out);
}

/* Checks that nothing unneeded is left and that the results have the same bits as before. */
static void check_lean(const char *name, ir_graph *g)
{
    TEST_POOL(p);
    test_arrays in = {0}, want, got;
    cr_assert(g, "%s: %s", name, ir_error());
    IR_AUTO_GRAPH made = ir_optimize(g);
    cr_assert(made && ir_verify(made), "%s: %s", name, ir_error());
    int dead = count_op(made, &op_sin), handed_in = count_op(made, &op_exp);
    cr_expect(!dead && !handed_in, "%s: %d sines and %d exponentials are left", name, dead,
              handed_in);
    if (dead || handed_in)
        ir_print(stderr, made, false);
    for (int k = 0; k < g->nin; k++)
        test_arrays_add(&p, &in, test_array_random(&p, &g->in[k]->type, (uint64_t)k, 0.2, 3.4));
    cr_assert(test_eval(&p, g, &in, &want) && test_eval(&p, made, &in, &got), "%s", ir_error());
    test_close_all(name, &got, 0, &want, (test_tolerance){TEST_EXACT, 0});
}

Test(narrow, what_nobody_reads_is_computed)
{
    for (int k = 0; k < CASES; k++) {
        IR_AUTO_GRAPH g = read_case(&cases[k]);
        check_lean(cases[k].name, g);
    }
}

Test(narrow, what_nobody_reads_is_computed_for_each_lane)
{
    for (int k = 0; k < CASES; k++) {
        IR_AUTO_GRAPH g = read_case(&cases[k]);
        IR_AUTO_GRAPH lanes = batched(g);
        check_lean(cases[k].name, lanes);
        cr_expect(!cases[k].loops || count_op(lanes, &op_lanes) == 1, "%s: no lanes",
                  cases[k].name);
    }
}

Test(narrow, what_nobody_reads_is_computed_for_lanes_of_lanes)
{
    for (int k = 0; k < CASES; k++) {
        if (!cases[k].loops)
            continue;
        IR_AUTO_GRAPH g = read_case(&cases[k]);
        IR_AUTO_GRAPH lanes = batched(g);
        cr_assert(lanes, "%s", ir_error());
        IR_AUTO_GRAPH more = batched(lanes);
        check_lean(cases[k].name, more);
    }
}

/* Checks the known half of a loop, its tapes or checkpoints, and the backward loop. */
Test(narrow, what_nobody_reads_is_differentiated)
{
    for (int k = 0; k < 4; k++) {
        IR_AUTO_GRAPH g = read_case(&cases[k]);
        IR_AUTO_GRAPH vjp = test_vjp(g);
        check_lean(cases[k].name, vjp);
    }
}

/* If only the number of steps is read, nothing else of the loop may be left. */
Test(narrow, a_loop_keeps_more_carries_than_its_condition_reads)
{
    IR_AUTO_GRAPH g = ir_parse(cases[0].text, "test");
    IR_AUTO_GRAPH lanes = batched(g);
    IR_AUTO_GRAPH made = ir_optimize(lanes);
    cr_assert(made, "%s", ir_error());
    const ir_eqn *e = made->last;
    cr_assert_eq(e->op, &op_lanes);
    cr_expect_eq(e->nin, 2); /* n, x */
    cr_expect_eq(e->nout, 1);
    const ir_eqn *loop = e->attr[LANES_STRIP].graph->last;
    cr_assert(loop->op->loop);
    cr_expect_eq(ir_loop_of(loop).ncarry, 1);
}

/* k, and so tanh(k), is the same for all lanes. It must be computed once, not in each strip. */
Test(narrow, each_strip_computes_what_all_have_in_common)
{
    IR_AUTO_GRAPH g = ir_parse(
        "graph f(k: f32[8], x: f32[]) {\n"
        "a: f32[] = while[cond=graph (a: f32[]) {\n" LIT(" ten", "f32", "10")
        " p: bool[] = lt a ten\n return p\n}, body=graph (k: f32[8], a: f32[]) {\n"
        " t: f32[8] = tanh k\n m: f32[] = reduce_max[axes=[0]] t\n b: f32[] = add a m\n"
        LIT(" one", "f32", "1") " c: f32[] = add b one\n"
        " return c\n}, cond_nconsts=0, body_nconsts=1] k x\n return a\n}",
        "test");
    cr_assert(g, "%s", ir_error());
    int axis = 0;
    IR_AUTO_GRAPH lanes = ir_vmap(g, &(ir_batching){.size = 100}, (int[]){-1, 0}, &axis);
    IR_AUTO_GRAPH made = ir_optimize(lanes);
    cr_assert(made && ir_verify(made), "%s", ir_error());
    const ir_eqn *e = made->last;
    cr_assert_eq(e->op, &op_lanes);
    cr_expect_eq(count_op(e->attr[LANES_STRIP].graph, &op_tanh), 0);
    cr_expect_eq(count_op(e->attr[LANES_STRIP].graph, &op_reduce_max), 0);
    cr_expect_eq(made->first->op, &op_tanh);
    TEST_POOL(p);
    test_arrays in = {0}, want, got;
    for (int k = 0; k < 2; k++)
        test_arrays_add(&p, &in, test_array_random(&p, &lanes->in[k]->type, (uint64_t)k, 0.2, 3.4));
    cr_assert(test_eval(&p, lanes, &in, &want) && test_eval(&p, made, &in, &got));
    test_close_all("interpreted", &got, 0, &want, (test_tolerance){TEST_EXACT, 0});
    cr_assert(test_jit(&p, made, &in, &got), "%s", ir_error());
    test_close_all("compiled", &got, 0, &want, (test_tolerance){TEST_EXACT, 0});
}

/* Every primitive that nests graphs must have rules for this, unless it is always inlined,
 * transposed first, or written out as others, which have them. */
Test(narrow, a_primitive_that_nests_graphs_has_no_rule_to_do_with_less)
{
    const ir_op *op;
    for (int k = 0; (op = ir_op_at(k)); k++) {
        bool stays = ir_op_nests(op) && !(op->flags & IR_OP_CALLS) && op != &op_custom_vjp_lin &&
                     op->eval != lowered_eval;
        cr_expect(!op->need == !op->narrow, "%s has one of `need` and `narrow`", op->name);
        cr_expect(!stays || op->narrow, "%s has no rule to do with less", op->name);
        cr_expect(!op->loop == !op->loop_attrs, "%s has one of `loop` and `loop_attrs`", op->name);
        cr_expect(!op->loop || (op->narrow && op->hoist), "%s is a loop without rules of loops",
                  op->name);
    }
}
