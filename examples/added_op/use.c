/* Uses the two ops that docs/design.md adds, haversine and rotate: interpreted, compiled,
 * differentiated forwards and backwards, batched, and all of these at once.
 */
#include <jacquard.h>
#include <math.h>

enum { LANES = 2, N = 5 };

static int failed;

/* The sum of x_i hav(x_{i-1}) over i. */
static jac f(jac x)
{
    return jac_sum(jac_mul(x, jac_rotate(jac_haversine(x), 1, 0)));
}
JAC_FN(f, jac, (jac, x))

static double hav(double x)
{
    return sin(x / 2) * sin(x / 2);
}

static double value(const float *x)
{
    double sum = 0;
    for (int k = 0; k < N; k++)
        sum += x[k] * hav(x[(k + N - 1) % N]);
    return sum;
}

static double slope(const float *x, int k)
{
    return hav(x[(k + N - 1) % N]) + x[(k + 1) % N] * sin(x[k]) / 2;
}

static void check(const char *what, jac got, int lanes, int n, const double *want)
{
    const float *y = jac_view(jac_check(got), JAC_F32);
    jac_check(y != NULL);
    for (int k = 0; k < lanes * n; k++)
        if (!(fabs(y[k] - want[k]) <= 1e-5)) {
            fprintf(stderr, "%s: element %d is %.9g, not %.9g\n", what, k, y[k], want[k]);
            failed++;
        }
}

int main(void)
{
    static const float data[LANES][N] = {{0.5f, -1, 2, 3, 0}, {-7, 1.5f, 1e-3f, -0.25f, 6}};
    double y[LANES], dy[LANES][N], forward[1] = {0};
    for (int b = 0; b < LANES; b++) {
        y[b] = value(data[b]);
        for (int k = 0; k < N; k++)
            dy[b][k] = slope(data[b], k);
    }
    for (int k = 0; k < N; k++)
        forward[0] += dy[0][k];

    jac batch = jac_array(JAC_SHAPE(LANES, N), &data[0][0]), x = jac_at(batch, 0);
    jac_fn df = jac_grad(f_fn);
    check("interpreted", f(x), 1, 1, y);
    check("jit", jac_call1(jac_jit(f_fn), x), 1, 1, y);
    check("grad", jac_call1(df, x), 1, N, dy[0]);
    check("jit of grad", jac_call1(jac_jit(df), x), 1, N, dy[0]);
    check("vmap", jac_call1(jac_vmap(f_fn), batch), LANES, 1, y);
    check("vmap along the last axis", jac_call1(jac_vmap(f_fn, JAC_AXES(1)), jac_transpose(batch)),
          LANES, 1, y);
    check("vmap of grad", jac_call1(jac_vmap(df), batch), LANES, N, dy[0]);
    check("jit of vmap of grad", jac_call1(jac_jit(jac_vmap(df)), batch), LANES, N, dy[0]);
    jac ones = jac_ones(JAC_SHAPE(N)), out, tangent;
    jac_check(jac_jvp(f_fn, &x, &ones, &out, &tangent));
    check("jvp", tangent, 1, 1, forward);

    jac_rotate(x, 1, 3);
    if (!jac_error()) {
        fprintf(stderr, "rotating along a missing axis is no error\n");
        failed++;
    }
    printf("added ops: %s\n", failed ? "wrong" : "right");
    return failed != 0;
}
