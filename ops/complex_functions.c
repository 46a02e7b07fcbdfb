/* The functions of complex.def as primitives on parts: kernels, inference, batching, lowering. They
 * have no derivatives, because graphs are differentiated before their complex values become
 * pairs (pairs_no_jvp). */
#include "ops/complex.h"
#include "ops/elementwise.h"
#include "ops/kernel.h"
#include "ops/scalar/complex.h"

static bool infer(ir_infer *q, int arity, int results)
{
    if (!ew_check_arity(q, 2 * arity) || !ew_check_alike(q))
        return false;
    ir_dtype d = q->in[0].dtype;
    if (d != IR_f32 && d != IR_f64)
        return ir_fail("%s takes f32 or f64, but an operand is %s", q->op->name,
                       ir_type_tmp(&q->in[0]));
    ir_type t = ew_result(q, 0, d);
    for (int k = 0; k < results; k++)
        ir_infer_out(q, &t);
    return true;
}

static bool batch(ir_graph *g, const ir_eqn *e, ir_value *const *x, const int *axis,
                  const ir_batching *over, ir_value **y, int *yaxis)
{
    if (!ew_batch(g, e, x, axis, over, y, yaxis))
        return false;
    for (int k = 1; k < e->nout; k++) {
        y[k] = y[0]->eqn->out[k];
        yaxis[k] = yaxis[0];
    }
    return true;
}

// clang-format off

#define ARGS_1(x) x[0][k], x[1][k]
#define ARGS_2(x) x[0][k], x[1][k], x[2][k], x[3][k]
#define KERNEL_IS(d, T, U, name, arity)                                                            \
    OPS_KERNEL static void complex_##name##_##d(size_t n, const T *const *x, T *const *y)          \
    {                                                                                              \
        for (size_t k = 0; k < n; k++) {                                                           \
            jk_c_##d z = jk_c##name##_##d(ARGS_##arity(x));                                        \
            y[0][k] = z.re;                                                                        \
            y[1][k] = z.im;                                                                        \
        }                                                                                          \
    }
#define KERNEL_REAL(d, T, U, name, arity)                                                          \
    OPS_KERNEL static void complex_##name##_##d(size_t n, const T *const *x, T *const *y)          \
    {                                                                                              \
        for (size_t k = 0; k < n; k++)                                                             \
            y[0][k] = jk_c##name##_##d(ARGS_##arity(x));                                           \
    }
#define ENTRY(d, T, U, name)                                                                       \
    if (e->in[0]->type.dtype == IR_##d)                                                            \
        complex_##name##_##d(n, (const T *const *)in, (T *const *)out);

#define CX(name, arity, cost)      ROW(name, arity, cost, KERNEL_IS, 2)
#define CX_REAL(name, arity, cost) ROW(name, arity, cost, KERNEL_REAL, 1)
#define ROW(id, arity, cost_, kernel, results)                                                     \
    EACH_float(kernel, id, arity)                                                                  \
    static bool infer_##id(ir_infer *q) { return infer(q, arity, results); }                       \
    static bool eval_##id(const ir_eqn *e, const void *const *in, void *const *out)                \
    {                                                                                              \
        size_t n = (size_t)ir_type_count(&e->out[0]->type);                                        \
        EACH_float(ENTRY, id)                                                                      \
        return true;                                                                               \
    }                                                                                              \
    static const jit_lower lower_##id = {                                                          \
        .kind = JIT_ELEMENTWISE,                                                                   \
        .names = (const char *const[]){"complex_" #id "_re", "complex_" #id "_im"},                \
        .cost = cost_};                                                                            \
    const ir_op op_complex_##id = {.name = "complex_" #id, .flags = IR_OP_ELEMENTWISE,             \
        .infer = infer_##id, .eval = eval_##id, .jvp = pairs_no_jvp, .batch = batch,               \
        .lower = &lower_##id};
#include "ops/scalar/complex.def"

// clang-format on
