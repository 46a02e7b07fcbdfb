/* Elementwise equations rewritten: batches of each row of the table against a loop, and
 * simplifications against the equations that they replace. */
#include <criterion/criterion.h>
#include <math.h>

#include "tests/elementwise.h"

/* ---- batching ------------------------------------------------------------------------------ */

/* The operand's type with a batch dimension inserted at `axis`. */
static ir_type batched(ir_type t, int axis, int64_t size)
{
    if (axis < 0)
        return t;
    for (int d = t.rank++; d > axis; d--)
        t.dim[d] = t.dim[d - 1];
    t.dim[axis] = size;
    return t;
}

/* Checks that vmap over these axes equals a loop over slices. */
static void check_batch(const char *name, const ir_graph *g, const int *axis)
{
    enum { SIZE = 5 };
    TEST_POOL(p);
    test_arrays in = {0}, got;
    int axis_out = 0;
    IR_AUTO_GRAPH vmapped = ir_vmap(g, &(ir_batching){.size = SIZE}, axis, &axis_out);
    for (int k = 0; k < g->nin; k++) {
        ir_type t = batched(g->in[k]->type, axis[k], SIZE);
        test_arrays_add(&p, &in, test_array_random(&p, &t, (uint64_t)(3 + k), 0, 1.5));
    }
    if (!vmapped || !test_eval(&p, vmapped, &in, &got)) {
        test_fail(name, "could not be batched");
        return;
    }
    for (int64_t i = 0; i < SIZE; i++) {
        test_arrays slice = {0}, want;
        for (int k = 0; k < g->nin; k++)
            test_arrays_add(&p, &slice,
                            axis[k] < 0 ? in.at[k] : test_array_slice(&p, &in.at[k], axis[k], i));
        cr_assert(test_eval(&p, g, &slice, &want));
        test_array lane = test_array_slice(&p, &got.at[0], 0, i);
        if (!test_close(name, &lane, &want.at[0], EXACTLY))
            return;
    }
}

Test(elementwise, a_batch_of_every_row_is_its_slices)
{
    static const int axes[][2] = {{0, 0}, {1, 1}, {0, 2}, {-1, 1}, {2, -1}};
    EACH_ROW(r)
    {
        ir_dtype d = r->takes(IR_f32) ? IR_f32 : IR_i32;
        sample s = sample_row(r, d);
        for (size_t k = 0; k < sizeof axes / sizeof *axes; k++)
            if (axes[k][0] >= 0)
                check_batch(s.name, s.g, axes[k]);
        ir_graph_release(s.g);
    }
}

Test(elementwise, batches_mix_scalar_and_array_operands)
{
    ir_type x = ir_type_make(IR_f32, 2, (int64_t[]){2, 3}), scalar = ir_type_scalar(IR_f32);
    ir_type pred = ir_type_like(x, IR_bool), scalar_pred = ir_type_scalar(IR_bool);
    ir_type index = ir_type_scalar(IR_i32);
    const struct {
        const ir_op *op;
        ir_type in[3];
        int axis[3];
    } cases[] = {
        {&op_clamp, {scalar, x, scalar}, {-1, 1, -1}},
        {&op_clamp, {scalar, x, scalar}, {0, -1, -1}},
        {&op_clamp, {scalar, x, x}, {0, 2, 0}},
        {&op_clamp, {scalar, x, scalar}, {-1, -1, 0}},
        {&op_clamp, {scalar, scalar, scalar}, {0, -1, 0}},
        {&op_select_n, {pred, x, x}, {1, -1, 0}},
        {&op_select_n, {scalar_pred, x, x}, {0, 2, -1}},
        {&op_select_n, {scalar_pred, x, x}, {0, -1, -1}},
        {&op_select_n, {scalar_pred, x, x}, {-1, -1, 1}},
        {&op_select_n, {index, x, x}, {0, 1, 1}},
        {&op_select_n, {scalar_pred, scalar, scalar}, {0, -1, -1}},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        char name[60];
        snprintf(name, sizeof name, "%s, case %zu", cases[k].op->name, k);
        IR_AUTO_GRAPH g = graph_of(cases[k].op, NULL, 3, cases[k].in);
        cr_assert(g, "%s", ir_error());
        check_batch(name, g, cases[k].axis);
    }
}

Test(elementwise, batches_keep_parameters)
{
    ir_type x = ir_type_make(IR_f32, 1, (int64_t[]){4});
    const struct {
        const ir_op *op;
        ir_attr attr[IR_MAX_ATTRS];
    } cases[] = {
        {&op_integer_pow, {[INTEGER_POW_Y] = {.i = -2}}},
        {&op_round, {[ROUND_METHOD] = {.i = 1}}},
        {&op_convert_element_type, {[CONVERT_DTYPE] = {.i = IR_u8}, [CONVERT_WEAK] = {.i = false}}},
        {&op_bitcast_convert_type, {[CONVERT_DTYPE] = {.i = IR_i32}}}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        IR_AUTO_GRAPH g = graph_of(cases[k].op, cases[k].attr, 1, &x);
        cr_assert(g, "%s", ir_error());
        check_batch(cases[k].op->name, g, (int[]){1});
    }
}

/* ---- simplification ------------------------------------------------------------------------ */

/* Does `op` of x and a constant simplify to x? */
static bool vanishes(const ir_op *op, ir_dtype d, double constant, bool first)
{
    IR_AUTO_GRAPH g = ir_graph_new("g");
    ir_type t = ir_type_make(d, 1, (int64_t[]){3});
    ir_value *x = ir_input(g, &t), *c = b_const(g, x, constant), *y[1];
    ir_value *in[2] = {first ? c : x, first ? x : c};
    ir_value **made = ir_emit(g, op, 2, in, NULL);
    cr_assert(made, "%s", ir_error());
    return op->simplify(g, made[0]->eqn, in, y) && y[0] == x;
}

Test(elementwise, neutral_elements_vanish_and_zeros_that_change_a_sign_stay)
{
    cr_expect(vanishes(&op_add, IR_f32, -0.0, false) && vanishes(&op_add, IR_f32, -0.0, true));
    cr_expect_not(vanishes(&op_add, IR_f32, 0.0, false), "-0 + 0 is 0");
    cr_expect(vanishes(&op_add, IR_i32, 0, true));
    cr_expect(vanishes(&op_sub, IR_f64, 0.0, false));
    cr_expect_not(vanishes(&op_sub, IR_f64, -0.0, false), "-0 - -0 is 0");
    cr_expect_not(vanishes(&op_sub, IR_i32, 0, true), "0 - x is -x");
    cr_expect(vanishes(&op_mul, IR_f32, 1, true) && vanishes(&op_mul, IR_u8, 1, false));
    cr_expect_not(vanishes(&op_mul, IR_f32, 0, true));
    cr_expect(vanishes(&op_div, IR_f32, 1, false) && !vanishes(&op_div, IR_f32, 1, true));
    cr_expect(vanishes(&op_and, IR_bool, 1, false) && !vanishes(&op_and, IR_bool, 0, false));
    cr_expect(vanishes(&op_or, IR_bool, 0, true) && !vanishes(&op_or, IR_bool, 1, true));
    cr_expect(vanishes(&op_or, IR_u32, 0, true) && vanishes(&op_xor, IR_u64, 0, true));
    cr_expect(vanishes(&op_and, IR_u8, 255, true) && !vanishes(&op_and, IR_i32, 255, true));
    cr_expect(vanishes(&op_shift_left, IR_i32, 0, false) &&
              !vanishes(&op_shift_left, IR_i32, 0, true));
}

/* Every simplification, on operands with constants and repetitions, gives the bits of evaluation. */
static void check_simplified(const ir_op *op, ir_dtype d, int which, double constant)
{
    TEST_POOL(p);
    IR_AUTO_GRAPH g = ir_graph_new("g");
    ir_type t = ir_type_make(d, 1, (int64_t[]){6});
    ir_value *x = ir_input(g, &t), *in[2] = {x, x}, *y[1];
    if (which < 2)
        in[which] = b_const(g, x, constant);
    ir_value **made = ir_emit(g, op, 2, in, NULL);
    cr_assert(made, "%s", ir_error());
    if (!op->simplify(g, made[0]->eqn, in, y))
        return;
    ir_outputs(g, (ir_value *[]){made[0], y[0]}, 2);
    test_arrays args = {0}, out;
    test_arrays_add(&p, &args,
                    test_array_read(&p, d == IR_f32   ? "f32[6] -0 0 nan inf -inf 1.5"
                                        : d == IR_i32 ? "i32[6] 0 1 -1 7 -2147483648 2147483647"
                                                      : "bool[6] 0 1 0 1 1 1"));
    cr_assert(test_eval(&p, g, &args, &out), "%s", ir_error());
    test_close(op->name, &out.at[1], &out.at[0], EXACTLY);
}

Test(elementwise, simplification_never_changes_a_bit)
{
    static const double constants[] = {0.0, -0.0, 1, -1, 2, INFINITY, -INFINITY, NAN};
    static const ir_dtype dtypes[] = {IR_f32, IR_i32, IR_bool};
    EACH_ROW(r)
    for (int k = 0; k < 3; k++)
        for (int which = 0; which <= 2; which++)
            for (size_t c = 0; c < sizeof constants / sizeof *constants; c++)
                if (r->op->simplify && r->arity == 2 && r->takes(dtypes[k]))
                    check_simplified(r->op, dtypes[k], which, constants[c]);
}

Test(elementwise, repeated_and_inverse_applications_collapse)
{
    IR_AUTO_GRAPH g = ir_graph_new("g");
    ir_type t = ir_type_make(IR_f32, 1, (int64_t[]){3}), bits = ir_type_like(t, IR_bool);
    ir_type small = ir_type_like(t, IR_u8);
    ir_value *x = ir_input(g, &t), *b = ir_input(g, &bits), *u = ir_input(g, &small);
    const struct {
        ir_value *made, *want; /* NULL: stays */
    } cases[] = {
        {b_neg(g, b_neg(g, x)), x},
        {b_not(g, b_not(g, b)), b},
        {b_copy(g, x), x},
        {b_stop_gradient(g, x), x},
        {b_integer_pow(g, x, 1), x},
        {b_integer_pow(g, x, 2), NULL},
        {b_max(g, x, x), x},
        {b_bitcast(g, b_bitcast(g, x, IR_i32), IR_f32), x},
        {b_convert(g, b_convert(g, x, IR_f64), IR_f32), x},
        {b_convert(g, b_convert(g, x, IR_i64), IR_f32), NULL},
        {b_convert(g, b_convert(g, u, IR_f32), IR_u8), u},
        {b_convert(g, b_convert(g, u, IR_bool), IR_u8), NULL},
        {b_convert(g, b_convert(g, b, IR_f32), IR_bool), b},
        {b_select(g, b, x, x), x},
        {b_select(g, b, x, b_neg(g, x)), NULL},
        {b_select(g, b_const(g, b, 1), x, b_neg(g, x)), x},
        {b_select_n(g, b_const_int(g, IR_i32, 9), 2, (ir_value *[]){b_neg(g, x), x}), x},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        ir_value *y[1] = {NULL}, *made = cases[k].made;
        cr_assert(made, "case %zu: %s", k, ir_error());
        bool simpler = made->eqn->op->simplify(g, made->eqn, made->eqn->in, y);
        cr_expect(simpler == (cases[k].want != NULL) && y[0] == cases[k].want, "case %zu, %s", k,
                  made->eqn->op->name);
    }
    ir_value *floor = b_floor(g, x), *again = b_floor(g, floor), *y[1];
    cr_expect(op_floor.simplify(g, again->eqn, again->eqn->in, y) && y[0] == floor);
    ir_value *up = b_round(g, b_round(g, x, false), true);
    cr_expect(op_round.simplify(g, up->eqn, up->eqn->in, y) && y[0] == up->eqn->in[0]);
}
