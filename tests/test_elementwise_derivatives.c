/* Derivatives of the elementwise primitives: each row of the table against differences, and
 * transposes against the inner product. */
#include <criterion/criterion.h>
#include <math.h>

#include "tests/elementwise.h"

static ir_graph *finish(ir_graph *g, ir_value *y)
{
    cr_assert(y, "%s", ir_error());
    ir_outputs(g, &y, 1);
    return g;
}

/* For all lo and hi in [0, 1] the bounds do not cross. */
static ir_value *clamp_between(ir_graph *g, ir_value *lo, ir_value *x, ir_value *hi)
{
    lo = b_mul(g, lo, b_const(g, lo, 0.5));
    hi = b_mul(g, b_add(g, hi, b_const(g, hi, 1)), b_const(g, hi, 0.5));
    return b_clamp(g, lo, x, hi);
}

/* Case k of those that the table does not cover; g is NULL past the end. */
static sample sample_other(int k)
{
    static const int64_t powers[] = {-3, -1, 0, 1, 2, 3, 7};
    enum { NPOWERS = sizeof powers / sizeof *powers };
    ir_graph *g = ir_graph_new("g");
    ir_type t = ir_type_make(IR_f64, 2, (int64_t[]){3, 4}), scalar = ir_type_scalar(IR_f64);
    sample s = {.g = g, .lo = 0.15, .hi = 0.85};
    ir_value *x = ir_input(g, &t), *y;
    if (k < NPOWERS) {
        snprintf(s.name, sizeof s.name, "integer_pow[%lld]", (long long)powers[k]);
        finish(g, b_integer_pow(g, x, powers[k]));
        return s;
    }
    const char *name;
    switch (k - NPOWERS) {
    case 0:
        name = "clamp with bounds of its shape";
        finish(g, clamp_between(g, ir_input(g, &t), x, ir_input(g, &t)));
        break;
    case 1:
        name = "clamp with scalar bounds";
        finish(g, clamp_between(g, ir_input(g, &scalar), x, ir_input(g, &scalar)));
        break;
    case 2:
        name = "select by a bool";
        y = ir_input(g, &t);
        finish(g, b_select(g, b_lt(g, x, y), b_mul(g, x, y), y));
        break;
    case 3:
        name = "select by a scalar index";
        y = ir_input(g, &t);
        finish(g,
               b_select_n(g, b_const_int(g, IR_i32, 1), 3, (ir_value *[]){x, b_mul(g, x, y), y}));
        break;
    case 4:
        name = "select between a moving and a constant case";
        finish(g, b_select(g, b_lt(g, x, b_const(g, x, 0.5)), b_const(g, x, 3), x));
        break;
    case 5:
        name = "conversion from f64 to f32 and back";
        finish(g, b_mul(g, x, b_convert(g, b_convert(g, x, IR_f32), IR_f64)));
        break;
    case 6:
        name = "conversion to an integer";
        finish(g,
               b_mul(g, x,
                     b_convert(g, b_convert(g, b_mul(g, x, b_const(g, x, 10)), IR_i32), IR_f64)));
        break;
    case 7:
        name = "stop_gradient";
        finish(g, b_mul(g, x, b_stop_gradient(g, b_const(g, x, 2))));
        break;
    case 8:
        name = "round";
        finish(g, b_add(g, x, b_round(g, x, true)));
        break;
    default:
        ir_graph_release(g);
        return (sample){0};
    }
    snprintf(s.name, sizeof s.name, "%s", name);
    return s;
}

static test_arrays random_for(test_pool *p, ir_value *const *v, int n, uint64_t seed, double lo,
                              double hi)
{
    test_arrays a = {0};
    for (int k = 0; k < n; k++)
        if (test_is_float(v[k]))
            test_arrays_add(p, &a, test_array_random(p, &v[k]->type, seed + (uint64_t)k, lo, hi));
    return a;
}

/* jvp against differences; and the transpose of the linearized function against the jvp. */
static void check_derivative(const sample *s, double tolerance)
{
    TEST_POOL(p);
    const ir_graph *g = s->g;
    test_arrays x = random_for(&p, g->in, g->nin, 11, s->lo, s->hi), y, got, both, want;
    test_arrays t = random_for(&p, g->in, g->nin, 77, -1, 1);
    test_arrays ct = random_for(&p, g->out, g->nout, 99, -1, 1);
    IR_AUTO_GRAPH jvp = test_jvp(g);
    IR_AUTO_GRAPH vjp = test_vjp(g);
    test_arrays xt = test_arrays_join(&p, &x, &t), xct = test_arrays_join(&p, &x, &ct);
    if (!jvp || !vjp || !test_eval(&p, g, &x, &y) || !test_eval(&p, jvp, &xt, &got) ||
        !test_eval(&p, vjp, &xct, &both) || !test_differences(&p, g, &x, &t, 1e-3, &want)) {
        test_fail(s->name, "could not be differentiated");
        return;
    }
    char what[100];
    snprintf(what, sizeof what, "value beside the derivative of %s", s->name);
    test_close(what, &got.at[0], &y.at[0], EXACTLY);
    test_close(what, &both.at[0], &y.at[0], EXACTLY);
    if (!test_is_float(g->out[0]))
        return;
    snprintf(what, sizeof what, "tangent of %s", s->name);
    test_close_all(what, &got, 1, &want, (test_tolerance){TEST_REL, tolerance});
    test_arrays ty = {1, got.at + 1}, ct_x = {both.n - 1, both.at + 1};
    double forward = test_dot(&ct, &ty), back = test_dot(&ct_x, &t);
    cr_expect_float_eq(back, forward, 1e-2 * tolerance * fmax(1, fabs(forward)),
                       "<J'ct, t> = %.15g, but <ct, J t> = %.15g for %s", back, forward, s->name);
}

Test(elementwise, tangents_of_every_row_match_differences_and_transposes_the_tangents)
{
    int checked = 0;
    EACH_ROW(r)
    {
        if (!r->takes(IR_f64))
            continue;
        sample s = sample_row(r, IR_f64);
        cr_assert(s.g, "%s", ir_error());
        /* These have a derivative by one operand only, which their golden cases, test_igamma.c or
         * test_special_functions.c test. */
        bool by_one = r->op == &op_polygamma || r->op == &op_zeta || r->op == &op_igamma_grad_a ||
                      r->op == &op_random_gamma_grad || r->op == &op_expn || r->op == &op_bessel_jn;
        if (r->op != &op_stop_gradient && r->op != &op_nextafter && !by_one)
            check_derivative(&s, 1e-8);
        ir_graph_release(s.g);
        checked++;
    }
    cr_expect_gt(checked, 40);
}

Test(elementwise, tangents_of_primitives_with_parameters_match_differences)
{
    sample s;
    for (int k = 0; (s = sample_other(k)).g; k++) {
        /* f32 in the middle makes the differences coarse. */
        check_derivative(&s, strstr(s.name, "f32") ? 2e-3 : 1e-8);
        ir_graph_release(s.g);
    }
}

Test(elementwise, stop_gradient_has_no_tangent)
{
    ir_type t = ir_type_scalar(IR_f64);
    IR_AUTO_GRAPH g = graph_of(&op_stop_gradient, NULL, 1, &t);
    bool nz = false;
    IR_AUTO_GRAPH jvp = ir_jvp(g, (bool[]){true}, &nz);
    cr_expect(jvp && !nz);
}

/* Derivatives at kinks of the function and poles of its formula, with JAX's conventions. */
static const struct {
    const char *name, *in[4]; /* operands, then a tangent for each */
    const char *want;
} corners[] = {
    {"max", {"f64[3] 1 1 2", "f64[3] 1 2 1", "f64[3] 1 1 1", "f64[3] 0 0 0"}, "f64[3] 0.5 0 1"},
    {"min", {"f64[3] 1 1 2", "f64[3] 1 2 1", "f64[3] 0 0 0", "f64[3] 1 1 1"}, "f64[3] 0.5 0 1"},
    {"abs", {"f64[3] 0 -0 -2", "f64[3] 1 1 1"}, "f64[3] 1 1 -1"},
    {"pow", {"f64[3] 0 0 0", "f64[3] 0 1 2", "f64[3] 1 1 1", "f64[3] 0 0 0"}, "f64[3] 0 1 0"},
    {"pow", {"f64[2] 0 0", "f64[2] 1 3", "f64[2] 0 0", "f64[2] 1 1"}, "f64[2] 0 0"},
    {"sqrt", {"f64[1] 0", "f64[1] 1"}, "f64[1] inf"},
    {"sign", {"f64[1] 0", "f64[1] 1"}, "f64[1] 0"},
    {"rem", {"f64[2] 5 6", "f64[2] -3 4", "f64[2] 0 0", "f64[2] 1 1"}, "f64[2] 1 -1"},
};

Test(elementwise, derivatives_at_corners_are_jaxs)
{
    for (size_t k = 0; k < sizeof corners / sizeof *corners; k++) {
        TEST_POOL(p);
        test_arrays in = read_all(&p, corners[k].in), out;
        test_arrays primal = {in.n / 2, in.at};
        IR_AUTO_GRAPH g = graph_for(op_named(corners[k].name), NULL, &primal);
        IR_AUTO_GRAPH jvp = test_jvp(g);
        cr_assert(jvp && test_eval(&p, jvp, &in, &out), "%s", ir_error());
        test_array want = test_array_read(&p, corners[k].want);
        test_close(corners[k].name, &out.at[1], &want, EXACTLY);
    }
}

Test(elementwise, clamp_moves_with_the_operand_only_strictly_between_its_bounds)
{
    TEST_POOL(p);
    static const char *const text[] = {"f64[] 0", "f64[5] -1 0 0.5 1 2", "f64[] 1"};
    for (int moving = 0; moving < 3; moving++) {
        static const char *const want_text[] = {"f64[5] 1 0 0 0 0", "f64[5] 0 0 1 0 0",
                                                "f64[5] 0 0 0 0 1"};
        test_arrays in = {0}, out;
        for (int k = 0; k < 3; k++)
            test_arrays_add(&p, &in, test_array_read(&p, text[k]));
        IR_AUTO_GRAPH g = graph_for(&op_clamp, NULL, &in);
        for (int k = 0; k < 3; k++) {
            test_array t = test_array_new(&p, &in.at[k].type);
            for (int64_t i = 0; i < ir_type_count(&t.type); i++)
                test_set(&t, i, k == moving);
            test_arrays_add(&p, &in, t);
        }
        IR_AUTO_GRAPH jvp = test_jvp(g);
        cr_assert(jvp && test_eval(&p, jvp, &in, &out), "%s", ir_error());
        test_array want = test_array_read(&p, want_text[moving]);
        test_close("tangent of clamp", &out.at[1], &want, EXACTLY);
    }
}

Test(elementwise, a_product_of_two_moving_values_is_no_linear_map)
{
    ir_type t = ir_type_scalar(IR_f32);
    IR_AUTO_GRAPH g = graph_of(&op_mul, NULL, 2, (ir_type[]){t, t});
    cr_expect_null(ir_transpose(g, (bool[]){true, true}));
    cr_expect(ir_error() && strstr(ir_error(), "mul is not linear"), "%s", ir_error());
    ir_error_clear();
    IR_AUTO_GRAPH h = graph_of(&op_exp, NULL, 1, &t);
    cr_expect_null(ir_transpose(h, (bool[]){true}));
    cr_expect(ir_error() && strstr(ir_error(), "exp is not linear"), "%s", ir_error());
}
