/* A program outside the project: the derivative of x squared at 3. */
#include <jacquard.h>
#include <string.h>

static jac f(jac x)
{
    return jac_square(x);
}
JAC_FN(f, jac, (jac, x))

int main(void)
{
    char version[64];
    snprintf(version, sizeof version, "%d.%d.%d", JAC_VERSION_MAJOR, JAC_VERSION_MINOR,
             JAC_VERSION_PATCH);
    if (strcmp(version, jac_version())) {
        printf("the header is %s, but the library %s\n", version, jac_version());
        return 1;
    }
    printf("%g\n", jac_item_f64(jac_check(jac_call1(jac_jit(jac_grad(f_fn)), 3.0))));
    return 0;
}
