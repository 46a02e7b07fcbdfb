/* Convolutions by windows that are taken out first: conv_general_dilated_patches, and conv_general_dilated_local, whose
 * window differs from place to place.
 */
#include <string.h>

#include "ops/ops.h"
#include "runtime/numpy/numpy.h"

/* The terms of dimension_numbers: "NHWC", "HWIO", "NHWC". */
typedef struct {
    int n; /* letters of each */
    char lhs[IR_MAX_RANK + 1], rhs[IR_MAX_RANK + 1], out[IR_MAX_RANK + 1];
} terms;

static bool read_terms(const char *what, const char *text, int rank, terms *t)
{
    static const char letters[] = "HWDABEFGJKLMPQ"; /* spatial ones, where none are given */
    t->n = rank;
    if (rank < 2)
        return ir_fail("%s: the operand must have at least 2 dimensions, but has %d", what, rank);
    if (!text) {
        memcpy(t->lhs, "NC", 2);
        memcpy(t->rhs, "OI", 2);
        memcpy(t->lhs + 2, letters, (size_t)rank - 2);
        memcpy(t->rhs + 2, letters, (size_t)rank - 2);
        memcpy(t->out, t->lhs, (size_t)rank);
        return true;
    }
    size_t n = (size_t)rank;
    if (strlen(text) != 3 * n + 3 || text[n] != ',' || text[2 * n + 1] != '-' || text[2 * n + 2] != '>')
        return ir_fail("%s: dimension_numbers \"%s\" must be like \"NCHW,OIHW->NCHW\", with %d letters for each array",
                       what, text, rank);
    memcpy(t->lhs, text, n);
    memcpy(t->rhs, text + n + 1, n);
    memcpy(t->out, text + 2 * n + 3, n);
    return (memchr(t->lhs, 'C', n) && memchr(t->rhs, 'O', n) && memchr(t->rhs, 'I', n) && memchr(t->out, 'C', n) &&
            memchr(t->out, 'N', n)) ||
           ir_fail("%s: dimension_numbers \"%s\" must name N and C, O and I, N and C", what, text);
}

static int64_t place(const char *term, char letter)
{
    const char *found = strchr(term, letter);
    return found ? found - term : -1;
}

/* A window for each element of the filter and each feature, which is 1 there and else 0. */
static jac unit_windows(const terms *s, jac_dims filter, int64_t count, int64_t features, jac_dtype d)
{
    int64_t dims[IR_MAX_RANK] = {count, 1}, order[IR_MAX_RANK], reps[IR_MAX_RANK] = {features};
    for (int k = 0; k < filter.n; k++)
        dims[2 + k] = filter.v[k];
    for (int k = 1; k < s->n; k++)
        reps[k] = 1;
    for (int k = 0, spatial = 2; k < s->n; k++)
        order[k] = s->rhs[k] == 'O' ? 0 : s->rhs[k] == 'I' ? 1 : spatial++;
    jac one = jac_reshape_(NULL, jac_eye(count, d), (jac_dims){s->n, dims});
    one = jac_tile_(NULL, one, (jac_dims){s->n, reps});
    return jac_ok(one) ? rt_transpose(one, order) : JAC_NULL;
}

static bool check_filter(const char *what, const ir_type *t, jac_dims filter, int64_t *count)
{
    bool ok = rt_list(what, filter) && filter.n == t->rank - 2;
    *count = 1;
    for (int k = 0; ok && k < filter.n; k++)
        ok = filter.v[k] > 0 && !__builtin_mul_overflow(*count, filter.v[k], count);
    return ok || ir_fail("%s: the filter of %s must have a positive size for each spatial dimension, but is %s", what,
                         ir_type_tmp(t), ir_ints_tmp(filter.v, filter.v ? filter.n : 0));
}

static jac patches(const char *what, jac x, jac_dims filter, jac_conv_opts o, terms *s)
{
    ir_type t;
    int64_t count;
    if (!rt_promote(1, &x, false) || !rt_type_of(x, &t) || !read_terms(what, o.dimension_numbers, t.rank, s) ||
        !check_filter(what, &t, filter, &count))
        return JAC_NULL;
    if (o.feature_group_count != 1 || o.batch_group_count != 1) {
        ir_fail("%s: there are no groups", what);
        return JAC_NULL;
    }
    o.feature_group_count = t.dim[place(s->lhs, 'C')];
    jac windows = unit_windows(s, filter, count, o.feature_group_count, rt_public_dtype(t.dtype));
    return jac_ok(windows) ? jac_conv_general_dilated_(NULL, x, windows, o) : JAC_NULL;
}

jac jac_conv_general_dilated_patches_(const jac_loc *at, jac x, jac_dims filter, jac_conv_opts o)
{
    unsigned m = rt_begin(at);
    terms s = {0};
    return rt_end(m, patches("conv_general_dilated_patches", x, filter, o, &s));
}

/* The product over the elements of the windows, for each place: the places are the batch. */
static jac at_each_place(jac windows, jac rhs, const terms *s)
{
    int64_t batch_x[IR_MAX_RANK], batch_y[IR_MAX_RANK], order[IR_MAX_RANK];
    int n = 0;
    for (int k = 0; k < s->n; k++)
        if (s->out[k] != 'N' && s->out[k] != 'C') {
            batch_x[n] = k;
            batch_y[n++] = place(s->rhs, s->out[k]);
        }
    jac y = jac_dot_general(windows, rhs, JAC_AXES(place(s->out, 'C')), JAC_AXES(place(s->rhs, 'I')),
                            ((jac_dims){n, batch_x}), ((jac_dims){n, batch_y}));
    for (int k = 0, spatial = 0; k < s->n; k++)
        order[k] = s->out[k] == 'N' ? n : s->out[k] == 'C' ? n + 1 : spatial++;
    return jac_ok(y) ? rt_transpose(y, order) : JAC_NULL;
}

jac jac_conv_general_dilated_local_(const jac_loc *at, jac x, jac rhs, jac_dims filter, jac_conv_opts o)
{
    unsigned m = rt_begin(at);
    static const char what[] = "conv_general_dilated_local";
    terms s = {0};
    jac v[] = {x, rhs};
    ir_type t, tr;
    if (!rt_promote(2, v, false) || !rt_type_of(v[1], &tr))
        return rt_end(m, JAC_NULL);
    jac windows = patches(what, v[0], filter, o, &s);
    if (!jac_ok(windows) || !rt_type_of(windows, &t))
        return rt_end(m, JAC_NULL);
    bool fits = tr.rank == t.rank;
    for (int k = 0; fits && k < t.rank; k++) {
        int64_t in = s.rhs[k] == 'O' ? -1 : place(s.out, s.rhs[k] == 'I' ? 'C' : s.rhs[k]);
        fits = s.rhs[k] == 'O' || (in >= 0 && tr.dim[k] == t.dim[in]);
    }
    if (!fits)
        ir_fail("%s: the windows are %s, which does not fit the places and elements of %s", what, ir_type_tmp(&tr),
                ir_type_tmp(&t));
    return rt_end(m, fits ? at_each_place(windows, v[1], &s) : JAC_NULL);
}
