/* Random orders and choices: permutation and choice.
 *
 * An array is shuffled by sorting it by random keys of 32 bits. Where keys may be equal, because
 * there are many, it is sorted several times.
 */
#include <math.h>

#include "ops/ops.h"
#include "runtime/random/draws.h"

static bool is_integer(ir_dtype d)
{
    return ir_dtypes[d].kind == IR_KIND_INT || ir_dtypes[d].kind == IR_KIND_UINT;
}

/* Sorts x along the axis by random keys, each element having one of its own. */
static jac shuffled(jac key, jac x, int64_t axis)
{
    ir_type t;
    if (!rt_type_of(x, &t))
        return JAC_NULL;
    double size = (double)ir_type_count(&t);
    int rounds = (int)ceil(3 * log(size > 1 ? size : 1) / log(UINT32_MAX));
    jac_dims shape = {t.rank, t.dim};
    for (int k = 0; k < rounds && jac_ok(x); k++) {
        jac keys = jac_random_split(key, 2);
        key = jac_at(keys, 0);
        jac in[] = {jac_random_bits(jac_at(keys, 1), shape, JAC_U32), x}, out[2];
        if (!jac_sort_all_(NULL, (jac_handles){2, in}, axis, 1, rt_out(out)))
            return JAC_NULL;
        x = out[1];
    }
    return x;
}

/* The number of elements to take, if x is a number: jac_random_permutation(key, 10). */
static bool count_of(const char *what, const char *name, jac x, const ir_type *t, int64_t *n)
{
    if (!is_integer(t->dtype))
        return ir_fail("%s: %s must be an integer or an array, but is %s", what, name,
                       ir_type_tmp(t));
    if (!rt_concrete(x, what))
        return false;
    *n = jac_item_i64(x);
    return true;
}

/* An array x itself, or the integers 0 .. x - 1. */
static bool elements_of(const char *what, const char *name, jac *x, ir_type *t)
{
    if (!rt_type_of(*x, t))
        return false;
    if (t->rank)
        return true;
    int64_t n;
    if (!count_of(what, name, *x, t, &n))
        return false;
    n = n > 0 ? n : 0;
    if (!rt_type_for(what, (jac_dims){1, &n}, rt_default_int(), t))
        return false;
    *x = np_iota(t, 0);
    return jac_ok(*x);
}

static jac permuted(jac key, jac x, const ir_type *t, int64_t axis, bool independent)
{
    if (independent || t->rank == 1)
        return shuffled(key, x, axis);
    return jac_take(x, shuffled(key, jac_arange(t->dim[axis]), 0), axis);
}

jac jac_random_permutation_(const jac_loc *at, jac key, jac x, jac_permutation_opts o)
{
    const char *what = "jac_random_permutation";
    unsigned m = rt_begin(at);
    ir_type t;
    draw w;
    int64_t axis;
    bool ok =
        draw_begin(what, key, (jac_random_opts){.shape = JAC_SHAPE()}, IR_u32, 0, NULL, NULL, &w) &&
        elements_of(what, "x", &x, &t) && rt_axis(what, o.axis, t.rank, &axis);
    return rt_end(m, ok ? permuted(key, x, &t, axis, o.independent) : JAC_NULL);
}

/* ---- choice ------------------------------------------------------------------------------------ */

/* Indices with probabilities p: where the cumulated sum of p reaches a uniform number. */
static jac weighted(jac key, jac p, jac_dims shape, ir_dtype d)
{
    jac cumulated = jac_cumsum(p, 0), sum = jac_at(cumulated, -1);
    jac u = jac_random_uniform(key, shape, rt_public_dtype(d));
    return jac_searchsorted(cumulated, jac_mul(sum, jac_sub(1, u)));
}

/* n different indices with probabilities p: those of the largest log(p) with Gumbel noise. */
static jac weighted_once(jac key, jac p, int64_t size, int64_t n, ir_dtype d)
{
    jac noise = jac_random_gumbel(key, ((jac_dims){1, &size}), rt_public_dtype(d));
    jac best = jac_top_k(jac_add(noise, jac_log(p)), n).indices;
    return rt_convert(best, rt_default_int(), false);
}

static bool are_weights(const char *what, jac *p, int64_t size, ir_dtype *d)
{
    ir_type t;
    if (!rt_promote(1, p, true) || !rt_type_of(*p, &t))
        return false;
    if (t.rank != 1 || t.dim[0] != size)
        return ir_fail("%s: p must have one probability for each of the %lld elements, but is %s",
                       what, (long long)size, ir_type_tmp(&t));
    *d = t.dtype;
    return !ir_is_complex(t.dtype) ||
           ir_fail("%s: p must be real, but is %s", what, ir_type_tmp(&t));
}

static jac chosen(const char *what, jac key, jac a, const ir_type *t, int64_t axis,
                  const ir_type *wanted, bool replace, jac p)
{
    int64_t size = t->dim[axis], n = ir_type_count(wanted);
    jac_dims shape = {wanted->rank, wanted->dim};
    ir_dtype d = IR_f32;
    if (!replace && n > size)
        return ir_fail("%s: %lld of %lld elements were asked for without replacement", what,
                       (long long)n, (long long)size),
               JAC_NULL;
    bool given = jac_ok(p);
    if (given && !are_weights(what, &p, size, &d))
        return JAC_NULL;
    if (!given && replace)
        return jac_take(a, jac_random_randint(key, shape, 0, size), axis);
    if (given && replace)
        return jac_take(a, weighted(key, p, shape, d), axis);
    jac some = given ? jac_take(a, weighted_once(key, p, size, n, d), axis)
                     : jac_slice_in_dim(permuted(key, a, t, axis, false), 0, n, 1, axis);
    int64_t dim[2 * IR_MAX_RANK], rank = 0;
    for (int k = 0; k < t->rank; k++)
        if (k != axis)
            dim[rank++] = t->dim[k];
        else
            for (int j = 0; j < shape.n; j++)
                dim[rank++] = shape.v[j];
    return jac_reshape(some, ((jac_dims){rank, dim}));
}

jac jac_random_choice_(const jac_loc *at, jac key, jac a, jac_dims shape, jac_choice_opts o)
{
    const char *what = "jac_random_choice";
    unsigned m = rt_begin(at);
    ir_type t;
    draw w;
    int64_t axis;
    bool ok = draw_begin(what, key, (jac_random_opts){.shape = shape}, IR_u32, 0, NULL, NULL, &w) &&
              elements_of(what, "a", &a, &t) && rt_axis(what, o.axis, t.rank, &axis);
    if (ok && !t.dim[axis] && ir_type_count(&w.shape))
        ok = ir_fail("%s: there are no elements to choose from", what);
    if (ok && t.rank - 1 + w.shape.rank > IR_MAX_RANK)
        ok = ir_fail("%s: the result would have %d dimensions, but at most %d are possible", what,
                     t.rank - 1 + w.shape.rank, IR_MAX_RANK);
    return rt_end(m, ok ? chosen(what, key, a, &t, axis, &w.shape, o.replace, o.p) : JAC_NULL);
}
