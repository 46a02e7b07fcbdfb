/* convert_element_type: converts elements to another dtype. */
#include "ops/complex.h"
#include "ops/elementwise.h"
#include "ops/kernel.h"
#include "ops/scalar/convert.h"

static ir_dtype to_dtype(const ir_eqn *e)
{
    return (ir_dtype)e->attr[CONVERT_DTYPE].i;
}

static bool check_dtype(const ir_infer *q)
{
    int64_t d = q->attr[CONVERT_DTYPE].i;
    return ew_check_arity(q, 1) &&
           ((d >= 0 && d < IR_NDTYPE) || ir_fail("%s: no such dtype", q->op->name));
}

static bool convert_infer(ir_infer *q)
{
    if (!check_dtype(q))
        return false;
    ir_type t = ir_type_like(q->in[0], (ir_dtype)q->attr[CONVERT_DTYPE].i);
    t.weak = q->attr[CONVERT_WEAK].i;
    ir_infer_out(q, &t);
    return true;
}

// clang-format off
#define CONVERT_KERNEL(to, T, U, from, F)                                                         \
    OPS_KERNEL static void convert_##from##_##to(size_t n, const void *in, void *out)             \
    {                                                                                             \
        const F *x = in;                                                                          \
        T *z = out;                                                                               \
        for (size_t k = 0; k < n; k++)                                                            \
            z[k] = jk_convert_##from##_##to(x[k]);                                                \
    }
#define CONVERT_ENTRY(to, T, U, from) [IR_##to] = convert_##from##_##to,

#define CONVERT_KERNELS(from, F, U) EACH_LATER(EACH_any)(CONVERT_KERNEL, from, F)
EACH_AGAIN(EACH_any(CONVERT_KERNELS))
static void (*const convert_kernels[IR_NDTYPE][IR_NDTYPE])(size_t, const void *, void *) = {
#define CONVERT_ROW(from, F, U) [IR_##from] = {EACH_LATER(EACH_any)(CONVERT_ENTRY, from)},
    EACH_AGAIN(EACH_any(CONVERT_ROW))
};
// clang-format on

static bool convert_eval(const ir_eqn *e, const void *const *in, void *const *out)
{
    enum { BLOCK = 512 };
    ir_dtype from = e->in[0]->type.dtype, to = to_dtype(e);
    size_t n = (size_t)ir_type_count(&e->in[0]->type);
    if (!ir_is_narrow(from) && !ir_is_narrow(to)) {
        convert_kernels[from][to](n, in[0], out[0]);
        return true;
    }
    float wide[BLOCK], result[BLOCK]; /* narrow elements in the dtype that they are computed in */
    for (size_t at = 0; at < n; at += BLOCK) {
        size_t some = n - at < BLOCK ? n - at : BLOCK;
        const void *x = (const char *)in[0] + at * ir_dtypes[from].size;
        void *y = (char *)out[0] + at * ir_dtypes[to].size;
        if (ir_is_narrow(from))
            ir_widen_array(from, some, x, wide);
        convert_kernels[ir_compute(from)][ir_compute(to)](some, ir_is_narrow(from) ? wide : x,
                                                          ir_is_narrow(to) ? result : y);
        if (ir_is_narrow(to))
            ir_narrow_array(to, some, result, y);
    }
    return true;
}

static bool convert_jvp(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *t,
                        ir_value **y, ir_value **ty)
{
    y[0] = ir_emit1(g, e->op, 1, x, e->attr);
    ty[0] = ir_is_inexact(to_dtype(e)) ? ir_emit1(g, e->op, 1, t, e->attr) : NULL;
    return y[0] && (ty[0] || !ir_is_inexact(to_dtype(e)));
}

static bool convert_transpose(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value *const *ct,
                              ir_value **ct_in)
{
    (void)x;
    ir_attr back[] = {
        [CONVERT_DTYPE] = {.i = e->in[0]->type.dtype}, [CONVERT_WEAK] = {.i = e->in[0]->type.weak}};
    return (ct_in[0] = ir_emit1(g, e->op, 1, ct, back)) != NULL;
}

static jit_scalar convert_scalar(jit_emit *em, const ir_eqn *e, int output, jit_scalar *x)
{
    (void)output;
    ir_dtype to = to_dtype(e), wide = ir_compute(to);
    ir_dtype from = ir_compute(e->in[0]->type.dtype);
    jit_scalar y = x[0];
    if (e->in[0]->type.dtype == to)
        return y;
    if (from != wide) {
        char name[48];
        snprintf(name, sizeof name, "convert_%s", ir_dtypes[from].name);
        y = jit_math(em, name, wide, wide, 1, x);
    }
    return jit_round(em, y, to);
}

static const jit_lower convert_lower = {
    .kind = JIT_ELEMENTWISE, .scalar = convert_scalar, .cost = 1};

const ir_op op_convert_element_type = {
    .name = "convert_element_type",
    .role = IR_ROLE_CONVERT,
    .flags = IR_OP_ELEMENTWISE | IR_OP_CHEAP,
    .attrs = IR_ATTR_COLUMN(CONVERT),
    .infer = convert_infer,
    .eval = convert_eval,
    .jvp = convert_jvp,
    .transpose = convert_transpose,
    .pairs = pairs_convert,
    .batch = ew_batch,
    .simplify = simplify_convert,
    .lower = &convert_lower,
};

ir_value *b_convert(ir_graph *g, ir_value *x, ir_dtype d)
{
    if (x && x->type.dtype == d && !x->type.weak)
        return x;
    ir_attr attr[] = {[CONVERT_DTYPE] = {.i = d}, [CONVERT_WEAK] = {.i = false}};
    return ir_emit1(g, &op_convert_element_type, 1, &x, attr);
}
