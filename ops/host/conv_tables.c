/* A convolution of floats as a sum of products whose places are read from tables.
 *
 * In place p of the result and at element k of the window, the left operand is read at
 * (p * stride + k * rhs_dilation - low) / lhs_dilation. Where that is an integer, it is the sum of
 * a number for p and one for k, if p goes in steps for which the division is exact. So the places
 * are divided into phases. In each, only those elements of the window count for which the division
 * is exact, and no product with a zero between elements is computed. Zeros around the operand are
 * there in a copy.
 */
#include <string.h>

#include "ops/host/conv_tables.h"

/* ---- phases ---------------------------------------------------------------------------------- */

static int64_t gcd(int64_t a, int64_t b)
{
    return b ? gcd(b, a % b) : a;
}

/* The number of phases along a dimension: places p, p + n, p + 2 n ... are in one phase. */
static int64_t phases(const host_conv_dim *d)
{
    return d->lhs_dilation / gcd(d->stride, d->lhs_dilation);
}

int64_t conv_nphase(const host_conv *s)
{
    int64_t n = 1;
    for (int d = 0; d < s->rank; d++)
        n *= phases(&s->dim[d]) < s->dim[d].out ? phases(&s->dim[d]) : s->dim[d].out;
    return n;
}

/* One phase of a dimension. Place first + j * every of the result, for j < n, reads the operand at
 * j * step plus a number for the element of the window. */
typedef struct {
    int64_t first, every, n, step;
} phase;

static phase phase_of(const host_conv_dim *d, int64_t k)
{
    int64_t n = phases(d);
    return (phase){k, n, d->out > k ? (d->out - k + n - 1) / n : 0,
                   n * d->stride / d->lhs_dilation};
}

/* Does element k of the window meet one of the operand's in this phase? *at: where, for j = 0. */
static bool meets(const host_conv_dim *d, const phase *p, int64_t k, int64_t *at)
{
    int64_t i = p->first * d->stride + k * d->rhs_dilation - d->low;
    if (i % d->lhs_dilation)
        return false;
    *at = i / d->lhs_dilation;
    return p->n && *at < d->in && *at + (p->n - 1) * p->step >= 0;
}

/* ---- margins --------------------------------------------------------------------------------- */

conv_margins conv_margins_of(const host_conv *s)
{
    conv_margins m = {.any = false};
    for (int d = 0; d < s->rank; d++) {
        const host_conv_dim *v = &s->dim[d];
        for (int64_t f = 0; f < phases(v) && f < v->out; f++) {
            phase p = phase_of(v, f);
            for (int64_t k = 0, at; k < v->window; k++) {
                if (!meets(v, &p, k, &at))
                    continue;
                int64_t last = at + (p.n - 1) * p.step;
                m.low[d] = -at > m.low[d] ? -at : m.low[d];
                m.high[d] = last - (v->in - 1) > m.high[d] ? last - (v->in - 1) : m.high[d];
            }
        }
        m.any = m.any || m.low[d] || m.high[d];
    }
    return m;
}

int64_t conv_padded_size(const host_conv *s, const conv_margins *m)
{
    int64_t was = s->groups * s->batch * s->channels, n = was, out = s->groups * s->batch;
    for (int d = 0; d < s->rank; d++) {
        was *= s->dim[d].in;
        out *= s->dim[d].out;
        if (__builtin_mul_overflow(n, s->dim[d].in + m->low[d] + m->high[d], &n))
            return -1;
    }
    return n / 8 > was + out + 1024 ? -1 : n;
}

/* ---- the padded copy ------------------------------------------------------------------------- */

/* A dimension of the operand, outermost first. `whole` is its size with the margins; `from` and
 * `to` are steps in bytes. */
typedef struct {
    int64_t size, low, whole, from, to, order, *step;
} layer;

typedef struct {
    int n;
    size_t element;
    layer at[IR_MAX_RANK + 2];
    const char *from;
    char *to;
} layers;

/* `order`: layers of a larger one are outside. */
static void add_layer(layers *l, int64_t size, int64_t low, int64_t high, int64_t *step,
                      int64_t order)
{
    int k = l->n++;
    for (; k && l->at[k - 1].order < order; k--)
        l->at[k] = l->at[k - 1];
    l->at[k] = (layer){size, low, low + size + high, *step * (int64_t)l->element, 0, order, step};
}

/* Copies layers d and the following ones. */
static void copy_layers(const layers *l, int d, const char *from, char *to)
{
    const layer *v = &l->at[d];
    if (d == l->n) {
        memcpy(to, from, l->element);
        return;
    }
    memset(to, 0, (size_t)(v->low * v->to));
    to += v->low * v->to;
    if (d == l->n - 1 && v->from == (int64_t)l->element)
        memcpy(to, from, (size_t)(v->size * v->to));
    else if (d == l->n - 1 && l->element == sizeof(float))
        for (int64_t i = 0; i < v->size; i++)
            memcpy(to + i * (int64_t)sizeof(float), from + i * v->from, sizeof(float));
    else
        for (int64_t i = 0; i < v->size; i++)
            copy_layers(l, d + 1, from + i * v->from, to + i * v->to);
    memset(to + v->size * v->to, 0, (size_t)((v->whole - v->low - v->size) * v->to));
}

/* An item is an index of the first two layers. */
static uint8_t copy_items(void *env, int64_t first, int64_t end, void *memory)
{
    const layers *l = env;
    const layer *a = &l->at[0], *b = &l->at[1];
    (void)memory;
    for (int64_t k = first; k < end; k++) {
        int64_t i = k / b->whole - a->low, j = k % b->whole - b->low;
        char *to = l->to + k * b->to;
        if (i < 0 || i >= a->size || j < 0 || j >= b->size)
            memset(to, 0, (size_t)b->to);
        else
            copy_layers(l, 2, l->from + i * a->from + j * b->from, to);
    }
    return 1;
}

bool conv_pad(host_conv *s, const conv_margins *m, bool planes, const void *lhs, void *copy)
{
    layers l = {.element = ir_dtypes[s->dtype].size, .from = lhs, .to = copy};
    int64_t group = s->lhs_group;
    add_layer(&l, s->batch, 0, 0, &s->lhs_batch, s->lhs_batch);
    add_layer(&l, s->channels, 0, 0, &s->lhs_channel, planes ? INT64_MAX : s->lhs_channel);
    for (int d = 0; d < s->rank; d++) {
        add_layer(&l, s->dim[d].in, m->low[d], m->high[d], &s->dim[d].lhs, s->dim[d].lhs);
    }
    if (s->groups > 1)
        add_layer(&l, s->groups, 0, 0, &group, group);
    int64_t bytes = (int64_t)l.element;
    for (int k = l.n - 1; k >= 0; k--) {
        l.at[k].to = bytes;
        *l.at[k].step = bytes / (int64_t)l.element;
        bytes *= l.at[k].whole;
    }
    s->lhs_group = group;
    return jac_host_parallel(copy_items, &l, l.at[0].whole * l.at[1].whole, 0);
}

/* ---- tables ---------------------------------------------------------------------------------- */

/* The places along a dimension, in two arrays. */
typedef struct {
    int64_t n, *a, *b, order;
} axis;

typedef struct {
    int n;
    axis at[IR_MAX_RANK];
} axes;

/* Adds an axis of at most n places; those with a larger `order` are walked more slowly. */
static axis *add_axis(axes *all, ir_arena *memory, int64_t n, int64_t order)
{
    axis new = {0, ir_alloc(memory, 2 * (size_t)(n + 1) * sizeof(int64_t)), NULL, order};
    int k = all->n;
    if (!new.a)
        return NULL;
    new.b = new.a + n;
    all->n++;
    for (; k && all->at[k - 1].order < order; k--)
        all->at[k] = all->at[k - 1];
    all->at[k] = new;
    return &all->at[k];
}

static bool add_steps(axes *all, ir_arena *memory, int64_t n, int64_t a, int64_t b, int64_t order)
{
    axis *v = add_axis(all, memory, n, order);
    if (!v)
        return false;
    v->n = n;
    for (int64_t k = 0; k < n; k++) {
        v->a[k] = k * a;
        v->b[k] = k * b;
    }
    return true;
}

/* The sums of the places along all axes, the last one fastest. */
static bool combine(const axes *all, ir_arena *memory, int64_t a0, int64_t b0, int64_t *n,
                    int32_t **a, int32_t **b)
{
    int64_t done = 1;
    *n = 1;
    for (int k = 0; k < all->n; k++)
        *n *= all->at[k].n;
    *a = ir_alloc(memory, 2 * (size_t)(*n + 1) * sizeof **a);
    if (!*a)
        return false;
    *b = *a + *n;
    if (!*n)
        return true;
    (*a)[0] = (int32_t)a0;
    (*b)[0] = (int32_t)b0;
    for (int k = 0; k < all->n; k++) {
        const axis *v = &all->at[k];
        for (int64_t i = done - 1; i >= 0; i--)
            for (int64_t j = v->n - 1; j >= 0; j--) {
                (*a)[i * v->n + j] = (int32_t)((*a)[i] + v->a[j]);
                (*b)[i * v->n + j] = (int32_t)((*b)[i] + v->b[j]);
            }
        done *= v->n;
    }
    return true;
}

static int64_t magnitude(int64_t v)
{
    return v < 0 ? -v : v;
}

bool conv_tables_of(const host_conv *s, const int64_t *low, int64_t number, ir_arena *memory,
                    conv_tables *t)
{
    axes pixels = {0}, terms = {0}, features = {0};
    int64_t first = 0;
    bool ok =
        add_steps(&pixels, memory, s->batch, s->lhs_batch, s->to_batch, s->to_batch) &&
        add_steps(&terms, memory, s->channels, s->lhs_channel, s->rhs_channel, s->lhs_channel) &&
        add_steps(&features, memory, s->features, s->rhs_feature, s->to_feature, 0);
    for (int d = 0; ok && d < s->rank; d++) {
        const host_conv_dim *v = &s->dim[d];
        int64_t n = phases(v) < v->out ? phases(v) : v->out;
        phase p = phase_of(v, number % n);
        number /= n;
        first += p.first * v->to;
        ok = add_steps(&pixels, memory, p.n, p.step * v->lhs, p.every * v->to, v->to);
        axis *window = ok ? add_axis(&terms, memory, v->window, magnitude(v->lhs)) : NULL;
        ok = window != NULL;
        for (int64_t k = 0, at; ok && k < v->window; k++)
            if (meets(v, &p, k, &at)) {
                window->a[window->n] = (at + low[d]) * v->lhs;
                window->b[window->n++] = k * v->rhs;
            }
    }
    return ok && combine(&pixels, memory, 0, first, &t->pixel.n, &t->pixel.in, &t->pixel.to) &&
           combine(&features, memory, 0, 0, &t->feature.n, &t->feature.in, &t->feature.to) &&
           combine(&terms, memory, 0, s->rhs_start, &t->nterm, &t->lhs, &t->rhs);
}
