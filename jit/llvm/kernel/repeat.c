/* A kernel over many rows that are shorter than a vector, of which an operand has only one, as in
 * adding a bias. That operand is repeated on the stack first, until its rows fill vectors. As many
 * rows of the others are then computed as if they were one.
 */
#include "jit/llvm/alias.h"
#include "jit/llvm/element.h"
#include "jit/llvm/kernel/kernel.h"
#include "jit/llvm/loop.h"
#include "jit/llvm/memory.h"
#include "jit/llvm/target.h"
#include "jit/llvm/value.h"

enum { MOST_OPERANDS = 4, MOST_VISITS = 64 };

/* What the kernel reads: the buffers of single rows, and of operands with all rows. */
typedef struct {
    const jit_kernel *k;
    int64_t row; /* elements */
    int nsingle, nwhole, visits;
    ir_value *single[MOST_OPERANDS];
    int whole[MOST_VISITS];
} operands;

static bool is_root(const jit_kernel *k, const ir_value *v)
{
    for (int r = 0; r < k->t->nroot; r++)
        if (k->t->root[r] == v)
            return true;
    return false;
}

static bool add_single(operands *o, ir_value *v)
{
    const jit_block *b = o->k->em->f->frame->b;
    for (int j = 0; j < o->nsingle; j++)
        if (jit_buffer_of(b, o->single[j]) == jit_buffer_of(b, v))
            return o->single[j]->type.dtype == v->type.dtype;
    if (o->nsingle == MOST_OPERANDS || ir_type_count(&v->type) != o->row)
        return false;
    o->single[o->nsingle++] = v;
    return true;
}

/* Does a broadcast repeat a row along all axes but the last? */
static bool repeats_a_row(const operands *o, const ir_eqn *e)
{
    int last = e->out[0]->type.rank - 1;
    for (int r = 0; r < last; r++)
        if (e->out[0]->type.dim[r] > 1 && jit_axis_of_operand(e, 0, r) != JIT_NO_AXIS)
            return false;
    return jit_axis_of_operand(e, 0, last) >= 0 && ir_type_count(&e->in[0]->type) == o->row;
}

/* Finds what v is computed from. one: v is a single row. False: it also needs something else. */
static bool find(operands *o, ir_value *v, bool one)
{
    const jit_block *b = o->k->em->f->frame->b;
    const ir_eqn *e = v->eqn;
    bool made_here = is_root(o->k, v) || jit_slot_of(b, v)->res == JIT_FUSED;
    if (!v->type.rank)
        return true;
    if (o->visits++ == MOST_VISITS)
        return false;
    if (!made_here && one)
        return add_single(o, v);
    if (!made_here) {
        o->whole[o->nwhole++] = jit_buffer_of(b, v);
        return ir_type_count(&v->type) == ir_type_count(&o->k->t->space);
    }
    if (e->op->role == IR_ROLE_BROADCAST_IN_DIM)
        return !e->in[0]->type.rank || (!one && repeats_a_row(o, e) && find(o, e->in[0], true));
    for (int j = 0; j < e->nin; j++)
        if (e->op->lower->kind != JIT_ELEMENTWISE || !find(o, e->in[j], one))
            return false;
    return true;
}

/* The single rows must be in buffers of their own, which are exchanged for copies. */
static bool are_apart(const operands *o)
{
    const jit_kernel *k = o->k;
    const jit_block *b = k->em->f->frame->b;
    for (int j = 0; j < o->nsingle; j++) {
        int buffer = jit_buffer_of(b, o->single[j]);
        for (int r = 0; r < k->t->nroot; r++)
            if (jit_slot_of(b, k->t->root[r])->buffer == buffer)
                return false;
        for (int w = 0; w < o->nwhole; w++)
            if (o->whole[w] == buffer)
                return false;
    }
    return o->nsingle > 0;
}

/* So many rows fill vectors; 0: they are not done together. */
static int64_t period(const jit_kernel *k, operands *o)
{
    enum { LITTLE = 24, LEAST = 4 };
    int64_t rows = k->nest.axis[0].size, n = k->nest.axis[1].size, every = 1;
    int64_t width = jit_kernel_width(k, n, JIT_SHORT_ROW);
    if (k->t->cost > LITTLE || n >= width || k->ncut[0] || k->ncut[1] || k->em->f->row ||
        k->share.axis >= 0 || !jit_row_can_guard(k->t) || !jit_target_loads_in_part())
        return 0;
    while (every * n % width)
        every *= 2;
    o->row = n;
    for (int r = 0; r < k->t->nroot; r++)
        if (!jit_is_map(k->t->root[r]) || !find(o, k->t->root[r], false))
            return 0;
    return rows >= LEAST * every && are_apart(o) ? every : 0;
}

/* Copies a row `every` times, one after the other. The vectors at the end of each reach into the
 * next, which follows. */
static LLVMValueRef repeat(jit_kernel *k, ir_value *v, int64_t every)
{
    jit_emit *em = k->em;
    ir_dtype d = v->type.dtype;
    int64_t n = k->nest.axis[1].size;
    int buffer = jit_buffer_of(em->f->frame->b, v);
    LLVMValueRef copy = jit_stack(em, (size_t)(every * n) * ir_dtypes[d].size + JIT_BEYOND);
    jit_row row;
    jit_counted c, l;
    jit_row_cut_beyond(&row, 0, n, (unsigned)(jit_target_vector_bytes() / ir_dtypes[d].size));
    jit_loop_begin(em, &c, every);
    LLVMValueRef to = LLVMBuildMul(em->b, c.i, jit_i64(em, n), "");
    for (int p = 0; p < row.n; p++) {
        jit_piece_begin(em, &l, &row.piece[p]);
        LLVMValueRef i = LLVMBuildNUWAdd(em->b, l.i, jit_i64(em, row.piece[p].first), "");
        LLVMValueRef x = jit_load(em, buffer, d, i);
        jit_store_own(
            em, jit_address(em, copy, jit_stored_type(em, d), LLVMBuildNUWAdd(em->b, to, i, "")), d,
            x, 0);
        jit_piece_end(em, &l, NULL);
    }
    jit_loop_end(em, &c, NULL);
    jit_end_accesses(em);
    return copy;
}

/* The rows that are left. */
static void do_rest(jit_kernel *k, int64_t from)
{
    int64_t rows = k->nest.axis[0].size;
    if (from == rows)
        return;
    k->lo[0] = jit_i64(k->em, from);
    k->n[0] = jit_i64(k->em, rows - from);
    jit_kernel_whole(k);
    k->lo[0] = k->n[0] = NULL;
}

bool jit_kernel_repeats_rows(jit_kernel *k)
{
    jit_emit *em = k->em;
    operands o = {.k = k};
    int64_t every = k->nest.n == 2 && !k->nred ? period(k, &o) : 0;
    LLVMValueRef old[MOST_OPERANDS];
    if (!every)
        return false;
    jit_axis rows = k->nest.axis[0], row = k->nest.axis[1];
    for (int j = 0; j < o.nsingle; j++) {
        LLVMValueRef copy = repeat(k, o.single[j], every);
        int buffer = jit_buffer_of(em->f->frame->b, o.single[j]);
        old[j] = em->f->where[buffer];
        em->f->where[buffer] = copy;
    }
    k->nest.axis[0].size = rows.size / every;
    k->nest.axis[0].stride = rows.stride * every;
    k->nest.axis[1].size = row.size * every;
    jit_kernel_whole(k);
    k->nest.axis[0] = rows;
    k->nest.axis[1] = row;
    for (int j = 0; j < o.nsingle; j++)
        em->f->where[jit_buffer_of(em->f->frame->b, o.single[j])] = old[j];
    do_rest(k, rows.size / every * every);
    return true;
}
