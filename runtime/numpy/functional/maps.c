/* Functions applied along an axis, to positions and piece by piece. */
#include <inttypes.h>

#include "ops/ops.h"
#include "runtime/numpy/shapes/shapes.h"

/* Does f take n single arrays and give one? */
static const struct jac_function *single(const char *what, jac_fn fn, int n)
{
    const struct jac_function *f = rt_fn(fn);
    return f && rt_takes_single(what, "", f, n) ? f : NULL;
}

jac jac_apply_along_axis_(const jac_loc *at, jac_fn f, int64_t axis, jac x)
{
    unsigned m = rt_begin(at);
    ir_type t;
    if (!single("apply_along_axis", f, 1) || !sh_array(&x, &t) || !rt_axis("apply_along_axis", axis, t.rank, &axis))
        return rt_end(m, JAC_NULL);
    /* first the axes behind it, whose results go behind f's, then those before it */
    for (int64_t k = 1; k < t.rank - axis && jac_ok(f); k++)
        f = jac_vmap(f, k, .out_axes = -1);
    for (int64_t k = 0; k < axis && jac_ok(f); k++)
        f = jac_vmap(f, 0);
    return rt_end(m, jac_ok(f) ? jac_call1(f, x) : JAC_NULL);
}

jac jac_fromfunction_(const jac_loc *at, jac_fn f, jac_dims shape, jac_dtype d)
{
    unsigned m = rt_begin(at);
    ir_type t;
    ir_dtype to;
    jac x[IR_MAX_RANK], y = JAC_NULL;
    if (!rt_dtype(d, &to) || !rt_type_for("fromfunction", shape, to, &t) || !single("fromfunction", f, t.rank))
        return rt_end(m, JAC_NULL);
    for (int k = t.rank - 1; k >= 0 && jac_ok(f); k--) {
        int64_t axes[IR_MAX_RANK];
        ir_type along = {.dtype = to, .rank = 1, .dim = {t.dim[k]}};
        for (int j = 0; j < t.rank; j++)
            axes[j] = j == k ? 0 : JAC_NONE;
        f = jac_vmap(f, ((jac_dims){t.rank, axes}));
        x[k] = np_iota(&along, 0);
    }
    bool ok = jac_ok(f) && jac_call_(NULL, f, x, SIZE_MAX, rt_out(&y));
    return rt_end(m, ok ? y : JAC_NULL);
}

jac jac_piecewise_(const jac_loc *at, jac x, jac_handles c, int n, const jac_fn *f)
{
    unsigned m = rt_begin(at);
    ir_type t;
    if (!sh_array(&x, &t) || !sh_given("piecewise", c))
        return rt_end(m, JAC_NULL);
    if (n != c.n && n != c.n + 1) {
        ir_fail("piecewise: for %" PRId64 " conditions there must be as many functions, or one more, not %d", c.n, n);
        return rt_end(m, JAC_NULL);
    }
    jac y = jac_zeros_like(x);
    for (int64_t k = n > c.n ? -1 : 0; k < c.n && jac_ok(y); k++) {
        jac_fn g = f[k < 0 ? n - 1 : k];
        jac v = single("piecewise", g, 1) ? jac_call1(g, x) : JAC_NULL;
        v = jac_ok(v) ? jac_astype(v, rt_public_dtype(t.dtype)) : JAC_NULL;
        y = !jac_ok(v) ? JAC_NULL : k < 0 ? jac_broadcast_to_(NULL, v, (jac_dims){t.rank, t.dim}) : jac_where(np_truth(c.x[k]), v, y);
    }
    return rt_end(m, y);
}

bool jac_mask_indices_(const jac_loc *at, int64_t n, jac_fn f, jac_nonzero_opts o, jac_out out)
{
    unsigned m = rt_begin(at);
    jac y[2], mask = JAC_NULL;
    bool room = single("mask_indices", f, 1) && rt_room("mask_indices", "", 2, out);
    if (room)
        mask = jac_call1(f, jac_ones(JAC_SHAPE(n, n)));
    ir_type t;
    bool ok = jac_ok(mask) && rt_type_of(mask, &t);
    if (ok && t.rank != 2)
        ok = ir_fail("mask_indices: the function must give a matrix, but gives %s", ir_type_tmp(&t));
    ok = ok && jac_nonzero_(NULL, mask, o, rt_out(y));
    return sh_end(m, room, ok, 2, y, out);
}
