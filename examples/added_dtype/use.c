/* Uses the dtype that docs/design.md adds, f8_own: made, printed, saved, promoted, searched, in
 * loops, differentiated and batched; interpreted and compiled.
 */
#include <jacquard.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { N = 5 };

static int failed;

static void check(bool right, const char *what) {
    if (!right) {
        fprintf(stderr, "%s is wrong%s%s\n", what, jac_error() ? ": " : "", jac_error() ? jac_error() : "");
        failed++;
    }
    jac_error_clear();
}

/* The elements of x, all kinds of numbers, must be `want`; both NaN is equal. */
static void same(const char *what, jac x, int n, const float *want) {
    const float *y = jac_view(jac_astype(x, JAC_F32), JAC_F32);
    bool right = y != NULL;
    for (int k = 0; k < n && right; k++)
        right = y[k] == want[k] || (isnan(y[k]) && isnan(want[k]));
    check(right, what);
}

JAC_DEF(jac, poly, (jac, x)) { return jac_add(jac_mul(x, 2), jac_div(1.0, x)); }
JAC_DEF(jac, sines, (jac, x)) { return jac_sum(jac_sin(x)); }
JAC_DEF(jac, greatest, (jac, x)) { return jac_max(x); }
JAC_DEF(jac, least_at, (jac, x)) { return jac_argmin(x); }
JAC_DEF(jac, running, (jac, x)) { return jac_cummax(x, 0); }
JAC_DEF(jac, sums, (jac, x)) { return jac_cumsum(x, 0); }
JAC_DEF(jac, product, (jac, x)) { return jac_dot(x, x); }
JAC_DEF(jac, doubled, (jac, x)) {
    JAC_WHILE (x, jac_lt(jac_max(x), 60))
        x = jac_mul(x, 1.5);
    return jac_sum(x);
}
JAC_DEF(jac, up, (jac, x)) { return jac_nextafter(x, jac_full_like(x, 448)); }
JAC_DEF(jac, norms, (jac, x)) { return jac_logsumexp(x); }

/* Interpreted, compiled, and as lanes of a batch, f must give `want`. */
static void three_ways(const char *what, jac_fn f, jac x, int n, const float *want) {
    jac batch = jac_stack(0, x, x);
    same(what, jac_call1(f, x), n, want);
    same(what, jac_call1(jac_jit(f), x), n, want);
    same(what, jac_at(jac_call1(jac_jit(jac_vmap(f)), batch), 1), n, want);
}

int main(void) {
    jac_dtype d = JAC_F8_OWN;
    static const float data[N] = {0.3f, -1.7f, 3.3f, 17, 1};
    jac x = jac_astype(jac_array(N, data), d);
    static const float near[N] = {0.3125f, -1.75f, 3.25f, 16, 1};
    same("rounding", x, N, near);
    same("overflow", jac_astype(jac_array(4, ((float[]){464, 465, -INFINITY, NAN})), d), 4,
         (float[]){448, NAN, NAN, NAN});
    same("given bits", jac_array_of(d, 3, ((uint8_t[]){0x38, 0xc0, 0x7e})), 3, (float[]){1, -2, 448});
    char *text = jac_str(x);
    check(text && !strcmp(text, "[0.3125 -1.75 3.25 16 1]"), "the text of an array");
    free(text);

    check(jac_dtype_of(jac_add(x, 1.5)) == d, "its sum with a number");
    check(jac_dtype_of(jac_add(x, jac_ones(N, JAC_I32))) == d, "its sum with integers");
    check(!jac_ok(jac_add(x, jac_ones(N, JAC_F32))), "its sum with f32");

    three_ways("arithmetic", poly_fn, x, N, (float[]){4, -4, 7, 32, 3});
    three_ways("max", greatest_fn, x, 1, (float[]){16});
    three_ways("max of negative numbers", greatest_fn, jac_neg(jac_abs(x)), 1, (float[]){-0.3125f});
    three_ways("argmin", least_at_fn, x, 1, (float[]){1});
    three_ways("cummax", running_fn, jac_neg(x), N, (float[]){-0.3125f, 1.75f, 1.75f, 1.75f, 1.75f});
    three_ways("cumsum", sums_fn, x, N, (float[]){0.3125f, -1.5f, 1.75f, 18, 18});
    three_ways("dot", product_fn, x, 1, (float[]){256});
    three_ways("while", doubled_fn, x, 1, (float[]){96});
    three_ways("nextafter", up_fn, x, N, (float[]){0.34375f, -1.625f, 3.5f, 18, 1.125f});
    three_ways("logsumexp", norms_fn, x, 1, (float[]){16});
    three_ways("grad", jac_grad(sines_fn), x, N, (float[]){0.9375f, -0.171875f, -1, -0.9375f, 0.5625f});
    three_ways("grad of while", jac_grad(doubled_fn), x, N, (float[]){5, 5, 5, 5, 5});
    same("uniform", jac_random_uniform(jac_random_key(3), 6, d), 6,
         (float[]){0.375f, 0.75f, 0.75f, 0.125f, 0.625f, 0.375f}); /* as in JAX */

    char path[] = "/tmp/jacquard_added_dtype_XXXXXX";
    check(mkstemp(path) >= 0 && jac_save(path, x), "saving");
    jac y = jac_load(path);
    check(jac_ok(y) && jac_dtype_of(y) == d, "the dtype of a file");
    same("a file", y, N, near);
    remove(path);
    printf("added dtype: %s\n", failed ? "wrong" : "right");
    return failed != 0;
}
