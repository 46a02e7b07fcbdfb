/* Small products, in vectors whose accumulators are registers.
 *
 * If a row of the result is accumulated in memory, it is computed in panels instead, of a few rows
 * and a few vectors: a load of one operand serves all rows of the panel. Where the last panel would
 * be smaller, it overlaps the one before. If the innermost loop is over the terms of one element,
 * they are added to some vectors, and these are added up.
 */
#include "jit/llvm/dot.h"
#include "jit/llvm/element.h"
#include "jit/llvm/longsum.h"
#include "jit/llvm/memory.h"
#include "jit/llvm/scalar.h"
#include "jit/llvm/target.h"
#include "jit/llvm/value.h"

enum { MOST_ROWS = 4, VECTORS = 2, SHORT = 64, LEAST_SIZE = 4 };

static ir_dtype dtype_of(const jit_dot *p)
{
    return p->e->out[0]->type.dtype;
}

/* Sets the index of an axis. */
static void set_index(jit_dot *p, const jit_dot_axis *a, jit_index i)
{
    if (a->lhs >= 0)
        p->lhs[a->lhs] = i;
    if (a->rhs >= 0)
        p->rhs[a->rhs] = i;
}

static LLVMValueRef operand(jit_dot *p, int k)
{
    if (k && p->pack)
        return jit_dot_packed(p, MOST_ROWS);
    jit_place where = {p->e->in[k]->type.rank, k ? p->rhs : p->lhs, NULL};
    return jit_llvm(jit_operand(p->em, p->e, k, where));
}

/* ---- panels ---------------------------------------------------------------------------------- */

typedef struct {
    jit_dot *p;
    unsigned width; /* of vectors */
    int rows, nvector;
    jit_piece vector[VECTORS + 1]; /* in the columns from `column` on */
    jit_index column, row;         /* the first of each; row: NULL if there is one row */
    int row_dim;                   /* the left operand's dimension */
    int64_t row_stride;            /* in the result */
    LLVMValueRef slots[MOST_ROWS]; /* by row: its accumulators */
} panel;

static unsigned width_of(const jit_dot *p)
{
    int64_t size = p->axis[p->n - 1].size;
    unsigned width = jit_row_width(size, JIT_SHORT_ROW, dtype_of(p));
    while (width / 2 >= size)
        width /= 2;
    return width;
}

bool jit_panels_fit(const jit_dot *p)
{
    /* LLVM unrolls what is smaller. What is on the stack then stays in registers. */
    enum { LEAST = 3, LEAST_ON_STACK = 5 };
    if (p->n != p->nouter + p->nsum + 1 || p->some)
        return false;
    int64_t size = p->axis[p->n - 1].size;
    unsigned width = width_of(p);
    int64_t least = jit_step_is_on_stack(p->em, p->em->f->step) ? LEAST_ON_STACK : LEAST;
    return width > 1 && size >= least &&
           (size >= width || jit_target_loads_in_part() || jit_dot_is_packed(p));
}

int jit_panel_axis(const jit_dot *p)
{
    int last = p->nouter - 1;
    bool free = last >= 0 && p->axis[last].lhs >= 0 && p->axis[last].rhs < 0;
    return free && p->axis[p->n - 1].rhs >= 0 ? last : -1;
}

/* Adds the products at the current place along the contracted axes to one vector of each row. */
static void multiply_vector(panel *x, const jit_piece *v)
{
    jit_dot *p = x->p;
    jit_emit *em = p->em;
    const jit_dot_axis *inner = &p->axis[p->n - 1];
    ir_dtype d = dtype_of(p);
    int wide = inner->rhs >= 0;
    jit_counted l;
    jit_piece_begin(em, &l, v);
    jit_index j = jit_index_add(em, x->column, jit_index_const(em, v->first));
    set_index(p, inner, jit_index_add(em, j, (jit_index)l.i));
    LLVMValueRef many = operand(p, wide);
    LLVMValueRef slot = LLVMBuildNUWAdd(em->b, l.i, jit_i64(em, v->slot), "");
    for (int r = 0; r < x->rows; r++) {
        if (x->row)
            p->lhs[x->row_dim] = jit_index_add(em, x->row, jit_index_const(em, r));
        LLVMValueRef one = operand(p, !wide);
        LLVMValueRef term =
            jit_combine(em, JIT_mul, d, wide ? one : many, wide ? many : one, false);
        LLVMValueRef at = jit_address(em, x->slots[r], jit_stored_type(em, d), slot);
        term = jit_combine(em, JIT_add, d, jit_load_own(em, at, d, r), term, false);
        jit_store_own(em, at, d, term, r);
    }
    jit_forget(em, 0);
    jit_piece_end(em, &l, NULL);
}

static void multiply(panel *x, int depth)
{
    jit_dot *p = x->p;
    if (depth == p->nouter + p->nsum) {
        for (int v = 0; v < x->nvector; v++)
            multiply_vector(x, &x->vector[v]);
        return;
    }
    jit_counted l;
    jit_loop_begin(p->em, &l, p->axis[depth].size);
    set_index(p, &p->axis[depth], (jit_index)l.i);
    multiply(x, depth + 1);
    jit_loop_end(p->em, &l, NULL);
}

/* Computes n vectors, in the columns from x->column on. */
static void do_panel(panel *x, int n, const jit_piece *piece, jit_index out)
{
    jit_dot *p = x->p;
    jit_emit *em = p->em;
    ir_dtype d = dtype_of(p);
    int buffer = jit_slot_of(em->f->frame->b, p->e->out[0])->buffer;
    int64_t slots = (int64_t)n * x->width;
    x->nvector = n;
    for (int v = 0; v < n; v++) {
        x->vector[v] = piece[v];
        x->vector[v].slot = v * (int64_t)x->width;
    }
    for (int r = 0; r < x->rows; r++) {
        x->slots[r] = jit_slots_make(em, slots, d);
        LLVMBuildMemSet(em->b, x->slots[r], LLVMConstNull(em->i8),
                        jit_i64(em, slots * ir_dtypes[d].size), JIT_BANK_PIECE);
    }
    multiply(x, p->nouter);
    out = jit_index_add(em, out, x->column);
    for (int r = 0; r < x->rows; r++)
        for (int v = 0; v < n; v++) {
            jit_piece piece = x->vector[v];
            /* Lanes that do not exist may go to the next row, which is stored afterwards. */
            if (r + 1 < x->rows && piece.exist == x->row_stride)
                piece.exist = 0;
            jit_slots_store(em, x->slots[r], r, &piece, d, buffer,
                            jit_index_add(em, out, jit_index_const(em, r * x->row_stride)),
                            jit_rows_in_order(em, em->f->step, p->e->out[0]));
        }
}

/* All columns of the panel's rows: as many panels of VECTORS vectors as there are, then the
 * rest. */
static void columns(panel *x, jit_index out)
{
    jit_emit *em = x->p->em;
    jit_piece piece[VECTORS + 1];
    int64_t width = x->width, step = width * VECTORS, size = x->p->axis[x->p->n - 1].size;
    int64_t panels = size / step, at = panels * step;
    int n = 0;
    for (int v = 0; v < VECTORS; v++)
        piece[v] = (jit_piece){v * width, width, .width = x->width};
    x->column = jit_index_const(em, 0);
    if (panels == 1) {
        do_panel(x, VECTORS, piece, out);
    } else if (panels) {
        jit_counted l;
        jit_loop_begin(em, &l, panels);
        x->column = jit_index_mul(em, (jit_index)l.i, jit_index_const(em, step));
        do_panel(x, VECTORS, piece, out);
        l.rolled = true;
        jit_loop_end(em, &l, NULL);
        x->column = jit_index_const(em, 0);
    }
    for (; size - at >= width; at += width)
        piece[n++] = (jit_piece){at, width, .width = x->width};
    if (at < size && size < width)
        piece[n++] = (jit_piece){0, width, .exist = size, .width = x->width};
    else if (at < size)
        piece[n++] = (jit_piece){size - width, width, .width = x->width};
    if (n)
        do_panel(x, n, piece, out);
}

void jit_panel_rows(jit_dot *p, jit_index out)
{
    jit_emit *em = p->em;
    panel x = {.p = p, .width = width_of(p), .rows = 1};
    int axis = jit_panel_axis(p);
    if (axis < 0) {
        columns(&x, out);
        return;
    }
    const jit_dot_axis *a = &p->axis[axis];
    jit_counted l;
    x.rows = a->size < MOST_ROWS ? (int)a->size : MOST_ROWS;
    x.row_dim = a->lhs;
    x.row_stride = a->out_stride;
    jit_loop_begin(em, &l, (a->size + x.rows - 1) / x.rows);
    LLVMValueRef first = LLVMBuildMul(em->b, l.i, jit_i64(em, x.rows), "");
    if (a->size % x.rows)
        first = jit_index_min(em, first, jit_i64(em, a->size - x.rows));
    x.row = (jit_index)first;
    columns(&x, jit_index_step(em, out, first, a->out_stride));
    l.rolled = true;
    jit_loop_end(em, &l, NULL);
}

/* ---- the terms of one element ---------------------------------------------------------------- */

bool jit_terms_fit(const jit_dot *p)
{
    ir_dtype d = dtype_of(p);
    int64_t n = p->nsum ? p->axis[p->n - 1].size : 0, width = JIT_BANK_PIECE / ir_dtypes[d].size;
    return !jit_dot_in_memory(p) && !p->some && ir_dtypes[d].size >= LEAST_SIZE && n <= SHORT &&
           n > width / 2 && jit_combines_vectors(JIT_add, d) && jit_target_loads_in_part();
}

static void add_terms(jit_dot *p, int depth, LLVMValueRef bank, int64_t slots)
{
    jit_emit *em = p->em;
    ir_dtype d = dtype_of(p);
    jit_counted l;
    if (depth < p->n - 1) {
        jit_loop_begin(em, &l, p->axis[depth].size);
        set_index(p, &p->axis[depth], (jit_index)l.i);
        add_terms(p, depth + 1, bank, slots);
        jit_loop_end(em, &l, NULL);
        return;
    }
    jit_piece piece[SHORT * LEAST_SIZE * 2 / JIT_BANK_PIECE];
    unsigned width = JIT_BANK_PIECE / ir_dtypes[d].size;
    int pieces = jit_row_cut_terms(piece, p->axis[depth].size, width, slots);
    jit_row_overlap_terms(em, piece, pieces, 0);
    for (int k = 0; k < pieces; k++) {
        jit_piece_begin(em, &l, &piece[k]);
        set_index(p, &p->axis[depth],
                  jit_index_add(em, jit_index_const(em, piece[k].first), (jit_index)l.i));
        LLVMValueRef term = jit_combine(em, JIT_mul, d, operand(p, 0), operand(p, 1), false);
        term = jit_piece_choose(em, term, LLVMConstNull(LLVMTypeOf(term)));
        LLVMValueRef at = LLVMBuildNUWAdd(em->b, l.i, jit_i64(em, piece[k].slot), "");
        at = jit_address(em, bank, jit_stored_type(em, d), at);
        jit_store_own(em, at, d,
                      jit_combine(em, JIT_add, d, jit_load_own(em, at, d, 0), term, false), 0);
        jit_forget(em, 0);
        jit_piece_end(em, &l, NULL);
    }
}

LLVMValueRef jit_terms_sum(jit_dot *p)
{
    jit_emit *em = p->em;
    ir_dtype d = dtype_of(p);
    int64_t n = p->axis[p->n - 1].size, width = JIT_BANK_PIECE / ir_dtypes[d].size;
    int64_t slots = JIT_BANK_LEAST / ir_dtypes[d].size;
    slots = slots < n ? slots : (n + width - 1) / width * width;
    LLVMValueRef bank = jit_bank_make(em, (int)slots, d);
    jit_bank_clear(em, bank, (int)slots, d);
    add_terms(p, p->nouter, bank, slots);
    return jit_bank_total(em, bank, (int)slots, JIT_add, d);
}
