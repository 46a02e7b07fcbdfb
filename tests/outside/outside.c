/* A program outside the project: the derivative of x squared at 3. */
#include <jacquard.h>

static jac f(jac x)
{
    return jac_square(x);
}
JAC_FN(f, jac, (jac, x))

int main(void)
{
    printf("%g\n", jac_item_f64(jac_check(jac_call1(jac_jit(jac_grad(f_fn)), 3.0))));
}
