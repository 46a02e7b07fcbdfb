/* Programs with 64-bit types off: f32, integers, bools, weak types, empty shapes, random numbers
 * (tests/golden/compositions_x32.py). */
#include "tests/programs.h"

JAC_TREE(Pair, a, b)
JAC_TREE(Three, a, b, c)
typedef struct {
} Nothing;

#define F32(...) jac_array(JAC_SHAPE(sizeof((float[]){__VA_ARGS__}) / 4), (float[]){__VA_ARGS__})
#define I32(...)                                                                                   \
    jac_array(JAC_SHAPE(sizeof((int32_t[]){__VA_ARGS__}) / 4), (int32_t[]){__VA_ARGS__})
#define F32_DATA(...) jac_astype(DATA(__VA_ARGS__), JAC_F32)
#define x3            F32_DATA(1, 3)
#define w3            F32_DATA(4, 3)
#define m33           F32_DATA(5, 3, 3)
#define batch         F32_DATA(6, 4, 3)
#define u8            jac_array(JAC_SHAPE(4), (uint8_t[]){3, 250, 7, 128})
#define i32           I32(-7, INT32_MAX, 5, INT32_MIN)
#define u32           jac_array(JAC_SHAPE(4), (uint32_t[]){1, 4000000000, 77, 65535})

static jac f32(double v)
{
    return jac_scalar(JAC_F32, v);
}

static jac int_of(int32_t v)
{
    return jac_scalar(JAC_I32, v);
}

static jac rows(jac x, int64_t start, int64_t limit)
{
    return jac_slice_in_dim(x, start, limit, 1, 0);
}

static jac sum_of_squares(jac x)
{
    return jac_sum(jac_power(x, 2));
}

/* ---- dtypes ------------------------------------------------------------------------------------- */

PROGRAM_X32(compositions_x32, dtypes_that_nobody_names)
{
    return RESULTS(jac_arange(3), jac_arange(3.0), jac_zeros(JAC_SHAPE(2)), jac_eye(2),
                   jac_linspace(0, 1, 3), jac_one_hot(I32(1, 0), 2), jac_argmax(x3),
                   jac_sum(jac_gt(x3, 0)), jac_mean(jac_arange(4)), jac_div(jac_arange(4), 3),
                   jac_full(JAC_SHAPE(2), 7), jac_sqrt(jac_arange(3)));
}

PROGRAM_X32(compositions_x32, weak_numbers_and_mixed_dtypes)
{
    jac p = jac_gt(x3, 0);
    return RESULTS(jac_add(u8, 1), jac_mul(u8, 0.5), jac_mul(jac_at(i32, 2), 0.5), jac_add(p, 1),
                   jac_mul(p, 0.5), jac_add(u8, jac_arange(4)), jac_add(x3, jac_arange(3)),
                   jac_where(p, 1, x3), jac_where(jac_gt(u8, 5), u8, 0), jac_add(u8, f32(0.5)),
                   jac_maximum(u32, 3), jac_power(2, x3));
}

PROGRAM_X32(compositions_x32, integers_wrap_around)
{
    jac odd = jac_slice(i32, JAC_DIMS(0), JAC_DIMS(4), JAC_DIMS(2));
    return RESULTS(jac_add(u8, u8), jac_mul(u8, u8), jac_sub(u8, jac_scalar(JAC_U8, 4)),
                   jac_add(i32, i32), jac_neg(i32), jac_abs(i32), jac_mul(u32, u32),
                   jac_mul(i32, int_of(3)), jac_bitwise_not(u8), jac_cumsum(u8, 0), jac_prod(odd),
                   jac_sum(u32));
}

PROGRAM_X32(compositions_x32, integer_division_and_shifts)
{
    jac by = I32(2, -3, -2, 0), k = I32(1, 31, 32, 3);
    return RESULTS(jac_floor_divide(i32, by), jac_remainder(i32, jac_where(jac_eq(by, 0), 7, by)),
                   jac_rem(i32, by), jac_left_shift(i32, k), jac_right_shift(i32, k),
                   jac_shift_right_logical(i32, k), jac_right_shift(u32, jac_astype(k, JAC_U32)),
                   jac_population_count(u32), jac_clz(u32), jac_bitwise_and(i32, by),
                   jac_bitwise_xor(i32, by));
}

PROGRAM_X32(compositions_x32, conversions)
{
    jac f = F32(-1.5, 0.99, 3e9, -INFINITY, NAN, 255.5);
    return RESULTS(jac_astype(rows(f, 0, 3), JAC_I32), jac_astype(rows(f, 4, 6), JAC_I32),
                   jac_astype(f, JAC_BOOL), jac_astype(u32, JAC_F32), jac_astype(i32, JAC_U8),
                   jac_astype(jac_gt(x3, 0), JAC_F32), jac_sub(jac_astype(u8, JAC_I32), 300),
                   jac_bitcast_convert_type(x3, JAC_I32), jac_round(rows(f, 0, 2)), f32(16777217));
}

/* ---- loops over integers ------------------------------------------------------------------------ */

JAC_DEF(jac, some_left, (Three, s))
{
    return jac_ne(s.b, 0);
}

JAC_DEF(Three, euclid, (Three, s))
{
    return (Three){s.b, jac_remainder(s.a, s.b), jac_add(s.c, 1)};
}

JAC_DEF(Three, gcd, (jac, a), (jac, b))
{
    return jac_while_loop(some_left_fn, euclid_fn, (Three){a, b, jac_asarray(0)});
}

PROGRAM_X32(compositions_x32, euclid_in_a_while_over_a_batch)
{
    jac a = I32(48, 17, 0, 1071), b = I32(18, 5, 9, 462);
    jac_fn one = jac_jit(jac_vmap(gcd_fn, JAC_AXES(JAC_NONE, 0)));
    Three r = gcd_call(jac_vmap(gcd_fn), a, b), s = gcd_call(one, int_of(120), b);
    return RESULTS(r.a, r.b, r.c, s.a, s.b, s.c);
}

JAC_DEF_ENV(Pair, shift_register, jac, (jac, s), (Nothing, none))
{
    (void)none;
    s = jac_bitwise_xor(s, jac_left_shift(s, 13));
    s = jac_bitwise_xor(s, jac_right_shift(s, 17));
    s = jac_bitwise_xor(s, jac_left_shift(s, 5));
    jac u = jac_div(jac_astype(jac_right_shift(s, 8), JAC_F32), 16777216);
    return (Pair){s, jac_sin(jac_mul(u, *env))};
}

JAC_DEF(Pair, by_hand, (jac, x))
{
    Pair r = {jac_scalar(JAC_U32, 2463534242), JAC_NULL};
    jac_scan(shift_register_with(x), &r.a, NULL, &r.b, .length = 5);
    return r;
}

JAC_DEF(jac, waves_by_hand, (jac, x))
{
    return by_hand(x).b;
}

JAC_DEF(jac, sum_by_hand, (jac, x))
{
    return jac_sum(by_hand(x).b);
}

PROGRAM_X32(compositions_x32, random_numbers_made_by_hand)
{
    Pair r = by_hand(x3);
    return RESULTS(r.a, r.b, jac_call1(jac_grad(sum_by_hand_fn), x3),
                   jac_call1(jac_vmap(waves_by_hand_fn), x3));
}

JAC_DEF(jac, add_half, (jac, i), (jac, s))
{
    return jac_add(s, jac_mul(i, 0.5));
}

JAC_DEF(jac, double_and_add, (jac, i), (jac, s))
{
    (void)i;
    return jac_add(jac_mul(s, 2), x3);
}

JAC_DEF(jac, under_three, (Pair, s))
{
    return jac_lt(s.a, 3);
}

JAC_DEF(Pair, count_and_grow, (Pair, s))
{
    return (Pair){jac_add(s.a, 1), jac_mul(s.b, f32(1.5))};
}

JAC_DEF(Pair, running_total, (jac, c), (jac, x))
{
    return (Pair){jac_add(c, x), c};
}

PROGRAM_X32(compositions_x32, carries_that_enter_as_numbers)
{
    Pair c = jac_while_loop(under_three_fn, count_and_grow_fn, (Pair){jac_asarray(0), f32(1)});
    Pair d = {jac_asarray(0.0), JAC_NULL};
    jac xs = x3;
    jac_scan(running_total_fn, &d.a, &xs, &d.b);
    return RESULTS(jac_fori_loop(0, 4, add_half_fn, jac_asarray(0.0)),
                   jac_fori_loop(0, 4, double_and_add_fn, jac_zeros(JAC_SHAPE(3))), c.a, c.b, d.a,
                   d.b);
}

JAC_DEF(jac, life, (jac, i), (jac, cells))
{
    (void)i;
    jac padded = jac_pad(cells, jac_scalar(JAC_U8, 0), JAC_DIMS(1, 1), JAC_DIMS(1, 1));
    jac n = jac_zeros_like(cells);
    for (int r = 0; r < 3; r++)
        for (int c = 0; c < 3; c++)
            if (r != 1 || c != 1)
                n = jac_add(n, jac_slice(padded, JAC_DIMS(r, c), JAC_DIMS(5 + r, 5 + c)));
    jac lives = jac_logical_and(jac_eq(n, 2), jac_eq(cells, 1));
    return jac_astype(jac_where(jac_logical_or(jac_eq(n, 3), lives), 1, 0), JAC_U8);
}

static jac glider(void)
{
    uint8_t cells[25] = {[1] = 1, [7] = 1, [10] = 1, [11] = 1, [12] = 1};
    return jac_array(JAC_SHAPE(5, 5), cells);
}

JAC_DEF(jac, generations, (jac, n))
{
    return jac_fori_loop(0, n, life_fn, glider());
}

PROGRAM_X32(compositions_x32, game_of_life)
{
    return RESULTS(jac_fori_loop(0, 4, life_fn, glider()),
                   jac_call1(jac_jit(jac_vmap(generations_fn)), I32(0, 1, 3)));
}

/* ---- derivatives in f32 ------------------------------------------------------------------------- */

JAC_DEF(jac, logistic_loss, (jac, w))
{
    return jac_mean(jac_log1p(jac_exp(jac_neg(jac_matmul(batch, w)))));
}

PROGRAM_X32(compositions_x32, hessian_of_logistic_loss_in_f32)
{
    jac_fn f = logistic_loss_fn;
    Pair r = {0};
    jac w = w3;
    jac_call(jac_jit(jac_value_and_grad(f)), &w, &r);
    return RESULTS(jac_call1(jac_hessian(f), w), r.a, r.b, jac_call1(jac_vmap(jac_grad(f)), m33));
}

JAC_DEF_ENV(Pair, cell, jac, (jac, h), (jac, x))
{
    h = jac_tanh(jac_add(jac_matmul(*env, h), x));
    return (Pair){h, h};
}

JAC_DEF(jac, recurrence, (jac, w), (jac, h), (jac, xs))
{
    jac hs;
    jac_scan(cell_with(w), &h, &xs, &hs);
    return sum_of_squares(hs);
}

PROGRAM_X32(compositions_x32, recurrence_in_f32)
{
    jac r[4] = {0};
    jac_call(jac_value_and_grad(recurrence_fn, 0, 1, 2), &(recurrence_args){m33, x3, batch}, r);
    return program_results(4, r);
}

JAC_DEF(jac, below_hundred, (Pair, s))
{
    return jac_lt(s.a, 100);
}

JAC_DEF(Pair, doubled, (Pair, s))
{
    return (Pair){jac_add(jac_mul(s.a, 2), jac_sin(s.a)), jac_add(s.b, 1)};
}

JAC_DEF(Pair, grow, (jac, x))
{
    return jac_while_loop(below_hundred_fn, doubled_fn, (Pair){x, jac_asarray(0)});
}

JAC_DEF(jac, grown, (jac, x))
{
    return grow(x).a;
}

PROGRAM_X32(compositions_x32, while_in_reverse_in_f32)
{
    jac x = F32(0.5, 60, 200);
    jac_fn g = jac_grad(grown_fn);
    Pair r = grow_call(jac_vmap(grow_fn), x);
    return RESULTS(r.a, r.b, jac_call1(jac_vmap(g), x), jac_call1(g, f32(0.75)));
}

JAC_DEF(jac, beside_integers, (jac, i), (jac, p), (jac, x), (jac, n))
{
    jac y = jac_where(p, jac_mul(jac_at(x, i), n), jac_sum(x));
    return jac_div(jac_power(y, 2), n);
}

PROGRAM_X32(compositions_x32, gradients_beside_integers)
{
    jac yes = jac_scalar(JAC_BOOL, true), i = int_of(1), n = int_of(3);
    jac either = jac_array(JAC_SHAPE(2), (bool[]){true, false});
    jac_fn g = jac_grad(beside_integers_fn, 2);
    Pair r = {0};
    jac_call(jac_value_and_grad(beside_integers_fn, 2), &(beside_integers_args){i, yes, x3, n}, &r);
    return RESULTS(
        r.a, r.b,
        jac_call1(jac_vmap(g, JAC_AXES(0, JAC_NONE, JAC_NONE, JAC_NONE)), I32(0, 2), yes, x3, n),
        jac_call1(jac_vmap(g, JAC_AXES(JAC_NONE, 0, JAC_NONE, 0)), i, either, x3, I32(1, 2)));
}

JAC_DEF(jac, masked, (jac, x))
{
    jac squares = jac_mul(jac_gt(x, 0), jac_power(x, 2));
    jac steps = jac_mul(jac_astype(jac_floor(x), JAC_I32), x);
    return jac_add(jac_sum(squares), jac_sum(steps));
}

JAC_DEF(jac, truncated, (jac, x))
{
    return jac_sum(jac_add(jac_astype(jac_astype(x, JAC_I32), JAC_F32), x));
}

PROGRAM_X32(compositions_x32, gradients_through_casts)
{
    jac x = x3, v = w3, y = JAC_NULL, t = JAC_NULL;
    jac_jvp(masked_fn, &x, &v, &y, &t);
    return RESULTS(jac_call1(jac_grad(masked_fn), x), jac_call1(jac_grad(truncated_fn), x), y, t,
                   jac_call1(jac_hessian(masked_fn), x));
}

JAC_DEF(jac, log_softmax_sum, (jac, x))
{
    return jac_sum(jac_mul(jac_log_softmax(jac_at(x, 1), -1), w3));
}

PROGRAM_X32(compositions_x32, softmax_of_large_f32)
{
    jac x = jac_array(JAC_SHAPE(2, 3), (float[]){1e30f, 0, -1e30f, 88, 90, 100});
    return RESULTS(jac_softmax(x, -1), jac_logsumexp(x, JAC_AXES(1)),
                   jac_call1(jac_grad(log_softmax_sum_fn), x));
}

JAC_DEF(jac, log_of_square, (jac, x))
{
    return jac_log1p(jac_mul(x, x));
}

PROGRAM_X32(compositions_x32, small_and_large_f32)
{
    jac x = F32(1e-30f, 1e30f, -1e-20f, 3e38f);
    return RESULTS(jac_mul(x, x), jac_div(x, 1e10), jac_sqrt(jac_abs(x)), jac_exp(x), jac_tanh(x),
                   jac_call1(jac_vmap(jac_grad(log_of_square_fn)), rows(x, 0, 3)));
}

/* ---- shapes with zeros and ones ----------------------------------------------------------------- */

JAC_DEF(jac, sum_of_sines, (jac, x))
{
    return jac_add(jac_sum(jac_matmul(jac_sin(x), m33)), jac_sum(w3));
}

JAC_DEF(jac, column_sums, (jac, x))
{
    return jac_sum(x, JAC_AXES(0));
}

JAC_DEF(jac, running_sum, (jac, x))
{
    return jac_cumsum(x, 0);
}

PROGRAM_X32(compositions_x32, arrays_of_no_elements)
{
    jac none = jac_zeros(JAC_SHAPE(0, 3)), wide = jac_zeros(JAC_SHAPE(2, 0));
    Pair r = {0};
    jac_call(jac_value_and_grad(sum_of_sines_fn), &none, &r);
    return RESULTS(jac_sum(none), jac_sum(none, JAC_AXES(0)), jac_prod(none, JAC_AXES(0)),
                   jac_matmul(none, m33), jac_matmul(wide, none), jac_concatenate(0, none, batch),
                   jac_max(wide, JAC_AXES(0)), r.a, r.b,
                   jac_call1(jac_jacrev(column_sums_fn), none),
                   jac_call1(jac_vmap(running_sum_fn), wide));
}

JAC_DEF(jac, of_ones, (jac, a), (jac, b))
{
    jac product = jac_matmul(jac_reshape(b, 1, 1), jac_at(a, 0));
    return jac_add(jac_sum(jac_add(jac_mul(a, b), product)), jac_mul(jac_squeeze(a), jac_at(b, 0)));
}

JAC_DEF(jac, twice, (jac, x))
{
    return jac_mul(x, 2);
}

PROGRAM_X32(compositions_x32, arrays_of_one_element)
{
    Pair at = {jac_full(JAC_SHAPE(1, 1, 1), f32(0.5)), F32(2)}, g = {0};
    jac h[4] = {0};
    jac_call(jac_grad(of_ones_fn, 0, 1), &at, &g);
    jac_call(jac_hessian(of_ones_fn, 0, 1), &at, h);
    return RESULTS(jac_add(at.a, batch), jac_squeeze(at.a), jac_matmul(at.a, at.b), g.a, g.b, h[0],
                   h[1], h[2], h[3], jac_call1(jac_vmap(twice_fn), at.b), jac_cumprod(at.b, 0),
                   jac_max(at.a, JAC_AXES(0, 2)));
}

/* ---- chance ------------------------------------------------------------------------------------- */

PROGRAM_X32(compositions_x32, draws_of_every_kind)
{
    jac keys = jac_random_split(jac_random_PRNGKey(5), 7), k[7];
    for (int i = 0; i < 7; i++)
        k[i] = jac_at(keys, i);
    return RESULTS(
        jac_random_uniform(k[0], JAC_SHAPE(3)), jac_random_normal(k[1], JAC_SHAPE(3)),
        jac_random_randint(k[2], JAC_SHAPE(4), -5, 9),
        jac_random_bernoulli(k[3], 0.3, JAC_SHAPE(5)), jac_random_categorical(k[4], batch, -1),
        jac_random_exponential(k[5], JAC_SHAPE(2)), jac_random_gumbel(k[6], JAC_SHAPE(2)),
        jac_random_bits(k[0], JAC_SHAPE(2)), jac_random_fold_in(k[1], 9));
}

JAC_DEF(jac, energy, (jac, x))
{
    return jac_add(jac_div(sum_of_squares(x), 2), jac_mul(jac_cos(jac_at(x, 0)), jac_at(x, 1)));
}

static jac pushed(jac p, jac x)
{
    return jac_sub(p, jac_mul(0.05, jac_call1(jac_grad(energy_fn), x)));
}

JAC_DEF(Pair, leap, (Pair, s), (Nothing, none))
{
    (void)none;
    jac p = pushed(s.b, s.a), x = jac_add(s.a, jac_mul(0.1, p));
    return (Pair){x, pushed(p, x)};
}

static jac total(Pair s)
{
    return jac_add(energy(s.a), jac_div(jac_dot(s.b, s.b), 2));
}

JAC_DEF(Pair, hmc_step, (jac, x), (jac, key))
{
    jac keys = jac_random_split(key, 2);
    Pair s = {x, jac_random_normal(jac_at(keys, 0), JAC_SHAPE(3))}, e = s;
    jac_scan(leap_fn, &e, NULL, NULL, .length = 5);
    jac chance = jac_log(jac_random_uniform(jac_at(keys, 1), JAC_SHAPE()));
    jac accept = jac_lt(chance, jac_sub(total(s), total(e)));
    return (Pair){jac_where(accept, e.a, x), accept};
}

JAC_DEF(Pair, chain, (jac, key))
{
    jac keys = jac_random_split(key, 4);
    Pair r = {x3, JAC_NULL};
    jac_scan(hmc_step_fn, &r.a, &keys, &r.b);
    return r;
}

PROGRAM_X32(compositions_x32, hamiltonian_monte_carlo)
{
    jac keys = jac_random_split(jac_random_PRNGKey(1), 2);
    Pair r = chain(jac_at(keys, 0)), s = chain_call(jac_jit(jac_vmap(chain_fn)), keys);
    return RESULTS(r.a, r.b, s.a, s.b);
}

JAC_DEF(Pair, moved, (jac, x), (jac, y))
{
    (void)x;
    return (Pair){y, jac_scalar(JAC_BOOL, true)};
}

JAC_DEF(Pair, stayed, (jac, x), (jac, y))
{
    (void)y;
    return (Pair){x, jac_scalar(JAC_BOOL, false)};
}

JAC_DEF(Pair, metropolis, (jac, x), (jac, key))
{
    jac keys = jac_random_split(key, 2);
    jac y = jac_add(x, jac_mul(2, jac_random_normal(jac_at(keys, 0), JAC_SHAPE(3))));
    jac odds = jac_exp(jac_sub(energy(x), energy(y)));
    Pair r = {0};
    jac_cond(jac_lt(jac_random_uniform(jac_at(keys, 1), JAC_SHAPE()), odds), moved_fn, stayed_fn,
             &(Pair){x, y}, &r);
    return r;
}

PROGRAM_X32(compositions_x32, metropolis_chain)
{
    jac keys = jac_random_split(jac_random_PRNGKey(2), 6);
    jac_fn many = jac_vmap(metropolis_fn, JAC_AXES(0, JAC_NONE));
    Pair r = {x3, JAC_NULL}, s = metropolis_call(many, batch, jac_random_PRNGKey(3));
    jac_scan(metropolis_fn, &r.a, &keys, &r.b);
    return RESULTS(r.a, r.b, s.a, s.b);
}

JAC_DEF(jac, price, (jac, s), (jac, v), (jac, key))
{
    jac z = jac_random_normal(key, JAC_SHAPE(8));
    jac drift = jac_sub(0.05, jac_div(jac_mul(v, v), 2));
    jac end = jac_mul(s, jac_exp(jac_add(drift, jac_mul(v, z))));
    return jac_mean(jac_maximum(jac_sub(end, 1), 0));
}

PROGRAM_X32(compositions_x32, price_by_simulation_and_its_slope)
{
    jac key = jac_random_PRNGKey(4);
    jac_fn g = jac_value_and_grad(price_fn, 0, 1);
    Three r = {0}, s = {0};
    jac_call(g, &(price_args){f32(1), f32(0.25), key}, &r);
    jac_call(jac_vmap(g, JAC_AXES(JAC_NONE, JAC_NONE, 0)),
             &(price_args){f32(1), f32(0.25), jac_random_split(key, 3)}, &s);
    return RESULTS(r.a, r.b, r.c, s.a, s.b, s.c);
}

JAC_DEF(jac, langevin_step, (jac, i), (jac, x))
{
    jac key = jac_random_fold_in(jac_random_PRNGKey(6), i);
    jac noise = jac_mul(0.25, jac_random_normal(key, JAC_SHAPE(3)));
    return jac_add(pushed(x, x), noise);
}

JAC_DEF(jac, langevin, (jac, x))
{
    return jac_fori_loop(0, 4, langevin_step_fn, x);
}

PROGRAM_X32(compositions_x32, langevin_steps_with_folded_keys)
{
    return RESULTS(langevin(x3), jac_call1(jac_jacfwd(langevin_fn), x3),
                   jac_call1(jac_vmap(langevin_fn), batch));
}

JAC_DEF(jac, regression_loss, (jac, w), (jac, b))
{
    jac error = jac_sub(jac_add(jac_matmul(batch, w), b), F32(1, 0, -1, 2));
    return jac_mean(jac_power(error, 2));
}

JAC_DEF(Pair, regression_step, (jac, i), (Pair, s))
{
    (void)i;
    Pair g = {0};
    jac_call(jac_grad(regression_loss_fn, 0, 1), &s, &g);
    return (Pair){jac_sub(s.a, jac_mul(0.1, g.a)), jac_sub(s.b, jac_mul(0.1, g.b))};
}

JAC_DEF(Pair, regression, (jac, w), (jac, b))
{
    return jac_fori_loop(0, 10, regression_step_fn, (Pair){w, b});
}

PROGRAM_X32(compositions_x32, linear_regression_by_descent)
{
    Pair at = {w3, f32(0)}, r = regression_call(jac_jit(regression_fn), at.a, at.b), j = {0};
    jac_call(jac_jacrev(regression_fn, 1), &at, &j);
    return RESULTS(r.a, r.b, j.a, j.b);
}
