/* Rows 1 to 3 by hand. */
#include "bench/c/c.h"
#include "bench/c/vector.h"

/* ---- a call: a new result each time, from malloc --------------------------------------------- */

static __attribute__((noinline)) float *square_plus_one(const float *x)
{
    float *y = malloc(sizeof *y);
    *y = *x * *x + 1;
    return y;
}

static void make_overhead(c_case *c)
{
    c->buffer[0] = input_f32(1, 0, 3, 3);
    c_result(c, 0, DIGEST_F32, 1);
}

static void run_overhead(c_case *c)
{
    float *y = square_plus_one(c->buffer[0]);
    *(volatile float *)c->result[0].elements = *y;
    free(y);
}

/* ---- a long program, as the loop that it is -------------------------------------------------- */

enum { STRAIGHT = 64 };

static void make_straight(c_case *c)
{
    c->buffer[0] = input_f32(STRAIGHT, 2, -1, 1);
    c_result(c, 0, DIGEST_F32, STRAIGHT);
}

static void run_straight(c_case *c)
{
    const float *x = c->buffer[0];
    float *y = (float *)c->result[0].elements;
    for (int i = 0; i < STRAIGHT; i += VF) {
        vf start = vf_load(x + i), v = start;
        for (int64_t k = 0; k < c->size; k += 5)
            v = VF_(sinf)(v * 0.75f + 1e-3f * (float)(k % 64)) - start * 0.5f;
        vf_store(y + i, v);
    }
}

/* ---- a chain of elementwise operations ------------------------------------------------------- */

static inline vf chain(vf x)
{
    vf b = VF_(tanhf)(x * 1.5f + 0.25f);
    vf c = VF_(expf)(-x);
    vf d = b / (1 + c);
    vf f = d * VF_(log1pf)(c) - x;
    return f * f + b;
}

static void chain_part(void *env, int64_t from, int64_t to)
{
    c_case *c = env;
    const float *x = c->buffer[0];
    float *y = (float *)c->result[0].elements;
    int64_t i = from;
    for (; i + VF <= to; i += VF)
        vf_store(y + i, chain(vf_load(x + i)));
    if (i < to) {
        float rest[VF] = {0};
        for (int64_t k = i; k < to; k++)
            rest[k - i] = x[k];
        vf_store(rest, chain(vf_load(rest)));
        for (int64_t k = i; k < to; k++)
            y[k] = rest[k - i];
    }
}

static void make_chain(c_case *c)
{
    c->buffer[0] = input_f32(c->size, 3, -4, 4);
    c_result(c, 0, DIGEST_F32, c->size);
}

static void run_chain(c_case *c)
{
    c_parallel(c->size, chain_part, c);
}

const c_work c_elementwise[] = {{"overhead", make_overhead, run_overhead},
                                {"straight", make_straight, run_straight},
                                {"chain", make_chain, run_chain},
                                {0}};
