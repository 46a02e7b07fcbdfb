/* jac_extend: an array continued beyond its ends by its own elements, by one take for each axis. */
#include <inttypes.h>
#include <string.h>

#include "ops/ops.h"
#include "runtime/numpy/shapes/shapes.h"

/* i modulo n, from 0 on. */
static int64_t modulo(int64_t i, int64_t n)
{
    return (i % n + n) % n;
}

static int64_t at_edge(int64_t i, int64_t n)
{
    return i < 0 ? 0 : i >= n ? n - 1 : i;
}

static int64_t reflected(int64_t i, int64_t n)
{
    int64_t k = n == 1 ? 0 : modulo(i, 2 * (n - 1));
    return k < n ? k : 2 * (n - 1) - k;
}

static int64_t mirrored(int64_t i, int64_t n)
{
    int64_t k = modulo(i, 2 * n);
    return k < n ? k : 2 * n - 1 - k;
}

static const struct {
    const char *name;
    int64_t (*source)(int64_t i, int64_t n);
} modes[] = {{"edge", at_edge}, {"reflect", reflected}, {"symmetric", mirrored}, {"wrap", modulo}};

static jac along(jac x, int64_t axis, int64_t n, int64_t low, int64_t high, int64_t (*source)(int64_t, int64_t))
{
    IR_SCRATCH(scratch);
    int64_t size = n + low + high;
    int32_t *index = size <= INT32_MAX ? ir_alloc(&scratch, (size_t)(size + 1) * sizeof *index) : NULL;
    if (!index) {
        if (size > INT32_MAX)
            ir_fail("extend: %" PRId64 " elements along axis %d are too many", size, (int)axis);
        return JAC_NULL;
    }
    for (int64_t k = 0; k < size; k++)
        index[k] = (int32_t)source(k - low, n);
    jac at = jac_array_of(JAC_I32, JAC_SHAPE(size), (const void *)index);
    return jac_take_(NULL, x, at, axis, (jac_index_opts){.mode = JAC_CLIP});
}

static bool check_width(const ir_type *t, int k, int64_t low, int64_t high)
{
    const int64_t most = INT64_MAX / 4;
    if (low < 0 || high < 0 || low > most || high > most)
        return ir_fail("extend: the widths must be at least 0, but are %" PRId64 " and %" PRId64, low, high);
    return t->dim[k] > 0 || low + high == 0 ||
           ir_fail("extend: %s has no elements along axis %d", ir_type_tmp(t), k);
}

jac jac_extend_(const jac_loc *at, jac x, jac_dims low, jac_dims high, const char *mode)
{
    unsigned m = rt_begin(at);
    ir_type t;
    size_t k = 0, n = sizeof modes / sizeof *modes;
    if (!rt_list("extend", low) || !rt_list("extend", high) || !sh_array(&x, &t))
        return rt_end(m, JAC_NULL);
    while (mode && k < n && strcmp(modes[k].name, mode))
        k++;
    if (!mode || k == n)
        ir_fail("extend: the mode must be \"edge\", \"reflect\", \"symmetric\" or \"wrap\", but is \"%s\"",
                mode ? mode : "");
    else if (low.n != t.rank || high.n != t.rank)
        ir_fail("extend: %d and %d widths are given for %s", (int)low.n, (int)high.n, ir_type_tmp(&t));
    if (!mode || k == n || low.n != t.rank || high.n != t.rank)
        return rt_end(m, JAC_NULL);
    for (int axis = 0; axis < t.rank && jac_ok(x); axis++) {
        if (!check_width(&t, axis, low.v[axis], high.v[axis]))
            return rt_end(m, JAC_NULL);
        if (low.v[axis] + high.v[axis] > 0)
            x = along(x, axis, t.dim[axis], low.v[axis], high.v[axis], modes[k].source);
    }
    return rt_end(m, x);
}
