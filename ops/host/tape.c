/* Evaluates the primitives on tapes, slice by slice and, on tapes of tapes, level by level. In this
 * file, a leaf is a dense array at the bottom level. A tape without slices stands for zeros of any
 * length.
 */
#include <string.h>

#include "ops/host/host.h"
#include "ops/scalar/each.h"

static ir_type slice_type(const ir_type *t)
{
    return ir_type_make(t->dtype, t->rank - 1, t->dim + 1);
}

/* The type of the result, and of its leaves. */
typedef struct {
    ir_type whole, leaf;
} tape_types;

static host_tape numbers_of(const int64_t *numbers, tape_types *t)
{
    host_tape n;
    memcpy(&n, numbers, sizeof n);
    t->whole = t->leaf = ir_type_make(n.dtype, (int)n.rank, n.dim);
    while (ir_is_tape(&t->leaf))
        t->leaf = slice_type(&t->leaf);
    return n;
}

/* each_leaf makes `out` from the operands a and b, slice by slice. `leaf` fills a leaf of the
 * result from the operands' leaves; NULL stands for zeros. */
typedef void leaf_fn(void *env, void *out, const void *a, const void *b);

static bool each_leaf(const ir_type *t, const ir_tape *a, const ir_tape *b, leaf_fn *leaf,
                      void *env, ir_tape **out)
{
    ir_type slice = slice_type(t);
    int64_t n = ir_tape_length(a) > ir_tape_length(b) ? ir_tape_length(a) : ir_tape_length(b);
    *out = n ? ir_tape_new(&slice) : NULL;
    bool ok = !n || ir_tape_resize(*out, n);
    for (int64_t k = 0; k < n && ok; k++) {
        void *x = ir_tape_at(a, k), *y = ir_tape_at(b, k), *to = ir_tape_at(*out, k);
        if (ir_is_tape(&slice))
            ok = each_leaf(&slice, x ? *(ir_tape **)x : NULL, y ? *(ir_tape **)y : NULL, leaf, env,
                           to);
        else
            leaf(env, to, x, y);
    }
    return ok;
}

static const ir_tape *tape_of(const void *in)
{
    return *(ir_tape *const *)in;
}

bool jac_host_tape_empty(const int64_t *numbers, const void *const *in, void *const *out)
{
    (void)numbers, (void)in;
    *(ir_tape **)out[0] = NULL;
    return true;
}

/* ---- tape_add -------------------------------------------------------------------------------- */

/* Element k of a buffer of dtype d. */
static double number_at(unsigned d, const void *from, int64_t k)
{
    ir_scalar s = {0};
    size_t size = ir_dtypes[d].size;
    memcpy(&s, (const char *)from + (size_t)k * size, size);
    return ir_scalar_f64((ir_dtype)d, s);
}

static void put_number(unsigned d, void *to, int64_t k, double v)
{
    ir_scalar s = ir_scalar_of((ir_dtype)d, v);
    size_t size = ir_dtypes[d].size;
    memcpy((char *)to + (size_t)k * size, &s, size);
}

static void add_leaf(void *env, void *out, const void *a, const void *b)
{
    const ir_type *t = env;
    int64_t n = ir_type_count(t);
    if (!a || !b) {
        memcpy(out, a ? a : b, ir_type_bytes(t));
        return;
    }
    switch (t->dtype) {
#define CASE(d, T, U)                                                                              \
    case IR_##d:                                                                                   \
        for (int64_t k = 0; k < n; k++)                                                            \
            ((T *)out)[k] = ((const T *)a)[k] + ((const T *)b)[k];                                 \
        break;
        EACH_float(CASE)
#undef CASE
    default:
        for (int64_t k = 0; k < n; k++)
            put_number(t->dtype, out, k, number_at(t->dtype, a, k) + number_at(t->dtype, b, k));
    }
}

bool jac_host_tape_add(const int64_t *numbers, const void *const *in, void *const *out)
{
    tape_types t;
    numbers_of(numbers, &t);
    return each_leaf(&t.whole, tape_of(in[0]), tape_of(in[1]), add_leaf, &t.leaf, out[0]);
}

/* ---- tape_select: selects by lane ------------------------------------------------------------ */

typedef struct {
    const uint8_t *pred;
    int64_t lanes;
    size_t bytes; /* of a lane */
} selection;

static void select_leaf(void *env, void *out, const void *a, const void *b)
{
    const selection *s = env;
    for (int64_t k = 0; k < s->lanes; k++) {
        const char *from = s->pred[k] ? a : b;
        if (from)
            memcpy((char *)out + (size_t)k * s->bytes, from + (size_t)k * s->bytes, s->bytes);
        else
            memset((char *)out + (size_t)k * s->bytes, 0, s->bytes);
    }
}

bool jac_host_tape_select(const int64_t *numbers, const void *const *in, void *const *out)
{
    tape_types t;
    host_tape n = numbers_of(numbers, &t);
    selection s = {in[0], n.lanes, 0};
    s.bytes = s.lanes ? ir_type_bytes(&t.leaf) / (size_t)s.lanes : 0;
    return each_leaf(&t.whole, tape_of(in[1]), tape_of(in[2]), select_leaf, &s, out[0]);
}

/* ---- tape_broadcast, tape_sum: add an axis to the leaves, or sum over one -------------------- */

typedef struct {
    ir_dtype dtype;
    int64_t outer, size, inner; /* elements before the axis, along it, after it */
} along;

/* has_axis says if `leaf` includes the axis: true for broadcast, false for sum. */
static along along_of(const ir_type *leaf, const host_tape *n, bool has_axis)
{
    along a = {leaf->dtype, 1, n->size, 1};
    for (int k = 0; k < leaf->rank; k++)
        if (!has_axis || k != n->axis)
            *(k < n->axis ? &a.outer : &a.inner) *= leaf->dim[k];
    return a;
}

static void broadcast_leaf(void *env, void *out, const void *a, const void *b)
{
    const along *s = env;
    size_t bytes = (size_t)s->inner * ir_dtypes[s->dtype].size;
    (void)b;
    for (int64_t o = 0; o < s->outer; o++)
        for (int64_t k = 0; k < s->size; k++)
            memcpy((char *)out + (size_t)(o * s->size + k) * bytes,
                   (const char *)a + (size_t)o * bytes, bytes);
}

bool jac_host_tape_broadcast(const int64_t *numbers, const void *const *in, void *const *out)
{
    tape_types t;
    host_tape n = numbers_of(numbers, &t);
    along s = along_of(&t.leaf, &n, true);
    return each_leaf(&t.whole, tape_of(in[0]), NULL, broadcast_leaf, &s, out[0]);
}

static void sum_leaf(void *env, void *out, const void *a, const void *b)
{
    const along *s = env;
    (void)b;
    for (int64_t o = 0; o < s->outer; o++)
        for (int64_t i = 0; i < s->inner; i++) {
            double sum = 0;
            for (int64_t k = 0; k < s->size; k++)
                sum += number_at(s->dtype, a, (o * s->size + k) * s->inner + i);
            put_number(s->dtype, out, o * s->inner + i, sum);
        }
}

bool jac_host_tape_sum(const int64_t *numbers, const void *const *in, void *const *out)
{
    tape_types t;
    host_tape n = numbers_of(numbers, &t);
    along s = along_of(&t.leaf, &n, false);
    return each_leaf(&t.whole, tape_of(in[0]), NULL, sum_leaf, &s, out[0]);
}
