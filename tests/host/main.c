/* Tests libjacquard_host.a by itself. This program is linked only with it, threads and libm,
 * and calls the functions that compiled code calls.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ops/host/host.h"

static int failures;

static void check(bool holds, const char *what)
{
    if (holds)
        return;
    const char *why = jac_host_error();
    fprintf(stderr, "failed: %s%s%s\n", what, why ? ": " : "", why ? why : "");
    failures++;
}

/* ---- products -------------------------------------------------------------------------------- */

enum { M = 40, K = 30, N = 50 };

static double product_at(const double *a, const double *b, int i, int j)
{
    double sum = 0;
    for (int k = 0; k < K; k++)
        sum += a[i * K + k] * b[k * N + j];
    return sum;
}

/* Step 1: b is dense. Step 2: every second element is unused, so that the BLAS needs a copy. */
static void products(int64_t step)
{
    static double a[M * K], b[K * N], spread[2 * K * N], c[M * N];
    for (int i = 0; i < M * K; i++)
        a[i] = i % 7 - 3;
    for (int i = 0; i < K * N; i++)
        spread[step * i] = b[i] = i % 5 - 1;
    host_product p = {.dtype = IR_f64, .batch = 1, .m = M, .n = N, .k = K};
    p.a = (host_operand){.batch = M * K, .free = K, .k = 1, .whole = 1, .rank = 2, {M, K}, {K, 1}};
    p.b = (host_operand){.batch = K * N,
                         .free = step,
                         .k = N * step,
                         .whole = step == 1,
                         .rank = 2,
                         {K, N},
                         {N * step, step}};
    check(jac_host_dot((const int64_t *)&p, (const void *[]){a, spread}, (void *[]){c}),
          "a product is computed");
    bool same = true;
    for (int i = 0; i < M; i++)
        for (int j = 0; j < N; j++)
            same = same && c[i * N + j] == product_at(a, b, i, j);
    check(same, step == 1 ? "a product is what loops give" : "a product that is laid out first");
}

/* ---- tapes ----------------------------------------------------------------------------------- */

static void tapes(void)
{
    const int64_t slice[] = {IR_f64, 1, 2};
    ir_tape *a = NULL, *sum = NULL;
    check(jac_host_tape_open(&a, slice, 0), "a tape is opened");
    for (int k = 0; k < 100; k++) {
        double *at = jac_host_tape_next(&a, k);
        check(at != NULL, "a tape grows");
        at[0] = k, at[1] = -k;
    }
    const double *beyond = jac_host_tape_read(&a, 100, 2 * sizeof *beyond);
    check(beyond[0] == 0 && beyond[1] == 0, "beyond a tape there are zeros");
    host_tape n = {.dtype = IR_f64, .rank = 2, .dim = {IR_DYNAMIC, 2}};
    check(jac_host_tape_add((const int64_t *)&n, (const void *[]){&a, &a}, (void *[]){&sum}),
          "tapes are added");
    const double *last = jac_host_tape_read(&sum, 99, 2 * sizeof *last);
    check(last[0] == 198 && last[1] == -198, "a sum of tapes is theirs");
    jac_host_tape_drop(&a);
    jac_host_tape_drop(&sum);
    check(!a && !sum, "a tape that is dropped is gone");
}

/* ---- code, threads --------------------------------------------------------------------------- */

enum { ITEMS = 200000 };

static uint8_t roots(void *env, int64_t from, int64_t to, void *memory)
{
    double *y = env;
    (void)memory;
    for (int64_t i = from; i < to; i++)
        y[i] = sqrt((double)i);
    return 1;
}

/* Behaves like an emitted function: its temporaries are in the arena, and threads share its
 * work. */
static bool code(const void *const *in, void *const *out, char *arena, const void *const *table)
{
    double *temporary = (double *)arena, *y = out[0];
    if (table || !jac_host_parallel(roots, temporary, ITEMS, 0))
        return false;
    for (int i = 0; i < ITEMS; i++)
        y[i] = temporary[i] * *(const double *)in[0];
    return true;
}

static void calls(void)
{
    static double y[ITEMS];
    double two = 2;
    jac_host_program p = {.entry = code, .name = "roots", .arena_bytes = ITEMS * sizeof *y};
    for (int k = 0; k < 3; k++) {
        memset(y, 0, sizeof y);
        check(jac_host_run(&p, (const void *[]){&two}, (void *[]){y}), "code is called");
        bool same = true;
        for (int i = 0; i < ITEMS; i++)
            same = same && y[i] == 2 * sqrt((double)i);
        check(same, "threads do each item once");
    }
    check(fabs(jac_host_sin_large(1e300) - sin(1e300)) < 1e-15, "the sine of a large argument");
}

int main(void)
{
    products(1);
    products(2);
    tapes();
    calls();
    return failures > 0;
}
