/* Uses the loop that docs/design.md adds, times: interpreted, compiled, differentiated forwards
 * and backwards, twice, and batched. The body also carries a sine that nothing reads;
 * tests/added_op.sh checks that the optimised graphs do not have it.
 */
#include <jacquard.h>
#include <math.h>

enum { LANES = 3, COUNT = 5 };

JAC_TREE(Pair, x, dead)

static int failed;

/* x -> x + x^2 / 8 */
JAC_DEF(Pair, step, (Pair, p))
{
    return (Pair){jac_add(p.x, jac_div(jac_mul(p.x, p.x), 8)), jac_sin(jac_add(p.dead, p.x))};
}

JAC_DEF(jac, f, (jac, x))
{
    return jac_times(COUNT, step_fn, (Pair){x, x}).x;
}

/* The value, and its first and second derivatives. */
static void orbit(double x, double want[3])
{
    double d = 1, dd = 0;
    for (int k = 0; k < COUNT; k++) {
        dd = dd * (1 + x / 4) + d * d / 4;
        d *= 1 + x / 4;
        x += x * x / 8;
    }
    want[0] = x, want[1] = d, want[2] = dd;
}

static void check(const char *what, jac got, int n, const double (*want)[3], int order)
{
    const float *y = jac_view(jac_check(got), JAC_F32);
    for (int k = 0; k < n; k++)
        if (!(fabs(y[k] - want[k][order]) <= 1e-5 * fabs(want[k][order]))) {
            fprintf(stderr, "%s: element %d is %.9g, not %.9g\n", what, k, y[k], want[k][order]);
            failed++;
        }
}

int main(void)
{
    static const float data[LANES] = {0.5f, -1, 1.25f};
    double want[LANES][3];
    for (int k = 0; k < LANES; k++)
        orbit(data[k], want[k]);
    jac batch = jac_array(JAC_SHAPE(LANES), data), x = jac_at(batch, 0), one = jac_ones(JAC_SHAPE());
    jac_fn df = jac_grad(f_fn), ddf = jac_grad(df);
    check("interpreted", jac_call1(f_fn, x), 1, want, 0);
    check("jit", jac_call1(jac_jit(f_fn), x), 1, want, 0);
    check("grad", jac_call1(df, x), 1, want, 1);
    check("jit of grad", jac_call1(jac_jit(df), x), 1, want, 1);
    check("jit of grad of grad", jac_call1(jac_jit(ddf), x), 1, want, 2);
    check("vmap", jac_call1(jac_vmap(f_fn), batch), LANES, want, 0);
    check("jit of vmap", jac_call1(jac_jit(jac_vmap(f_fn)), batch), LANES, want, 0);
    check("jit of vmap of grad", jac_call1(jac_jit(jac_vmap(df)), batch), LANES, want, 1);
    jac y, tangent;
    jac_check(jac_jvp(f_fn, &x, &one, &y, &tangent));
    check("jvp", tangent, 1, want, 1);
    printf("added loop: %s\n", failed ? "wrong" : "right");
    return failed != 0;
}
