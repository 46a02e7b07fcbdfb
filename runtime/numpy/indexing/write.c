/* jac_set, jac_add_at and the others: x.at[...].set(v). Where all positions are known, the block
 * there is replaced; a mask chooses element by element; anything else is a scatter. */
#include <string.h>

#include "ops/ops.h"
#include "runtime/numpy/indexing/plan.h"

/* What to do with the elements there. */
typedef struct {
    const char *name, *what;
    const ir_op *scatter;
    jac (*combine)(jac old, jac v);
} update;

static jac replaced(jac old, jac v)
{
    (void)old;
    return v;
}

#define COMBINE(name, op)                                                                          \
    static jac name(jac old, jac v)                                                                \
    {                                                                                              \
        return rt_op2(&op_##op, old, v);                                                           \
    }
COMBINE(sum, add)
COMBINE(difference, sub)
COMBINE(product, mul)
COMBINE(smaller, min)
COMBINE(larger, max)

static const update updates[] = {{"set", "jac_set", &op_scatter, replaced},
                                 {"add_at", "jac_add_at", &op_scatter_add, sum},
                                 {"sub_at", "jac_sub_at", &op_scatter_sub, difference},
                                 {"mul_at", "jac_mul_at", &op_scatter_mul, product},
                                 {"min_at", "jac_min_at", &op_scatter_min, smaller},
                                 {"max_at", "jac_max_at", &op_scatter_max, larger}};

static const update *update_named(const char *name)
{
    for (size_t k = 0; name && k < sizeof updates / sizeof *updates; k++)
        if (!strcmp(name, updates[k].name))
            return &updates[k];
    ir_fail("jac_set: there is no update called %s", name ? name : "(null)");
    return NULL;
}

/* ---- the new elements ------------------------------------------------------------------------- */

/* Bools fit into integers, and integers into floats. */
static int width_of(ir_dtype d)
{
    ir_kind kind = ir_dtypes[d].kind;
    return kind == IR_KIND_UINT ? IR_KIND_INT : (int)kind;
}

jac np_value_for(const char *what, jac v, const ir_type *x)
{
    ir_type t;
    if (rt_no_handle(v)) {
        ir_fail("%s: the value %s", what, rt_no_handle(v));
        return JAC_NULL;
    }
    if (!rt_type_of(v, &t))
        return JAC_NULL;
    if (width_of(t.dtype) > width_of(x->dtype)) {
        ir_fail("%s: values of type %s do not go into %s; convert them with jac_astype", what,
                ir_type_tmp(&t), ir_type_tmp(x));
        return JAC_NULL;
    }
    return rt_convert(v, x->dtype, x->weak);
}

/* v broadcast to the shape of what the indices select, without its new dimensions. */
static jac spread(const index_plan *p, jac v)
{
    index_shape s, with_new;
    ir_type t, to = p->t;
    if (!index_result(p, false, &s) || !index_result(p, true, &with_new) || !rt_type_of(v, &t))
        return JAC_NULL;
    to.rank = (uint8_t)with_new.rank;
    memcpy(to.dim, with_new.dim, sizeof to.dim);
    if (!rt_broadcasts(&t, &to)) {
        ir_fail("%s: values of type %s do not broadcast to %s, which is what the indices select",
                p->what, ir_type_tmp(&t), ir_type_tmp(&to));
        return JAC_NULL;
    }
    if (!t.rank || with_new.rank == s.rank)
        return rt_broadcast_to(v, s.rank, s.dim);
    v = rt_broadcast_to(v, with_new.rank, with_new.dim);
    return jac_ok(v) ? jac_reshape(v, ((jac_dims){s.rank, s.dim})) : JAC_NULL;
}

/* ---- a block ---------------------------------------------------------------------------------- */

static bool is_block(const index_plan *p)
{
    for (int k = 0; k < p->n; k++)
        if (p->part[k].kind == PART_INDEX ||
            (p->part[k].kind == PART_RANGE && (p->part[k].step > 1 || p->part[k].step < -1)))
            return false;
    return true;
}

/* Writes a block at the known place. */
static jac put_block(const index_plan *p, jac block)
{
    index_span span[IR_MAX_RANK];
    jac in[IR_MAX_RANK + 2] = {p->x, block};
    bool wide = false;
    index_spans(p, span);
    for (int d = 0; d < p->t.rank; d++)
        wide = wide || span[d].start > INT32_MAX;
    for (int d = 0; d < p->t.rank; d++) {
        ir_dtype i = wide ? IR_i64 : IR_i32;
        if (!jac_ok(in[2 + d] = index_literal(i, span[d].start)))
            return JAC_NULL;
    }
    return jac_ok(block) ? rt_emit1(&op_dynamic_update_slice, p->t.rank + 2, in, NULL) : JAC_NULL;
}

/* What the indices select, from the block and back. */
static jac from_block(const index_plan *p, jac block)
{
    index_shape s;
    return jac_ok(block) && index_result(p, false, &s)
               ? jac_reshape(index_reversed(p, block), ((jac_dims){s.rank, s.dim}))
               : JAC_NULL;
}

static jac to_block(const index_plan *p, jac v)
{
    index_span span[IR_MAX_RANK];
    int64_t shape[IR_MAX_RANK];
    index_spans(p, span);
    for (int d = 0; d < p->t.rank; d++)
        shape[d] = span[d].size;
    return jac_ok(v) ? index_reversed(p, jac_reshape(v, ((jac_dims){p->t.rank, shape}))) : JAC_NULL;
}

static jac update_block(const index_plan *p, const update *u, jac v)
{
    v = to_block(p, v);
    jac old = u->combine == replaced ? v : index_block(p);
    return jac_ok(v) && jac_ok(old) ? put_block(p, u->combine(old, v)) : JAC_NULL;
}

/* ---- a scatter -------------------------------------------------------------------------------- */

/* A dimension of the updates in which the windows lie, or one of the index vectors. */
static bool is_window(const index_plan *p, int part)
{
    int64_t step = part < 0 ? 0 : p->part[part].step;
    return step == 1 || step == -1;
}

/* A component of the index vectors, for dimension d of x: an array whose dimension k is dimension
 * dims[k] of the index vectors. */
typedef struct {
    jac index;
    int n;
    int64_t dims[IR_MAX_RANK];
} component;

typedef struct {
    int rank, n;
    int64_t shape[IR_MAX_RANK]; /* of the index vectors, without their components */
    int first[PART_MOST];       /* by part: its dimension there */
    int block;                  /* where the dimensions of the index arrays are there */
    component at[PART_MOST];
} vectors;

/* The dimensions of the updates that are not those of windows are those of the index vectors. */
static void place_vectors(const index_plan *p, const index_shape *s, vectors *v, windows_attrs *a)
{
    *v = (vectors){.block = -1};
    for (int d = 0; d < s->rank; d++) {
        if (is_window(p, s->part[d])) {
            a->offset.at[a->offset.n++] = d;
            continue;
        }
        if (s->part[d] >= 0)
            v->first[s->part[d]] = v->rank;
        else if (v->block < 0)
            v->block = v->rank;
        v->shape[v->rank++] = s->dim[d];
    }
}

/* start, start + step, ... */
static jac strided_positions(const index_span *span)
{
    ir_dtype d = span->start + span->size * span->step <= INT32_MAX ? IR_i32 : IR_i64;
    ir_type t = {.dtype = (uint8_t)d, .rank = 1, .dim = {span->size}};
    jac by = index_literal(d, span->step);
    return jac_add(jac_mul(np_iota(&t, 0), by), index_position(span->start));
}

static bool add_component(const index_plan *p, int k, const index_span *span, vectors *v,
                          windows_attrs *a)
{
    const index_part *part = &p->part[k];
    component c = {0};
    bool window = part->kind == PART_RANGE && is_window(p, k);
    if (part->kind == PART_NEW || (window && part->size == p->t.dim[part->axis]))
        return true;
    if (part->kind == PART_INDEX) {
        c.index = part->index;
        for (int d = 0; d < p->rank; d++)
            c.dims[c.n++] = v->block + d;
    } else if (part->kind == PART_AT || window) {
        c.index = index_position(span[part->axis].start);
    } else {
        c.index = strided_positions(&span[part->axis]);
        c.dims[c.n++] = v->first[k];
    }
    a->map.at[a->map.n++] = part->axis;
    if (!window)
        a->collapsed.at[a->collapsed.n++] = part->axis;
    v->at[v->n++] = c;
    return jac_ok(c.index);
}

/* The components, broadcast against each other. */
static jac join_vectors(vectors *v)
{
    jac all[PART_MOST];
    for (int k = 0; k < v->n; k++)
        all[k] = v->at[k].index;
    if (!rt_promote(v->n, all, false))
        return JAC_NULL;
    for (int k = 0; k < v->n; k++) {
        const component *c = &v->at[k];
        ir_attr attr[] = {[BROADCAST_SHAPE] = {.n = v->rank, .ints = v->shape},
                          [BROADCAST_DIMS] = {.n = c->n, .ints = c->dims}};
        if (c->n < v->rank && !jac_ok(all[k] = rt_emit1(&op_broadcast_in_dim, 1, &all[k], attr)))
            return JAC_NULL;
    }
    return index_vectors(v->n, all);
}

/* The index vectors and the parameters of the scatter. */
static jac scatter_vectors(const index_plan *p, const index_shape *s, windows_attrs *a)
{
    vectors v;
    index_span span[IR_MAX_RANK];
    bool known = !p->nindex;
    *a = (windows_attrs){.mode = p->mode,
                         .unique = p->options.unique_indices || known,
                         .sorted = p->options.indices_are_sorted || known};
    index_spans(p, span);
    place_vectors(p, s, &v, a);
    a->vector = v.rank;
    for (int k = 0; k < p->n; k++)
        if (!add_component(p, k, span, &v, a))
            return JAC_NULL;
    return join_vectors(&v);
}

/* Reverses the updates along ranges of negative steps, as the scatter goes forwards. */
static jac in_order(const index_plan *p, const index_shape *s, jac v)
{
    int64_t back[IR_MAX_RANK];
    int n = 0;
    for (int d = 0; d < s->rank; d++)
        if (s->part[d] >= 0 && p->part[s->part[d]].step < 0)
            back[n++] = d;
    ir_attr attr[] = {[REV_DIMENSIONS] = {.n = n, .ints = back}};
    return n && jac_ok(v) ? rt_emit1(&op_rev, 1, &v, attr) : v;
}

static jac scatter(const index_plan *p, const update *u, jac v)
{
    windows_attrs a;
    index_shape s;
    if (!jac_ok(v) || !index_result(p, false, &s))
        return JAC_NULL;
    jac at = scatter_vectors(p, &s, &a);
    v = in_order(p, &s, v);
    return jac_ok(at) && jac_ok(v) ? np_emit_windows(u->scatter, &a, 3, (jac[]){p->x, at, v})
                                   : JAC_NULL;
}

/* ---- a mask ----------------------------------------------------------------------------------- */

/* The mask, if it is the only index and v a scalar: then the elements are chosen where they are,
 * and the mask may be a traced value. */
static const index_part *only_mask(const index_plan *p, jac v)
{
    const index_part *mask = NULL;
    ir_type t;
    if (!jac_ok(v) || !rt_type_of(v, &t) || t.rank)
        return NULL;
    for (int k = 0; k < p->n; k++) {
        bool is_mask = p->part[k].kind == PART_MASK;
        if ((is_mask && mask) || (!is_mask && !index_is_whole(p, &p->part[k])))
            return NULL;
        mask = is_mask ? &p->part[k] : mask;
    }
    return mask;
}

static jac choose(jac where, jac yes, jac no)
{
    return jac_ok(where) && jac_ok(yes) && jac_ok(no)
               ? rt_emit1(&op_select_n, 3, (jac[]){where, no, yes}, NULL)
               : JAC_NULL;
}

static jac update_where(const index_plan *p, const index_part *mask, const update *u, jac v)
{
    int64_t dims[IR_MAX_RANK];
    for (int k = 0; k < mask->size; k++)
        dims[k] = mask->axis + k;
    ir_attr attr[] = {[BROADCAST_SHAPE] = {.n = p->t.rank, .ints = p->t.dim},
                      [BROADCAST_DIMS] = {.n = (int)mask->size, .ints = dims}};
    jac where = rt_emit1(&op_broadcast_in_dim, 1, &mask->index, attr);
    v = rt_broadcast_to(v, p->t.rank, p->t.dim);
    if (!jac_ok(v))
        return JAC_NULL;
    if (u->combine == product) { /* so that the others' derivative is not inf * 0 */
        jac one = rt_literal_f64(p->t.dtype, 1);
        one = jac_ok(one) ? rt_broadcast_to(one, p->t.rank, p->t.dim) : one;
        jac factor = choose(where, v, one);
        return jac_ok(factor) ? product(p->x, factor) : JAC_NULL;
    }
    return choose(where, u->combine(p->x, v), p->x);
}

/* ---- all of them ------------------------------------------------------------------------------ */

/* Sums and products need numbers. */
static bool check_numbers(const index_plan *p, const update *u)
{
    bool needs = u->combine == sum || u->combine == difference || u->combine == product;
    return !needs || p->t.dtype != IR_bool ||
           ir_fail("%s: %s must be an array of numbers", p->what, ir_type_tmp(&p->t));
}

static jac update_at(index_plan *p, const update *u, jac v)
{
    if (!jac_ok(v = np_value_for(p->what, v, &p->t)) || !check_numbers(p, u))
        return JAC_NULL;
    const index_part *mask = only_mask(p, v);
    if (mask)
        return update_where(p, mask, u, v);
    if (!index_finish(p) || !jac_ok(v = spread(p, v)))
        return JAC_NULL;
    return is_block(p) ? update_block(p, u, v) : scatter(p, u, v);
}

jac jac_update_(const jac_loc *at, const char *what, jac x, jac v, int n, const jac_ix *ix)
{
    unsigned m = rt_begin_as(at, what);
    const update *u = update_named(what);
    index_plan p;
    bool ok = u && index_parts(&p, u->what, WINDOWS_DROP, x, n, ix);
    return rt_end(m, ok ? update_at(&p, u, v) : JAC_NULL);
}

/* ---- a function ------------------------------------------------------------------------------- */

static jac apply_to_block(const index_plan *p, jac_fn f)
{
    ir_type t, ty;
    jac old = from_block(p, index_block(p)), y = JAC_NULL;
    if (!jac_ok(old) || !jac_call(f, &old, &y) || !rt_type_of(old, &t) || !rt_type_of(y, &ty))
        return JAC_NULL;
    if (!ir_same_shape(&t, &ty)) {
        ir_fail("%s: the function must keep the shape of %s, but gives %s", p->what,
                ir_type_tmp(&t), ir_type_tmp(&ty));
        return JAC_NULL;
    }
    return put_block(p, to_block(p, rt_convert(y, t.dtype, t.weak)));
}

static jac apply_scattered(const index_plan *p, jac_fn f)
{
    windows_attrs a;
    index_shape s;
    ir_type t;
    if (!index_result(p, false, &s))
        return JAC_NULL;
    jac at = scatter_vectors(p, &s, &a);
    if (!jac_ok(at) || !rt_type_of(at, &t))
        return JAC_NULL;
    if (a.map.n == 1)
        at = np_expand_dims(at, 1, (int64_t[]){t.rank});
    static const jac_index_mode modes[] = {[WINDOWS_CLIP] = JAC_CLIP,
                                           [WINDOWS_DROP] = JAC_FILL_OR_DROP,
                                           [WINDOWS_PROMISE] = JAC_PROMISE_IN_BOUNDS};
    return jac_scatter_apply_(
        NULL, p->x, at, f, (jac_dims){s.rank, s.dim},
        (jac_scatter_opts){.update_window_dims = {a.offset.n, a.offset.at},
                           .inserted_window_dims = {a.collapsed.n, a.collapsed.at},
                           .scatter_dims_to_operand_dims = {a.map.n, a.map.at},
                           .operand_batching_dims = JAC_OMITTED_,
                           .scatter_indices_batching_dims = JAC_OMITTED_,
                           .mode = modes[a.mode],
                           .unique_indices = a.unique,
                           .indices_are_sorted = a.sorted});
}

jac jac_apply_at_(const jac_loc *at, jac x, jac_fn f, int n, const jac_ix *ix)
{
    unsigned m = rt_begin(at);
    index_plan p;
    rt_face face = rt_fn(f);
    bool ok = face && rt_takes_single("jac_apply_at", "jac_index and jac_set", face, 1) &&
              index_parts(&p, "jac_apply_at", WINDOWS_DROP, x, n, ix) && index_finish(&p);
    return rt_end(m, !ok            ? JAC_NULL
                     : is_block(&p) ? apply_to_block(&p, f)
                                    : apply_scattered(&p, f));
}
