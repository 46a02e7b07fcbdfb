/* Small matrix products as loops. The innermost loop is over what is contiguous in memory: a free
 * dimension of one operand, where rows of the result accumulate; or else the contracted dimension.
 * The fastest of these loops are in panel.c.
 */
#include "jit/llvm/alias.h"
#include "jit/llvm/dot.h"
#include "jit/llvm/element.h"
#include "jit/llvm/longsum.h"
#include "jit/llvm/memory.h"
#include "jit/llvm/scalar.h"
#include "jit/llvm/step.h"
#include "jit/llvm/value.h"

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
static int result_axes(const ir_eqn *e, jit_dot_axis *axis, int *nleft)
{
    int n = 0;
    for (int k = 0; k < e->attr[DOT_LHS_BATCH].n; k++) {
        int d = (int)e->attr[DOT_LHS_BATCH].ints[k];
        axis[n++] =
            (jit_dot_axis){e->in[0]->type.dim[d], d, (int)e->attr[DOT_RHS_BATCH].ints[k], 0};
    }
    for (int operand = 0; operand < 2; operand++) {
        for (int d = 0; d < e->in[operand]->type.rank; d++)
            if (is_free(e, operand, d))
                axis[n++] = (jit_dot_axis){e->in[operand]->type.dim[d], operand ? -1 : d,
                                           operand ? d : -1, 0};
        *nleft = operand ? *nleft : n;
    }
    int64_t stride = 1;
    for (int k = n - 1; k >= 0; k--) {
        axis[k].out_stride = stride;
        stride *= axis[k].size;
    }
    return n;
}

static void init(jit_dot *p)
{
    const ir_eqn *e = p->e;
    jit_dot_axis result[3 * IR_MAX_RANK];
    int nleft = 0, n = result_axes(e, result, &nleft);
    int64_t right = 1, left = 1;
    for (int k = 0; k < n; k++)
        *(k < nleft ? &left : &right) *= result[k].size;
    /* The number of result axes that are inner loops. */
    int inner = 0;
    if (right > 1 && (free_inside(e, 1) || jit_dot_is_packed(p)))
        inner = n - nleft;
    else if (right == 1 && left > 1 && free_inside(e, 0))
        inner = n - e->attr[DOT_LHS_BATCH].n;
    for (int k = 0; k < n - inner; k++)
        p->axis[p->n++] = result[k];
    p->nouter = p->n;
    for (int k = 0; k < e->attr[DOT_LHS_CONTRACT].n; k++) {
        int d = (int)e->attr[DOT_LHS_CONTRACT].ints[k];
        p->axis[p->n++] =
            (jit_dot_axis){e->in[0]->type.dim[d], d, (int)e->attr[DOT_RHS_CONTRACT].ints[k], 0};
    }
    p->nsum = p->n - p->nouter;
    for (int k = n - inner; k < n; k++)
        p->axis[p->n++] = result[k];
}

static void deliver(jit_dot *p, jit_index out, LLVMValueRef x)
{
    const ir_value *y = p->e->out[0];
    if (y->type.rank == 0)
        jit_set_reg(p->em, y, x);
    else
        jit_store(p->em, jit_slot_of(p->em->f->frame->b, y)->buffer, y->type.dtype, jit_llvm(out),
                  x);
}

/* Finds the innermost loop in which an accumulator takes many terms, one after the other. */
static void find_level(jit_dot *p)
{
    ir_dtype d = p->e->out[0]->type.dtype;
    int innermost = p->nouter + p->nsum - 1;
    int64_t steps = 1;
    if (!ir_has_fraction(d))
        return;
    if (!jit_dot_in_memory(p) && p->nsum && p->axis[innermost].size >= 2 * JIT_SUM_STEPS)
        p->ways = JIT_BANK_LEAST / ir_dtypes[d].size;
    for (int k = innermost; k >= p->nouter; k--) {
        int64_t size = p->axis[k].size;
        int64_t inside =
            (k == innermost && p->ways ? (size + p->ways - 1) / p->ways : size) * steps;
        if (inside > 2 * JIT_SUM_STEPS) {
            p->level = k;
            for (p->some = 1; p->some * steps < JIT_SUM_STEPS; p->some *= 2)
                ;
            return;
        }
        steps = inside;
    }
}

typedef void level_fn(jit_dot *p, int depth, jit_index out);
static level_fn multiply;
static void empty_if_last(jit_dot *p, jit_index out, LLVMValueRef i);

/* At index i of a loop. */
static void at_index(jit_dot *p, int depth, jit_index out, level_fn *inside, LLVMValueRef i)
{
    const jit_dot_axis *a = &p->axis[depth];
    if (a->lhs >= 0)
        p->lhs[a->lhs] = (jit_index)i;
    if (a->rhs >= 0)
        p->rhs[a->rhs] = (jit_index)i;
    if (a->out_stride)
        out = jit_index_step(p->em, out, i, a->out_stride);
    inside(p, depth + 1, out);
}

/* A short innermost loop that writes memory, in pieces. */
static void in_pieces(jit_dot *p, int depth, jit_index out, level_fn *inside)
{
    jit_emit *em = p->em;
    for (int k = 0; k < p->row.n; k++) {
        const jit_piece *piece = &p->row.piece[k];
        LLVMValueRef first = jit_i64(em, piece->first);
        if (piece->n == 1) {
            at_index(p, depth, out, inside, first);
            continue;
        }
        jit_counted l;
        jit_piece_begin(em, &l, piece);
        at_index(p, depth, out, inside, LLVMBuildNUWAdd(em->b, first, l.i, ""));
        jit_piece_end(em, &l, NULL);
    }
}

static void loop(jit_dot *p, int depth, jit_index out, level_fn *inside, bool carry)
{
    jit_emit *em = p->em;
    const jit_dot_axis *a = &p->axis[depth];
    bool rows = em->f->row && !depth;
    jit_counted l;
    if (!rows && !carry && depth == p->n - 1) {
        in_pieces(p, depth, out, inside);
        return;
    }
    if (rows)
        jit_loop_begin_counted(em, &l, em->f->nrow);
    else
        jit_loop_begin(em, &l, a->size);
    if (carry)
        p->acc = jit_loop_carry(em, &l, p->acc);
    at_index(p, depth, out, inside, rows ? LLVMBuildAdd(em->b, em->f->row, l.i, "") : l.i);
    if (p->some && depth == p->level && inside == multiply)
        empty_if_last(p, out, l.i);
    jit_loop_end(em, &l, &p->acc);
}

static void zeros(jit_dot *p, int depth, jit_index out)
{
    if (depth < p->n)
        loop(p, depth, out, zeros, false);
    else
        deliver(p, out, LLVMConstNull(jit_register_type(p->em, p->e->out[0]->type.dtype)));
}

/* The totals are in memory that only this product knows. */
static LLVMValueRef total_at(jit_dot *p, jit_index out)
{
    ir_dtype d = p->e->out[0]->type.dtype;
    return jit_address(p->em, p->total, jit_stored_type(p->em, d),
                       LLVMBuildSub(p->em->b, jit_llvm(out), p->first, ""));
}

/* Adds the elements that the inner loops run over to their totals. They start again from what that
 * rounds away. */
static void empty_elements(jit_dot *p, int depth, jit_index out)
{
    if (depth < p->n) {
        loop(p, depth, out, empty_elements, false);
        return;
    }
    jit_emit *em = p->em;
    ir_dtype d = p->e->out[0]->type.dtype;
    int buffer = jit_slot_of(em->f->frame->b, p->e->out[0])->buffer;
    LLVMValueRef lost, at = total_at(p, out);
    LLVMValueRef sum = jit_add_exactly(em, jit_load_own(em, at, d, 0),
                                       jit_load(em, buffer, d, jit_llvm(out)), &lost);
    jit_store_own(em, at, d, sum, 0);
    deliver(p, out, lost);
}

static void add_totals(jit_dot *p, int depth, jit_index out)
{
    if (depth < p->n) {
        loop(p, depth, out, add_totals, false);
        return;
    }
    jit_emit *em = p->em;
    ir_dtype d = p->e->out[0]->type.dtype;
    int buffer = jit_slot_of(em->f->frame->b, p->e->out[0])->buffer;
    LLVMValueRef x = jit_load(em, buffer, d, jit_llvm(out));
    deliver(p, out, LLVMBuildFAdd(em->b, jit_load_own(em, total_at(p, out), d, 0), x, ""));
}

static void empty_bank(jit_dot *p)
{
    jit_emit *em = p->em;
    ir_dtype d = p->e->out[0]->type.dtype;
    LLVMValueRef lost, x = jit_bank_total(em, p->bank, p->ways, JIT_add, d);
    LLVMValueRef total = LLVMBuildLoad2(em->b, LLVMTypeOf(x), p->total, "");
    LLVMBuildStore(em->b, jit_add_exactly(em, total, x, &lost), p->total);
    jit_bank_clear(em, p->bank, p->ways, d);
    jit_store_at(em, p->bank, d, lost);
}

/* If the accumulator is a register. */
static void empty_register(jit_dot *p, LLVMValueRef last)
{
    jit_emit *em = p->em;
    LLVMValueRef lost, total = LLVMBuildLoad2(em->b, LLVMTypeOf(p->acc), p->total, "");
    LLVMValueRef sum = jit_add_exactly(em, total, p->acc, &lost);
    LLVMBuildStore(em->b, LLVMBuildSelect(em->b, last, sum, total, ""), p->total);
    p->acc = LLVMBuildSelect(em->b, last, lost, p->acc, "");
}

/* Is index i of the loop at depth p->level the last of a group of p->some? If so, adds to the
 * totals. */
static void empty_if_last(jit_dot *p, jit_index out, LLVMValueRef i)
{
    jit_emit *em = p->em;
    LLVMValueRef mask = jit_i64(em, p->some - 1);
    LLVMValueRef last = LLVMBuildICmp(em->b, LLVMIntEQ, LLVMBuildAnd(em->b, i, mask, ""), mask, "");
    if (!jit_dot_in_memory(p) && !p->ways) {
        empty_register(p, last);
        return;
    }
    LLVMBasicBlockRef full = jit_new_block(em, "full"), on = jit_new_block(em, "on");
    LLVMBuildCondBr(em->b, last, full, on);
    LLVMPositionBuilderAtEnd(em->b, full);
    if (jit_dot_in_memory(p))
        empty_elements(p, p->nouter + p->nsum, out);
    else
        empty_bank(p);
    LLVMBuildBr(em->b, on);
    LLVMPositionBuilderAtEnd(em->b, on);
}

/* n rows of terms from number `first` on: each term of a row goes to another accumulator. */
static void rows(jit_dot *p, int depth, jit_index out, LLVMValueRef first, LLVMValueRef n)
{
    jit_emit *em = p->em;
    jit_counted row, way;
    if (LLVMIsAConstantInt(n))
        jit_loop_begin(em, &row, LLVMConstIntGetSExtValue(n));
    else
        jit_loop_begin_counted(em, &row, n);
    jit_index base = (jit_index)LLVMBuildMul(em->b, LLVMBuildAdd(em->b, first, row.i, ""),
                                             jit_i64(em, p->ways), "");
    jit_loop_begin(em, &way, p->ways);
    p->way = way.i;
    at_index(p, depth, out, multiply, jit_llvm(jit_index_add(em, base, (jit_index)way.i)));
    p->way = NULL;
    jit_loop_end(em, &way, NULL);
    row.whole = true;
    jit_loop_end(em, &row, NULL);
}

/* The innermost loop, if its terms go to the bank. Those that do not fill a row are added up by
 * themselves. */
static void in_rows(jit_dot *p, int depth, jit_index out)
{
    jit_emit *em = p->em;
    ir_dtype d = p->e->out[0]->type.dtype;
    int64_t size = p->axis[depth].size, nrow = size / p->ways, whole = nrow * p->ways;
    if (p->some && depth == p->level) {
        jit_items group;
        LLVMValueRef steps = jit_i64(em, JIT_BANK_ROWS);
        jit_items_begin(em, &group, jit_i64(em, 0),
                        jit_i64(em, (nrow + JIT_BANK_ROWS - 1) / JIT_BANK_ROWS));
        LLVMValueRef first = LLVMBuildMul(em->b, group.i, steps, "");
        LLVMValueRef left = LLVMBuildSub(em->b, jit_i64(em, nrow), first, "");
        rows(p, depth, out, first, nrow % JIT_BANK_ROWS ? jit_index_min(em, steps, left) : steps);
        empty_bank(p);
        jit_items_end(em, &group);
    } else {
        rows(p, depth, out, jit_i64(em, 0), jit_i64(em, nrow));
    }
    if (whole == size)
        return;
    jit_counted l;
    jit_loop_begin(em, &l, size - whole);
    p->acc = jit_loop_carry(em, &l, LLVMConstNull(jit_register_type(em, d)));
    at_index(p, depth, out, multiply, LLVMBuildAdd(em->b, jit_i64(em, whole), l.i, ""));
    jit_loop_end(em, &l, &p->acc);
    jit_store_at(em, p->bank, d, LLVMBuildFAdd(em->b, jit_load_at(em, p->bank, d), p->acc, ""));
}

static void multiply(jit_dot *p, int depth, jit_index out)
{
    if (depth < p->n) {
        if (p->ways && depth == p->nouter + p->nsum - 1)
            in_rows(p, depth, out);
        else
            loop(p, depth, out, multiply, !jit_dot_in_memory(p) && !p->ways);
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
    if (jit_dot_in_memory(p)) {
        deliver(p, out,
                jit_combine(em, JIT_add, d, jit_load(em, buffer, d, jit_llvm(out)), xy, false));
    } else if (p->way) {
        LLVMValueRef at = jit_address(em, p->bank, jit_stored_type(em, d), p->way);
        jit_store_own(em, at, d, LLVMBuildFAdd(em->b, jit_load_own(em, at, d, 1), xy, ""), 1);
    } else {
        p->acc = jit_combine(em, JIT_add, d, p->acc, xy, true);
    }
    jit_forget(em, 0);
}

/* A single element of the result. */
static void element(jit_dot *p, int depth, jit_index out)
{
    jit_emit *em = p->em;
    ir_dtype d = p->e->out[0]->type.dtype;
    LLVMTypeRef t = jit_register_type(em, d);
    p->acc = LLVMConstNull(t);
    if (p->some) {
        p->total = jit_local(em, t);
        LLVMBuildStore(em->b, p->acc, p->total);
    }
    if (p->ways) {
        p->bank = jit_bank_make(em, p->ways, d);
        jit_bank_clear(em, p->bank, p->ways, d);
    }
    multiply(p, depth, out);
    LLVMValueRef sum = p->ways ? jit_bank_total(em, p->bank, p->ways, JIT_add, d) : p->acc;
    if (p->some)
        sum = LLVMBuildFAdd(em->b, LLVMBuildLoad2(em->b, t, p->total, ""), sum, "");
    deliver(p, out, sum);
}

/* The elements that the inner loops run over. */
static void elements(jit_dot *p, int depth, jit_index out)
{
    jit_emit *em = p->em;
    ir_dtype d = p->e->out[0]->type.dtype;
    int inner = p->nouter + p->nsum;
    int64_t n = 1;
    for (int k = inner; k < p->n; k++)
        n *= p->axis[k].size;
    zeros(p, inner, out);
    if (p->some) {
        p->first = jit_llvm(out);
        p->total = jit_bank_make(em, (int)n, d);
        jit_bank_clear(em, p->total, (int)n, d);
    }
    multiply(p, depth, out);
    if (p->some)
        add_totals(p, inner, out);
}

static void outer(jit_dot *p, int depth, jit_index out)
{
    bool panels = jit_panels_fit(p);
    if (depth == p->e->attr[DOT_LHS_BATCH].n && panels && jit_dot_is_packed(p))
        jit_dot_pack(p);
    int rows = panels ? jit_panel_axis(p) : -1;
    if (panels && depth == (rows < 0 ? p->nouter : rows))
        jit_panel_rows(p, out);
    else if (depth == p->nouter && jit_terms_fit(p))
        deliver(p, out, jit_terms_sum(p));
    else if (depth < p->nouter)
        loop(p, depth, out, outer, false);
    else
        (jit_dot_in_memory(p) ? elements : element)(p, depth, out);
}

static void cut_row(jit_dot *p)
{
    int64_t size = p->n ? p->axis[p->n - 1].size : 1;
    jit_row_cut_apart(&p->row, 0, size,
                      jit_row_width(size, JIT_SHORT_ROW, p->e->out[0]->type.dtype));
}

void jit_emit_dot(jit_emit *em, const jit_step *t)
{
    jit_dot p = {.em = em, .e = t->e};
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
        cut_row(&p);
        zeros(&p, 0, jit_index_const(em, 0));
    } else {
        cut_row(&p);
        find_level(&p);
        outer(&p, 0, jit_index_const(em, 0));
    }
    jit_end_accesses(em);
}
