/* Linked with another LLVM before ours: an error, not a crash. */
#include <jacquard.h>
#include <string.h>

JAC_DEF(jac, twice, (jac, x))
{
    return jac_mul(x, 2.0);
}

int main(void)
{
    if (jac_ok(jac_call1(jac_jit(twice_fn), 1.5)))
        return 2; /* the linker chose ours all the same */
    fprintf(stderr, "%s\n", jac_error());
    return strstr(jac_error(), "link it before any other LLVM") == NULL;
}
