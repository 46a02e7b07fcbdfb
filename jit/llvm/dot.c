/* Small matrix products as loops. The innermost loop is over what is contiguous in memory: a free
 * dimension of one operand, where rows of the result accumulate; or else the contracted dimension.
 */
#include "jit/llvm/alias.h"
#include "jit/llvm/element.h"
#include "jit/llvm/loop.h"
#include "jit/llvm/memory.h"
#include "jit/llvm/scalar.h"
#include "jit/llvm/step.h"
#include "jit/llvm/value.h"

typedef struct {
    int64_t size;
    int lhs, rhs;       /* the dimension of each operand that it runs over; -1: none */
    int64_t out_stride; /* 0: contracted */
} dot_axis;

typedef struct {
    jit_emit *em;
    const ir_eqn *e;
    int n, nouter, nsum;
    dot_axis axis[3 * IR_MAX_RANK]; /* outer loops, contracted ones, inner loops */
    jit_index lhs[IR_MAX_RANK], rhs[IR_MAX_RANK];
    LLVMValueRef acc;
} dot;

static bool listed(const ir_attr *list, int d)
{
    for (int k = 0; k < list->n; k++)
        if (list->ints[k] == d)
            return true;
    return false;
}

static bool is_free(const ir_eqn *e, int operand, int d)
{
    return !listed(&e->attr[DOT_LHS_CONTRACT + operand], d) &&
           !listed(&e->attr[DOT_LHS_BATCH + operand], d);
}

/* Is the last dimension that is not 1 a free one? */
static bool free_inside(const ir_eqn *e, int operand)
{
    const ir_type *t = &e->in[operand]->type;
    int d = t->rank - 1;
    while (d >= 0 && t->dim[d] == 1)
        d--;
    return d >= 0 && is_free(e, operand, d);
}

/* The result's dimensions: batch, free dimensions of the left operand, free dimensions of the
 * right. */
static int result_axes(const ir_eqn *e, dot_axis *axis, int *nleft)
{
    int n = 0;
    for (int k = 0; k < e->attr[DOT_LHS_BATCH].n; k++) {
        int d = (int)e->attr[DOT_LHS_BATCH].ints[k];
        axis[n++] = (dot_axis){e->in[0]->type.dim[d], d, (int)e->attr[DOT_RHS_BATCH].ints[k], 0};
    }
    for (int operand = 0; operand < 2; operand++) {
        for (int d = 0; d < e->in[operand]->type.rank; d++)
            if (is_free(e, operand, d))
                axis[n++] =
                    (dot_axis){e->in[operand]->type.dim[d], operand ? -1 : d, operand ? d : -1, 0};
        *nleft = operand ? *nleft : n;
    }
    int64_t stride = 1;
    for (int k = n - 1; k >= 0; k--) {
        axis[k].out_stride = stride;
        stride *= axis[k].size;
    }
    return n;
}

static void init(dot *p)
{
    const ir_eqn *e = p->e;
    dot_axis result[3 * IR_MAX_RANK];
    int nleft = 0, n = result_axes(e, result, &nleft);
    int64_t right = 1, left = 1;
    for (int k = 0; k < n; k++)
        *(k < nleft ? &left : &right) *= result[k].size;
    /* The number of result axes that are inner loops. */
    int inner = 0;
    if (right > 1 && free_inside(e, 1))
        inner = n - nleft;
    else if (right == 1 && left > 1 && free_inside(e, 0))
        inner = n - e->attr[DOT_LHS_BATCH].n;
    for (int k = 0; k < n - inner; k++)
        p->axis[p->n++] = result[k];
    p->nouter = p->n;
    for (int k = 0; k < e->attr[DOT_LHS_CONTRACT].n; k++) {
        int d = (int)e->attr[DOT_LHS_CONTRACT].ints[k];
        p->axis[p->n++] =
            (dot_axis){e->in[0]->type.dim[d], d, (int)e->attr[DOT_RHS_CONTRACT].ints[k], 0};
    }
    p->nsum = p->n - p->nouter;
    for (int k = n - inner; k < n; k++)
        p->axis[p->n++] = result[k];
}

static void deliver(dot *p, jit_index out, LLVMValueRef x)
{
    const ir_value *y = p->e->out[0];
    if (y->type.rank == 0)
        jit_set_reg(p->em, y, x);
    else
        jit_store(p->em, jit_slot_of(p->em->f->frame->b, y)->buffer, y->type.dtype, jit_llvm(out),
                  x);
}

typedef void level_fn(dot *p, int depth, jit_index out);

/* At index i of a loop. */
static void at_index(dot *p, int depth, jit_index out, level_fn *inside, LLVMValueRef i)
{
    const dot_axis *a = &p->axis[depth];
    if (a->lhs >= 0)
        p->lhs[a->lhs] = (jit_index)i;
    if (a->rhs >= 0)
        p->rhs[a->rhs] = (jit_index)i;
    if (a->out_stride)
        out = jit_index_step(p->em, out, i, a->out_stride);
    inside(p, depth + 1, out);
}

/* A short innermost loop that writes memory, in pieces. */
static void in_pieces(dot *p, int depth, jit_index out, level_fn *inside, unsigned width)
{
    jit_emit *em = p->em;
    for (int64_t at = 0, n = 0; at < p->axis[depth].size; at += n) {
        n = jit_next_piece(p->axis[depth].size - at, &width);
        if (n == 1) {
            at_index(p, depth, out, inside, jit_i64(em, at));
            continue;
        }
        jit_counted l;
        jit_loop_begin(em, &l, n);
        jit_loop_in_vectors(&l, width);
        at_index(p, depth, out, inside, LLVMBuildNUWAdd(em->b, jit_i64(em, at), l.i, ""));
        jit_loop_end(em, &l, NULL);
    }
}

static void loop(dot *p, int depth, jit_index out, level_fn *inside, bool carry)
{
    jit_emit *em = p->em;
    const dot_axis *a = &p->axis[depth];
    bool rows = em->f->row && !depth;
    jit_counted l;
    if (!rows && !carry && depth == p->n - 1) {
        in_pieces(p, depth, out, inside, jit_short_loop_width(a->size, p->e->out[0]->type.dtype));
        return;
    }
    if (rows)
        jit_loop_begin_counted(em, &l, em->f->nrow);
    else
        jit_loop_begin(em, &l, a->size);
    if (carry)
        p->acc = jit_loop_carry(em, &l, p->acc);
    at_index(p, depth, out, inside, rows ? LLVMBuildAdd(em->b, em->f->row, l.i, "") : l.i);
    jit_loop_end(em, &l, &p->acc);
}

static void zeros(dot *p, int depth, jit_index out)
{
    if (depth < p->n)
        loop(p, depth, out, zeros, false);
    else
        deliver(p, out, LLVMConstNull(jit_register_type(p->em, p->e->out[0]->type.dtype)));
}

static void multiply(dot *p, int depth, jit_index out)
{
    bool in_memory = p->n > p->nouter + p->nsum;
    if (depth < p->n) {
        loop(p, depth, out, multiply, !in_memory);
        return;
    }
    jit_emit *em = p->em;
    const ir_eqn *e = p->e;
    ir_dtype d = e->out[0]->type.dtype;
    int rank[] = {e->in[0]->type.rank, e->in[1]->type.rank};
    LLVMValueRef x = jit_llvm(jit_operand(em, e, 0, (jit_place){rank[0], p->lhs, NULL}));
    LLVMValueRef y = jit_llvm(jit_operand(em, e, 1, (jit_place){rank[1], p->rhs, NULL}));
    LLVMValueRef xy = jit_combine(em, JIT_mul, d, x, y, false);
    int buffer = jit_slot_of(em->f->frame->b, e->out[0])->buffer;
    if (in_memory)
        deliver(p, out,
                jit_combine(em, JIT_add, d, jit_load(em, buffer, d, jit_llvm(out)), xy, false));
    else
        p->acc = jit_combine(em, JIT_add, d, p->acc, xy, true);
    jit_forget(em, 0);
}

static void outer(dot *p, int depth, jit_index out)
{
    if (depth < p->nouter) {
        loop(p, depth, out, outer, false);
        return;
    }
    if (p->n > p->nouter + p->nsum) {
        zeros(p, p->nouter + p->nsum, out);
        multiply(p, depth, out);
        return;
    }
    p->acc = LLVMConstNull(jit_register_type(p->em, p->e->out[0]->type.dtype));
    multiply(p, depth, out);
    deliver(p, out, p->acc);
}

void jit_emit_dot(jit_emit *em, const jit_step *t)
{
    dot p = {.em = em, .e = t->e};
    if (!ir_type_count(&t->e->out[0]->type))
        return;
    init(&p);
    bool empty = false;
    for (int k = 0; k < p.nsum; k++)
        empty = empty || p.axis[p.nouter + k].size == 0;
    if (empty) { /* sums over nothing, so the whole result is zero */
        for (int k = p.nouter; k < p.n - p.nsum; k++)
            p.axis[k] = p.axis[k + p.nsum];
        p.n -= p.nsum;
        zeros(&p, 0, jit_index_const(em, 0));
    } else {
        outer(&p, 0, jit_index_const(em, 0));
    }
    jit_end_accesses(em);
}
