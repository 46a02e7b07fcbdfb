/* fft: the discrete Fourier transform along the last one to three dimensions, forwards or back, of
 * complex numbers, or between real numbers and the half of a transform that determines the other
 * one. fft_parts is the same on the parts of complex numbers, which a host function transforms.
 *
 * A transform has no factor forwards, and the factor 1 / n backwards (jax.lax.fft). Its matrix is
 * symmetric, so it is its own transpose.
 */
#include <string.h>

#include "ops/complex.h"
#include "ops/host/host.h"
#include "ops/ops.h"
#include "ops/shape.h"

static const struct {
    const char *name;
    bool from_real, to_real;
} types[HOST_NFFT] = {[HOST_FFT] = {"FFT", false, false},
                      [HOST_IFFT] = {"IFFT", false, false},
                      [HOST_RFFT] = {"RFFT", true, false},
                      [HOST_IRFFT] = {"IRFFT", false, true}};

static ir_value *emit(ir_graph *g, ir_value *x, host_fft_type type, int n, const int64_t *lengths)
{
    ir_attr attr[] = {
        [FFT_TYPE] = {.i = type}, [FFT_LENGTHS] = {.n = n, .ints = (int64_t *)lengths}};
    return ir_emit1(g, &op_fft, 1, &x, attr);
}

/* ---- types ----------------------------------------------------------------------------------- */

static bool check_dtype(const ir_infer *q, bool real)
{
    ir_dtype d = q->in[0].dtype;
    bool right = real ? d == IR_f32 || d == IR_f64 : ir_is_complex(d);
    return right || ir_fail("fft: %s takes %s, but is given %s", types[q->attr[FFT_TYPE].i].name,
                            real ? "f32 or f64" : "complex numbers", ir_type_tmp(&q->in[0]));
}

/* The result's shape: x, with the last dimension halved or made whole. */
static bool transformed_shape(const ir_infer *q, ir_type *t)
{
    int64_t type = q->attr[FFT_TYPE].i;
    const ir_attr *lengths = &q->attr[FFT_LENGTHS];
    if (type < 0 || type >= HOST_NFFT)
        return ir_fail("fft: fft_type must be 0 to %d, but is %lld", HOST_NFFT - 1,
                       (long long)type);
    *t = q->in[0];
    int n = lengths->n;
    if (n < 1 || n > HOST_FFT_MOST_RANK || n > t->rank)
        return ir_fail("fft: %d dimensions of %s cannot be transformed; 1 to %d can", n,
                       ir_type_tmp(t), t->rank < HOST_FFT_MOST_RANK ? t->rank : HOST_FFT_MOST_RANK);
    for (int k = 0; k < n; k++) {
        int64_t length = lengths->ints[k], at = t->rank - n + k;
        bool last = k == n - 1, half = last && types[type].to_real;
        if (length < (last && (half || types[type].from_real) ? 1 : 0))
            return ir_fail("fft: the length %lld is too small", (long long)length);
        if (t->dim[at] != (half ? length / 2 + 1 : length))
            return ir_fail("fft: %s does not fit the lengths %s of %s", ir_type_tmp(&q->in[0]),
                           ir_ints_tmp(lengths->ints, n), types[type].name);
        if (half)
            t->dim[at] = length;
        else if (last && types[type].from_real)
            t->dim[at] = length / 2 + 1;
    }
    return check_shape(q, t->rank, t->dim);
}

static bool fft_infer(ir_infer *q)
{
    ir_type t;
    if (!check_operands(q, 1) || !transformed_shape(q, &t) ||
        !check_dtype(q, types[q->attr[FFT_TYPE].i].from_real))
        return false;
    int64_t type = q->attr[FFT_TYPE].i;
    if (types[type].from_real)
        t.dtype = ir_complex_of(t.dtype);
    else if (types[type].to_real)
        t.dtype = ir_part(t.dtype);
    t.weak = false;
    ir_infer_out(q, &t);
    return true;
}

static bool parts_infer(ir_infer *q)
{
    ir_type t;
    if (!transformed_shape(q, &t))
        return false;
    int64_t type = q->attr[FFT_TYPE].i;
    if (!check_operands(q, types[type].from_real ? 1 : 2) || !check_dtype(q, true))
        return false;
    if (q->nin == 2 && !ir_same_type(&q->in[0], &q->in[1]))
        return ir_fail("fft_parts: the parts are %s and %s", ir_type_tmp(&q->in[0]),
                       ir_type_tmp(&q->in[1]));
    t.weak = false;
    for (int k = 0; k < (types[type].to_real ? 1 : 2); k++)
        ir_infer_out(q, &t);
    return true;
}

/* ---- rules ----------------------------------------------------------------------------------- */

static bool fft_pairs(ir_graph *g, const ir_eqn *e, const ir_pair *x, ir_pair *y)
{
    ir_value **made =
        ir_emit(g, &op_fft_parts, x->im ? 2 : 1, (ir_value *[]){x->re, x->im}, e->attr);
    if (!made)
        return false;
    *y = (ir_pair){made[0], types[e->attr[FFT_TYPE].i].to_real ? NULL : made[1]};
    return true;
}

/* The half of a transform goes to the whole by zeros; a real number is the real part. */
static ir_value *from_half(ir_graph *g, const ir_attr *lengths, ir_value *ct)
{
    int64_t none[IR_MAX_RANK] = {0}, more[IR_MAX_RANK] = {0};
    if (!ct)
        return NULL;
    int last = ct->type.rank - 1;
    more[last] = lengths->ints[lengths->n - 1] - ct->type.dim[last];
    ir_type zero = ir_type_scalar(ct->type.dtype);
    ir_value *in[] = {ct, ir_zeros(g, &zero)};
    ir_attr attr[] = {[PAD_LOW] = {.n = last + 1, .ints = none},
                      [PAD_HIGH] = {.n = last + 1, .ints = more},
                      [PAD_INTERIOR] = {.n = last + 1, .ints = none}};
    ir_value *whole = ir_emit1(g, &op_pad, 2, in, attr);
    return b_real(g, emit(g, whole, HOST_FFT, lengths->n, lengths->ints));
}

/* 1 / (the product of the lengths), but 2 / it for the elements that stand for two: all along the
 * last dimension but the first one and, if the length is even, the last one. */
static ir_value *shares(ir_graph *g, const ir_attr *lengths, const ir_type *t)
{
    double all = 1;
    int64_t n = lengths->ints[lengths->n - 1];
    for (int k = 0; k < lengths->n; k++)
        all *= (double)lengths->ints[k];
    ir_type part = ir_type_like(*t, ir_part(t->dtype));
    ir_type index = ir_type_like(*t, IR_i64);
    ir_value *at = b_iota(g, IR_i64, t->rank, t->dim, t->rank - 1);
    ir_value *first = b_eq(g, at, ir_zeros(g, &index));
    ir_value *end = b_eq(g, at, ir_full(g, &index, ir_scalar_of_int(IR_i64, n % 2 ? -1 : n / 2)));
    ir_value *once = ir_full(g, &part, ir_scalar_of(part.dtype, 1 / all));
    ir_value *twice = ir_full(g, &part, ir_scalar_of(part.dtype, 2 / all));
    return b_select(g, b_or(g, first, end), once, twice);
}

/* Every element of the half counts for itself and for its conjugate. */
static ir_value *to_half(ir_graph *g, const ir_attr *lengths, ir_value *ct)
{
    ir_value *half = emit(g, ct, HOST_RFFT, lengths->n, lengths->ints);
    if (!half)
        return NULL;
    ir_value *share = shares(g, lengths, &half->type);
    return b_complex(g, b_mul(g, share, b_real(g, half)),
                     b_neg(g, b_mul(g, share, b_imag(g, half))));
}

static bool fft_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                          ir_value **ct_in)
{
    (void)x;
    const ir_attr *lengths = &e->attr[FFT_LENGTHS];
    host_fft_type type = (host_fft_type)e->attr[FFT_TYPE].i;
    if (type == HOST_RFFT)
        ct_in[0] = from_half(g, lengths, ct[0]);
    else if (type == HOST_IRFFT)
        ct_in[0] = to_half(g, lengths, ct[0]);
    else
        ct_in[0] = emit(g, ct[0], type, lengths->n, lengths->ints);
    return ct_in[0] != NULL;
}

static bool fft_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                      const ir_batching *over, ir_value **y, int *yaxis)
{
    ir_value *in[2];
    for (int k = 0; k < e->nin; k++)
        in[k] = ir_move_axis(g, x[k], axis[k], 0, over->size);
    ir_value **made = ir_emit(g, e->op, e->nin, in, e->attr);
    for (int k = 0; made && k < e->nout; k++) {
        y[k] = made[k];
        yaxis[k] = 0;
    }
    return made != NULL;
}

static int parts_numbers(const ir_eqn *e, int64_t *to)
{
    const ir_type *t = &e->in[0]->type;
    const ir_attr *lengths = &e->attr[FFT_LENGTHS];
    host_fft s = {t->dtype, e->attr[FFT_TYPE].i, 1, lengths->n, {0}};
    for (int d = 0; d < t->rank - lengths->n; d++)
        s.outer *= t->dim[d];
    memcpy(s.n, lengths->ints, (size_t)lengths->n * sizeof *s.n);
    memcpy(to, &s, sizeof s);
    return sizeof s / sizeof *to;
}

const ir_op op_fft = {
    .name = "fft",
    .attrs = IR_ATTR_COLUMN(FFT),
    .infer = fft_infer,
    .jvp = linear_jvp,
    .transpose = fft_transpose,
    .batch = fft_batch,
    .pairs = fft_pairs,
};

const ir_op op_fft_parts = {
    .name = "fft_parts",
    .attrs = IR_ATTR_COLUMN(FFT),
    .infer = parts_infer,
    .eval = host_eval,
    .batch = fft_batch,
    .lower =
        &(const jit_lower){.kind = JIT_CALLED,
                           .host = &(const jit_host){"jac_host_fft", jac_host_fft, parts_numbers}},
};
