/* Finds the routines of LAPACK in OpenBLAS, all at once, when the first one is called. */
#include "ops/host/linalg/lapack.h"

#include <stdatomic.h>
#include <stdio.h>

#include "jit/host/host.h"
#include "ops/host/blas.h"

lapack_routines lapack;

static const struct {
    size_t at; /* in lapack_routines */
    const char *real, *pairs;
} names[] = {
#define X(field, real, pairs, ...) {offsetof(lapack_routines, field), #real, #pairs},
    LAPACK_ROUTINES(X)
#undef X
};

static bool find(size_t k)
{
    void **to = (void **)((char *)&lapack + names[k].at);
    for (int kind = LAPACK_S; kind <= LAPACK_Z; kind++) {
        char symbol[32];
        const char *name = kind < LAPACK_C ? names[k].real : names[k].pairs;
        if (!*name)
            continue;
        snprintf(symbol, sizeof symbol, "%c%s_", "sdcz"[kind], name);
        if (!(to[kind] = blas_symbol(symbol)))
            return ir_fail("linear algebra needs LAPACK, but OpenBLAS was built without it: it has "
                           "no %s",
                           symbol);
    }
    return true;
}

static bool find_all(void)
{
    static atomic_bool found;
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    if (atomic_load_explicit(&found, memory_order_acquire))
        return true;
    bool ok = true;
    ir_lock(&lock);
    for (size_t k = 0; ok && k < sizeof names / sizeof *names; k++)
        ok = find(k);
    ir_unlock(&lock);
    if (ok)
        atomic_store_explicit(&found, true, memory_order_release);
    return ok;
}

bool lapack_begin(bool alone)
{
    if (!(alone ? blas_begin_alone() : blas_begin()))
        return false;
    if (find_all())
        return true;
    blas_end();
    return false;
}

void lapack_end(void)
{
    blas_end();
}
