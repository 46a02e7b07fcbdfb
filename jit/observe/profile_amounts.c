/* Counts the bytes and operations of one execution of a step.
 *
 * A kernel evaluates its roots everywhere in its space. A fused producer is evaluated as often as
 * its consumers need an element, but each element at most once: computations that do not depend on
 * a loop are assumed to be hoisted out of it. Reads of an array in memory are counted in the same
 * way, so a slice costs as much as it shows. Scalars are registers and cost nothing to read.
 */
#include <stdlib.h>

#include "jit/observe/profile.h"

struct jit_meter {
    const jit_block *b;
    double *work;     /* by value id: elements evaluated or read */
    uint8_t *seen;    /* by value id */
    ir_value **value; /* seen */
    const ir_eqn **eqn;
    int n;
};

jit_meter *jit_meter_new(ir_arena *mem, const jit_block *b)
{
    size_t n = b->g->nvalue + 1;
    jit_meter *m = ir_alloc(mem, sizeof *m);
    if (!m)
        return NULL;
    *m = (jit_meter){.b = b,
                     .work = ir_alloc(mem, n * sizeof *m->work),
                     .seen = ir_alloc(mem, n),
                     .value = ir_alloc(mem, n * sizeof *m->value),
                     .eqn = ir_alloc(mem, n * sizeof *m->eqn)};
    return m->work && m->seen && m->value && m->eqn ? m : NULL;
}

void jit_amounts_add(jit_amounts *to, const jit_amounts *a, double times)
{
#define X(what) to->what += times * a->what;
    JIT_AMOUNTS(X)
#undef X
}

static double count(const ir_value *v)
{
    return (double)ir_type_count(&v->type);
}

static double bytes(const ir_value *v)
{
    return v->type.rank ? (double)ir_type_bytes(&v->type) : 0;
}

/* ---- which values, and how many elements of each -------------------------------------------- */

static bool is_root(const jit_step *t, const ir_value *v)
{
    for (int k = 0; k < t->nroot; k++)
        if (t->root[k] == v)
            return true;
    return false;
}

static bool is_computed(const jit_meter *m, const jit_step *t, const ir_value *v)
{
    return is_root(t, v) || m->b->slot[v->id].res == JIT_FUSED;
}

static void collect(jit_meter *m, const jit_step *t, ir_value *as)
{
    ir_value *v = is_root(t, as) ? as : jit_storage(m->b, as);
    if (m->seen[v->id])
        return;
    m->seen[v->id] = 1;
    m->work[v->id] = 0;
    m->value[m->n++] = v;
    for (int k = 0; is_computed(m, t, v) && k < v->eqn->nin; k++)
        collect(m, t, v->eqn->in[k]);
}

static int later_first(const void *x, const void *y)
{
    uint32_t a = (*(ir_value *const *)x)->id, b = (*(ir_value *const *)y)->id;
    return (a < b) - (a > b);
}

static void want(jit_meter *m, const jit_step *t, ir_value *as, double n)
{
    if (is_root(t, as))
        return; /* computed everywhere anyway */
    ir_value *v = jit_storage(m->b, as);
    double most = count(v), sum = m->work[v->id] + n;
    m->work[v->id] = sum < most ? sum : most;
}

/* Is the window written into the base's buffer? */
static bool in_place(const jit_meter *m, const jit_step *t)
{
    ir_value *base = t->e->in[0];
    return jit_kind_of(t)->window && m->b->slot[base->id].res != JIT_FUSED &&
           jit_buffer_of(m->b, base) == m->b->slot[t->root[0]->id].buffer;
}

/* Adds the demand on the operands of e when n of its elements are computed. */
static void want_operands(jit_meter *m, const jit_step *t, const ir_eqn *e, double n)
{
    bool updates = jit_kind_of(t)->window && e == t->e;
    bool map = jit_is_map(e->out[0]) && !updates;
    for (int k = updates && in_place(m, t); k < e->nin; k++)
        want(m, t, e->in[k], map ? n : count(e->in[k]));
}

/* ---- operations ----------------------------------------------------------------------------- */

/* The multiply-adds of a product. Each element takes as many as the product of the contracted
 * dimensions. */
static double dot_work(const ir_eqn *e)
{
    double n = count(e->out[0]);
    for (int k = 0; k < e->attr[DOT_LHS_CONTRACT].n; k++)
        n *= (double)e->in[0]->type.dim[e->attr[DOT_LHS_CONTRACT].ints[k]];
    return n;
}

static double each_costs(const ir_eqn *e, double n)
{
    return n * (e->op->lower->cost > 1 ? e->op->lower->cost : 1);
}

static double one_per_term(const ir_eqn *e, double n)
{
    (void)n;
    return count(e->in[0]);
}

static double one_per_update(const ir_eqn *e, double n)
{
    (void)n;
    return e->op->lower->instruction ? count(e->in[2]) : 0;
}

static double two_per_product(const ir_eqn *e, double n)
{
    (void)n;
    return 2 * dot_work(e);
}

/* By kind of lowering: the operations of e when n of its elements are computed. The other kinds
 * only move elements, or are steps whose blocks are counted. */
static double (*const operations_of[JIT_NLOWER])(const ir_eqn *e, double n) = {
    [JIT_ELEMENTWISE] = each_costs, [JIT_REDUCE] = one_per_term, [JIT_ARGREDUCE] = one_per_term,
    [JIT_CUMULATE] = one_per_term,  [JIT_DOT] = two_per_product, [JIT_SCATTER] = one_per_update,
};

static double operations(const ir_eqn *e, double n)
{
    const jit_lower *l = e->op->lower;
    bool counted = l && operations_of[l->kind] && e->op->role != IR_ROLE_LITERAL;
    return counted ? operations_of[l->kind](e, n) : 0;
}

/* Counts the operations by the dtype they work on: a comparison of floats is an operation on
 * floats. */
static void add_operations(jit_amounts *a, const ir_eqn *e, double n)
{
    ir_dtype of = e->out[0]->type.dtype;
    if (e->nin && !ir_has_fraction(of))
        of = e->in[0]->type.dtype;
    *(!ir_has_fraction(of)       ? &a->ints
      : ir_compute(of) == IR_f64 ? &a->f64
                                 : &a->f32) += operations(e, n);
}

/* How many elements of v still have to be counted, since another result of its equation may have
 * counted some already. */
static double still_to_do(const jit_meter *m, const ir_value *v)
{
    double done = 0;
    for (int k = (int)v->index + 1; k < v->eqn->nout; k++) {
        uint32_t id = v->eqn->out[k]->id;
        if (m->seen[id] && m->work[id] > done)
            done = m->work[id];
    }
    double n = m->work[v->id] - done;
    return n > 0 ? n : 0;
}

/* ---- a step --------------------------------------------------------------------------------- */

/* The bytes that the step writes to memory. */
static double written(const jit_meter *m, const jit_step *t)
{
    double n = jit_kind_of(t)->window ? bytes(jit_windows_of(t->e)) : 0;
    for (int k = 0; k < t->nroot && !in_place(m, t); k++)
        n += bytes(t->root[k]);
    return n;
}

/* Finds all values that the step touches, and sorts each before the values that it is computed
 * from. */
static void find_values(jit_meter *m, const jit_step *t)
{
    m->n = 0;
    for (int k = 0; k < t->nroot; k++)
        collect(m, t, t->root[k]);
    qsort(m->value, (size_t)m->n, sizeof *m->value, later_first);
    for (int k = 0; k < t->nroot; k++)
        m->work[t->root[k]->id] = count(t->root[k]);
}

jit_amounts jit_measure(jit_meter *m, const jit_step *t, int *n, const ir_eqn *const **e)
{
    jit_amounts a = {.written = written(m, t)};
    int last = *n = 0;
    find_values(m, t);
    for (int k = 0; k < m->n; k++) {
        ir_value *v = m->value[k];
        if (!is_computed(m, t, v)) {
            a.read += v->type.rank ? m->work[v->id] * ir_dtypes[v->type.dtype].size : 0;
            continue;
        }
        double todo = still_to_do(m, v);
        add_operations(&a, v->eqn, todo);
        want_operands(m, t, v->eqn, todo);
        if (!last || m->eqn[last - 1] != v->eqn)
            m->eqn[last++] = v->eqn;
    }
    for (int k = 0; k < m->n; k++)
        m->seen[m->value[k]->id] = 0;
    for (int k = 0; k < last / 2; k++) {
        const ir_eqn *swap = m->eqn[k];
        m->eqn[k] = m->eqn[last - 1 - k];
        m->eqn[last - 1 - k] = swap;
    }
    *n = last;
    *e = m->eqn;
    return a;
}

jit_amounts jit_measure_alone(const ir_eqn *e)
{
    jit_amounts a = {0};
    if (ir_nested(e, 0))
        return a;
    add_operations(&a, e, count(e->out[0]));
    for (int k = 0; k < e->nin; k++)
        a.read += bytes(e->in[k]);
    for (int k = 0; k < e->nout; k++)
        a.written += bytes(e->out[k]);
    return a;
}

jit_amounts jit_measure_copies(const jit_block *b)
{
    jit_amounts a = {0};
    for (int k = 0; k < b->g->nout; k++)
        if (b->dest[k] >= 0 && b->dest[k] != jit_buffer_of(b, b->g->out[k])) {
            a.read += bytes(b->g->out[k]);
            a.written += bytes(b->g->out[k]);
        }
    return a;
}
