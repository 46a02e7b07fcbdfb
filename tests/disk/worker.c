/* A separate process for test_disk.c. It compiles and runs a few programs which together use
 * everything that compiled code can need from its process, and prints for each whether it came from
 * the cache and what it computed. */
#include <jacquard.h>
#include <stdio.h>

#include "jit/jit.h"

static jac fused(jac x)
{
    return jac_sum(jac_mul(jac_exp(x), jac_tanh(x)));
}
JAC_FN(fused, jac, (jac, x))

/* Calls a kernel that calls the BLAS. */
static jac large_product(jac x)
{
    jac a = jac_broadcast_to(x, 64, 64);
    return jac_sum(jac_matmul(jac_sin(a), jac_transpose(jac_cos(a))));
}
JAC_FN(large_product, jac, (jac, x))

static jac temporaries(jac x)
{
    return jac_sum(jac_mul(jac_flip(jac_cumsum(x, 0)), jac_cumsum(jac_sqrt(x), 0)));
}
JAC_FN(temporaries, jac, (jac, x))

/* In reverse mode this needs tapes, because the number of steps is unknown. */
static jac halve(jac x)
{
    struct {
        jac x;
    } s = {x};
    JAC_WHILE (s, jac_gt(jac_max(s.x), 0.01)) {
        s.x = jac_mul(jac_sin(s.x), 0.5);
    }
    return jac_sum(s.x);
}
JAC_FN(halve, jac, (jac, x))

static jac branches(jac x)
{
    struct {
        jac y;
    } s = {jac_sum(x)};
    JAC_IF (s, jac_gt(s.y, 3)) {
        s.y = jac_log1p(s.y);
    }
    JAC_ELSE
    {
        s.y = jac_neg(s.y);
    }
    return s.y;
}
JAC_FN(branches, jac, (jac, x))

/* Batched loops whose strips are divided among threads. */
static jac count(jac x)
{
    struct {
        jac x, n;
    } s = {x, jac_asarray(0)};
    JAC_WHILE (s, jac_lt(s.x, 10)) {
        s.x = jac_mul(s.x, 1.25);
        s.n = jac_add(s.n, 1);
    }
    return s.n;
}
JAC_FN(count, jac, (jac, x))

static jac counts(jac x)
{
    return jac_call1(jac_vmap(count_fn), x);
}
JAC_FN(counts, jac, (jac, x))

/* So many steps that they become functions of their own. */
static jac layers(jac x)
{
    jac a = jac_outer(x, x);
    for (int k = 0; k < 40; k++)
        a = jac_add(jac_tanh(jac_mul(jac_cumsum(a, 1), 0.25)), jac_max(a));
    return jac_sum(a);
}
JAC_FN(layers, jac, (jac, x))

/* The result is written over x or elsewhere: two programs for one graph. */
static jac wave(jac x)
{
    return jac_mul(x, jac_tanh(x));
}
JAC_FN(wave, jac, (jac, x))

static bool show_jitted(const char *name, jac_fn f)
{
    jac x = jac_linspace(0.125, 2.0, 64), y;
    jit_stats st;
    if (!jac_call(f, &x, &y) || !jit_last_stats(&st)) {
        printf("%s failed: %s\n", name, jac_error());
        return false;
    }
    double sum = jac_item_f64(jac_sum(y));
    printf("%s %s %a\n", name, st.from_disk ? "loaded" : "compiled", sum);
    return true;
}

static bool show(const char *name, jac_fn f)
{
    return show_jitted(name, jac_jit(f));
}

int main(void)
{
    bool ok = show("fused", fused_fn);
    ok = show("fused'", jac_grad(fused_fn)) && ok;
    ok = show("large_product", large_product_fn) && ok;
    ok = show("temporaries", temporaries_fn) && ok;
    ok = show("halve'", jac_grad(halve_fn)) && ok;
    ok = show("branches'", jac_grad(branches_fn)) && ok;
    ok = show("counts", counts_fn) && ok;
    ok = show("layers'", jac_grad(layers_fn)) && ok;
    ok = show("wave", wave_fn) && ok;
    ok = show_jitted("wave, donated", jac_jit(wave_fn, .donate_argnums = JAC_DIMS(0))) && ok;
    return !ok;
}
