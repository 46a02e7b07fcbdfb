/* Converts between the two forms of a jit_place: one index per dimension, and a single offset. */
#include "jit/lower.h"

jit_index jit_place_at(jit_emit *em, const ir_type *t, const jit_place *p, int d)
{
    if (p->at)
        return p->at[d];
    if (t->dim[d] == 1)
        return jit_index_const(em, 0);
    int64_t inner = 1, outer = 1;
    for (int k = d + 1; k < t->rank; k++)
        inner *= t->dim[k];
    for (int k = 0; k < d; k++)
        outer *= t->dim[k];
    jit_index at = jit_index_div(em, p->linear, inner ? inner : 1);
    return outer == 1 ? at : jit_index_rem(em, at, t->dim[d]);
}

jit_index jit_place_linear(jit_emit *em, const ir_type *t, const jit_place *p)
{
    if (p->linear)
        return p->linear;
    jit_index sum = jit_index_const(em, 0);
    int64_t stride = 1;
    for (int d = t->rank - 1; d >= 0; d--) {
        sum = jit_index_add(em, jit_index_mul(em, p->at[d], jit_index_const(em, stride)), sum);
        stride *= t->dim[d];
    }
    return sum;
}
