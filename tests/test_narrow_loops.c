/* Tests of narrow floats beyond single primitives: loops, tapes, checkpoints, collectives, second
 * derivatives, batched products and custom rules in f16 and bf16. The same computation in f64 says
 * what is right. Interpreted, compiled and batched, the result must be within three units in the
 * last place of it.
 */
#include <criterion/criterion.h>
#include <math.h>

#include "include/jacquard.h"
#include "ir/ir.h"

enum { N = 4 };

/* Until the sum passes 4; the number of iterations depends on x. */
JAC_DEF(jac, grown, (jac, x))
{
    JAC_WHILE (x, jac_lt(jac_sum(x), 4.0))
        x = jac_add(x, jac_mul(0.25, jac_sin(x)));
    return jac_sum(jac_square(x));
}

JAC_DEF(jac, grown_with_checkpoints, (jac, x))
{
    JAC_CHECKPOINTED_WHILE (3, x, jac_lt(jac_sum(x), 4.0))
        x = jac_add(x, jac_mul(0.25, jac_sin(x)));
    return jac_sum(jac_square(x));
}

JAC_DEF(jac, counted, (jac, x))
{
    jac s = jac_zeros_like(jac_at(x, 0));
    JAC_FOR (i, 0, N, s)
        s = jac_add(jac_mul(s, 0.5), jac_sin(jac_at(x, i)));
    return s;
}

JAC_TREE(Scanned, carry, y)
JAC_DEF(Scanned, decay, (jac, carry), (jac, x))
{
    jac next = jac_add(jac_mul(carry, 0.5), jac_tanh(x));
    return (Scanned){next, jac_square(next)};
}

JAC_DEF(jac, scanned, (jac, x))
{
    jac carry = jac_zeros_like(jac_at(x, 0)), ys;
    if (!jac_scan(decay_fn, &carry, &x, &ys))
        return JAC_NULL;
    return jac_add(carry, jac_sum(ys));
}

JAC_DEF(jac, product, (jac, x))
{
    jac a = jac_stack(0, jac_outer(x, x), jac_outer(jac_flip(x), x));
    return jac_sum(
        jac_sin(jac_dot_general(a, a, JAC_AXES(2), JAC_AXES(1), JAC_AXES(0), JAC_AXES(0))));
}

JAC_DEF(jac, lane, (jac, x))
{
    jac mean = jac_pmean(x, "i");
    return jac_add(jac_square(jac_sub(x, mean)), jac_pmax(x, "i"));
}

JAC_DEF(jac, together, (jac, x))
{
    return jac_sum(jac_call1(jac_vmap(lane_fn, .axis_name = "i"), x));
}

JAC_DEF(jac, tripled, (jac, x))
{
    return jac_sin(x);
}
JAC_TREE(Kept, y, x)
JAC_DEF(Kept, tripled_fwd, (jac, x))
{
    return (Kept){jac_sin(x), x};
}
JAC_DEF(jac, tripled_bwd, (jac, x), (jac, ct))
{
    return jac_mul(jac_mul(3.0, ct), jac_cos(x));
}

JAC_DEF(jac, customised, (jac, x))
{
    jac_fn f = jac_custom_vjp(tripled_fn, tripled_fwd_fn, tripled_bwd_fn);
    JAC_FOR (i, 0, 3, x)
        x = jac_add(x, jac_mul(0.25, jac_call1(f, x)));
    return jac_sum(x);
}

/* The sum of the squares of f's gradient: its gradient takes f's second derivatives. */
#define SLOPES(f)                                                                                  \
    JAC_DEF(jac, f##_slopes, (jac, x))                                                             \
    {                                                                                              \
        return jac_sum(jac_square(jac_call1(jac_grad(f##_fn), x)));                                \
    }
SLOPES(grown)
SLOPES(counted)
SLOPES(scanned)
SLOPES(product)
SLOPES(together)

static void compare(const char *what, jac got, jac like, ir_dtype d)
{
    cr_assert(jac_ok(got) && jac_ok(like), "%s: %s", what, jac_error());
    cr_assert_eq(jac_dtype_of(got), (jac_dtype)(d + 1), "%s", what);
    jac wide = jac_astype(got, JAC_F64), off = jac_abs(jac_sub(wide, like));
    jac scale = jac_add(1.0, jac_max(jac_abs(like)));
    double error = jac_item_f64(jac_max(jac_div(off, scale)));
    cr_expect(error <= 3 * ir_epsilon(d), "%s: off by %g of %s's epsilon", what,
              error / ir_epsilon(d), ir_dtypes[d].name);
}

/* f at x, in batches and alone, in dtype d against f64. */
static void check(const char *what, jac_fn f, ir_dtype d)
{
    JAC_SCOPE () {
        jac x =
            jac_astype(jac_array(N, ((float[]){0.5f, 0.25f, 0.75f, 0.375f})), (jac_dtype)(d + 1));
        jac like = jac_call1(f, jac_astype(x, JAC_F64));
        jac plain = jac_call1(f, x), compiled = jac_call1(jac_jit(f), x);
        compare(what, plain, like, d);
        compare(what, compiled, like, d);
        jac batch = jac_stack(0, x, jac_flip(x));
        jac lanes = jac_call1(jac_vmap(f), batch), fast = jac_call1(jac_jit(jac_vmap(f)), batch);
        like = jac_call1(jac_vmap(f), jac_astype(batch, JAC_F64));
        compare(what, lanes, like, d);
        compare(what, fast, like, d);
    }
}

static void check_all(const char *what, jac_fn f, jac_fn slopes)
{
    for (ir_dtype d = 0; d < IR_NDTYPE; d++) {
        if (!ir_is_narrow(d) || ir_dtypes[d].digits < 8)
            continue;
        check(what, f, d);
        check(what, jac_grad(f), d);
        if (jac_fn_ok_(slopes))
            check(what, jac_grad(slopes), d);
    }
}

TestSuite(narrow_loops);

static void x64(void)
{
    jac_enable_x64(true);
}

Test(narrow_loops, while_and_its_tapes, .init = x64)
{
    check_all("while", grown_fn, grown_slopes_fn);
}

Test(narrow_loops, while_with_checkpoints, .init = x64)
{
    check_all("checkpointed while", grown_with_checkpoints_fn, (jac_fn){0});
}

Test(narrow_loops, for_and_its_second_derivatives, .init = x64)
{
    check_all("for", counted_fn, counted_slopes_fn);
}

Test(narrow_loops, scan_and_its_second_derivatives, .init = x64)
{
    check_all("scan", scanned_fn, scanned_slopes_fn);
}

Test(narrow_loops, batched_products, .init = x64)
{
    check_all("dot_general", product_fn, product_slopes_fn);
}

Test(narrow_loops, collectives_over_a_named_axis, .init = x64)
{
    check_all("collectives", together_fn, together_slopes_fn);
}

Test(narrow_loops, custom_rules_in_a_loop, .init = x64)
{
    check_all("custom_vjp", customised_fn, (jac_fn){0});
}
