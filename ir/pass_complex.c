/* Complex values as pairs of real ones.
 *
 * Transformations and the passes before this one see complex values; everything after it, and every
 * kernel, sees real ones alone. A complex value becomes two values, its real and its imaginary part
 * (ir_pair), and each equation becomes what its primitive's row says: the same equation on each part
 * (IR_OP_APART), or what the rule `pairs` emits. The graphs of loops and branches take and give both
 * parts, so these stay apart for the whole program. Only memory outside has them side by side: an
 * input or output c64[3] of the outermost graph becomes f32[3,2].
 */
#include <string.h>

#include "ir/loop.h"
#include "ir/pass.h"

/* ---- what is complex ------------------------------------------------------------------------- */

static bool any_complex(ir_value *const *v, int n)
{
    for (int k = 0; k < n; k++)
        if (ir_is_complex(v[k]->type.dtype))
            return true;
    return false;
}

bool ir_touches_complex(const ir_eqn *e)
{
    const ir_graph *inner;
    if (any_complex(e->in, e->nin) || any_complex(e->out, e->nout))
        return true;
    for (int k = 0; (inner = ir_nested(e, k)); k++)
        if (ir_has_complex(inner))
            return true;
    return false;
}

bool ir_has_complex(const ir_graph *g)
{
    if (any_complex(g->in, g->nin))
        return true;
    IR_EACH_EQN (e, g) {
        if (ir_touches_complex(e))
            return true;
    }
    return false;
}

/* ---- pairs in memory ------------------------------------------------------------------------- */

static ir_type part_type(const ir_type *t)
{
    ir_type part = *t;
    part.dtype = ir_part(t->dtype);
    return part;
}

/* The type of a complex array of type t as real numbers. An array without a dimension to spare is
 * taken as a vector. */
static ir_type memory_type(const ir_type *t)
{
    ir_type m = part_type(t);
    if (t->rank == IR_MAX_RANK) {
        m.rank = 1;
        m.dim[0] = ir_type_count(t);
    }
    m.dim[m.rank++] = 2;
    return m;
}

static ir_value *reweigh(ir_graph *g, ir_value *x, bool weak)
{
    if (!x || x->type.weak == weak)
        return x;
    ir_attr attr[] = {[CONVERT_DTYPE] = {.i = x->type.dtype}, [CONVERT_WEAK] = {.i = weak}};
    return ir_emit1(g, ir_op_role(IR_ROLE_CONVERT), 1, &x, attr);
}

/* An input of the new graph for v, an input of the old one. */
static ir_pair take_input(ir_graph *g, const ir_value *v, bool outermost)
{
    if (!ir_is_complex(v->type.dtype))
        return (ir_pair){ir_input(g, &v->type), NULL};
    ir_type part = part_type(&v->type), memory = memory_type(&v->type);
    ir_pair x;
    if (!outermost)
        return x.re = ir_input(g, &part), x.im = ir_input(g, &part), x;
    ir_value *both = ir_input(g, &memory);
    ir_attr attr[] = {[PART_WHICH] = {.i = 0}, [PART_SHAPE] = {.n = part.rank, .ints = part.dim}};
    x.re = ir_emit1(g, ir_op_role(IR_ROLE_PART), 1, &both, attr);
    attr[PART_WHICH].i = 1;
    x.im = ir_emit1(g, ir_op_role(IR_ROLE_PART), 1, &both, attr);
    return x;
}

/* Writes the outputs of the new graph for v, an output of the old one, to `out`, and returns how
 * many there are. */
static int give_output(ir_graph *g, const ir_value *v, ir_pair y, bool outermost, ir_value **out)
{
    out[0] = reweigh(g, y.re, v->type.weak);
    if (!ir_is_complex(v->type.dtype))
        return 1;
    out[1] = reweigh(g, y.im, v->type.weak);
    if (!outermost)
        return 2;
    ir_type m = memory_type(&v->type);
    ir_attr attr[] = {[INTERLEAVE_SHAPE] = {.n = m.rank, .ints = m.dim}};
    out[0] = ir_emit1(g, ir_op_role(IR_ROLE_INTERLEAVE), 2, out, attr);
    return 1;
}

/* ---- equations ------------------------------------------------------------------------------- */

typedef struct {
    ptrmap *done; /* from nested graphs to their real form */
    ir_graph *g;  /* being made */
    ir_arena *mem;
} splitter;

static ir_graph *split(ptrmap *done, const ir_graph *g, bool outermost);

static bool apart(splitter *s, const ir_eqn *e, const ir_pair *x, ir_pair *y)
{
    ir_value **in = ir_alloc(s->mem, (size_t)(e->nin + 1) * sizeof *in);
    if (!in)
        return false;
    for (int part = 0; part < 2; part++) {
        for (int k = 0; k < e->nin; k++)
            in[k] = part && x[k].im ? x[k].im : x[k].re;
        ir_value **made = ir_emit(s->g, e->op, e->nin, in, e->attr);
        if (!made)
            return false;
        for (int k = 0; k < e->nout; k++)
            if (part == 0)
                y[k] = (ir_pair){made[k], NULL};
            else if (ir_is_complex(e->out[k]->type.dtype))
                y[k].im = made[k];
    }
    return true;
}

/* The real form of a nested graph. It is made once, however often the graph is used. */
static ir_graph *nested(splitter *s, const ir_graph *g)
{
    const ptrmap_entry *known = ptrmap_find(s->done, g);
    if (known)
        return (ir_graph *)(uintptr_t)known->lo;
    ir_graph *made = split(s->done, g, false);
    if (made && !ptrmap_put(s->done, g, (uint64_t)(uintptr_t)made, 0)) {
        ir_graph_release(made);
        return NULL;
    }
    return made;
}

static bool split_graphs(splitter *s, const ir_eqn *e, ir_attr *attr)
{
    for (int k = 0, n = ir_nattr(e->op); k < n; k++) {
        attr[k] = e->attr[k];
        ir_attr_kind kind = e->op->attrs[k].kind;
        if (kind == IR_ATTR_GRAPH && !(attr[k].graph = nested(s, attr[k].graph)))
            return false;
        if (kind != IR_ATTR_GRAPHS)
            continue;
        if (!(attr[k].graphs = ir_alloc(s->mem, (size_t)(attr[k].n + 1) * sizeof(ir_graph *))))
            return false;
        for (int j = 0; j < attr[k].n; j++)
            if (!(attr[k].graphs[j] = nested(s, e->attr[k].graphs[j])))
                return false;
    }
    return true;
}

static int width_of(const ir_value *v)
{
    return ir_is_complex(v->type.dtype) ? 2 : 1;
}

static int sum(const int *width, int from, int n)
{
    int all = 0;
    for (int k = from; k < from + n; k++)
        all += width[k];
    return all;
}

/* Corrects the counts of a loop, of which attr has the graphs already. */
static void regroup_loop(const ir_eqn *e, const int *width, ir_attr *attr)
{
    ir_loop was = ir_loop_of(e), l = e->op->loop(attr, e->nin);
    int first = ir_loop_first(&was);
    l.ncond = sum(width, 0, was.ncond);
    l.nconst = sum(width, was.ncond, was.nconst);
    l.ncarry = sum(width, first, was.ncarry);
    l.nx = sum(width, first + was.ncarry, was.nx);
    l.ny = l.body->nout - l.ncarry;
    e->op->loop_attrs(&l, attr);
}

/* An equation with graphs: they take and give both parts of what is complex, one after the other. */
static bool with_graphs(splitter *s, const ir_eqn *e, const ir_pair *x, ir_pair *y)
{
    ir_attr attr[IR_MAX_ATTRS];
    ir_value **in = ir_alloc(s->mem, (size_t)(2 * e->nin + 1) * sizeof *in);
    int *width = ir_alloc(s->mem, (size_t)(e->nin + 1) * sizeof *width), n = 0;
    if (!in || !width || !split_graphs(s, e, attr))
        return false;
    for (int k = 0; k < e->nin; k++) {
        width[k] = width_of(e->in[k]);
        in[n++] = x[k].re;
        if (width[k] == 2)
            in[n++] = x[k].im;
    }
    if (e->op->loop)
        regroup_loop(e, width, attr);
    else if (e->op->regroup && !e->op->regroup(e, width, attr, s->mem))
        return false;
    ir_value **made = ir_emit(s->g, e->op, n, in, attr);
    for (int k = 0, j = 0; made && k < e->nout; k++) {
        y[k] = (ir_pair){made[j++], NULL};
        if (width_of(e->out[k]) == 2)
            y[k].im = made[j++];
    }
    return made != NULL;
}

static bool split_eqn(splitter *s, const ir_eqn *e, const ir_pair *x, ir_pair *y)
{
    if (ir_nested(e, 0))
        return with_graphs(s, e, x, y);
    if (e->op->pairs)
        return e->op->pairs(s->g, e, x, y);
    if (e->op->flags & IR_OP_APART)
        return apart(s, e, x, y);
    return ir_fail("%s does not work on complex numbers", e->op->name);
}

static bool copy(splitter *s, const ir_eqn *e, const ir_pair *x, ir_pair *y)
{
    ir_value **in = ir_alloc(s->mem, (size_t)(e->nin + 1) * sizeof *in);
    for (int k = 0; in && k < e->nin; k++)
        in[k] = x[k].re;
    ir_value **made = in ? ir_copy_eqn(s->g, e, in) : NULL;
    for (int k = 0; made && k < e->nout; k++)
        y[k] = (ir_pair){made[k], NULL};
    return made != NULL;
}

static bool one(splitter *s, const ir_eqn *e, ir_pair *map)
{
    IR_SCRATCH(scratch);
    s->mem = &scratch;
    ir_pair *x = ir_alloc(&scratch, (size_t)(e->nin + e->nout + 1) * sizeof *x), *y = x + e->nin;
    if (!x)
        return false;
    for (int k = 0; k < e->nin; k++)
        x[k] = map[e->in[k]->id];
    const ir_loc *was = ir_loc_set(e->loc);
    bool ok = ir_touches_complex(e) ? split_eqn(s, e, x, y) : copy(s, e, x, y);
    ir_loc_set(was);
    for (int k = 0; ok && k < e->nout; k++) {
        map[e->out[k]->id] = y[k];
        ok = y[k].re && (y[k].im != NULL) == ir_is_complex(e->out[k]->type.dtype);
    }
    return ok;
}

static ir_graph *split(ptrmap *done, const ir_graph *g, bool outermost)
{
    IR_SCRATCH(scratch);
    splitter s = {.done = done, .g = ir_graph_new(g->name)};
    ir_pair *map = ir_alloc(&scratch, ((size_t)g->nvalue + 1) * sizeof *map);
    ir_value **out = ir_alloc(&scratch, (size_t)(2 * g->nout + 1) * sizeof *out);
    bool ok = s.g && map && out;
    for (int k = 0; ok && k < g->nin; k++)
        map[g->in[k]->id] = take_input(s.g, g->in[k], outermost);
    for (const ir_eqn *e = g->first; e && ok; e = e->next)
        ok = one(&s, e, map);
    int n = 0;
    for (int k = 0; ok && k < g->nout; k++)
        n += give_output(s.g, g->out[k], map[g->out[k]->id], outermost, out + n);
    if (ok)
        return ir_finish(s.g, out, n);
    ir_graph_release(s.g);
    return NULL;
}

ir_graph *ir_pass_complex(ir_graph *g)
{
    if (!ir_has_complex(g))
        return ir_graph_retain(g);
    ptrmap done = {0};
    ir_graph *made = split(&done, g, true);
    for (size_t k = 0; k < done.nslots; k++)
        if (done.slots[k].key)
            ir_graph_release((ir_graph *)(uintptr_t)done.slots[k].lo);
    ptrmap_free(&done);
    return made;
}
