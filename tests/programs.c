/* Runs programs three ways and compares each with JAX's results. */
#include "tests/programs.h"

Out program_results(int n, const jac *r)
{
    Out out;
    for (int k = 0; k < PROGRAM_RESULTS; k++)
        out.r[k] = r[k < n ? k : n - 1];
    return out;
}

jac program_data(int seed, int rank, const int64_t *shape)
{
    double v[256];
    int n = 1;
    for (int k = 0; k < rank; k++)
        n *= (int)shape[k];
    for (int k = 0; k < n; k++)
        v[k] = ((k * 7 + seed * 3) % 11 - 5) / 4.0;
    return jac_array_of(JAC_F64, ((jac_dims){rank, shape}), (const double *)v);
}

/* The golden line of a program, without its name. */
static char *golden(const char *file, const char *name)
{
    char path[1000];
    static char line[65536];
    size_t n = strlen(name);
    snprintf(path, sizeof path, "%s/%s", JAC_TEST_DATA, file);
    FILE *f = fopen(path, "r");
    cr_assert(f, "%s cannot be read", path);
    while (fgets(line, sizeof line, f))
        if (!strncmp(line, name, n) && !strncmp(line + n, " | ", 3)) {
            fclose(f);
            return line + n + 3;
        }
    cr_assert_fail("%s has no program %s", path, name);
    abort();
}

static test_array contents(test_pool *p, jac x)
{
    int64_t shape[16];
    for (int k = 0; k < jac_ndim(x); k++)
        shape[k] = jac_dim(x, k);
    ir_type t = ir_type_make((ir_dtype)(jac_dtype_of(x) - 1), jac_ndim(x), shape);
    test_array a = test_array_new(p, &t);
    cr_assert(jac_copy_out(x, a.data, ir_type_bytes(&t)), "%s", jac_error());
    return a;
}

/* Compares with the golden line. Returns the number of results in it. */
static int compare(const char *file, const char *name, const char *how, bool ok, const Out *out)
{
    TEST_POOL(pool);
    char what[128], *save = NULL;
    /* Without x64 the whole program is f32, and its sums round in a different order from XLA's. */
    double f32 = jac_x64_enabled() ? 1e-6 : 1e-5;
    int k = 0;
    cr_assert(ok, "%s, %s: %s", name, how, jac_error());
    for (char *want = strtok_r(golden(file, name), "|\n", &save); want;
         want = strtok_r(NULL, "|\n", &save)) {
        snprintf(what, sizeof what, "%s, %s, result %d", name, how, k);
        cr_assert(k < PROGRAM_RESULTS, "%s: too many results", name);
        cr_assert(jac_ok(out->r[k]), "%s: a null handle: %s", what, jac_error());
        test_array got = contents(&pool, out->r[k++]),
                   wanted = test_array_read(&pool, want + strspn(want, " "));
        test_close(what, &got, &wanted,
                   (test_tolerance){TEST_REL, got.type.dtype == IR_f32 ? f32 : 1e-12});
    }
    return k;
}

void program_check(const char *file, const char *name, bool x64, Out (*eager)(void), jac_fn traced)
{
    jac_enable_x64(x64);
    JAC_SCOPE () {
        Out out = eager();
        int n = compare(file, name, "eagerly", true, &out);
        cr_assert(n == PROGRAM_RESULTS || out.r[n].word == out.r[n - 1].word,
                  "%s gives more results than the %d of JAX", name, n);
    }
    for (int interpreted = 0; interpreted < 2; interpreted++)
        JAC_SCOPE () {
            Out out = {0};
            jac_disable_jit(interpreted);
            bool ok = jac_call(jac_jit(traced), &(struct {}){}, &out);
            compare(file, name, interpreted ? "traced and interpreted" : "compiled", ok, &out);
        }
}
