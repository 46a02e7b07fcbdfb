/* jac_psum and the other operations over an axis that an enclosing jac_vmap names.
 *
 * Names are looked up while the function is traced. The operations themselves are replaced when the
 * graph is batched (ops/collective.c).
 */
#include "runtime/transform/collectives.h"

#include <string.h>

#include "ops/ops.h"

static _Thread_local const rt_named_axis *innermost;

void rt_axis_bind(rt_named_axis *a)
{
    a->outer = innermost;
    innermost = a;
}

void rt_axis_unbind(const rt_named_axis *a)
{
    innermost = a->outer;
}

const rt_named_axis *rt_axes_innermost(void)
{
    return innermost;
}

void rt_axes_reset(const rt_named_axis *to)
{
    innermost = to;
}

bool rt_axes_bound(void)
{
    return innermost != NULL;
}

static const rt_named_axis *bound(const char *what, const char *name)
{
    if (!name) {
        ir_fail("%s: the axis name is a null pointer", what);
        return NULL;
    }
    for (const rt_named_axis *a = innermost; a; a = a->outer)
        if (!strcmp(a->name, name))
            return a;
    char known[256] = "none is bound";
    size_t used = 0;
    for (const rt_named_axis *a = innermost; a && used < sizeof known; a = a->outer)
        used += (size_t)snprintf(known + used, sizeof known - used, "%s\"%s\"",
                                 used ? ", " : "bound are: ", a->name);
    ir_fail("%s: no axis named \"%s\" is being mapped here (%s); jac_vmap(f, .axis_name = "
            "\"%s\") binds it for all that f calls",
            what, name, known, name);
    return NULL;
}

jac jac_collective_(const jac_loc *at, const char *name, jac x, const char *axis_name)
{
    unsigned m = rt_begin_as(at, name);
    ops_init();
    bool mean = !strcmp(name, "pmean");
    const ir_op *op = mean ? &op_psum : ir_op_find(name, strlen(name));
    const rt_named_axis *axis = bound(name, axis_name);
    ir_type t;
    if (!axis || !rt_type_of(x, &t))
        return JAC_NULL;
    if (t.dtype == IR_bool && !jac_ok(x = rt_convert(x, IR_i32, false)))
        return JAC_NULL;
    ir_attr attr[] = {[COLLECTIVE_AXIS_NAME] = {.name = axis->name}};
    jac y = rt_emit1(op, 1, &x, attr);
    return rt_end(m, jac_ok(y) && mean ? jac_divide_(NULL, y, jac_of_i64(axis->size)) : y);
}

jac jac_axis_index_(const jac_loc *at, const char *axis_name)
{
    unsigned m = rt_begin(at);
    const rt_named_axis *axis = bound("axis_index", axis_name);
    if (!axis)
        return JAC_NULL;
    ir_attr attr[] = {[COLLECTIVE_AXIS_NAME] = {.name = axis->name}};
    return rt_end(m, rt_emit1(&op_axis_index, 0, NULL, attr));
}

int64_t jac_axis_size_(const jac_loc *at, const char *axis_name)
{
    rt_at(at);
    const rt_named_axis *axis = bound("axis_size", axis_name);
    return axis ? axis->size : -1;
}

/* ---- between lanes ----------------------------------------------------------------------------- */

/* Finds the axis, and gets x's type. */
static const rt_named_axis *lanes_of(const char *what, const char *axis_name, jac *x, ir_type *t)
{
    const rt_named_axis *axis = bound(what, axis_name);
    return axis && rt_promote(1, x, false) && rt_type_of(*x, t) ? axis : NULL;
}

jac jac_gather_lanes_(const jac_loc *at, const char *what, jac x, const char *axis_name,
                      jac_gather_lanes_opts o)
{
    unsigned m = rt_begin_as(at, what);
    bool gather = !strcmp(what, "all_gather");
    ir_type t;
    const rt_named_axis *axis = lanes_of(what, axis_name, &x, &t);
    int64_t to;
    if (!axis || !rt_axis(what, o.axis, t.rank + (gather && !o.tiled), &to))
        return rt_end(m, JAC_NULL);
    if (!gather && t.dtype == IR_bool && !jac_ok(x = rt_convert(x, IR_i32, false)))
        return rt_end(m, JAC_NULL);
    ir_attr attr[] = {[COLLECTIVE_AXIS_NAME] = {.name = axis->name},
                      [LANES_AT_AXIS] = {.i = to},
                      [LANES_AT_SIZE] = {.i = axis->size},
                      [LANES_AT_TILED] = {.i = o.tiled}};
    return rt_end(m, rt_emit1(gather ? &op_all_gather : &op_reduce_scatter, 1, &x, attr));
}

static jac exchange(const char *what, jac x, const char *axis_name, int64_t split_axis,
                    int64_t concat_axis, bool tiled)
{
    ir_type t;
    const rt_named_axis *axis = lanes_of(what, axis_name, &x, &t);
    if (!axis || !rt_axis(what, split_axis, t.rank, &split_axis) ||
        !rt_axis(what, concat_axis, t.rank, &concat_axis))
        return JAC_NULL;
    ir_attr attr[] = {[COLLECTIVE_AXIS_NAME] = {.name = axis->name},
                      [ALL_TO_ALL_SPLIT] = {.i = split_axis},
                      [ALL_TO_ALL_CONCAT] = {.i = concat_axis},
                      [ALL_TO_ALL_SIZE] = {.i = axis->size},
                      [ALL_TO_ALL_TILED] = {.i = tiled}};
    return rt_emit1(&op_all_to_all, 1, &x, attr);
}

jac jac_all_to_all_(const jac_loc *at, jac x, const char *axis_name, int64_t split_axis,
                    int64_t concat_axis, jac_all_to_all_opts o)
{
    unsigned m = rt_begin(at);
    return rt_end(m, exchange("all_to_all", x, axis_name, split_axis, concat_axis, o.tiled));
}

jac jac_pswapaxes_(const jac_loc *at, jac x, const char *axis_name, int64_t axis)
{
    unsigned m = rt_begin(at);
    return rt_end(m, exchange("pswapaxes", x, axis_name, axis, axis, false));
}

static bool are_lanes(const char *what, jac_dims list, const rt_named_axis *axis)
{
    if (!rt_list(what, list))
        return false;
    for (int k = 0; k < (int)list.n; k++)
        if (list.v[k] < 0 || list.v[k] >= axis->size)
            return ir_fail("%s: the axis \"%s\" has the lanes 0 to %lld, but the list has %lld", what,
                           axis->name, (long long)axis->size - 1, (long long)list.v[k]);
    return true;
}

static jac permute(jac x, const rt_named_axis *axis, int n, const int64_t *pairs)
{
    ir_attr attr[] = {[COLLECTIVE_AXIS_NAME] = {.name = axis->name},
                      [PPERMUTE_PERM] = {.n = n, .ints = pairs}};
    return rt_emit1(&op_ppermute, 1, &x, attr);
}

jac jac_ppermute_(const jac_loc *at, jac x, const char *axis_name, jac_dims pairs)
{
    unsigned m = rt_begin(at);
    ir_type t;
    const rt_named_axis *axis = lanes_of("ppermute", axis_name, &x, &t);
    bool ok = axis && are_lanes("ppermute", pairs, axis);
    return rt_end(m, ok ? permute(x, axis, (int)pairs.n, pairs.v) : JAC_NULL);
}

jac jac_pshuffle_(const jac_loc *at, jac x, const char *axis_name, jac_dims perm)
{
    IR_SCRATCH(scratch);
    unsigned m = rt_begin(at);
    ir_type t;
    const rt_named_axis *axis = lanes_of("pshuffle", axis_name, &x, &t);
    if (!axis || !are_lanes("pshuffle", perm, axis))
        return rt_end(m, JAC_NULL);
    if (perm.n != axis->size) {
        ir_fail("pshuffle: the list must have each of the %lld lanes of the axis \"%s\" once, but has "
                "%lld entries",
                (long long)axis->size, axis->name, (long long)perm.n);
        return rt_end(m, JAC_NULL);
    }
    int64_t *pairs = ir_alloc(&scratch, (size_t)(2 * perm.n + 1) * sizeof *pairs);
    for (int k = 0; pairs && k < (int)perm.n; k++) {
        pairs[2 * k] = perm.v[k];
        pairs[2 * k + 1] = k;
    }
    return rt_end(m, pairs ? permute(x, axis, 2 * (int)perm.n, pairs) : JAC_NULL);
}

jac jac_pbroadcast_(const jac_loc *at, jac x, const char *axis_name, int64_t source)
{
    unsigned m = rt_begin(at);
    ir_type t;
    const rt_named_axis *axis = lanes_of("pbroadcast", axis_name, &x, &t);
    jac_dims one = {1, &source};
    if (!axis || !are_lanes("pbroadcast", one, axis))
        return rt_end(m, JAC_NULL);
    ir_attr attr[] = {[COLLECTIVE_AXIS_NAME] = {.name = axis->name},
                      [PBROADCAST_SOURCE] = {.i = source}};
    return rt_end(m, rt_emit1(&op_pbroadcast, 1, &x, attr));
}
