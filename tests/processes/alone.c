/* Linking the library starts nothing: main finds one thread, and no OpenBLAS. */
#include <dlfcn.h>
#include <jacquard.h>

JAC_DEF(jac, twice, (jac, x))
{
    return jac_mul(x, 2.0);
}

int main(void)
{
    int n = 0;
    FILE *f = popen("ls /proc/$PPID/task | wc -l", "r");
    if (!f || fscanf(f, "%d", &n) != 1 || n != 1) {
        fprintf(stderr, "there are %d threads before the first call\n", n);
        return 1;
    }
    pclose(f);
    if (dlopen("libopenblas.so.0", RTLD_NOW | RTLD_NOLOAD)) {
        fprintf(stderr, "OpenBLAS is loaded before the first product\n");
        return 1;
    }
    return jac_item_f64(jac_call1(jac_jit(twice_fn), 1.5)) != 3;
}
