/* Short innermost loops, in whole vectors.
 *
 * LLVM would unroll the shortest loops before it makes vectors, and would do what is left of a
 * vector element by element, which takes longer than another vector. So such a loop is cut into
 * pieces, each of which becomes one vector or several. Two tricks make the last vector whole. It
 * overlaps the one before: some elements are computed twice. Or if the whole row is shorter than a
 * vector, the lanes beyond its end compute with ones, and what they give is dropped. In either case
 * the results go to slots first: sums must not take a term twice, and a result that overwrites an
 * operand must not be read by the other pieces.
 */
#include "jit/llvm/longsum.h"
#include "jit/llvm/memory.h"
#include "jit/llvm/row.h"
#include "jit/llvm/target.h"
#include "jit/llvm/value.h"

unsigned jit_row_width(int64_t n, int64_t most, ir_dtype d)
{
    enum { LEAST_SIZE = 4 };
    size_t size = ir_dtypes[d].size;
    return n > most || size < LEAST_SIZE ? 0
                                         : (unsigned)(jit_target_vector_bytes() / (int64_t)size);
}

static void add(jit_row *row, int64_t first, int64_t n, unsigned width)
{
    row->piece[row->n++] =
        (jit_piece){first, n, first - row->piece[0].first, .width = n == width ? width : 0};
}

/* The whole vectors of the row. Returns where they end. LLVM does well with many of them, if their
 * number is a multiple of four. */
static int64_t whole_vectors(jit_row *row, int64_t lo, int64_t hi, unsigned width)
{
    enum { MANY = 4 };
    int64_t many = (int64_t)width * MANY, n = (hi - lo) / many * many;
    if (n) {
        add(row, lo, n, width);
        lo += n;
    }
    for (; hi - lo >= width; lo += width)
        add(row, lo, width, width);
    return lo;
}

void jit_row_cut_apart(jit_row *row, int64_t lo, int64_t hi, unsigned width)
{
    *row = (jit_row){.tail = -1, .piece[0].first = lo, .slots = hi - lo};
    if (width > 1)
        lo = whole_vectors(row, lo, hi, width);
    for (width /= 2; width > 1; width /= 2)
        if (hi - lo >= width) {
            add(row, lo, width, width);
            lo += width;
        }
    if (lo < hi)
        add(row, lo, hi - lo, 0);
}

void jit_row_cut(jit_row *row, int64_t lo, int64_t hi, unsigned width, bool once)
{
    int64_t n = hi - lo, end = lo;
    while (width > 1 && width / 2 >= n)
        width /= 2;
    if (once && width > 1 && n % width == 0) {
        *row = (jit_row){.n = 1, .tail = -1, .piece[0] = {.first = lo, .n = n}, .slots = n};
        return;
    }
    if (width < 2 || n % width == 0 || (n < width && !jit_target_loads_in_part())) {
        jit_row_cut_apart(row, lo, hi, width);
        return;
    }
    *row = (jit_row){.piece[0].first = lo};
    if (!once)
        end = whole_vectors(row, lo, hi, width);
    else if (n > width)
        add(row, lo, (end = lo + n / width * width) - lo, width);
    row->tail = row->n++;
    row->slots = end - lo + width;
    row->piece[row->tail] = n < width ? (jit_piece){lo, width, .exist = n, .width = width}
                                      : (jit_piece){hi - width, width, end - lo, .width = width};
}

void jit_row_cut_beyond(jit_row *row, int64_t lo, int64_t hi, unsigned width)
{
    while (width > 1 && width / 2 >= hi - lo)
        width /= 2;
    *row = (jit_row){.tail = -1, .piece[0].first = lo, .slots = hi - lo};
    lo = whole_vectors(row, lo, hi, width);
    if (lo == hi)
        return;
    add(row, lo, width, width);
    row->piece[row->n - 1].exist = hi - lo;
}

bool jit_row_can_guard(const jit_step *t)
{
    enum { LEAST_SIZE = 4 };
    for (int r = 0; r < t->nread; r++)
        if (t->read[r].v->type.rank && ir_dtypes[t->read[r].v->type.dtype].size < LEAST_SIZE)
            return false;
    return true;
}

void jit_piece_begin(jit_emit *em, jit_counted *l, const jit_piece *p)
{
    jit_loop_begin(em, l, p->n);
    l->vector = p->width > 1 ? p->width : 0;
    em->f->guarded = p->exist ? l->i : NULL;
    em->f->repeated = p->taken ? l->i : NULL;
    em->f->exist = p->exist;
    em->f->taken = p->taken;
}

void jit_piece_end(jit_emit *em, jit_counted *l, const LLVMValueRef *next)
{
    em->f->guarded = em->f->repeated = NULL;
    jit_loop_end(em, l, next);
}

LLVMValueRef jit_piece_choose(jit_emit *em, LLVMValueRef x, LLVMValueRef y)
{
    LLVMValueRef i = em->f->guarded, j = em->f->repeated;
    if (!i && !j)
        return x;
    LLVMValueRef counts = i ? LLVMBuildICmp(em->b, LLVMIntULT, i, jit_i64(em, em->f->exist), "")
                            : LLVMBuildICmp(em->b, LLVMIntUGE, j, jit_i64(em, em->f->taken), "");
    return LLVMBuildSelect(em->b, counts, x, y, "");
}

int jit_row_cut_terms(jit_piece *piece, int64_t n, unsigned width, int64_t slots)
{
    int pieces = 0;
    for (int64_t at = 0; at < n; at += width)
        piece[pieces++] = (jit_piece){at, width, at % slots, .exist = n - at < width ? n - at : 0,
                                      .width = width};
    return pieces;
}

bool jit_step_is_on_stack(const jit_emit *em, const jit_step *t)
{
    const jit_block *b = em->f->frame->b;
    for (int k = 0; k < t->nread; k++)
        if (t->read[k].v->type.rank && jit_has_beyond(em, jit_buffer_of(b, t->read[k].v)))
            return true;
    for (int k = 0; k < t->nroot; k++)
        if (t->root[k]->type.rank && jit_has_beyond(em, jit_slot_of(b, t->root[k])->buffer))
            return true;
    return false;
}

void jit_row_overlap_terms(const jit_emit *em, jit_piece *piece, int pieces, int64_t before)
{
    jit_piece *last = pieces ? &piece[pieces - 1] : NULL;
    /* What is on the stack was written shortly before, in vectors that do not overlap. */
    if (!last || !last->exist || before + last->first + last->exist < last->n ||
        jit_step_is_on_stack(em, em->f->step))
        return;
    last->taken = last->n - last->exist;
    last->first -= last->taken;
    last->exist = 0;
}

LLVMValueRef jit_slots_make(jit_emit *em, int64_t n, ir_dtype d)
{
    return jit_bank_make(em, (int)n, d);
}

static LLVMValueRef slot(jit_emit *em, LLVMValueRef slots, ir_dtype d, int64_t first,
                         LLVMValueRef i)
{
    LLVMValueRef at = first ? LLVMBuildNUWAdd(em->b, i, jit_i64(em, first), "") : i;
    return jit_address(em, slots, jit_stored_type(em, d), at);
}

void jit_slots_fill(jit_emit *em, LLVMValueRef slots, int own, int64_t n, unsigned width,
                    ir_dtype d, LLVMValueRef x)
{
    jit_row row;
    jit_row_cut_apart(&row, 0, n, width);
    for (int k = 0; k < row.n; k++) {
        jit_counted l;
        jit_piece_begin(em, &l, &row.piece[k]);
        jit_store_own(em, slot(em, slots, d, row.piece[k].first, l.i), d, x, own);
        jit_piece_end(em, &l, NULL);
    }
}

int64_t jit_rows_in_order(const jit_emit *em, const jit_step *t, const ir_value *result)
{
    const jit_block *b = em->f->frame->b;
    int buffer = jit_slot_of(b, result)->buffer;
    if (em->f->row || em->s->buffer[buffer].kind == JIT_BUF_POINTER)
        return 0;
    for (int k = 0; k < t->nread; k++)
        if (t->read[k].v->type.rank && jit_buffer_of(b, t->read[k].v) == buffer)
            return 0;
    return ir_type_count(&result->type);
}

/* Stores the first n results of a piece. */
static void store_some(jit_emit *em, LLVMValueRef slots, int own, const jit_piece *p, int64_t n,
                       ir_dtype d, int buffer, jit_index at)
{
    jit_row row = {.n = 1, .tail = -1, .piece[0] = {.n = n}};
    if (p->width)
        jit_row_cut_apart(&row, 0, n, p->width);
    for (int k = 0; k < row.n; k++) {
        const jit_piece *q = &row.piece[k];
        jit_counted l;
        jit_piece_begin(em, &l, q);
        LLVMValueRef x = jit_load_own(em, slot(em, slots, d, p->slot + q->first, l.i), d, own);
        jit_index to = jit_index_add(em, at, jit_index_const(em, q->first));
        jit_store(em, buffer, d, jit_llvm(jit_index_add(em, to, (jit_index)l.i)), x);
        jit_piece_end(em, &l, NULL);
    }
}

void jit_slots_store(jit_emit *em, LLVMValueRef slots, int own, const jit_piece *p, ir_dtype d,
                     int buffer, jit_index at, int64_t count)
{
    at = jit_index_add(em, at, jit_index_const(em, p->first));
    bool all = !p->exist || (count && jit_has_beyond(em, buffer));
    if (all || !count) {
        store_some(em, slots, own, p, all ? p->n : p->exist, d, buffer, at);
        return;
    }
    LLVMBasicBlockRef whole = jit_new_block(em, "whole"), last = jit_new_block(em, "last");
    LLVMBasicBlockRef after = jit_new_block(em, "after");
    LLVMValueRef most = jit_i64(em, count - p->n);
    LLVMBuildCondBr(em->b, LLVMBuildICmp(em->b, LLVMIntSLE, jit_llvm(at), most, ""), whole, last);
    LLVMPositionBuilderAtEnd(em->b, whole);
    store_some(em, slots, own, p, p->n, d, buffer, at);
    LLVMBuildBr(em->b, after);
    LLVMPositionBuilderAtEnd(em->b, last);
    store_some(em, slots, own, p, p->exist, d, buffer, at);
    LLVMBuildBr(em->b, after);
    LLVMPositionBuilderAtEnd(em->b, after);
}
