/* A linear system as the solvers see it: trees are vectors, A and M are functions of a vector. */
#include "runtime/solve/system.h"

#include "ops/ops.h"
#include "runtime/numpy/numpy.h"

jac rt_ravel(const rt_system *y, const jac *leaves)
{
    IR_SCRATCH(scratch);
    jac *flat = ir_alloc(&scratch, (size_t)(y->n + 1) * sizeof *flat);
    if (!flat)
        return JAC_NULL;
    jac v = JAC_NULL;
    bool ok = true;
    for (int k = 0; k < y->n && ok; k++) {
        jac x = jac_ok(leaves[k]) ? rt_convert(leaves[k], y->dtype, false) : JAC_NULL;
        ok = jac_ok(x) && jac_ok(flat[k] = jac_reshape(x, -1));
    }
    if (ok)
        v = y->n == 1 ? flat[0] : jac_concatenate(0, JAC_HANDLES(y->n, flat));
    return v;
}

bool rt_unravel(const rt_system *y, jac v, jac *leaves)
{
    int64_t at = 0;
    for (int k = 0; k < y->n; k++) {
        const ir_type *t = &y->types[k];
        int64_t end = at + ir_type_count(t);
        jac part = y->n == 1 || !jac_ok(v) ? v : jac_slice_in_dim(v, at, end, 1, 0);
        part = jac_ok(part) ? rt_reshape(part, t->rank, t->dim) : JAC_NULL;
        if (!jac_ok(part) || !jac_ok(leaves[k] = rt_convert(part, t->dtype, false)))
            return false;
        at = end;
    }
    return true;
}

/* Do these leaves have the shapes of the vector's leaves? */
bool rt_fits(const rt_system *y, const char *what, const jac *leaves)
{
    for (int k = 0; k < y->n; k++) {
        ir_type t;
        if (!rt_type_of(leaves[k], &t))
            return false;
        if (!ir_same_shape(&t, &y->types[k]))
            return ir_fail("%s: leaf %d of %s is %s, but the right side has %s",
                           rt_methods[y->by->method], k, what, ir_type_tmp(&t),
                           ir_type_tmp(&y->types[k]));
    }
    return true;
}

/* Applies f, a function of a tree, to the vector v; if f is NULL, the identity. */
static jac apply(const rt_system *y, rt_face f, jac v)
{
    IR_SCRATCH(scratch);
    if (!f || !jac_ok(v))
        return v;
    jac *in = ir_alloc(&scratch, (size_t)(2 * y->n + 1) * sizeof *in);
    if (!in)
        return JAC_NULL;
    jac *out = in + y->n;
    bool ok = rt_unravel(y, v, in) && rt_call(f, in, out) &&
              rt_fits(y, f == y->by->A ? "a product by A" : "a product by .M", out);
    jac made = ok ? rt_ravel(y, out) : JAC_NULL;
    return made;
}

jac rt_product(const rt_system *y, jac v)
{
    return apply(y, y->by->A, v);
}

jac rt_precondition(const rt_system *y, jac v)
{
    jac z = apply(y, y->by->M, v);
    return y->by->M && jac_ok(y->M_scale) ? jac_mul(y->M_scale, z) : z;
}
