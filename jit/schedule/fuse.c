/* Fusion: turns a graph into a block of steps, and gives each value its residence.
 *
 * Equations are visited from last to first. So when a value is reached, all its consumers are
 * settled, and it is known how often its elements would be computed if it were fused into them. A
 * value is fused if each element would be computed only once, or if it is cheap.
 */
#include <string.h>

#include "jit/schedule/schedule.h"

enum { MAX_DEPTH = 64, MANY = 512 }; /* nested producers; equations in one kernel */

/* How a value would be evaluated if it were fused. A class is one place in one loop. A value that
 * is needed in a single class is computed once there, however many consumers share it. */
typedef struct {
    int64_t class;  /* -1: several */
    double work;    /* elements computed, summed over all classes */
    bool in_memory; /* some consumer needs it in memory */
    bool used;
    /* Times in the walk from last to first: when the last step was met that evaluates the value,
     * and when the first one that writes windows over it. 0: none. */
    int64_t since, overwritten;
} demand;

typedef struct {
    jit_schedule *s;
    jit_block *b;
    demand *want;  /* by value id */
    double *tree;  /* by value id: the cost of an element if all its producers are fused */
    int *depth;    /* by value id: the nesting depth of those producers */
    int *uses;     /* by value id */
    double *size;  /* by value id: how many they are; those that are used twice count half */
    int64_t fresh; /* the next class */
} fuser;

static double count(const ir_value *v)
{
    return (double)ir_type_count(&v->type);
}

/* ---- dot_general's sizes -------------------------------------------------------------------- */

/* The product of operand k's dimensions in one of dot_general's attribute lists. */
static double listed(const ir_eqn *e, int k, int list)
{
    double n = 1;
    for (int j = 0; j < e->attr[list].n; j++)
        n *= (double)e->in[k]->type.dim[e->attr[list].ints[j]];
    return n;
}

bool jit_dot_by_rows(const jit_step *t)
{
    return t->e->attr[DOT_LHS_BATCH].n > 0;
}

/* Does dimension r of v run along the innermost dimension of what is in memory? */
static bool is_innermost(const ir_value *v, int r)
{
    while (r >= 0 && v->eqn && v->eqn->nin == 1 && v->eqn->op->lower && v->eqn->op->lower->axis) {
        r = jit_axis_of_operand(v->eqn, 0, r);
        v = v->eqn->in[0];
    }
    int last = v->type.rank - 1;
    while (last >= 0 && v->type.dim[last] == 1)
        last--;
    return r >= 0 && r == last;
}

/* Do several results in a row each have their terms side by side, as in a product with a transposed
 * matrix? Then a row of results takes longer. */
static bool adds_up_vectors(const ir_eqn *e)
{
    const ir_attr *contract = &e->attr[DOT_RHS_CONTRACT];
    double terms = listed(e, 1, DOT_RHS_CONTRACT) * listed(e, 1, DOT_RHS_BATCH);
    for (int j = 0; count(e->in[1]) > terms && j < contract->n; j++)
        if (is_innermost(e->in[1], (int)contract->ints[j]))
            return true;
    return false;
}

bool jit_dot_packs(const jit_limits *l, const ir_eqn *e)
{
    enum { LEAST = 8, LEAST_SIZE = 4 };
    double terms = listed(e, 1, DOT_RHS_CONTRACT), side = (double)l->product_side;
    double batch = listed(e, 1, DOT_RHS_BATCH), columns = count(e->in[1]) / (terms * batch);
    double rows = count(e->in[0]) / (terms * batch);
    int free = e->in[1]->type.rank - e->attr[DOT_RHS_CONTRACT].n - e->attr[DOT_RHS_BATCH].n;
    return ir_dtypes[e->out[0]->type.dtype].size >= LEAST_SIZE && free == 1 &&
           e->attr[DOT_RHS_CONTRACT].n == 1 && terms <= side && columns <= side &&
           columns >= LEAST && rows >= LEAST && adds_up_vectors(e);
}

/* Is it a small product, or a batch of small ones? */
static bool is_emitted(const jit_limits *l, const ir_eqn *e)
{
    double all = count(e->out[0]) * listed(e, 0, DOT_LHS_CONTRACT);
    double batch = listed(e, 0, DOT_LHS_BATCH), each = all / batch;
    double contracted = listed(e, 0, DOT_LHS_CONTRACT), side = (double)l->product_side;
    bool small = contracted <= side && count(e->in[0]) <= batch * contracted * side &&
                 count(e->in[1]) <= batch * contracted * side;
    if (each > (double)l->product && adds_up_vectors(e) && !jit_dot_packs(l, e))
        return false;
    return all <= (double)l->product || each <= (double)l->tiny_product || small;
}

/* How often each element of operand k is used: once for each combination of the other operand's
 * free indices. */
static double dot_repeats(const ir_eqn *e, int k)
{
    double contracted = listed(e, k, DOT_LHS_CONTRACT + k);
    double shared = contracted * listed(e, k, DOT_LHS_BATCH + k);
    return shared > 0 ? count(e->out[0]) * contracted / count(e->in[k]) : 1;
}

/* ---- demand --------------------------------------------------------------------------------- */

static void demand_since(fuser *f, const ir_value *v, int64_t class, double work, int64_t since)
{
    demand *d = &f->want[v->id];
    if (!d->since || since < d->since)
        d->since = since;
    if (!d->used) {
        d->class = class;
        d->work = work;
        d->used = true;
    } else if (d->class != class || class < 0) {
        d->class = -1;
        d->work += work;
    }
}

static void demand_in(fuser *f, const ir_value *v, int64_t class, double work)
{
    demand_since(f, v, class, work, f->fresh);
}

static void demand_memory(fuser *f, const ir_value *v)
{
    f->want[v->id].used = f->want[v->id].in_memory = true;
}

/* Records the demand on the operands of an elementwise or indexed equation that is evaluated `work`
 * times in `class`, by steps that were met at `since` or later. */
static void demand_map(fuser *f, const ir_eqn *e, int64_t class, double work, int64_t since)
{
    bool same_place = e->op->lower->kind == JIT_ELEMENTWISE;
    for (int k = 0; k < e->nin; k++)
        demand_since(f, e->in[k], same_place ? class : f->fresh++, work, since);
}

/* The same for an equation that is a step of its own. */
static void demand_step(fuser *f, const ir_eqn *e, double work)
{
    int64_t now = f->fresh++;
    demand_map(f, e, now, work, now);
}

static void demand_all(fuser *f, const ir_eqn *e)
{
    for (int k = 0; k < e->nin; k++)
        demand_memory(f, e->in[k]);
}

/* ---- steps ---------------------------------------------------------------------------------- */

/* Steps are made from last to first. */
static jit_step *prepend(fuser *f, jit_step_kind kind, const ir_eqn *e, int nroot, ir_value **root)
{
    jit_step *t = ir_alloc(&f->s->mem, sizeof *t);
    t->kind = kind;
    t->e = e;
    t->nroot = nroot;
    t->root = root;
    t->next = f->b->first;
    if (t->next)
        t->next->prev = t;
    else
        f->b->last = t;
    f->b->first = t;
    for (int k = 0; k < nroot; k++) {
        jit_slot *slot = jit_slot_of(f->b, root[k]);
        slot->res = root[k]->type.rank ? JIT_MEMORY : JIT_REGISTER;
        slot->step = t;
    }
    return t;
}

/* Is v a small part of a value over which windows are written before v is used for the last time?
 * Then v is best read before, so that they can be written in place. */
static bool reads_overwritten(const fuser *f, const ir_value *v)
{
    const ir_eqn *e = v->eqn;
    for (int k = 0; e->op->lower->kind == JIT_INDEXED && k < e->nin; k++)
        if (f->want[e->in[k]->id].overwritten > f->want[v->id].since &&
            2 * count(v) <= count(e->in[k]))
            return true;
    return false;
}

/* Is v (elementwise or indexed, rank >= 1) best computed where it is used? */
static bool fuses(const fuser *f, const ir_value *v)
{
    const demand *d = &f->want[v->id];
    if (d->in_memory || v->eqn->op->lower->updates || f->depth[v->id] == MAX_DEPTH ||
        f->size[v->id] >= MANY || reads_overwritten(f, v))
        return false;
    const jit_limits *l = &f->s->limits;
    double n = count(v);
    if (d->work <= n || f->tree[v->id] <= (double)l->free_cost)
        return true;
    return n > 0 && f->tree[v->id] * (d->work / n - 1) <= (double)l->repeated_cost;
}

/* Is v computed, through producers that could be fused, from elements of `base`? */
static bool comes_from(const ir_value *v, const ir_value *base, int depth)
{
    if (v == base || depth == 0)
        return true;
    for (int k = 0; jit_is_map(v) && v->type.rank && k < v->eqn->nin; k++)
        if (v->eqn->in[k]->type.rank && comes_from(v->eqn->in[k], base, depth - 1))
            return true;
    return false;
}

static bool is_update(const ir_value *v)
{
    const jit_lower *l = v->eqn ? v->eqn->op->lower : NULL;
    return l && (l->updates || l->kind == JIT_SCATTER);
}

/* Is v computed from the base of e's windows, or from what that was before other windows were
 * written over it? */
static bool comes_from_base(const ir_eqn *e, const ir_value *v)
{
    enum { LOOK = 6, EARLIER = 16 };
    const ir_value *base = e->in[0];
    if (count(jit_windows_of(e)) > 1 && comes_from(v, base, LOOK))
        return true;
    for (int k = 0; k < EARLIER && is_update(base); k++) {
        base = base->eqn->in[0];
        if (comes_from(v, base, LOOK))
            return true;
    }
    return false;
}

/* Windows are written over their base in place. If they, or their indices, are computed from the
 * base, they are computed into another buffer first, unless there is only a single element. So are
 * those that are computed from what the base was before other windows were written over it. */
static void settle_windows(fuser *f, ir_eqn *e, jit_step_kind kind)
{
    prepend(f, kind, e, 1, e->out);
    f->want[e->in[0]->id].overwritten = f->fresh++;
    for (int k = 0; k < e->nin; k++)
        demand_in(f, e->in[k], f->fresh++, count(e->in[k]));
    for (int k = 1; k < e->nin; k++)
        if (e->in[k]->type.rank && comes_from_base(e, e->in[k]))
            demand_memory(f, e->in[k]);
}

static void settle_map(fuser *f, ir_eqn *e, jit_step_kind kind)
{
    const jit_lower *l = e->op->lower;
    for (int k = 0; k < e->nout; k++) {
        ir_value *v = e->out[k];
        const demand *d = &f->want[v->id];
        jit_slot *slot = jit_slot_of(f->b, v);
        if (!d->used)
            continue;
        if (v->type.rank == 0) {
            prepend(f, JIT_STEP_SCALAR, e, 1, &e->out[k]);
            demand_step(f, e, 1);
        } else if (fuses(f, v)) {
            slot->res = JIT_FUSED;
            demand_map(f, e, d->class, d->work, d->since);
        } else if (l->reshapes && e->in[0]->type.rank > 0) {
            slot->res = JIT_VIEW;
            demand_memory(f, e->in[0]);
        } else if (l->updates) {
            settle_windows(f, e, JIT_STEP_UPDATE);
        } else {
            prepend(f, kind, e, 1, &e->out[k])->space = v->type;
            demand_step(f, e, count(v));
        }
    }
}

static void settle_reduce(fuser *f, ir_eqn *e, jit_step_kind kind)
{
    jit_step *t = prepend(f, kind, e, 1, e->out);
    t->space = e->in[0]->type;
    for (int k = 0; k < e->attr[REDUCE_AXES].n; k++)
        t->reduced |= 1u << e->attr[REDUCE_AXES].ints[k];
    demand_in(f, e->in[0], f->fresh++, count(e->in[0]));
}

/* Calls a kernel on operands that are in memory. */
static void settle_call(fuser *f, ir_eqn *e, jit_step_kind kind)
{
    prepend(f, kind, e, e->nout, e->out);
    demand_all(f, e);
}

/* How often the loops over the windows visit each index vector: in row-major order, once for each
 * place along the axes that stay within a window and are outside of one that tells which window it
 * is. */
static double index_repeats(const ir_eqn *e)
{
    const ir_type *w = &e->in[2]->type;
    double outer = 1, repeats = 1;
    if (e->op->lower->slides(e))
        return 1;
    for (int r = 0; r < w->rank; r++)
        if (e->op->lower->along(e, r) >= 0)
            outer *= (double)w->dim[r];
        else
            repeats = outer;
    return repeats;
}

static void settle_scatter(fuser *f, ir_eqn *e, jit_step_kind kind)
{
    if (!e->op->lower->is_emitted(e)) {
        settle_call(f, e, JIT_STEP_EVAL);
        return;
    }
    settle_windows(f, e, kind);
    demand_in(f, e->in[1], f->fresh++, count(e->in[1]) * (index_repeats(e) - 1));
}

static void settle_dot(fuser *f, ir_eqn *e, jit_step_kind kind)
{
    if (!is_emitted(&f->s->limits, e)) {
        settle_call(f, e, JIT_STEP_EVAL);
        return;
    }
    prepend(f, kind, e, 1, e->out);
    for (int k = 0; k < 2; k++)
        demand_in(f, e->in[k], f->fresh++, count(e->in[k]) * dot_repeats(e, k));
}

static void settle_along_axis(fuser *f, ir_eqn *e, jit_step_kind kind)
{
    const jit_step *t = prepend(f, kind, e, 1, e->out);
    int passes = jit_kind_of(t)->passes;
    demand_in(f, e->in[0], f->fresh++, (passes ? passes : 1) * count(e->in[0]));
}

/* The equation's graphs become the step's blocks. */
static void settle_control(fuser *f, ir_eqn *e, jit_step_kind kind)
{
    jit_step *t = prepend(f, kind, e, e->nout, e->out);
    int first = jit_kind_of(t)->first_graph;
    while (ir_nested(e, first + t->nblock))
        t->nblock++;
    t->block = ir_alloc(&f->s->mem, (size_t)t->nblock * sizeof *t->block);
    for (int k = 0; k < t->nblock; k++)
        t->block[k] = jit_fuse(f->s, ir_nested(e, first + k));
    demand_all(f, e);
}

/* How each kind of lowering is settled, and the kind of step that it becomes, unless the function
 * chooses another. */
static const struct {
    void (*settle)(fuser *f, ir_eqn *e, jit_step_kind kind);
    jit_step_kind kind;
} settlers[] = {
    [JIT_ELEMENTWISE] = {settle_map, JIT_STEP_KERNEL},
    [JIT_INDEXED] = {settle_map, JIT_STEP_KERNEL},
    [JIT_REDUCE] = {settle_reduce, JIT_STEP_KERNEL},
    [JIT_ARGREDUCE] = {settle_along_axis, JIT_STEP_ARGREDUCE},
    [JIT_CUMULATE] = {settle_along_axis, JIT_STEP_CUMULATE},
    [JIT_DOT] = {settle_dot, JIT_STEP_DOT},
    [JIT_SCATTER] = {settle_scatter, JIT_STEP_SCATTER},
    [JIT_WHILE] = {settle_control, JIT_STEP_WHILE},
    [JIT_COND] = {settle_control, JIT_STEP_COND},
    [JIT_SCAN] = {settle_control, JIT_STEP_SCAN},
    [JIT_LANES] = {settle_control, JIT_STEP_LANES},
    [JIT_CALLED] = {settle_call, JIT_STEP_EVAL},
};

static void settle(fuser *f, ir_eqn *e)
{
    const jit_lower *l = e->op->lower;
    bool used = false;
    for (int k = 0; k < e->nout; k++)
        used = used || f->want[e->out[k]->id].used;
    if (!used)
        return;
    if (e->op->role == IR_ROLE_LITERAL)
        jit_slot_of(f->b, e->out[0])->res = JIT_REGISTER;
    else if (!l)
        settle_call(f, e, JIT_STEP_EVAL);
    else
        settlers[l->kind].settle(f, e, settlers[l->kind].kind);
}

/* Computes the cost of an element if every producer that can be fused is fused. */
static void price(fuser *f)
{
    IR_EACH_EQN (e, f->b->g)
        for (int j = 0; j < e->nin; j++)
            f->uses[e->in[j]->id]++;
    IR_EACH_EQN (e, f->b->g) {
        for (int k = 0; k < e->nout; k++) {
            if (!jit_is_map(e->out[k]) || e->out[k]->type.rank == 0)
                continue;
            int own = e->op->lower->cost;
            double tree = e->op->lower->reshapes ? 0 : own > 1 ? own : 1;
            double size = e->op->lower->reshapes ? 0 : 1;
            int depth = 0;
            for (int j = 0; j < e->nin; j++) {
                tree += f->tree[e->in[j]->id];
                double its = f->size[e->in[j]->id];
                bool cut = its >= MANY || f->depth[e->in[j]->id] == MAX_DEPTH;
                size += cut ? 0 : its / f->uses[e->in[j]->id];
                int below = f->depth[e->in[j]->id] % MAX_DEPTH;
                depth = below >= depth ? below + 1 : depth;
            }
            f->tree[e->out[k]->id] = tree < 1e9 ? tree : 1e9;
            f->depth[e->out[k]->id] = depth;
            f->size[e->out[k]->id] = size;
        }
    }
}

jit_block *jit_fuse(jit_schedule *s, const ir_graph *g)
{
    jit_block *b = ir_alloc(&s->mem, sizeof *b);
    b->g = g;
    b->slot = ir_alloc(&s->mem, (g->nvalue + 1) * sizeof *b->slot);
    b->dest = ir_alloc(&s->mem, (size_t)(g->nout + 1) * sizeof *b->dest);
    b->marks = ir_alloc(&s->mem, sizeof *b->marks);
    b->marks->at = ir_alloc(&s->mem, g->nvalue + 1);
    b->marks->set = ir_alloc(&s->mem, (g->nvalue + 1) * sizeof *b->marks->set);
    fuser f = {.s = s, .b = b, .fresh = 1};
    f.want = ir_alloc(&s->mem, (g->nvalue + 1) * sizeof *f.want);
    f.tree = ir_alloc(&s->mem, (g->nvalue + 1) * sizeof *f.tree);
    f.depth = ir_alloc(&s->mem, (g->nvalue + 1) * sizeof *f.depth);
    f.size = ir_alloc(&s->mem, (g->nvalue + 1) * sizeof *f.size);
    f.uses = ir_alloc(&s->mem, (g->nvalue + 1) * sizeof *f.uses);
    for (uint32_t k = 0; k < g->nvalue; k++)
        b->slot[k].buffer = -1;
    for (int k = 0; k < g->nin; k++)
        b->slot[g->in[k]->id].res = g->in[k]->type.rank ? JIT_MEMORY : JIT_REGISTER;
    for (int k = 0; k < g->nout; k++)
        demand_memory(&f, g->out[k]);
    price(&f);
    for (ir_eqn *e = g->last; e; e = e->prev)
        settle(&f, e);
    for (jit_step *t = b->first; t; t = t->next)
        jit_find_reads(s, b, t);
    jit_merge(s, b);
    return b;
}
