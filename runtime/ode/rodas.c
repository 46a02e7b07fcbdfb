/* Rodas5P, a Rosenbrock method of order 5 for stiff equations, with an embedded one of order 4 for
 * the error and an interpolation of order 4: G. Steinebach, Construction of Rosenbrock-Wanner
 * method Rodas5P and numerical benchmarks within the Julia Differential Equations package, BIT
 * Numerical Mathematics 63 (2023).
 *
 * Each step makes the matrix W = I / (gamma h) - J, with J the derivative of the slopes, factors it
 * once, and solves with it eight times. It needs no iteration. The leaves of the state are joined
 * to one vector.
 */
#include <string.h>

#include "ops/ops.h"
#include "runtime/ode/ode.h"

enum { STAGES = 8, DENSE = 3 };
/* Rows: the state, the state that the last step began with, and what the interpolation adds. */
enum { STATE, STATE_BEFORE, ADDED, ROWS = ADDED + DENSE };

static const double gamma = 0.21193756319429014;
static const double nodes[STAGES] = {
    0, 0.6358126895828704, 0.4095798393397535, 0.9769306725060716, 0.4288403609558664, 1, 1, 1};
/* The weight of h df/dt in each stage. */
static const double drift[STAGES] = {0.21193756319429014, -0.42387512638858027, -0.3384627126235924,
                                     1.8046452872882734, 2.325825639765069};
/* Where a stage takes the slope: at the state plus these multiples of the stages before it. */
static const double places[STAGES][STAGES] = {
    [1] = {3.0},
    [2] = {2.849394379747939, 0.45842242204463923},
    [3] = {-6.954028509809101, 2.489845061869568, -10.358996098473584},
    [4] = {2.8029986275628964, 0.5072464736228206, -0.3988312541770524, -0.04721187230404641},
    [5] = {-7.502846399306121, 2.561846144803919, -11.627539656261098, -0.18268767659942256,
           0.030198172008377946},
    [6] = {-7.502846399306121, 2.561846144803919, -11.627539656261098, -0.18268767659942256,
           0.030198172008377946, 1},
    [7] = {-7.502846399306121, 2.561846144803919, -11.627539656261098, -0.18268767659942256,
           0.030198172008377946, 1, 1}};
/* What is added to the slope, by 1 / h. */
static const double couplings[STAGES][STAGES] = {
    [1] = {-14.155112264123755},
    [2] = {-17.97296035885952, -2.859693295451294},
    [3] = {147.12150275711716, -1.41221402718213, 71.68940251302358},
    [4] = {165.43517024871676, -0.4592823456491126, 42.90938336958603, -5.961986721573306},
    [5] = {24.854864614690072, -3.0009227002832186, 47.4931110020768, 5.5814197821558125,
           -0.6610691825249471},
    [6] = {30.91273214028599, -3.1208243349937974, 77.79954646070892, 34.28646028294783,
           -19.097331116725623, -28.087943162872662},
    [7] = {37.80277123390563, -3.2571969029072276, 112.26918849496327, 66.9347231244047,
           -40.06618937091002, -54.66780262877968, -9.48861652309627}};
static const double dense[DENSE][STAGES] = {
    {25.948786856663858, -2.5579724845846235, 10.433815404888879, -2.3679251022685204,
     0.524948541321073, 1.1241088310450404, 0.4272876194431874, -0.17202221070155493},
    {-9.91568850695171, -0.9689944594115154, 3.0438037242978453, -24.495224566215796,
     20.176138334709044, 15.98066361424651, -6.789040303419874, -6.710236069923372},
    {11.419903575922262, 2.8879645146136994, 72.92137995996029, 80.12511834622643,
     -52.072871366152654, -59.78993625266729, -0.15582684282751913, 4.883087185713722}};

/* ---- the state as one vector ---------------------------------------------------------------------------- */

static jac joined(const ode_equation *q, const jac *leaves)
{
    IR_SCRATCH(scratch);
    jac *x = ir_alloc(&scratch, (size_t)(q->n + 1) * sizeof *x);
    if (!x)
        return JAC_NULL;
    for (int k = 0; k < q->n; k++)
        x[k] = jac_ravel(leaves[k]);
    return q->n == 1 ? x[0] : jac_concatenate(0, JAC_HANDLES(q->n, x));
}

static void parted(const ode_equation *q, jac x, jac *leaves)
{
    int64_t at = 0;
    for (int k = 0; k < q->n; k++) {
        const ir_type *t = &q->types[k];
        int64_t size = ir_type_count(t);
        jac part = jac_slice_in_dim(x, at, at + size, 1, 0);
        leaves[k] = rt_convert(rt_reshape(part, t->rank, t->dim), t->dtype, false);
        at += size;
    }
}

static jac slope_of(const ode_equation *q, jac x, jac t)
{
    IR_SCRATCH(scratch);
    jac *y = ir_alloc(&scratch, (size_t)(2 * q->n + 1) * sizeof *y);
    if (!y)
        return JAC_NULL;
    parted(q, x, y);
    return q->slope(q->env, y, t, y + q->n) ? joined(q, y + q->n) : JAC_NULL;
}

static void call_slope(const void *env, const void *args, void *result)
{
    const jac *in = args;
    *(jac *)result = slope_of(env, in[0], in[1]);
}

/* The derivatives of the slopes with respect to the state and to the time. The function that gives
 * them refers to variables of this one, so it ends here, too. */
static bool differentiate(const ode_equation *q, jac x, jac t, jac *by_state, jac *by_time)
{
    unsigned m = rt_begin(NULL);
    struct jac_function face = ode_face("slope", call_slope, q, 2, (int[]){1, 1}, 1);
    jac_fn f = jac_jacobian_(NULL, rt_fn_of(&face), false, JAC_AXES(0, 1));
    jac out[2];
    bool ok = jac_ok(f) && rt_call(rt_fn(f), (jac[]){x, t}, out);
    if (!rt_end_tree(m, ok ? 2 : 0, out) || !ok)
        return false;
    *by_state = out[0];
    *by_time = out[1];
    return true;
}

/* ---- a step ------------------------------------------------------------------------------------------------- */

/* x plus the sum of w[j] times stage j. */
static jac combine(jac x, const jac *stages, const double *w)
{
    for (int j = 0; j < STAGES; j++)
        if (w[j])
            x = jac_ok(x) ? jac_add(x, jac_mul(w[j], stages[j])) : jac_mul(w[j], stages[j]);
    return x;
}

static bool start(const ode_equation *q, const jac *slope, jac *rows)
{
    (void)slope;
    memcpy(ode_row(q, rows, STATE_BEFORE), rows, (size_t)q->n * sizeof *rows);
    for (int r = ADDED; r < ROWS; r++)
        for (int k = 0; k < q->n; k++)
            ode_row(q, rows, r)[k] = jac_zeros_like(rows[k]);
    return true;
}

static bool step(const ode_equation *q, const jac *rows, jac t, jac h, jac *after, jac *error)
{
    jac x = joined(q, rows), by_state, by_time, stage[STAGES], at = x;
    if (!differentiate(q, x, t, &by_state, &by_time))
        return false;
    jac rate = rt_convert(jac_reciprocal(h), (ir_dtype)(jac_dtype_of(x) - 1), false);
    jac_lu_factors w = jac_lu_factor(
        jac_sub(jac_mul(jac_div(rate, gamma), jac_eye((int64_t)q->elements)), by_state));
    for (int s = 0; s < STAGES; s++) {
        at = combine(x, stage, places[s]);
        jac time = jac_add(t, nodes[s] == 1 ? h : jac_mul(h, nodes[s]));
        jac right = slope_of(q, at, s ? time : t);
        if (s)
            right = jac_add(right, jac_mul(rate, combine(JAC_NULL, stage, couplings[s])));
        if (drift[s])
            right = jac_add(right, ode_scaled(h, jac_mul(drift[s], by_time)));
        stage[s] = jac_lu_solve(w, right);
    }
    parted(q, jac_add(at, stage[STAGES - 1]), ode_row(q, after, STATE));
    parted(q, stage[STAGES - 1], error);
    memcpy(ode_row(q, after, STATE_BEFORE), rows, (size_t)q->n * sizeof *rows);
    for (int d = 0; d < DENSE; d++)
        parted(q, combine(JAC_NULL, stage, dense[d]), ode_row(q, after, ADDED + d));
    return true;
}

static jac between(const ode_equation *q, const jac *rows, int l, jac x, jac h)
{
    (void)h;
    const jac *r = rows + l;
    int n = q->n;
    jac rest = r[(ROWS - 1) * n];
    for (int d = DENSE - 2; d >= 0; d--)
        rest = jac_add(ode_scaled(x, rest), r[(ADDED + d) * n]);
    jac left = jac_sub(1, x);
    jac end = ode_scaled(x, jac_add(r[STATE * n], ode_scaled(left, rest)));
    return jac_add(ode_scaled(left, r[STATE_BEFORE * n]), end);
}

const ode_method ode_rodas5p = {
    .rows = ROWS, .order = 5, .start = start, .step = step, .between = between, .implicit = true};
