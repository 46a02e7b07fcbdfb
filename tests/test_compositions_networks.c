/* Networks for sequences and images, and their derivatives
 * (tests/golden/compositions_models.py). */
#include "tests/programs.h"

JAC_TREE(Pair, a, b)
JAC_TREE(Three, a, b, c)

static jac times(jac x, double factor)
{
    return jac_mul(x, factor);
}

static jac sum_of_squares(jac x)
{
    return jac_sum(jac_power(x, 2));
}

/* Part k of an axis that is divided into parts of this size. */
static jac part(jac x, int64_t k, int64_t size, int axis)
{
    return jac_slice_in_dim(x, k * size, (k + 1) * size, 1, axis);
}

/* ---- recurrent networks ------------------------------------------------------------------------- */

typedef struct {
    Pair state;
    jac h;
} LstmStep;

JAC_DEF_ENV(LstmStep, lstm, Three, (Pair, s), (jac, x))
{
    jac z = jac_add(jac_add(jac_matmul(env->a, x), jac_matmul(env->b, s.a)), env->c);
    jac i = jac_sigmoid(part(z, 0, 2, 0)), f = jac_sigmoid(jac_add(part(z, 1, 2, 0), 1)),
        g = jac_tanh(part(z, 2, 2, 0)), o = jac_sigmoid(part(z, 3, 2, 0));
    jac c = jac_add(jac_mul(f, s.b), jac_mul(i, g)), h = jac_mul(o, jac_tanh(c));
    return (LstmStep){{h, c}, h};
}

static LstmStep lstm_over(Three p, jac xs)
{
    LstmStep r = {.state = {jac_zeros(JAC_SHAPE(2)), jac_zeros(JAC_SHAPE(2))}};
    jac_scan(lstm_with(p), &r.state, &xs, &r.h);
    return r;
}

static Three lstm_weights(void)
{
    return (Three){times(DATA(3, 8, 3), 0.5), times(DATA(5, 8, 2), 0.5), DATA(7, 8)};
}

JAC_DEF(jac, lstm_loss, (Three, p), (jac, xs))
{
    LstmStep r = lstm_over(p, xs);
    return jac_add(sum_of_squares(r.h), jac_sum(jac_mul(r.state.a, r.state.b)));
}

PROGRAM(compositions_models, lstm_loss_and_gradients)
{
    jac r[5] = {0};
    jac_call(jac_value_and_grad(lstm_loss_fn, 0, 1), &(lstm_loss_args){lstm_weights(), BATCH}, r);
    return program_results(5, r);
}

JAC_DEF(jac, lstm_last, (Three, p), (jac, xs))
{
    return lstm_over(p, xs).state.a;
}

JAC_DEF(jac, lstm_batch_loss, (Three, p))
{
    jac last = lstm_last_call(jac_vmap(lstm_last_fn, JAC_AXES(JAC_NONE, 0)), p, DATA(4, 2, 3, 3));
    return jac_mean(jac_power(last, 2));
}

PROGRAM(compositions_models, lstm_over_a_batch_of_sequences)
{
    Three p = lstm_weights(), g = {0};
    jac_call(jac_jit(jac_grad(lstm_batch_loss_fn)), &p, &g);
    return RESULTS(
        lstm_last_call(jac_vmap(lstm_last_fn, JAC_AXES(JAC_NONE, 0)), p, DATA(4, 2, 3, 3)), g.a,
        g.b, g.c);
}

JAC_DEF_ENV(Pair, gru, Three, (jac, h), (jac, x))
{
    jac both = jac_concatenate(0, h, x);
    jac z = jac_sigmoid(jac_matmul(env->a, both)), r = jac_sigmoid(jac_matmul(env->b, both));
    jac n = jac_tanh(jac_matmul(env->c, jac_concatenate(0, jac_mul(r, h), x)));
    h = jac_add(jac_mul(jac_sub(1, z), n), jac_mul(z, h));
    return (Pair){h, h};
}

JAC_DEF(jac, gru_loss, (Three, p), (jac, xs))
{
    jac h = jac_zeros(JAC_SHAPE(2)), hs;
    jac_scan(gru_with(p), &h, &xs, &hs);
    return sum_of_squares(hs);
}

PROGRAM(compositions_models, gru_loss_and_gradients)
{
    gru_loss_args at = {
        {times(DATA(2, 2, 5), 0.5), times(DATA(4, 2, 5), 0.5), times(DATA(6, 2, 5), 0.5)}, BATCH};
    jac r[6] = {0};
    jac_call(jac_value_and_grad(gru_loss_fn), &at, r);
    jac_jvp(gru_loss_fn, &at, &(gru_loss_args){.xs = BATCH}, &r[4], &r[5]);
    return program_results(6, r);
}

JAC_DEF_ENV(Pair, rnn, jac, (jac, h), (jac, x))
{
    h = jac_tanh(jac_add(jac_matmul(*env, h), x));
    return (Pair){h, h};
}

static jac both_ways(jac w)
{
    jac xs = BATCH, zero = jac_zeros(JAC_SHAPE(3)), h = zero, ahead, back;
    jac_scan(rnn_with(w), &h, &xs, &ahead);
    h = zero;
    jac_scan(rnn_with(w), &h, &xs, &back, .reverse = true);
    return jac_concatenate(1, ahead, back);
}

JAC_DEF(jac, both_ways_loss, (jac, w))
{
    return sum_of_squares(both_ways(w));
}

PROGRAM(compositions_models, recurrence_in_both_directions)
{
    jac w = times(M33, 0.5);
    return RESULTS(both_ways(w), jac_call1(jac_grad(both_ways_loss_fn), w));
}

/* ---- attention ---------------------------------------------------------------------------------- */

JAC_DEF(jac, attention, (jac, q), (jac, k), (jac, v))
{
    jac scores = jac_div(jac_matmul(q, jac_transpose(k)), jac_sqrt(f64(3)));
    jac i = jac_arange(4), causal = jac_ge(jac_expand_dims(i, 1), jac_expand_dims(i, 0));
    return jac_matmul(jac_softmax(jac_where(causal, scores, -INFINITY), -1), v);
}

JAC_DEF(jac, attention_loss, (jac, q), (jac, k), (jac, v))
{
    return sum_of_squares(attention(q, k, v));
}

PROGRAM(compositions_models, causal_attention)
{
    Three at = {BATCH, DATA(2, 4, 3), DATA(5, 4, 3)}, g = {0};
    jac_call(jac_grad(attention_loss_fn, 0, 1, 2), &at, &g);
    return RESULTS(attention(at.a, at.b, at.c), g.a, g.b, g.c);
}

static jac heads(jac q)
{
    return jac_call1(jac_vmap(attention_fn), q, DATA(2, 2, 4, 3), DATA(5, 2, 4, 3));
}

JAC_DEF(jac, heads_loss, (jac, q))
{
    return jac_sum(jac_sin(heads(q)));
}

JAC_DEF(jac, head_scores, (jac, q))
{
    return sum_of_squares(jac_einsum("hij,hkj->hik", q, DATA(2, 2, 4, 3)));
}

PROGRAM(compositions_models, attention_of_several_heads)
{
    jac q = DATA(1, 2, 4, 3);
    return RESULTS(heads(q), jac_call1(jac_jit(jac_grad(heads_loss_fn)), q),
                   jac_call1(jac_grad(head_scores_fn), q));
}

static jac normal_layer(jac x)
{
    jac centred = jac_sub(x, jac_mean(x, JAC_AXES(-1), .keepdims = true));
    jac var = jac_mean(jac_power(centred, 2), JAC_AXES(-1), .keepdims = true);
    return jac_mul(centred, jac_rsqrt(jac_add(var, 1e-5)));
}

JAC_DEF(jac, layer_norm, (jac, x), (jac, scale), (jac, shift))
{
    return jac_add(jac_mul(normal_layer(x), scale), shift);
}

JAC_DEF(jac, layer_norm_loss, (jac, x), (jac, scale), (jac, shift))
{
    return jac_sum(jac_power(layer_norm(x, scale, shift), 3));
}

PROGRAM(compositions_models, layer_norm_gradients)
{
    Three at = {BATCH, X3, W3}, g = {0};
    jac_call(jac_grad(layer_norm_loss_fn, 0, 1, 2), &at, &g);
    return RESULTS(layer_norm(at.a, at.b, at.c), g.a, g.b, g.c,
                   jac_call1(jac_vmap(jac_jacfwd(layer_norm_fn), JAC_AXES(0, JAC_NONE, JAC_NONE)),
                             BATCH, X3, W3));
}

typedef struct {
    jac q, k, v, in, out;
} Block;

JAC_DEF(jac, block_loss, (Block, p), (jac, x))
{
    jac y = normal_layer(x);
    x = jac_add(x, attention(jac_matmul(y, p.q), jac_matmul(y, p.k), jac_matmul(y, p.v)));
    y = jac_matmul(jac_gelu(jac_matmul(normal_layer(x), p.in)), p.out);
    return jac_mean(jac_power(jac_add(x, y), 2));
}

PROGRAM(compositions_models, transformer_block)
{
    Block p = {M33, DATA(2, 3, 3), DATA(3, 3, 3), DATA(4, 3, 4), DATA(5, 4, 3)};
    jac r[7] = {0};
    jac_call(jac_value_and_grad(block_loss_fn, 0, 1), &(block_loss_args){p, BATCH}, r);
    return program_results(7, r);
}

/* ---- images ------------------------------------------------------------------------------------- */

static jac convolve(jac image, jac kernel)
{
    int64_t kh = jac_dim(kernel, 0), kw = jac_dim(kernel, 1), h = jac_dim(image, 0) - kh + 1,
            w = jac_dim(image, 1) - kw + 1;
    jac sum = jac_zeros(JAC_SHAPE(h, w));
    for (int64_t i = 0; i < kh; i++)
        for (int64_t j = 0; j < kw; j++) {
            jac seen = jac_slice(image, JAC_DIMS(i, j), JAC_DIMS(i + h, j + w));
            sum = jac_add(sum, jac_mul(seen, jac_at(kernel, i, j)));
        }
    return sum;
}

static Pair pooled(jac image, jac kernel)
{
    jac y = jac_reshape(jac_relu(convolve(image, kernel)), 2, 2, 2, 2);
    return (Pair){jac_max(y, JAC_AXES(1, 3)), jac_mean(y, JAC_AXES(1, 3))};
}

JAC_DEF(jac, pooled_loss, (jac, image), (jac, kernel))
{
    Pair y = pooled(image, kernel);
    return jac_add(sum_of_squares(y.a), sum_of_squares(y.b));
}

PROGRAM(compositions_models, convolution_and_pooling_by_slices)
{
    Pair at = {jac_add(DATA(1, 5, 5), times(DATA(3, 5, 5), 0.125)), DATA(6, 2, 2)}, g = {0},
         y = pooled(at.a, at.b);
    jac_call(jac_grad(pooled_loss_fn, 0, 1), &at, &g);
    return RESULTS(y.a, y.b, g.a, g.b,
                   jac_call1(jac_vmap(jac_grad(pooled_loss_fn, 1), JAC_AXES(0, JAC_NONE)),
                             DATA(3, 2, 5, 5), at.b));
}

JAC_DEF(jac, convolved_sum, (jac, kernel))
{
    return jac_sum(jac_tanh(convolve(DATA(1, 4, 4), kernel)));
}

PROGRAM(compositions_models, convolution_hessian)
{
    return RESULTS(jac_call1(jac_hessian(convolved_sum_fn), DATA(6, 2, 2)));
}

JAC_DEF(jac, batch_norm, (jac, x), (jac, scale))
{
    jac spread = jac_sqrt(jac_add(jac_var(x, JAC_AXES(0)), 1e-3));
    jac y = jac_mul(jac_div(jac_sub(x, jac_mean(x, JAC_AXES(0))), spread), scale);
    return jac_sum(jac_mul(jac_sin(y), jac_flip(BATCH, 0)));
}

PROGRAM(compositions_models, batch_norm_through_the_batch)
{
    Three r = {0};
    jac_call(jac_value_and_grad(batch_norm_fn, 0, 1), &(Pair){BATCH, X3}, &r);
    return RESULTS(r.a, r.b, r.c);
}
