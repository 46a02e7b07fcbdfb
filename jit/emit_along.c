/* Along one axis: the index of an extreme element, and running reductions. The other dimensions are
 * loops around it. */
#include "jit/emit.h"

typedef struct {
    jit_nest nest;
    int along; /* the axis of the nest that is run along; -1 if its size is 1 */
    int nouter;
    jit_counted outer[IR_MAX_RANK];
    jit_index linear, kept; /* offsets in the operand, and in it without the axis */
} lines;

static jit_index plus(jit_emit *em, jit_index base, LLVMValueRef i, int64_t stride)
{
    return jit_index_add(em, base, jit_index_mul(em, (jit_index)i, jit_index_const(em, stride)));
}

/* Opens the loops over all dimensions but one. */
static void open_lines(jit_emit *em, const jit_step *t, int64_t axis, lines *l)
{
    *l = (lines){.along = -1};
    jit_nest_init(em, &l->nest, &t->e->in[0]->type, 1u << axis, jit_is_linear(em->frame->b, t));
    l->linear = l->kept = jit_index_const(em, 0);
    int64_t kept = 1;
    for (int a = 0; a < l->nest.n; a++)
        kept *= l->nest.axis[a].reduced ? 1 : l->nest.axis[a].size;
    for (int a = 0; a < l->nest.n; a++) {
        const jit_axis *x = &l->nest.axis[a];
        if (x->reduced) {
            l->along = a;
            continue;
        }
        kept /= x->size;
        jit_counted *loop = &l->outer[l->nouter++];
        jit_loop_begin(em, loop, x->size);
        if (x->dim >= 0)
            l->nest.at[x->dim] = (jit_index)loop->i;
        l->linear = plus(em, l->linear, loop->i, x->stride);
        l->kept = plus(em, l->kept, loop->i, kept);
    }
}

static void close_lines(jit_emit *em, lines *l)
{
    while (l->nouter > 0)
        jit_loop_end(em, &l->outer[--l->nouter], NULL);
}

/* The operand's element at index i of the line. */
static LLVMValueRef on_line(jit_emit *em, const jit_step *t, lines *l, int64_t axis, LLVMValueRef i,
                            jit_index *linear)
{
    l->nest.at[axis] = (jit_index)i;
    *linear = l->along < 0 ? l->linear : plus(em, l->linear, i, l->nest.axis[l->along].stride);
    jit_place where = {l->nest.space->rank, l->nest.has_at ? l->nest.at : NULL, *linear};
    return jit_llvm(jit_operand(em, t->e, 0, where));
}

static LLVMValueRef call_bool(jit_emit *em, const char *name, ir_dtype d, LLVMValueRef x,
                              LLVMValueRef y)
{
    return jit_llvm(jit_math(em, name, IR_bool, 2, (jit_scalar[]){(jit_scalar)x, (jit_scalar)y},
                             (ir_dtype[]){d, d}));
}

/* x takes the place of best: the first element always, a greater (or smaller) one, and a NaN where
 * there was none. */
static LLVMValueRef better(jit_emit *em, const ir_eqn *e, LLVMValueRef i, LLVMValueRef x,
                           LLVMValueRef best)
{
    ir_dtype d = (ir_dtype)e->in[0]->type.dtype;
    LLVMValueRef first = LLVMBuildICmp(em->b, LLVMIntEQ, i, jit_i64(em, 0), "");
    LLVMValueRef take =
        LLVMBuildOr(em->b, first, call_bool(em, e->op->lower->names[0], d, x, best), "");
    if (!ir_is_float(d))
        return take;
    LLVMValueRef nan = LLVMBuildFCmp(em->b, LLVMRealUNO, x, x, "");
    LLVMValueRef none = LLVMBuildFCmp(em->b, LLVMRealORD, best, best, "");
    return LLVMBuildOr(em->b, take, LLVMBuildAnd(em->b, nan, none, ""), "");
}

void jit_emit_argreduce(jit_emit *em, const jit_step *t)
{
    const ir_eqn *e = t->e;
    int64_t axis = e->attr[0].ints[0];
    if (!ir_type_count(&e->in[0]->type))
        return;
    lines l;
    open_lines(em, t, axis, &l);
    jit_counted along;
    jit_loop_begin(em, &along, e->in[0]->type.dim[axis]);
    LLVMValueRef best = jit_loop_carry(
        em, &along, LLVMConstNull(jit_register_type(em, (ir_dtype)e->in[0]->type.dtype)));
    LLVMValueRef index = jit_loop_carry(em, &along, jit_i64(em, 0));
    jit_index linear;
    LLVMValueRef x = on_line(em, t, &l, axis, along.i, &linear);
    LLVMValueRef take = better(em, e, along.i, x, best);
    LLVMValueRef next[] = {LLVMBuildSelect(em->b, take, x, best, ""),
                           LLVMBuildSelect(em->b, take, along.i, index, "")};
    jit_forget(em, 0);
    jit_loop_end(em, &along, next);
    ir_dtype d = (ir_dtype)e->out[0]->type.dtype;
    LLVMValueRef result = jit_llvm(jit_from_index(em, (jit_index)next[1], d));
    if (e->out[0]->type.rank == 0)
        jit_set_reg(em, e->out[0], result);
    else
        jit_store(em, jit_slot_of(em->frame->b, e->out[0])->buffer, d, jit_llvm(l.kept), result);
    close_lines(em, &l);
    jit_end_accesses(em);
}

void jit_emit_cumulate(jit_emit *em, const jit_step *t)
{
    const ir_eqn *e = t->e;
    const ir_type *type = &e->out[0]->type;
    int64_t axis = e->attr[0].i;
    if (!ir_type_count(type))
        return;
    const jit_lower *lower = e->op->lower;
    ir_dtype d = (ir_dtype)type->dtype;
    lines l;
    open_lines(em, t, axis, &l);
    jit_counted along;
    jit_loop_begin(em, &along, type->dim[axis]);
    LLVMValueRef acc =
        jit_loop_carry(em, &along, jit_llvm(jit_constant(em, d, lower->identity(d))));
    LLVMValueRef i = along.i;
    if (e->attr[1].i)
        i = LLVMBuildSub(em->b, jit_i64(em, type->dim[axis] - 1), i, "");
    jit_index linear;
    LLVMValueRef x = on_line(em, t, &l, axis, i, &linear);
    LLVMValueRef next = jit_combine(em, lower->names[0], d, acc, x, false);
    jit_store(em, jit_slot_of(em->frame->b, e->out[0])->buffer, d, jit_llvm(linear), next);
    jit_forget(em, 0);
    jit_loop_end(em, &along, &next);
    close_lines(em, &l);
    jit_end_accesses(em);
}
