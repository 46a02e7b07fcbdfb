/* x[...] and x.at[...]: random indices against loops over the elements; masks, modes, errors. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/handles.h"

TestSuite(indexing);

/* ---- random indices ---------------------------------------------------------------------------- */

enum { MOST_AXES = 4, MOST_ENTRIES = 12, MOST_DIMS = 10, MOST_ELEMENTS = 4096, LANES = 2 };

/* An index array is 0 or 1 of the two in the expression; `start` says which. */
typedef struct {
    int rank, n;
    int64_t dim[MOST_AXES];
    jac_ix entry[MOST_ENTRIES];
    int array_rank[2];
    int64_t array_dim[2][2];
    bool scalars;
} expression;

static unsigned draw_state;
static int draw(int n)
{
    draw_state = draw_state * 1103515245u + 12345u;
    return (int)((draw_state >> 16) % (unsigned)n);
}

static jac_ix draw_range(int64_t size)
{
    int64_t from = draw(4) ? draw((int)(2 * size + 3)) - size - 1 : JAC_END;
    int64_t to = draw(3) ? draw((int)(2 * size + 3)) - size - 1 : JAC_END;
    int64_t step = draw(3) ? 1 : draw(2) ? -1 - draw(2) : 2;
    return JAC_RANGE(from == JAC_END && step > 0 ? 0 : from, to, step);
}

/* The entry for an axis; arrays are marked as JAC_IX_ARRAY. */
static jac_ix draw_entry(expression *e, int64_t size, int *arrays)
{
    int kind = draw(6);
    if (kind < 2 && *arrays < 2)
        return (jac_ix){.kind = JAC_IX_ARRAY, .start = (*arrays)++};
    if (kind == 2)
        return jac_ix_int_(draw((int)(2 * size)) - size);
    return kind == 3 ? JAC_ALL : draw_range(size);
    (void)e;
}

static expression draw_expression(void)
{
    expression e = {.rank = 1 + draw(MOST_AXES)};
    int arrays = 0, skip = draw(3) ? -1 : draw(e.rank + 1),
        take = e.rank - (skip < 0 ? draw(2) : 0);
    for (int d = 0; d < e.rank; d++)
        e.dim[d] = 1 + draw(4);
    for (int d = 0; d < take; d++) {
        if (!draw(5))
            e.entry[e.n++] = JAC_NEW;
        if (d == skip) {
            e.entry[e.n++] = JAC_ELLIPSIS;
            d += draw(2);
            if (d >= take)
                break;
        }
        e.entry[e.n++] = draw_entry(&e, e.dim[d], &arrays);
    }
    e.scalars = !draw(3);
    for (int a = 0; a < 2; a++) {
        e.array_rank[a] = e.scalars ? 0 : draw(3);
        for (int k = 0; k < e.array_rank[a]; k++)
            e.array_dim[a][k] = draw(3) ? 1 + (k + 2 - e.array_rank[a]) : 1;
    }
    return e;
}

/* ---- what they mean ------------------------------------------------------------------------------ */

/* For each selected element, in order, its number in x. */
typedef struct {
    int rank, count;
    int64_t dim[MOST_DIMS];
    int source[MOST_ELEMENTS];
} selection;

typedef struct {
    int kind, axis, array, ordinal; /* kind: 'i' integer, 'r' range, 'a' array, 'n' new */
    int64_t start, step, size;
} item;

/* Python's slice.indices. */
static item range_item(const jac_ix *i, int64_t size, int axis)
{
    int64_t lo = i->step < 0 ? -1 : 0, hi = i->step < 0 ? size - 1 : size,
            b[2] = {i->start, i->stop};
    for (int k = 0; k < 2; k++) {
        b[k] = b[k] != JAC_END && b[k] < 0 ? b[k] + size : b[k];
        b[k] = b[k] == JAC_END ? (k == 0) == (i->step < 0) ? hi : i->step < 0 ? lo : hi : b[k];
        b[k] = b[k] < lo ? lo : b[k] > hi ? hi : b[k];
    }
    item it = {.kind = 'r', .axis = axis, .start = b[0], .step = i->step};
    for (int64_t at = b[0]; i->step < 0 ? at > b[1] : at < b[1]; at += i->step)
        it.size++;
    return it;
}

static int expand(const expression *e, item *item_of)
{
    int taken = 0, n = 0, axis = 0, ordinal = 0;
    bool ellipsis = false;
    for (int k = 0; k < e->n; k++)
        taken += e->entry[k].kind <= JAC_IX_ARRAY;
    for (int k = 0; k <= e->n; k++) {
        const jac_ix *i = &e->entry[k];
        bool end = k == e->n, whole = end ? !ellipsis : i->kind == JAC_IX_ELLIPSIS;
        for (int d = 0; whole && d < e->rank - taken; d++, axis++)
            item_of[n++] = (item){'r', axis, 0, ordinal++, 0, 1, e->dim[axis]};
        ordinal += whole;
        ellipsis = ellipsis || whole;
        if (end || whole)
            continue;
        if (i->kind == JAC_IX_RANGE)
            item_of[n] = range_item(i, e->dim[axis], axis);
        else if (i->kind == JAC_IX_INTEGER)
            item_of[n] =
                (item){'i', axis, 0, 0, i->start < 0 ? i->start + e->dim[axis] : i->start, 1, 1};
        else if (i->kind == JAC_IX_ARRAY)
            item_of[n] = (item){.kind = 'a', .axis = axis, .array = (int)i->start};
        else
            item_of[n] = (item){'n', 0, 0, 0, 0, 1, 1};
        item_of[n++].ordinal = ordinal++;
        axis += i->kind != JAC_IX_NEW;
    }
    return n;
}

/* The shape of the arrays that are used, broadcast together. */
static int joint_shape(const expression *e, const item *item_of, int n, int64_t *dim)
{
    int rank = 0;
    for (int k = 0; k < n; k++)
        if (item_of[k].kind == 'a' && e->array_rank[item_of[k].array] > rank)
            rank = e->array_rank[item_of[k].array];
    for (int d = 0; d < rank; d++)
        dim[d] = 1;
    for (int k = 0; k < n; k++) {
        int a = item_of[k].array, r = e->array_rank[a];
        for (int d = 0; item_of[k].kind == 'a' && d < r; d++)
            if (e->array_dim[a][d] > dim[rank - r + d])
                dim[rank - r + d] = e->array_dim[a][d];
    }
    return rank;
}

/* Do the arrays and integers stand side by side? Then the place of the first, otherwise 0. */
static int block_place(const item *item_of, int n)
{
    int first = -1, last = -1;
    for (int k = 0; k < n; k++)
        if (item_of[k].kind == 'a' || item_of[k].kind == 'i') {
            if (last >= 0 && item_of[k].ordinal != item_of[last].ordinal + 1)
                return 0;
            first = first < 0 ? k : first;
            last = k;
        }
    return first < 0 ? 0 : first;
}

static int position(const expression *e, const item *it, int32_t *const *array, int rank,
                    const int64_t *block, int64_t along)
{
    if (it->kind != 'a')
        return (int)(it->start + along * it->step);
    int a = it->array, r = e->array_rank[a];
    int64_t at = 0;
    for (int d = 0; d < r; d++)
        at = at * e->array_dim[a][d] + (e->array_dim[a][d] > 1 ? block[rank - r + d] : 0);
    int i = array[a][at];
    return i < 0 ? i + (int)e->dim[it->axis] : i;
}

static void select_elements(const expression *e, int32_t *const *array, selection *s)
{
    item it[MOST_DIMS + MOST_ENTRIES];
    int64_t joint[2];
    int n = expand(e, it), rank = joint_shape(e, it, n, joint), place = block_place(it, n);
    int block_at = 0, along[MOST_DIMS + MOST_ENTRIES];
    *s = (selection){.count = 1};
    for (int k = 0; k < n || k == 0; k++) {
        if (k == place) {
            block_at = s->rank;
            for (int d = 0; d < rank; d++)
                s->dim[s->rank++] = joint[d];
        }
        along[k] = k < n && (it[k].kind == 'r' || it[k].kind == 'n') ? s->rank : -1;
        if (along[k] >= 0)
            s->dim[s->rank++] = it[k].size;
    }
    for (int d = 0; d < s->rank; d++)
        s->count *= (int)s->dim[d];
    for (int c = 0; c < s->count; c++) {
        int64_t at[MOST_DIMS], source[MOST_AXES] = {0}, flat = 0;
        for (int d = s->rank - 1, rest = c; d >= 0; rest /= (int)s->dim[d], d--)
            at[d] = rest % s->dim[d];
        for (int k = 0; k < n; k++)
            if (it[k].kind != 'n')
                source[it[k].axis] = position(e, &it[k], array, rank, at + block_at,
                                              along[k] < 0 ? 0 : at[along[k]]);
        for (int d = 0; d < e->rank; d++)
            flat = flat * e->dim[d] + source[d];
        s->source[c] = (int)flat;
    }
}

/* ---- the calls ------------------------------------------------------------------------------------ */

typedef struct {
    expression e;
    const char *update; /* NULL: reads */
} indexed;

JAC_DEF_ENV(jac, indexed_by, indexed, (jac, x), (jac, v), (jac, a), (jac, b))
{
    jac_ix ix[MOST_ENTRIES];
    for (int k = 0; k < env->e.n; k++)
        ix[k] = env->e.entry[k].kind == JAC_IX_ARRAY ? jac_ix_array_(env->e.entry[k].start ? b : a)
                                                     : env->e.entry[k];
    return env->update ? jac_update_(JAC_AT, env->update, x, v, env->e.n, ix)
                       : jac_index(x, JAC_INDICES(env->e.n, ix));
}

typedef struct {
    indexed of;
    jac weights;
} loss_of;

JAC_DEF_ENV(jac, indexed_loss, loss_of, (jac, x), (jac, v), (jac, a), (jac, b))
{
    jac y = indexed_by_call(indexed_by_with(env->of), x, v, a, b);
    return jac_sum(jac_mul(y, env->weights));
}

typedef struct {
    jac x, v, a, b;
} operands;

static void describe(const expression *e, char *to, size_t room)
{
    size_t used = (size_t)snprintf(to, room, "rank %d:", e->rank);
    for (int k = 0; k < e->n && used < room; k++)
        used += (size_t)snprintf(to + used, room - used, " %d(%lld,%lld,%lld)",
                                 (int)e->entry[k].kind, (long long)e->entry[k].start,
                                 (long long)e->entry[k].stop, (long long)e->entry[k].step);
}

static void expect_floats(const char *what, const expression *e, jac y, int n, const float *want)
{
    char text[400];
    describe(e, text, sizeof text);
    cr_assert(jac_ok(y), "%s of %s: %s", what, text, jac_error());
    cr_assert_eq(jac_size(y), n, "%s of %s has %lld elements, not %d", what, text,
                 (long long)jac_size(y), n);
    const float *got = jac_view(y, JAC_F32);
    for (int k = 0; k < n; k++)
        cr_assert(fabsf(got[k] - want[k]) < 1e-5f, "%s of %s: element %d is %g, not %g", what, text,
                  k, (double)got[k], (double)want[k]);
}

/* What the elements become, one after the other. */
static void update_elements(const char *update, const selection *s, const float *v, float *x)
{
    for (int c = 0; c < s->count; c++) {
        float *to = &x[s->source[c]];
        *to = !strcmp(update, "set")      ? v[c]
              : !strcmp(update, "add_at") ? *to + v[c]
              : !strcmp(update, "sub_at") ? *to - v[c]
              : !strcmp(update, "mul_at") ? *to * v[c]
              : !strcmp(update, "min_at") ? fminf(*to, v[c])
                                          : fmaxf(*to, v[c]);
    }
}

/* An operand of one lane, and its elements. */
typedef struct {
    float x[256], v[MOST_ELEMENTS];
    int32_t a[4], b[4];
    selection s;
    operands in;
} lane;

static int count_of(int rank, const int64_t *dim)
{
    int n = 1;
    for (int d = 0; d < rank; d++)
        n *= (int)dim[d];
    return n;
}

static void draw_lane(const expression *e, lane *l)
{
    int size = count_of(e->rank, e->dim), least[2] = {9, 9};
    for (int k = 0; k < size; k++)
        l->x[k] = (float)(draw(64) - 32) / 8;
    item it[MOST_DIMS + MOST_ENTRIES];
    for (int k = 0, n = expand(e, it); k < n; k++)
        if (it[k].kind == 'a')
            least[it[k].array] = (int)e->dim[it[k].axis];
    for (int k = 0; k < 4; k++) {
        l->a[k] = least[0] < 9 ? draw(2 * least[0]) - least[0] : 0;
        l->b[k] = least[1] < 9 ? draw(2 * least[1]) - least[1] : 0;
    }
    select_elements(e, (int32_t *const[]){l->a, l->b}, &l->s);
    for (int k = 0; k < l->s.count; k++)
        l->v[k] = (float)(draw(64) - 32) / 16;
    l->in.x = jac_array(((jac_dims){e->rank, e->dim}), (const float *)l->x);
    l->in.v = jac_array(((jac_dims){l->s.rank, l->s.dim}), (const float *)l->v);
    l->in.a = jac_array(((jac_dims){e->array_rank[0], e->array_dim[0]}), (const int32_t *)l->a);
    l->in.b = jac_array(((jac_dims){e->array_rank[1], e->array_dim[1]}), (const int32_t *)l->b);
}

/* Checks one call on each lane alone, eager and jitted, and on all of them together. */
static void check_call(const expression *e, lane *l, const char *update)
{
    indexed of = {*e, update};
    jac_fn f = indexed_by_with(of), g = jac_jit(f), all = jac_jit(jac_vmap(f));
    const char *what = update ? update : "index";
    operands in = {jac_stack(0, l[0].in.x, l[1].in.x), jac_stack(0, l[0].in.v, l[1].in.v),
                   jac_stack(0, l[0].in.a, l[1].in.a), jac_stack(0, l[0].in.b, l[1].in.b)};
    jac together = indexed_by_call(all, in.x, in.v, in.a, in.b);
    for (int k = 0; k < LANES; k++) {
        float want[MOST_ELEMENTS];
        int n = update ? count_of(e->rank, e->dim) : l[k].s.count;
        if (update)
            memcpy(want, l[k].x, sizeof l[k].x);
        for (int c = 0; !update && c < n; c++)
            want[c] = l[k].x[l[k].s.source[c]];
        if (update)
            update_elements(update, &l[k].s, l[k].v, want);
        operands o = l[k].in;
        expect_floats(what, e, indexed_by_call(f, o.x, o.v, o.a, o.b), n, want);
        expect_floats(what, e, indexed_by_call(g, o.x, o.v, o.a, o.b), n, want);
        expect_floats(what, e, jac_at(together, k), n, want);
    }
}

/* The gradients of sum(w * y) for reads, sets and sums. */
static void check_gradients(const expression *e, lane *l, const char *update)
{
    int size = count_of(e->rank, e->dim), n = update ? size : l->s.count;
    float w[MOST_ELEMENTS], in_x[256] = {0}, in_v[MOST_ELEMENTS] = {0};
    bool set = update && !strcmp(update, "set");
    for (int k = 0; k < n; k++)
        w[k] = 1 + (float)draw(8);
    if (update)
        memcpy(in_x, w, (size_t)size * sizeof *w);
    for (int c = 0; c < l->s.count; c++) {
        int at = l->s.source[c];
        in_x[at] = set ? 0 : update ? w[at] : in_x[at] + w[c];
        in_v[c] = update ? w[at] : 0;
        for (int later = c + 1; set && later < l->s.count; later++)
            in_v[c] = l->s.source[later] == at ? 0 : in_v[c];
    }
    jac weights = update ? jac_array(((jac_dims){e->rank, e->dim}), (const float *)w)
                         : jac_array(((jac_dims){l->s.rank, l->s.dim}), (const float *)w);
    jac_fn grad = jac_grad(indexed_loss_with((loss_of){{*e, update}, weights}), JAC_DIMS(0, 1));
    struct {
        jac x, v;
    } g;
    for (int jit = 0; jit < 2; jit++) {
        cr_assert(jac_call(jit ? jac_jit(grad) : grad, &l->in, &g), "%s", jac_error());
        expect_floats("the gradient in x", e, g.x, size, in_x);
        expect_floats("the gradient in v", e, g.v, l->s.count, in_v);
    }
}

static void check_seeds(unsigned from, unsigned to)
{
    static const char *const updates[] = {NULL,     "set",    "add_at", "sub_at",
                                          "mul_at", "min_at", "max_at"};
    static lane l[LANES];
    for (unsigned seed = from; seed < to; seed++)
        JAC_SCOPE () {
            draw_state = seed * 2654435761u;
            expression e = draw_expression();
            for (int k = 0; k < LANES; k++)
                draw_lane(&e, &l[k]);
            const char *update = updates[seed % 7];
            check_call(&e, l, update);
            if (!update || !strcmp(update, "set") || !strcmp(update, "add_at"))
                check_gradients(&e, l, update);
        }
}

/* If the environment variable INDEXING_SEEDS is set, as many of them. */
Test(indexing, random_indices_mean_what_they_mean_in_numpy)
{
    const char *more = getenv("INDEXING_SEEDS");
    check_seeds(1, more ? (unsigned)atoi(more) : 250);
}

/* ---- masks, modes, functions ------------------------------------------------------------------------ */

static jac x34(void)
{
    return jac_reshape(jac_arange(12.0f), 3, 4);
}

static double sum_of(jac x)
{
    return jac_item_f64(jac_sum(x));
}

JAC_DEF(jac, set_where_positive, (jac, x), (jac, v))
{
    return jac_set(jac_mul_at(x, v, jac_lt(x, 0)), v, jac_gt(x, 0));
}

JAC_DEF(jac, read_where_positive, (jac, x))
{
    return jac_index(x, jac_gt(x, 0));
}

JAC_DEF(jac, set_traced_values, (jac, x))
{
    return jac_set(x, x, jac_gt(x, 0));
}

Test(indexing, a_traced_mask_writes_a_scalar_and_reads_nothing)
{
    jac x = jac_array(JAC_SHAPE(2, 2), (float[]){1, -2, 0, -4}), want[2];
    want[0] = set_where_positive(x, jac_asarray(3.0f));
    want[1] = set_where_positive_call(jac_jit(set_where_positive_fn), x, jac_asarray(3.0f));
    for (int k = 0; k < 2; k++) {
        const float *y = jac_view(want[k], JAC_F32);
        cr_assert(y, "%s", jac_error());
        cr_expect(y[0] == 3 && y[1] == -6 && y[2] == 0 && y[3] == -12, "%g %g %g %g", (double)y[0],
                  (double)y[1], (double)y[2], (double)y[3]);
    }
    FAILS_WITH(jac_call1(jac_jit(read_where_positive_fn), x), "bool[2,2] is a traced value");
    FAILS_WITH(jac_call1(jac_jit(set_traced_values_fn), x), "use jac_where");
}

Test(indexing, a_mode_holds_for_all_positions)
{
    jac x = jac_arange(4.0f), far = jac_scalar(JAC_I32, 9);
    cr_expect_eq(jac_item_f64(jac_index(x, 9, JAC_MODE(JAC_CLIP))), 3);
    cr_expect_eq(jac_item_f64(jac_index(x, 9, JAC_MODE(JAC_WRAP))), 1);
    cr_expect_eq(jac_item_f64(jac_index(x, -9, JAC_MODE(JAC_WRAP))), 3);
    cr_expect(isnan(jac_item_f64(jac_index(x, 9, JAC_MODE(JAC_FILL_OR_DROP)))));
    cr_expect_eq(jac_item_f64(jac_index(x, far)), 3);
    cr_expect_eq(jac_item_f64(jac_index(x, far, JAC_MODE(JAC_WRAP))), 1);
    cr_expect_eq(jac_item_f64(jac_index(x, far, JAC_MODE(.fill_value = jac_asarray(7)))), 7);
    cr_expect_eq(sum_of(jac_set(x, 100, 9, JAC_MODE(JAC_FILL_OR_DROP))), 6);
    cr_expect_eq(sum_of(jac_set(x, 100, 9, JAC_MODE(JAC_WRAP))), 105);
    cr_expect_eq(sum_of(jac_set(x, 100, far)), 6);
    cr_expect_eq(sum_of(jac_set(x, 100, far, JAC_MODE(JAC_CLIP))), 103);
    cr_expect_eq(sum_of(jac_add_at(x, 100, far, JAC_MODE(JAC_WRAP))), 106);
}

JAC_DEF(jac, squared, (jac, x))
{
    return jac_mul(x, x);
}

JAC_DEF(jac, apply_loss, (jac, x), (jac, i))
{
    return jac_sum(jac_apply_at(x, squared_fn, i));
}

JAC_DEF(jac, product_loss, (jac, x), (jac, v))
{
    jac i = jac_array(JAC_SHAPE(3), (int[]){1, 1, 0});
    return jac_sum(jac_mul_at(x, v, i));
}

Test(indexing, products_and_functions_at_repeated_indices_have_derivatives)
{
    jac x = jac_array(JAC_SHAPE(3), (float[]){2, 3, 5}),
        v = jac_array(JAC_SHAPE(3), (float[]){4, 0, 7});
    jac i = jac_array(JAC_SHAPE(2), (int[]){1, 1});
    for (int jit = 0; jit < 2; jit++) {
        jac_fn f = jac_grad(apply_loss_fn), g = jac_grad(product_loss_fn, 1);
        const float *a = jac_view(jac_call1(jit ? jac_jit(f) : f, x, i), JAC_F32);
        cr_assert(a, "%s", jac_error());
        cr_expect(a[0] == 1 && a[1] == 4 * 27 && a[2] == 1, "%g", (double)a[1]);
        const float *p = jac_view(jac_call1(jit ? jac_jit(g) : g, x, v), JAC_F32);
        cr_assert(p, "%s", jac_error());
        cr_expect(p[0] == 0 && p[1] == 12 && p[2] == 2, "%g %g %g", (double)p[0], (double)p[1],
                  (double)p[2]);
    }
}

/* ---- under jit --------------------------------------------------------------------------------------- */

JAC_DEF(jac, read_column, (jac, x), (jac, i))
{
    return jac_index(x, JAC_RANGE(0, 2), i, JAC_NEW);
}

JAC_DEF(jac, set_block, (jac, x), (jac, i))
{
    (void)i;
    return jac_set(x, 1, 1, JAC_RANGE(1, 3));
}

Test(indexing, known_positions_make_slices_and_scalars_dynamic_slices)
{
    jac i = jac_scalar(JAC_I32, 1);
    char *read = jac_make_jaxpr(read_column_fn, (&(read_column_args){x34(), i}));
    char *set = jac_make_jaxpr(set_block_fn, (&(set_block_args){x34(), i}));
    cr_assert(read && set, "%s", jac_error());
    cr_expect(strstr(read, "dynamic_slice[") && !strstr(read, "gather"), "%s", read);
    cr_expect(strstr(set, "dynamic_update_slice") && !strstr(set, "scatter"), "%s", set);
    free(read);
    free(set);
}

/* ---- ranks known at run time --------------------------------------------------------------------- */

/* x[0, ..., 0, 1:] by a function for arrays of any rank. */
static jac tail(jac x)
{
    jac_ix ix[16];
    jac start[16];
    int rank = jac_ndim(x);
    int64_t sizes[16];
    for (int d = 0; d < rank; d++) {
        ix[d] = d < rank - 1 ? jac_ix_int_(0) : JAC_RANGE(1, JAC_END);
        sizes[d] = d < rank - 1 ? 1 : jac_dim(x, d) - 1;
        start[d] = jac_asarray(d == rank - 1);
    }
    jac y = jac_index(x, JAC_INDICES(rank, ix));
    jac z = jac_dynamic_slice(x, ((jac_dims){rank, sizes}), JAC_HANDLES(rank, start));
    jac u = jac_dynamic_update_slice(x, jac_neg(z), JAC_HANDLES(rank, start));
    jac both[] = {jac_reshape(z, jac_shape(y)), jac_ones(jac_shape(y))};
    jac dot = jac_einsum("i,i", JAC_HANDLES(2, both));
    return jac_stack(0, jac_sum(y), dot, jac_sum(jac_sub(x, u)));
}

Test(indexing, functions_of_any_rank_take_lists_made_at_run_time)
{
    for (int rank = 1; rank < 4; rank++) {
        jac x = jac_reshape(jac_arange(24.0f), 2, 3, 4);
        x = jac_index(x, JAC_ELLIPSIS, JAC_RANGE(0, 4));
        for (int d = 3; d > rank; d--)
            x = jac_index(x, 0);
        const float *y = jac_view(tail(x), JAC_F32);
        cr_assert(y, "%s", jac_error());
        cr_expect(y[0] == 6 && y[1] == 6 && y[2] == 12, "rank %d: %g %g %g", rank, (double)y[0],
                  (double)y[1], (double)y[2]);
    }
}

/* ---- wrong use ----------------------------------------------------------------------------------------- */

Test(indexing, wrong_use_is_refused)
{
    jac x = x34(), i = jac_array(JAC_SHAPE(2), (int[]){0, 1}),
        j = jac_array(JAC_SHAPE(3), (int[]){0, 1, 2});
    jac mask = jac_array(JAC_SHAPE(2), (bool[]){1, 0});
    jac_ix odd = {.kind = (jac_ix_kind)77}, list = JAC_INDICES(1, &odd),
           nested = JAC_INDICES(1, &list);
    FAILS_WITH(jac_index(x, 3), "index 3 is out of range for axis 0 of f32[3,4]");
    FAILS_WITH(jac_index(x, 0, -5), "index -5 is out of range for axis 1");
    FAILS_WITH(jac_index(x, 0, 0, 0), "the indices take 3 dimensions, but f32[3,4] has 2");
    FAILS_WITH(jac_index(x, JAC_ELLIPSIS, JAC_ELLIPSIS), "given 2 times");
    FAILS_WITH(jac_index(x, JAC_RANGE(0, 2, 0)), "step of a range must not be 0");
    FAILS_WITH(jac_index(x, JAC_RANGE(0, JAC_END - 1)), "write -1");
    FAILS_WITH(jac_index(x, i, j), "i32[2] and i32[3] do not broadcast together");
    FAILS_WITH(jac_index(x, jac_asarray(0.5f)), "indices must be integers, but are ~f32[]");
    FAILS_WITH(jac_index(x, mask),
               "the mask bool[2] does not have the sizes of f32[3,4] from axis 0 on");
    FAILS_WITH(jac_index(x, jac_scalar(JAC_BOOL, 1)), "a mask must have at least one dimension");
    FAILS_WITH(jac_index(x, i, JAC_MODE((jac_index_mode)9)), "but is 9");
    FAILS_WITH(jac_index(x, i, JAC_MODE(JAC_CLIP), JAC_MODE(JAC_CLIP)), "given twice");
    FAILS_WITH(jac_index(x, i, JAC_MODE(.fill_value = i)), "fill_value must be a number");
    FAILS_WITH(jac_index(x, odd), "kind 77");
    FAILS_WITH(jac_index(x, nested), "must not hold another one");
    FAILS_WITH(jac_index(jac_zeros(JAC_SHAPE(0, 2)), i), "has no elements along axis 0");
    FAILS_WITH(jac_set(x, j, i), "f32[3] do not broadcast to f32[2,4]");
    FAILS_WITH(jac_set(jac_arange(3), 0.5, 0), "do not go into i32[3]");
    FAILS_WITH(jac_set(jac_astype(x, JAC_U8), 300, 0), "300 does not fit u8");
    FAILS_WITH(jac_add_at(jac_gt(x, 0), jac_gt(1, 0), 0), "must be an array of numbers");
    FAILS_WITH(jac_update_(JAC_AT, "put", x, x, 0, NULL), "no update called put");
    FAILS_WITH(jac_apply_at(x, apply_loss_fn, 0), "takes 2 handles, but is given 1");
    jac deep = jac_zeros(JAC_SHAPE(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1));
    FAILS_WITH(jac_index(deep, JAC_NEW), "more than 16 dimensions");
    FAILS_WITH(jac_index(deep, jac_reshape(i, 2, 1)), "more than 16 dimensions");
}

JAC_DEF(jac, count_of_true, (jac, x))
{
    return jac_flatnonzero(x);
}

Test(indexing, a_place_that_does_not_exist_is_refused)
{
    jac x = x34(), ids = jac_array(JAC_SHAPE(2), (int[]){0, 1}), both[2];
    FAILS_WITH(jac_call1(jac_jit(count_of_true_fn), x), "give it as .size");
    FAILS_WITH(jac_flatnonzero(x, .size = -2), ".size must be at least 0, but is -2");
    FAILS_WITH(jac_flatnonzero(x, .size = 2, .fill_value = jac_asarray(0.5)), "must be an integer");
    FAILS_WITH(jac_argwhere(1.0f), "has no dimensions");
    FAILS_WITH(jac_nonzero(x, &ids), "gives 2 handles");
    FAILS_WITH(jac_compress(jac_ones(5), x, 1), "must be a vector that is not longer");
    FAILS_WITH(jac_segment_sum(x, ids, 2), "an id for each part of f32[3,4]");
    FAILS_WITH(jac_segment_sum(jac_ones(2), jac_ones(2), 2), "ids must be integers");
    FAILS_WITH(jac_segment_sum(jac_ones(2), ids, -1), "at least 0, but is -1");
    FAILS_WITH(jac_segment_(JAC_AT, "segment_mean", x, ids, 2, (jac_index_opts){0}),
               "no segment_mean");
    FAILS_WITH(jac_take(x, ids, 0, (jac_index_mode)7), "but is 7");
    FAILS_WITH(jac_take(jac_zeros(0), ids, 0), "has no elements along axis 0");
    FAILS_WITH(jac_put_along_axis(x, jac_zeros(JAC_SHAPE(2, 1), JAC_I32), 1, 1),
               "do not broadcast together");
    FAILS_WITH(jac_put_along_axis(x, jac_zeros(JAC_SHAPE(3, 1), JAC_I32), jac_ones(3), 1),
               "must be a scalar");
    FAILS_WITH(jac_unravel_index(0, JAC_SHAPE(0, 2), &both), "has no elements");
    FAILS_WITH(jac_unravel_index(0, JAC_SHAPE(2, 2, 2), &both), "struct of 2");
    FAILS_WITH(jac_ravel_multi_index(JAC_SHAPE(2, 2), 1),
               "needs 2 arrays of positions, but 1 are given");
    FAILS_WITH(jac_gather(x, jac_reshape(ids, 2, 1), JAC_SHAPE(1, 4), .offset_dims = JAC_DIMS(1),
                          .collapsed_slice_dims = JAC_DIMS(0), .start_index_map = JAC_DIMS(0),
                          .mode = JAC_WRAP),
               "JAC_WRAP is not one of gather");
}

Test(indexing, writes_into_an_empty_array_are_left_out)
{
    jac x = jac_zeros(0), at = jac_array(JAC_SHAPE(2), (int32_t[]){0, -1});
    jac rows = jac_zeros(JAC_SHAPE(0, 3)), y[] = {jac_set(x, 1, at),
                                                  jac_add_at(x, 1, at),
                                                  jac_max_at(x, 1, at, JAC_MODE()),
                                                  jac_set(x, 1, jac_scalar(JAC_I32, 4)),
                                                  jac_add_at(rows, 1, at, JAC_ALL),
                                                  jac_set(rows, 1, at, at)};
    for (size_t k = 0; k < sizeof y / sizeof *y; k++)
        cr_expect_eq(jac_size(y[k]), 0, "%zu: %s", k, jac_error());
    FAILS_WITH(jac_index(x, at), "has no elements along axis 0");
    FAILS_WITH(jac_set(x, 1, at, JAC_MODE(JAC_CLIP)), "has no elements along axis 0");
}

Test(indexing, a_mode_without_arguments_is_the_default_mode)
{
    jac x = jac_arange(4.0f);
    cr_expect(isnan(jac_item_f64(jac_index(x, 9, JAC_MODE()))));
    cr_expect_eq(sum_of(jac_set(x, 100, 9, JAC_MODE())), 6);
}
