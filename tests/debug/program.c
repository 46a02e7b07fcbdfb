/* The program that tests/debug.sh examines with gdb and perf, and whose perf file
 * tests/test_debug.c reads. They find its lines by the words in the comments. */
#include <jacquard.h>
#include <stdlib.h>

static jac squash(jac x)
{
    return jac_tanh(x); /* in squash */
}

/* Large enough for the BLAS. */
static jac energy(jac w, jac x)
{
    jac y = jac_matmul(w, x); /* the product */
    return jac_sum(squash(jac_add(y, jac_mul(y, 0.25))));
}
JAC_FN(energy, jac, (jac, w), (jac, x))

static jac escape(jac x)
{
    struct {
        jac x, n;
    } s = {x, jac_asarray(0)};
    JAC_WHILE (s, jac_lt(s.x, 1e6)) {
        s.x = jac_add(jac_mul(s.x, 1.0001), 0.001); /* in the loop */
        s.n = jac_add(s.n, 1);
    }
    return s.n;
}
JAC_FN(escape, jac, (jac, x))

static jac escapes(jac x)
{
    return jac_call1(jac_vmap(escape_fn), x);
}
JAC_FN(escapes, jac, (jac, x))

/* Everything from here on is compiled. */
__attribute__((noinline)) void compiled(void)
{
    __asm__ volatile("");
}

/* Runs this many steps. */
int main(int argc, char **argv)
{
    jac w = jac_full(JAC_SHAPE(256, 256), 0.001), x = jac_linspace(0.0, 1.0, 256 * 256), y, n;
    jac_fn f = jac_jit(energy_fn), g = jac_jit(escapes_fn);
    x = jac_reshape(x, 256, 256);
    jac starts = jac_linspace(1.0, 2.0, 1024);
    for (int step = 0, steps = argc > 1 ? atoi(argv[1]) : 2; step < steps; step++)
        JAC_SCOPE () {
            jac_check(jac_call(f, &(energy_args){w, x}, &y));
            jac_check(jac_call(g, &starts, &n));
            printf("%a %lld\n", jac_item_f64(y), (long long)jac_item_i64(jac_sum(n)));
            if (!step)
                compiled();
        }
}
