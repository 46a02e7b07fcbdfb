/* Random equations of complex numbers. They begin with real values and end with real values, so
 * that nothing else in the fuzzer meets complex ones. */
#include "ops/host/host.h"
#include "ops/ops.h"
#include "tests/fuzz/generate.h"

/* z + 4, which is far from the branch cuts of roots and logarithms, and from 0. */
static gen_value to_the_right(scope *s, gen_value z)
{
    return gen_two(s, &op_add, z, gen_constant(s, &z.v->type, 4));
}

/* A transform of the last dimensions, or x if there are none to transform. The results of those
 * forwards are made small again. */
static gen_value transform(scope *s, host_fft_type type, gen_value x)
{
    fuzz_rng *r = &s->gen->rng;
    const ir_type *t = &x.v->type;
    int most = t->rank < HOST_FFT_MOST_RANK ? t->rank : HOST_FFT_MOST_RANK;
    bool half = type == HOST_IRFFT;
    if (!most || !ir_type_count(t) || (half && t->dim[t->rank - 1] < 2))
        return x;
    int n = 1 + (int)fuzz_below(r, most);
    int64_t lengths[HOST_FFT_MOST_RANK], all = 1;
    for (int k = 0; k < n; k++)
        all *= lengths[k] = t->dim[t->rank - n + k];
    if (half)
        lengths[n - 1] = 2 * (lengths[n - 1] - 1) + (int)fuzz_below(r, 2);
    ir_attr attr[] = {[FFT_TYPE] = {.i = type}, [FFT_LENGTHS] = {.n = n, .ints = lengths}};
    gen_value *made = gen_emit(s, &op_fft, 1, &x, attr);
    if (!made || half || type == HOST_IFFT)
        return made ? *made : x;
    return gen_two(s, &op_mul, *made, gen_constant(s, &made->v->type, 1 / (double)all));
}

/* One more function of z; the parts stay small. */
static gen_value step(scope *s, gen_value z)
{
    static const ir_op *const anywhere[] = {&op_neg, &op_conj, &op_sin,  &op_cos,
                                            &op_exp, &op_copy, &op_sinh, &op_cosh};
    static const ir_op *const pairs[] = {&op_max, &op_min};
    static const ir_op *const right[] = {&op_sqrt, &op_rsqrt, &op_log, &op_log1p, &op_atan};
    fuzz_rng *r = &s->gen->rng;
    switch (fuzz_below(r, 8)) {
    case 5: /* of numbers that differ */
        return gen_two(s, pairs[fuzz_below(r, 2)], z, to_the_right(s, gen_one(s, &op_conj, z)));
    case 6:
        return gen_one(s, &op_sign, to_the_right(s, z));
    case 7:
        return transform(s, fuzz_chance(r, 50) ? HOST_FFT : HOST_IFFT, z);
    case 0:
        return gen_one(s, right[fuzz_below(r, 5)], to_the_right(s, z));
    case 1:
        return gen_two(s, &op_mul, z, gen_one(s, &op_conj, z));
    case 2:
        return gen_two(s, &op_div, z, to_the_right(s, z));
    case 3:
        return gen_two(s, fuzz_chance(r, 50) ? &op_mul : &op_sub, z, z);
    default:
        return gen_one(s, anywhere[fuzz_below(r, 8)], z);
    }
}

void gen_complex(scope *s)
{
    fuzz_rng *r = &s->gen->rng;
    gen_value x = gen_any(s);
    ir_dtype d = x.v->type.dtype;
    if ((d != IR_f32 && d != IR_f64) || s->gen->wild)
        return;
    x = gen_within(s, x, -1, 1);
    gen_value y = gen_one(s, fuzz_chance(r, 50) ? &op_sin : &op_cos, x), z = x;
    if (fuzz_chance(r, 30))
        z = transform(s, HOST_RFFT, x);
    if (!ir_is_complex(z.v->type.dtype))
        z = gen_two(s, &op_complex, x, y);
    for (int n = 1 + fuzz_below(r, 2); n > 0 && !s->gen->broken; n--)
        z = step(s, z);
    if (s->gen->broken)
        return;
    switch (fuzz_below(r, 4)) {
    case 3:
        if (!ir_is_complex(transform(s, HOST_IRFFT, z).v->type.dtype))
            break;
        // fallthrough
    case 0:
        gen_one(s, &op_abs, to_the_right(s, z));
        break;
    case 1:
        gen_one(s, &op_real, z);
        break;
    default:
        gen_one(s, &op_imag, z);
    }
}
