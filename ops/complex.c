/* real, imag, conj and complex, between complex numbers and their parts; part and interleave,
 * between parts and the memory of complex numbers.
 *
 * The first four are what a program writes. They are linear over the reals, but not all of them over
 * the complex numbers; their transposes are JAX's, which take no conjugates. Before a graph runs,
 * real, imag and complex disappear (ir/pass_complex.c), and part and interleave read arguments and
 * write results. */
#include "ops/complex.h"

#include <string.h>

#include "ops/elementwise.h"
#include "ops/shape.h"

/* ---- real, imag, conj ------------------------------------------------------------------------ */

static bool check_complex(const ir_infer *q)
{
    return ew_check_arity(q, 1) &&
           (ir_is_complex(q->in[0].dtype) || ir_fail("%s takes complex numbers, but is given %s",
                                                     q->op->name, ir_type_tmp(&q->in[0])));
}

static bool part_of_infer(ir_infer *q)
{
    if (!check_complex(q))
        return false;
    ir_type t = ew_result(q, 0, ir_part(q->in[0].dtype));
    ir_infer_out(q, &t);
    return true;
}

static bool conj_infer(ir_infer *q)
{
    if (!check_complex(q))
        return false;
    ir_infer_out(q, &q->in[0]);
    return true;
}

static bool real_pairs(ir_graph *g, const ir_eqn *e, const ir_pair *x, ir_pair *y)
{
    (void)g, (void)e;
    *y = (ir_pair){x->re, NULL};
    return true;
}

static bool imag_pairs(ir_graph *g, const ir_eqn *e, const ir_pair *x, ir_pair *y)
{
    (void)g, (void)e;
    *y = (ir_pair){x->im, NULL};
    return true;
}

static bool conj_pairs(ir_graph *g, const ir_eqn *e, const ir_pair *x, ir_pair *y)
{
    (void)e;
    *y = (ir_pair){x->re, b_neg(g, x->im)};
    return y->im != NULL;
}

static bool real_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                           ir_value **ct_in)
{
    (void)e, (void)x;
    return (ct_in[0] = b_complex(g, ct[0], ew_zeros(g, ct[0])));
}

static bool imag_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                           ir_value **ct_in)
{
    (void)e, (void)x;
    return (ct_in[0] = b_complex(g, ew_zeros(g, ct[0]), b_neg(g, ct[0])));
}

static bool conj_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                           ir_value **ct_in)
{
    (void)e, (void)x;
    return (ct_in[0] = b_conj(g, ct[0]));
}

/* ---- complex --------------------------------------------------------------------------------- */

static bool complex_infer(ir_infer *q)
{
    if (!ew_check_arity(q, 2) || !ew_check_alike(q))
        return false;
    ir_dtype d = q->in[0].dtype;
    if (d != IR_f32 && d != IR_f64)
        return ir_fail("complex takes f32 or f64, but the real part is %s", ir_type_tmp(&q->in[0]));
    ir_type t = ew_result(q, 0, ir_complex_of(d));
    ir_infer_out(q, &t);
    return true;
}

static bool complex_pairs(ir_graph *g, const ir_eqn *e, const ir_pair *x, ir_pair *y)
{
    (void)g, (void)e;
    *y = (ir_pair){x[0].re, x[1].re};
    return true;
}

static bool complex_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                              ir_value **ct_in)
{
    (void)e;
    ct_in[0] = x[0] ? NULL : b_real(g, ct[0]);
    ct_in[1] = x[1] ? NULL : b_neg(g, b_imag(g, ct[0]));
    return (x[0] || ct_in[0]) && (x[1] || ct_in[1]);
}

#define COMPLEX_OP(prim, infer_, transpose_)                                                       \
    const ir_op op_##prim = {                                                                      \
        .name = #prim,                                                                             \
        .flags = IR_OP_ELEMENTWISE | IR_OP_CHEAP,                                                  \
        .infer = infer_,                                                                           \
        .jvp = linear_jvp,                                                                         \
        .transpose = transpose_,                                                                   \
        .batch = ew_batch,                                                                         \
        .pairs = prim##_pairs,                                                                     \
    };
COMPLEX_OP(real, part_of_infer, real_transpose)
COMPLEX_OP(imag, part_of_infer, imag_transpose)
COMPLEX_OP(conj, conj_infer, conj_transpose)
COMPLEX_OP(complex, complex_infer, complex_transpose)

ir_value *b_real(ir_graph *g, ir_value *x)
{
    return ir_emit1(g, &op_real, 1, &x, NULL);
}

ir_value *b_imag(ir_graph *g, ir_value *x)
{
    return ir_emit1(g, &op_imag, 1, &x, NULL);
}

ir_value *b_conj(ir_graph *g, ir_value *x)
{
    return ir_emit1(g, &op_conj, 1, &x, NULL);
}

ir_value *b_complex(ir_graph *g, ir_value *re, ir_value *im)
{
    return ir_emit1(g, &op_complex, 2, (ir_value *[]){re, im}, NULL);
}

/* ---- what pairs are made of -------------------------------------------------------------------- */

bool pairs_no_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t, ir_value **y,
                  ir_value **ty)
{
    (void)g, (void)x, (void)t, (void)y, (void)ty;
    return ir_fail("%s has no derivative: differentiate the graph before its complex numbers become "
                   "pairs of real ones",
                   e->op->name);
}

/* ---- part: the real (0) or imaginary (1) parts of interleaved numbers ------------------------ */

static bool part_infer(ir_infer *q)
{
    const ir_attr *shape = &q->attr[PART_SHAPE];
    int64_t index = q->attr[PART_WHICH].i;
    if (!check_operands(q, 1) || !check_shape(q, shape->n, shape->ints))
        return false;
    const ir_type *x = &q->in[0];
    ir_type t = ir_type_make(x->dtype, shape->n, shape->ints);
    if (index < 0 || index > 1 || !x->rank || x->dim[x->rank - 1] != 2 ||
        ir_type_count(x) != 2 * ir_type_count(&t))
        return ir_fail("part: %lld of %s cannot have the shape %s", (long long)index,
                       ir_type_tmp(x), ir_ints_tmp(shape->ints, shape->n));
    t.weak = x->weak;
    ir_infer_out(q, &t);
    return true;
}

#define COPY_PARTS(T)                                                                              \
    {                                                                                              \
        const T *x = from;                                                                         \
        T *y = to;                                                                                 \
        for (int64_t k = 0; k < n; k++)                                                            \
            y[k * to_step] = x[k * from_step];                                                     \
        return;                                                                                    \
    }

static void copy_parts(size_t size, int64_t n, const void *from, int from_step, void *to,
                       int to_step)
{
    if (size == 4)
        COPY_PARTS(uint32_t)
    COPY_PARTS(uint64_t)
}

static bool part_eval(const ir_eqn *e, const void *const *in, void *const *out)
{
    size_t size = elem_size(e->in[0]);
    const char *from = (const char *)in[0] + (size_t)e->attr[PART_WHICH].i * size;
    copy_parts(size, ir_type_count(&e->out[0]->type), from, 2, out[0], 1);
    return true;
}

static bool part_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                       const ir_batching *over, ir_value **y, int *yaxis)
{
    int64_t shape[IR_MAX_RANK + 1];
    const ir_attr *was = &e->attr[PART_SHAPE];
    ir_value *first = ir_move_axis(g, x[0], axis[0], 0, over->size);
    ints_insert(was->ints, was->n, 0, over->size, shape);
    ir_attr attr[] = {[PART_WHICH] = e->attr[PART_WHICH],
                      [PART_SHAPE] = {.n = was->n + 1, .ints = shape}};
    *yaxis = 0;
    return (y[0] = ir_emit1(g, e->op, 1, &first, attr)) != NULL;
}

/* Are the operand's axes those of the result, and one more? */
static bool part_keeps_axes(const ir_type *memory, const ir_type *part)
{
    return memory->rank == part->rank + 1;
}

static jit_scalar part_at(jit_emit *em, const ir_eqn *e, jit_place where)
{
    const ir_type *x = &e->in[0]->type, *y = &e->out[0]->type;
    jit_index at[IR_MAX_RANK], index = jit_index_const(em, e->attr[PART_WHICH].i);
    if (!part_keeps_axes(x, y)) {
        at[0] = jit_place_linear(em, y, &where);
        at[1] = index;
        return jit_operand(em, e, 0, place_of(2, at));
    }
    place_split(em, y, &where, at);
    at[y->rank] = index;
    return jit_operand(em, e, 0, place_of(x->rank, at));
}

static int part_axis(const ir_eqn *e, int k, int r)
{
    (void)k;
    return part_keeps_axes(&e->in[0]->type, &e->out[0]->type) ? r : JIT_OTHER_AXIS;
}

const ir_op op_part = {
    .name = "part",
    .role = IR_ROLE_PART,
    .attrs = IR_ATTR_COLUMN(PART),
    .flags = IR_OP_CHEAP,
    .infer = part_infer,
    .eval = part_eval,
    .jvp = pairs_no_jvp,
    .batch = part_batch,
    .lower = &(const jit_lower){.kind = JIT_INDEXED, .at = part_at, .axis = part_axis},
};

/* ---- interleave: numbers of their real and imaginary parts ----------------------------------- */

static bool interleave_infer(ir_infer *q)
{
    const ir_attr *shape = &q->attr[INTERLEAVE_SHAPE];
    if (!check_operands(q, 2) || !ew_check_alike(q) || !check_shape(q, shape->n, shape->ints))
        return false;
    ir_type t = ir_type_make(q->in[0].dtype, shape->n, shape->ints);
    if (!shape->n || shape->ints[shape->n - 1] != 2 ||
        ir_type_count(&t) != 2 * ir_type_count(&q->in[0]))
        return ir_fail("interleave: pairs of %s cannot have the shape %s", ir_type_tmp(&q->in[0]),
                       ir_ints_tmp(shape->ints, shape->n));
    t.weak = q->in[0].weak && q->in[1].weak;
    ir_infer_out(q, &t);
    return true;
}

static bool interleave_eval(const ir_eqn *e, const void *const *in, void *const *out)
{
    size_t size = elem_size(e->in[0]);
    int64_t n = ir_type_count(&e->in[0]->type);
    copy_parts(size, n, in[0], 1, out[0], 2);
    copy_parts(size, n, in[1], 1, (char *)out[0] + size, 2);
    return true;
}

static bool interleave_batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                             const ir_batching *over, ir_value **y, int *yaxis)
{
    int64_t shape[IR_MAX_RANK + 1];
    const ir_attr *was = &e->attr[INTERLEAVE_SHAPE];
    ir_value *in[] = {ir_move_axis(g, x[0], axis[0], 0, over->size),
                      ir_move_axis(g, x[1], axis[1], 0, over->size)};
    ints_insert(was->ints, was->n, 0, over->size, shape);
    ir_attr attr[] = {[INTERLEAVE_SHAPE] = {.n = was->n + 1, .ints = shape}};
    *yaxis = 0;
    return (y[0] = ir_emit1(g, e->op, 2, in, attr)) != NULL;
}

static jit_scalar interleave_at(jit_emit *em, const ir_eqn *e, jit_place where)
{
    const ir_type *t = &e->out[0]->type, *x = &e->in[0]->type;
    jit_index at[IR_MAX_RANK];
    place_split(em, t, &where, at);
    jit_index last = at[t->rank - 1], one = jit_index_const(em, 1);
    jit_place place = part_keeps_axes(t, x)
                          ? place_of(x->rank, at)
                          : (jit_place){.rank = x->rank, .linear = at[0]};
    jit_scalar zero = jit_constant(em, t->dtype, (ir_scalar){0});
    jit_scalar re = operand_where(em, jit_index_lt(em, last, one), e, 0, place, zero);
    return operand_where(em, jit_index_lt(em, jit_index_const(em, 0), last), e, 1, place, re);
}

static int interleave_axis(const ir_eqn *e, int k, int r)
{
    const ir_type *t = &e->out[0]->type;
    return part_keeps_axes(t, &e->in[k]->type) && r < t->rank - 1 ? r : JIT_OTHER_AXIS;
}

const ir_op op_interleave = {
    .name = "interleave",
    .role = IR_ROLE_INTERLEAVE,
    .attrs = IR_ATTR_COLUMN(INTERLEAVE),
    .infer = interleave_infer,
    .eval = interleave_eval,
    .jvp = pairs_no_jvp,
    .batch = interleave_batch,
    .lower = &(const jit_lower){.kind = JIT_INDEXED, .at = interleave_at, .axis = interleave_axis},
};
