/* Operations on handles: recorded in the open trace, or evaluated at once. */
#include <stdlib.h>
#include <string.h>

#include "ops/ops.h"
#include "runtime/observe/profile.h"

/* ---- one equation ---------------------------------------------------------------------------- */

static bool record(rt_trace *t, const ir_op *op, int nin, const jac *in, const ir_attr *attr,
                   int nout, jac *out)
{
    IR_SCRATCH(scratch);
    ir_value *small[8] = {0};
    ir_value **x = nin <= 8 ? small : ir_alloc(&scratch, (size_t)nin * sizeof *x);
    bool ok = x != NULL;
    for (int k = 0; k < nin && ok; k++)
        ok = (x[k] = rt_value_in(t, in[k])) != NULL;
    ir_value **y = ok ? ir_emit(t->g, op, nin, x, attr) : NULL;
    ok = y != NULL;
    for (int k = 0; ok && k < nout; k++)
        ok = jac_ok(out[k] = rt_wrap_value(t->serial, y[k]));
    return ok;
}

/* Makes an equation that belongs to no trace: it supplies the result types and what the kernel
 * reads. */
static ir_eqn *lone_equation(ir_graph *g, const ir_op *op, int nin, rt_array *const *a,
                             const ir_attr *attr)
{
    for (int k = 0; k < nin; k++)
        if (!ir_input(g, &a[k]->type))
            return NULL;
    return g && ir_emit(g, op, nin, g->in, attr) ? g->first : NULL;
}

static bool evaluate(const ir_op *op, int nin, const jac *in, const ir_attr *attr, int nout,
                     jac *out)
{
    IR_SCRATCH(scratch);
    rt_profiling(); /* starts a profile if the environment asks for one */
    enum { FEW = 16 };
    void *small[FEW];
    size_t n = 2 * (size_t)(nin + nout);
    void **room = n <= FEW ? small : ir_alloc(&scratch, n * sizeof *room);
    if (!room)
        return false;
    rt_array **a = (rt_array **)room, **y = a + nin;
    const void **i = (const void **)(room + nin + nout);
    void **o = room + 2 * nin + nout;
    bool ok = true;
    for (int k = 0; k < nin && ok; k++)
        ok = (a[k] = rt_concrete(in[k], op->name)) != NULL;
    IR_AUTO_GRAPH g = ir_graph_new(op->name);
    const ir_eqn *e = ok ? lone_equation(g, op, nin, a, attr) : NULL;
    int made = 0;
    for (; e && made < nout; made++)
        if (!(y[made] = rt_array_new(&e->out[made]->type)))
            break;
    ok = e && made == nout;
    if (ok) {
        for (int k = 0; k < nin; k++)
            i[k] = a[k]->data;
        for (int k = 0; k < nout; k++)
            o[k] = y[k]->data;
        ok = ir_interpret(e, i, o);
    }
    for (int k = 0; k < made; k++)
        if (ok)
            ok = jac_ok(out[k] = rt_wrap_array(y[k]));
        else
            rt_array_release(y[k]);
    return ok;
}

/* Errors of primitives name the public function that emitted them, unless that has the same name. */
static bool name_caller(const ir_op *op, const ir_error_mark *since)
{
    const char *name = ops_public_name(op->name), *outer = rt_entered();
    size_t n = strlen(name), prefix = strlen("jac_");
    if (strlen(outer) > prefix && (strncmp(outer + prefix, name, n) || outer[prefix + n] != ':'))
        ir_error_name(since, name, outer);
    return false;
}

bool rt_emit(const ir_op *op, int nin, const jac *in, const ir_attr *attr, int nout, jac *out)
{
    rt_trace *t = rt_current_trace();
    memset(out, 0, (size_t)nout * sizeof *out);
    for (int k = 0; k < nin; k++)
        if (!jac_ok(in[k]))
            return ir_fail("%soperand %d is a null handle", rt_entered(), k);
    ops_init();
    ir_error_mark since = ir_error_mark_();
    bool ok = t ? record(t, op, nin, in, attr, nout, out) : evaluate(op, nin, in, attr, nout, out);
    return ok || name_caller(op, &since);
}

jac rt_emit1(const ir_op *op, int nin, const jac *in, const ir_attr *attr)
{
    jac out;
    return rt_emit(op, nin, in, attr, 1, &out) ? out : JAC_NULL;
}

jac rt_op1(const ir_op *op, jac x)
{
    return rt_emit1(op, 1, &x, NULL);
}

jac rt_op2(const ir_op *op, jac x, jac y)
{
    return rt_emit1(op, 2, (jac[]){x, y}, NULL);
}

/* ---- literals and dtypes --------------------------------------------------------------------- */

jac rt_literal(ir_dtype d, ir_scalar v, bool weak)
{
    ir_attr attr[] = {
        [LITERAL_VALUE] = {.scalar = v}, [LITERAL_DTYPE] = {.i = d}, [LITERAL_WEAK] = {.i = weak}};
    return rt_emit1(&op_literal, 0, NULL, attr);
}

jac rt_literal_f64(ir_dtype d, double v)
{
    return rt_literal(d, ir_scalar_of(d, v), false);
}

jac rt_literal_of(rt_number n, ir_dtype d, bool weak)
{
    ir_scalar v;
    if (!rt_number_scalar(n, d, &v))
        return JAC_NULL;
    if (n.kind != IR_KIND_COMPLEX || !ir_is_complex(d))
        return rt_literal(d, v, weak);
    ir_dtype part = ir_part(d);
    return rt_op2(&op_complex, rt_literal(part, v, weak),
                  rt_literal(part, ir_scalar_of(part, n.imag), weak));
}

jac rt_convert(jac x, ir_dtype d, bool weak)
{
    ir_type t;
    rt_slot *s = rt_slot_of(x);
    if (!s || !rt_type_of(x, &t))
        return JAC_NULL;
    if (s->kind == RT_NUMBER)
        return rt_literal_of(s->number, d, weak);
    if (t.dtype == d && t.weak == weak)
        return x;
    ir_attr attr[] = {[CONVERT_DTYPE] = {.i = d}, [CONVERT_WEAK] = {.i = weak}};
    return rt_emit1(&op_convert_element_type, 1, &x, attr);
}

ir_dtype rt_float_of(ir_dtype d)
{
    return ir_has_fraction(d) ? d : ir_dtypes[d].bits == 64 ? IR_f64 : IR_f32;
}

bool rt_promote(int n, jac *x, bool floats)
{
    ir_type t;
    ir_dtype d = IR_bool;
    bool weak = false, any_float = false;
    for (int k = 0; k < n; k++) {
        const char *why = rt_no_handle(x[k]);
        if (why)
            return ir_fail("%soperand %d %s", rt_entered(), k, why);
        if (!rt_type_of(x[k], &t))
            return false;
        any_float = any_float || ir_has_fraction(t.dtype);
        if (k == 0) {
            d = t.dtype;
            weak = t.weak;
        } else if (!ir_promote(d, weak, t.dtype, t.weak, &d, &weak)) {
            return false;
        }
    }
    if (ir_has_fraction(d) && !any_float) /* i64 and u64: no integer dtype holds both */
        d = rt_default_float();
    if (floats)
        d = rt_float_of(d);
    for (int k = 0; k < n; k++)
        if (!jac_ok(x[k] = rt_convert(x[k], d, weak)))
            return false;
    return true;
}

/* ---- shapes ---------------------------------------------------------------------------------- */

bool rt_axis(const char *what, int64_t axis, int rank, int64_t *out)
{
    if (axis < -rank || axis >= rank)
        return ir_fail("%s: axis %lld is out of range for %s", what, (long long)axis,
                       ir_count_tmp(rank, "dimension"));
    *out = axis < 0 ? axis + rank : axis;
    return true;
}

bool rt_list(const char *what, jac_dims d)
{
    if (d.n < 0 || d.n > INT_MAX)
        return ir_fail("%s: a list of integers cannot have a length of %lld", what, (long long)d.n);
    return d.v || !d.n ||
           ir_fail("%s: a list of %lld integers is given as a null pointer (write JAC_DIMS(1) for "
                   "a list of one)",
                   what, (long long)d.n);
}

const int64_t jac_one_axis_ = 0;

bool rt_axes(const char *what, jac_dims *given, int64_t *one)
{
    if (given->v != &jac_one_axis_)
        return given->v || ir_fail("%s: give several axes as a list, such as JAC_AXES(0, 1)", what);
    *one = given->n;
    *given = *one == INT64_MIN ? (jac_dims){0, NULL} : (jac_dims){1, one};
    return true;
}

bool rt_ints(const char *what, const char *name, jac_dims *given, int64_t *one)
{
    if (!given->v)
        return ir_fail("%s: %s is a null pointer; give several numbers as a list, such as "
                       "JAC_DIMS(1, 2)",
                       what, name);
    return rt_axes(what, given, one) && rt_list(what, *given);
}

bool rt_broadcasts(const ir_type *t, const ir_type *to)
{
    bool ok = t->rank <= to->rank;
    for (int k = 0; ok && k < t->rank; k++)
        ok = t->dim[k] == 1 || t->dim[k] == to->dim[k + to->rank - t->rank];
    return ok;
}

jac rt_broadcast_to(jac x, int rank, const int64_t *shape)
{
    ir_type t;
    if (!rt_type_of(x, &t))
        return JAC_NULL;
    int64_t dims[IR_MAX_RANK];
    int lead = rank - t.rank;
    bool same = lead == 0;
    for (int k = 0; k < t.rank; k++) {
        same = same && t.dim[k] == shape[k + lead];
        dims[k] = k + lead;
    }
    if (same)
        return x;
    ir_attr attr[] = {[BROADCAST_SHAPE] = {.n = rank, .ints = shape},
                      [BROADCAST_DIMS] = {.n = t.rank, .ints = dims}};
    return rt_emit1(&op_broadcast_in_dim, 1, &x, attr);
}

static bool fail_broadcast(const char *what, int n, const jac *x)
{
    char list[1024] = "";
    size_t used = 0;
    for (int k = 0; k < n && used < sizeof list; k++) {
        ir_type t;
        rt_type_of(x[k], &t);
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s",
                                 k == 0       ? ""
                                 : k == n - 1 ? " and "
                                              : ", ",
                                 ir_type_tmp(&t));
    }
    return ir_fail("%s: %s do not broadcast together", what, list);
}

bool rt_broadcast(const char *what, int n, jac *x)
{
    int64_t shape[IR_MAX_RANK] = {0};
    int rank = 0;
    ir_type t;
    for (int k = 0; k < n; k++) {
        if (!rt_type_of(x[k], &t))
            return false;
        rank = t.rank > rank ? t.rank : rank;
    }
    for (int d = 0; d < rank; d++)
        shape[d] = 1;
    for (int k = 0; k < n; k++) {
        rt_type_of(x[k], &t);
        for (int d = 0; d < t.rank; d++) {
            int64_t *size = &shape[d + rank - t.rank];
            if (*size != 1 && t.dim[d] != 1 && *size != t.dim[d])
                return fail_broadcast(what, n, x);
            *size = *size == 1 ? t.dim[d] : *size;
        }
    }
    for (int k = 0; k < n; k++)
        if (!jac_ok(x[k] = rt_broadcast_to(x[k], rank, shape)))
            return false;
    return true;
}

jac rt_reshape(jac x, int rank, const int64_t *shape)
{
    ir_attr attr[] = {[RESHAPE_SIZES] = {.n = rank, .ints = shape}};
    return rt_emit1(&op_reshape, 1, &x, attr);
}

jac rt_transpose(jac x, const int64_t *permutation)
{
    ir_type t;
    if (!rt_type_of(x, &t))
        return JAC_NULL;
    ir_attr attr[] = {[TRANSPOSE_PERMUTATION] = {.n = t.rank, .ints = permutation}};
    return rt_emit1(&op_transpose, 1, &x, attr);
}

jac rt_reduce(const ir_op *op, jac x, int n, const int64_t *axes)
{
    ir_attr attr[] = {[REDUCE_AXES] = {.n = n, .ints = axes}};
    return rt_emit1(op, 1, &x, attr);
}
