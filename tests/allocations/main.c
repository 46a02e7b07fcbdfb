/* Checks that repeated calls allocate nothing. The program counts calls of malloc, runs loops from
 * one state to the next, and fails if malloc is called after the first few steps.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <jacquard.h>
#include <stdlib.h>

/* ---- malloc that counts ---------------------------------------------------------------------- */

void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t each);
void *__libc_realloc(void *p, size_t n);
void *__libc_memalign(size_t alignment, size_t n);

static _Atomic long asked;

void *malloc(size_t n)
{
    asked++;
    return __libc_malloc(n);
}

void *calloc(size_t n, size_t each)
{
    asked++;
    return __libc_calloc(n, each);
}

void *realloc(void *p, size_t n)
{
    asked++;
    return __libc_realloc(p, n);
}

void *aligned_alloc(size_t alignment, size_t n)
{
    asked++;
    return __libc_memalign(alignment, n);
}

int posix_memalign(void **p, size_t alignment, size_t n)
{
    asked++;
    return (*p = __libc_memalign(alignment, n)) ? 0 : ENOMEM;
}

/* ---- states of many arrays, from scalars to large ones --------------------------------------- */

enum { LEAVES = 24 };

typedef struct {
    jac x[LEAVES];
} State;

typedef struct {
    State state;
    jac sum, copy; /* arguments that are not part of the state */
} Result;

JAC_DEF(Result, step, (State, s), (jac, rate))
{
    jac sum = jac_asarray(0.0f);
    for (int k = 0; k < LEAVES; k++) {
        s.x[k] = jac_sub(s.x[k], jac_mul(rate, jac_tanh(s.x[k])));
        sum = jac_add(sum, jac_sum(s.x[k]));
    }
    return (Result){s, sum, jac_flip(jac_cumsum(s.x[LEAVES / 2], 0))};
}

JAC_DEF(jac, loss, (State, s), (jac, x))
{
    jac h = jac_tanh(jac_matmul(x, jac_reshape(s.x[LEAVES - 1], 64, -1)));
    return jac_mean(jac_square(h));
}

JAC_DEF(Result, train, (State, s), (jac, x))
{
    struct {
        jac value;
        State grad;
    } r;
    jac_call(jac_value_and_grad(loss_fn), &(loss_args){s, x}, &r);
    for (int k = 0; k < LEAVES; k++)
        s.x[k] = jac_sub(s.x[k], jac_mul(0.1, r.grad.x[k]));
    return (Result){s, r.value, jac_neg(r.value)};
}

JAC_DEF(jac, turn, (jac, i), (jac, x))
{
    return jac_add(jac_flip(x), i);
}

JAC_DEF(Result, loop, (State, s), (jac, x))
{
    for (int k = 0; k < LEAVES; k++)
        if (jac_ndim(s.x[k]))
            s.x[k] = jac_fori_loop(0, 5, turn_fn, s.x[k]);
    return (Result){s, jac_sum(x), jac_max(x)};
}

static State initial(void)
{
    State s = {{jac_scalar(JAC_F32, 1)}};
    for (int k = 1; k < LEAVES; k++)
        s.x[k] = jac_full(JAC_SHAPE((int64_t)1 << (k < 20 ? k : 19)), 1.0 / k);
    return s;
}

static bool check(const char *name, jac_fn f, jac other)
{
    enum { WARM = 4, STEPS = 20 };
    State s = initial();
    long before = 0;
    for (int k = 0; k < WARM + STEPS; k++) {
        if (k == WARM)
            before = asked;
        JAC_SCOPE (&s) {
            Result r;
            if (jac_call(f, &(step_args){s, other}, &r))
                s = r.state;
        }
    }
    long n = asked - before;
    if (n || jac_error())
        fprintf(stderr, "%s: %ld allocations in %d calls%s%s\n", name, n, STEPS,
                jac_error() ? "; " : "", jac_error() ? jac_error() : "");
    return !n && !jac_error();
}

int main(void)
{
    setenv("JACQUARD_NUM_THREADS", "1", 1); /* a BLAS that uses threads allocates memory for them */
    jac rate = jac_scalar(JAC_F32, 0.1), x = jac_ones(JAC_SHAPE(8, 64));
    bool ok = true;
    ok &= check("step", jac_jit(step_fn), rate);
    ok &= check("step, donated", jac_jit(step_fn, .donate_argnums = JAC_DIMS(0)), rate);
    ok &= check("train, donated", jac_jit(train_fn, .donate_argnums = JAC_DIMS(0)), x);
    ok &= check("loop, donated", jac_jit(loop_fn, .donate_argnums = JAC_DIMS(0)), x);
    return !ok;
}
