/* Takes a profile and finds its rows by their kernel and the type that it loops over.
 * Then functions to profile. */
#ifndef JACQUARD_TESTS_PROFILE_H
#define JACQUARD_TESTS_PROFILE_H

#include <criterion/criterion.h>
#include <string.h>

#include "include/jacquard.h"
#include "jit/jit.h"
#include "ops/ops.h"

enum { ROOM = 256 };

static jac_profile_kernel row[ROOM];
static int nrow;

static inline void start(void)
{
    cr_assert(jac_profile_start(), "%s", jac_error());
}

static inline void stop(void)
{
    cr_assert(jac_profile_stop(), "%s", jac_error());
    nrow = jac_profile_kernels(row, ROOM);
    cr_assert(nrow >= 0 && nrow <= ROOM, "%s", jac_error());
}

static inline const jac_profile_kernel *find(const char *kernel, const char *type)
{
    for (int k = 0; k < nrow; k++)
        if (!strcmp(row[k].kernel, kernel) && !strcmp(row[k].type, type))
            return &row[k];
    return NULL;
}

/* The row, which must exist. */
static inline jac_profile_kernel the(const char *kernel, const char *type)
{
    char *text = NULL;
    size_t size;
    FILE *f = open_memstream(&text, &size);
    for (int k = 0; k < nrow; k++)
        fprintf(f, "  %s over %s (%s)\n", row[k].kernel, row[k].type, row[k].kind);
    fclose(f);
    const jac_profile_kernel *found = find(kernel, type);
    cr_assert(found, "no row %s over %s among\n%s", kernel, type, text);
    free(text);
    return *found;
}

/* Of one call. */
static inline void expect(jac_profile_kernel k, int64_t calls, double read, double written,
                          double flops)
{
    double n = (double)calls;
    cr_expect(k.calls == calls, "%s: %lld calls, not %lld", k.kernel, (long long)k.calls,
              (long long)calls);
    cr_expect(k.bytes_read == n * read, "%s: reads %g bytes, not %g", k.kernel, k.bytes_read / n,
              read);
    cr_expect(k.bytes_written == n * written, "%s: writes %g bytes, not %g", k.kernel,
              k.bytes_written / n, written);
    cr_expect(k.flops == n * flops, "%s: %g flops, not %g", k.kernel, k.flops / n, flops);
}

static inline void run(jac_fn f, int times, jac x)
{
    for (int k = 0; k < times; k++)
        JAC_SCOPE ()
            cr_assert(jac_ok(jac_call1(f, x)), "%s", jac_error());
}

JAC_DEF(jac, axpy, (jac, x), (jac, y))
{
    return jac_add(jac_mul(x, y), 1);
}

JAC_DEF(jac, total, (jac, x))
{
    return jac_sum(x);
}

static inline jac repeat(int n, jac x)
{
    struct {
        jac x, i;
    } s = {x, jac_asarray(0)};
    JAC_WHILE (s, jac_lt(s.i, n)) {
        s.x = jac_add(jac_mul(s.x, 0.5), 1);
        s.i = jac_add(s.i, 1);
    }
    return s.x;
}

JAC_DEF(jac, repeat_25, (jac, x))
{
    return repeat(25, x);
}

JAC_DEF(jac, odd_and_even, (jac, x))
{
    struct {
        jac x;
    } s = {x};
    JAC_FOR (i, 0, 30, s) {
        JAC_IF (s, jac_lt(i, 10)) {
            s.x = jac_sqrt(s.x);
        }
        JAC_ELSE
        {
            s.x = jac_neg(s.x);
        }
        s.x = jac_abs(s.x);
    }
    return s.x;
}

static inline jac root_of(jac x)
{
    struct {
        jac y, step;
    } s = {x, jac_asarray(1.0)};
    JAC_WHILE (s, jac_gt(jac_abs(s.step), 1e-6)) {
        s.step = jac_mul(0.5, jac_sub(s.y, jac_div(x, s.y)));
        s.y = jac_sub(s.y, s.step);
    }
    return s.y;
}
JAC_FN(root_of, jac, (jac, x))

/* Straight-line code with branches, so long that it is divided into functions. */
JAC_DEF(jac, long_code, (jac, x))
{
    struct {
        jac x;
    } s = {jac_sum(x)};
    jac all = x;
    for (int k = 0; k < 150; k++) {
        for (int j = 0; j < 4; j++)
            s.x = jac_sin(jac_add(s.x, k + j));
        if (k % 10)
            continue;
        JAC_IF (s, jac_gt(s.x, 0)) {
            s.x = jac_cos(s.x);
        }
        JAC_ELSE
        {
            s.x = jac_neg(s.x);
        }
    }
    return jac_mul(all, s.x);
}

#endif
