/* The right operand of a small product, with its columns side by side.
 *
 * In a product with a transposed matrix, what lies side by side are the terms of a sum. Each panel
 * (panel.c) would pick the elements of its vectors from many places. So they are copied first, in
 * blocks that are transposed in registers.
 */
#include "jit/llvm/dot.h"
#include "jit/llvm/element.h"
#include "jit/llvm/longsum.h"
#include "jit/llvm/memory.h"
#include "jit/llvm/scalar.h"
#include "jit/llvm/target.h"
#include "jit/llvm/value.h"

enum { MOST_WIDTH = JIT_BANK_PIECE / 4 };

static unsigned width_of(ir_dtype d)
{
    return (unsigned)(jit_target_vector_bytes() / (int64_t)ir_dtypes[d].size);
}

bool jit_dot_is_packed(const jit_dot *p)
{
    const ir_eqn *e = p->e;
    return jit_dot_packs(&p->em->s->limits, e) &&
           e->in[1]->type.dim[e->attr[DOT_RHS_CONTRACT].ints[0]] >=
               (int64_t)width_of(e->out[0]->type.dtype);
}

/* One place for all products of a function. Its size is updated as it grows. */
static LLVMValueRef place_for(jit_emit *em, int64_t bytes)
{
    enum { ALIGN = 64 };
    jit_func *f = em->f;
    if (!f->pack) {
        LLVMBasicBlockRef here = LLVMGetInsertBlock(em->b);
        LLVMPositionBuilderAtEnd(em->b, f->entry);
        f->pack = LLVMBuildArrayAlloca(em->b, em->i8, jit_i64(em, bytes), "");
        LLVMSetAlignment(f->pack, ALIGN);
        LLVMPositionBuilderAtEnd(em->b, here);
    }
    if (f->pack_bytes < bytes) {
        f->pack_bytes = bytes;
        LLVMSetOperand(f->pack, 0, jit_i64(em, bytes));
    }
    return f->pack;
}

static LLVMValueRef slot_address(jit_dot *p, LLVMValueRef slots, int row, unsigned width,
                                 LLVMValueRef i)
{
    jit_emit *em = p->em;
    LLVMValueRef at = LLVMBuildNUWAdd(em->b, i, jit_i64(em, row * (int64_t)width), "");
    return jit_address(em, slots, jit_stored_type(em, p->e->out[0]->type.dtype), at);
}

/* Row `row` of a block: terms from number `term` on of one column. */
static void load_row(jit_dot *p, LLVMValueRef slots, int row, LLVMValueRef term, unsigned width)
{
    jit_emit *em = p->em;
    const jit_dot_axis *sum = &p->axis[p->nouter];
    ir_dtype d = p->e->out[0]->type.dtype;
    jit_piece piece = {.n = width, .width = width};
    jit_counted l;
    jit_piece_begin(em, &l, &piece);
    p->rhs[sum->rhs] = (jit_index)LLVMBuildNUWAdd(em->b, term, l.i, "");
    jit_place where = {p->e->in[1]->type.rank, p->rhs, NULL};
    LLVMValueRef x = jit_llvm(jit_operand(em, p->e, 1, where));
    jit_store_own(em, slot_address(p, slots, row, width, l.i), d, x, 0);
    jit_forget(em, 0);
    jit_piece_end(em, &l, NULL);
}

/* Exchanges `half` lanes of x with lanes of y: the upper ones of each 2 * half lanes of x, and the
 * lower ones of y. */
static void exchange(jit_emit *em, LLVMValueRef *x, LLVMValueRef *y, unsigned width, unsigned half)
{
    LLVMValueRef from_x[MOST_WIDTH], from_y[MOST_WIDTH];
    for (unsigned k = 0; k < width; k++) {
        bool upper = k & half;
        from_x[k] = LLVMConstInt(em->i32, upper ? width + k - half : k, false);
        from_y[k] = LLVMConstInt(em->i32, upper ? width + k : k + half, false);
    }
    LLVMValueRef a = *x, b = *y;
    *x = LLVMBuildShuffleVector(em->b, a, b, LLVMConstVector(from_x, width), "");
    *y = LLVMBuildShuffleVector(em->b, a, b, LLVMConstVector(from_y, width), "");
}

static void transpose(jit_emit *em, LLVMValueRef *x, unsigned width)
{
    for (unsigned half = width / 2; half; half /= 2)
        for (unsigned k = 0; k < width; k++)
            if (!(k & half))
                exchange(em, &x[k], &x[k + half], width, half);
}

/* Copies `width` terms, from number `term` on, of the columns from `column` on. Columns that do not
 * exist are like the last one. */
static void copy_block(jit_dot *p, LLVMValueRef column, LLVMValueRef term, unsigned width)
{
    jit_emit *em = p->em;
    const jit_dot_axis *inner = &p->axis[p->n - 1];
    ir_dtype d = p->e->out[0]->type.dtype;
    LLVMTypeRef element = jit_stored_type(em, d), vector = LLVMVectorType(element, width);
    LLVMValueRef x[MOST_WIDTH], last = jit_i64(em, inner->size - 1);
    LLVMValueRef slots = jit_slots_make(em, (int64_t)width * width, d);
    for (unsigned k = 0; k < width; k++) {
        LLVMValueRef j = LLVMBuildNUWAdd(em->b, column, jit_i64(em, k), "");
        p->rhs[inner->rhs] = (jit_index)(inner->size % width && k ? jit_index_min(em, j, last) : j);
        load_row(p, slots, (int)k, term, width);
    }
    for (unsigned k = 0; k < width; k++) {
        x[k] = LLVMBuildLoad2(em->b, vector, slot_address(p, slots, (int)k, width, jit_i64(em, 0)),
                              "");
        LLVMSetAlignment(x[k], (unsigned)(width * ir_dtypes[d].size));
    }
    transpose(em, x, width);
    LLVMValueRef to =
        LLVMBuildNUWAdd(em->b, LLVMBuildMul(em->b, term, jit_i64(em, p->pitch), ""), column, "");
    for (unsigned k = 0; k < width; k++) {
        LLVMValueRef at = LLVMBuildNUWAdd(em->b, to, jit_i64(em, k * p->pitch), "");
        LLVMValueRef made = LLVMBuildStore(em->b, x[k], jit_address(em, p->pack, element, at));
        LLVMSetAlignment(made, (unsigned)(width * ir_dtypes[d].size));
    }
}

void jit_dot_pack(jit_dot *p)
{
    jit_emit *em = p->em;
    ir_dtype d = p->e->out[0]->type.dtype;
    unsigned width = width_of(d);
    int64_t columns = p->axis[p->n - 1].size, terms = p->axis[p->nouter].size;
    int64_t across = (columns + width - 1) / width, down = (terms + width - 1) / width;
    p->pitch = across * width;
    p->pack = place_for(em, terms * p->pitch * (int64_t)ir_dtypes[d].size);
    jit_counted c, t;
    jit_loop_begin(em, &c, across);
    LLVMValueRef column = LLVMBuildMul(em->b, c.i, jit_i64(em, width), "");
    jit_loop_begin(em, &t, down);
    LLVMValueRef term = LLVMBuildMul(em->b, t.i, jit_i64(em, width), "");
    if (terms % width)
        term = jit_index_min(em, term, jit_i64(em, terms - width));
    copy_block(p, column, term, width);
    t.rolled = c.rolled = true;
    jit_loop_end(em, &t, NULL);
    jit_loop_end(em, &c, NULL);
}

LLVMValueRef jit_dot_packed(jit_dot *p, int own)
{
    jit_emit *em = p->em;
    ir_dtype d = p->e->out[0]->type.dtype;
    jit_index row =
        jit_index_mul(em, p->rhs[p->axis[p->nouter].rhs], jit_index_const(em, p->pitch));
    jit_index at = jit_index_add(em, row, p->rhs[p->axis[p->n - 1].rhs]);
    return jit_load_own(em, jit_address(em, p->pack, jit_stored_type(em, d), jit_llvm(at)), d, own);
}
