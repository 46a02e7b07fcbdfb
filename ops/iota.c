/* iota: counts along one dimension. */
#include "ops/complex.h"
#include "ops/ops.h"
#include "ops/scalar/each.h"
#include "ops/shape.h"

ir_value *b_iota(ir_graph *g, ir_dtype d, int rank, const int64_t *shape, int dimension)
{
    ir_attr attr[] = {[IOTA_DTYPE] = {.i = d},
                      [IOTA_SHAPE] = {.n = rank, .ints = shape},
                      [IOTA_DIMENSION] = {.i = dimension}};
    return ir_emit1(g, &op_iota, 0, NULL, attr);
}

static bool iota_infer(ir_infer *q)
{
    const ir_attr *shape = &q->attr[IOTA_SHAPE];
    if (!check_operands(q, 0) || !check_shape(q, shape->n, shape->ints))
        return false;
    ir_type t = ir_type_make((ir_dtype)q->attr[IOTA_DTYPE].i, shape->n, shape->ints);
    if (!check_number(q, &t) || !check_axis(q, "dimension", q->attr[IOTA_DIMENSION].i, &t))
        return false;
    ir_infer_out(q, &t);
    return true;
}

/* Writes 0 .. n-1, each repeated `inner` times; all of that `outer` times. */
#define IOTA_LOOP(name, ctype, U)                                                                  \
    case IR_##name: {                                                                              \
        ctype *y = out[0];                                                                         \
        for (int64_t o = 0; o < outer; o++)                                                        \
            for (int64_t k = 0; k < n; k++)                                                        \
                for (int64_t i = 0; i < inner; i++)                                                \
                    *y++ = (ctype)k;                                                               \
        break;                                                                                     \
    }

static bool iota_eval(const ir_eqn *e, const void *const *in, void *const *out)
{
    (void)in;
    const ir_type *t = &e->out[0]->type;
    int64_t outer = 1, inner = 1, at = e->attr[IOTA_DIMENSION].i, n = t->dim[at];
    for (int d = 0; d < t->rank; d++)
        *(d < at ? &outer : &inner) *= d == at ? 1 : t->dim[d];
    switch (t->dtype) {
        EACH_num(IOTA_LOOP) default:
        {
            char *y = out[0];
            for (int64_t o = 0; o < outer; o++)
                for (int64_t k = 0; k < n; k++, y += (size_t)inner * elem_size(e->out[0])) {
                    ir_scalar v = ir_scalar_of_int(t->dtype, k);
                    strided_fill(elem_size(e->out[0]), inner, y, &v);
                }
        }
    }
    return true;
}

static jit_scalar iota_at(jit_emit *em, const ir_eqn *e, jit_place where)
{
    const ir_type *t = &e->out[0]->type;
    jit_index k = jit_place_at(em, t, &where, (int)e->attr[IOTA_DIMENSION].i);
    return jit_from_index(em, k, t->dtype);
}

const ir_op op_iota = {
    .name = "iota",
    .attrs = IR_ATTR_COLUMN(IOTA),
    .infer = iota_infer,
    .eval = iota_eval,
    .pairs = pairs_iota,
    .lower = &(const jit_lower){.kind = JIT_INDEXED, .at = iota_at},
};
