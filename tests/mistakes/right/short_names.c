/* A program with macros of one or two letters. */
#include <jacquard.h>

#define N  ((1LL << 31) + 8)
#define Y  3
#define T  4
#define OK 5

JAC_DEF(jac, part, (jac, v))
{
    return jac_slice_in_dim(jac_sum(v, JAC_AXES(0, 1)), 7, N, Y, 0);
}

jac slopes(jac v, jac w)
{
    jac all = jac_stack(0, v, w, jac_zeros(JAC_SHAPE(T, OK), JAC_F32));
    return jac_call1(jac_grad(part_fn), jac_concatenate(0, all, jac_full(JAC_SHAPE(N, 1), Y)));
}
