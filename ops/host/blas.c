/* OpenBLAS starts threads as soon as it is loaded, so it is loaded at the first product that needs
 * it: a program that is only linked with this library has no other threads, and OpenBLAS's get no
 * signals. It stops its threads when the process forks, and would lose the products in which they
 * are; so products hold up fork() (ir/fork.c).
 *
 * The number of its threads belongs to the whole process, which may use OpenBLAS too. It is set
 * while we are in it, and then given back.
 */
#include "ops/host/blas.h"

#include <dlfcn.h>
#include <fenv.h>
#include <stdlib.h>

#include "jit/host/host.h"

blas_functions blas_library;
#define blas blas_library

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static void *library;
static atomic_bool ready; /* loaded, and its threads have been started since the last fork */
static bool is_child;
static int most;  /* how many threads it has had since; it starts more when they are asked for */
static int asked; /* for how many threads the user asked, of us and not of OpenBLAS; 0: did not */

/* ---- loading --------------------------------------------------------------------------------- */

static void stopped(void)
{
    most = 0;
    atomic_store(&ready, false);
}

static void stopped_in_child(void)
{
    is_child = true;
    stopped();
}

static bool load(void)
{
    void *l = dlopen(JAC_BLAS_SONAME, RTLD_NOW | RTLD_LOCAL);
    if (!l)
        l = dlopen(JAC_BLAS_PATH, RTLD_NOW | RTLD_LOCAL); /* where it was when we were built */
    if (!l)
        return ir_fail("OpenBLAS cannot be loaded: %s", dlerror());
#define X(name)                                                                                    \
    if (!(blas.name = (__typeof__(name) *)dlsym(l, #name)))                                        \
        return ir_fail(JAC_BLAS_SONAME " is not OpenBLAS: it has no " #name);
    BLAS_FUNCTIONS(X)
#undef X
    library = l;
    const char *const own[] = {"OPENBLAS_NUM_THREADS", "GOTO_NUM_THREADS", "OMP_NUM_THREADS"};
    asked = ir_threads_asked();
    for (size_t k = 0; k < sizeof own / sizeof *own; k++)
        if (getenv(own[k]))
            asked = 0;
    ir_fork_watch();
    pthread_atfork(NULL, stopped, stopped_in_child);
    return true;
}

/* Loads it, or starts its threads again. */
static bool prepare(void)
{
    sigset_t was;
    ir_lock(&lock);
    ir_signals_block(&was);
    bool ok = library || load();
    if (ok && !atomic_load(&ready))
        blas.openblas_set_num_threads(blas.openblas_get_num_threads());
    if (ok)
        atomic_store(&ready, true);
    ir_signals_restore(&was);
    ir_unlock(&lock);
    return ok;
}

/* ---- the number of its threads --------------------------------------------------------------- */

/* Its threads do not take the caller's rounding and treatment of subnormal numbers. */
static bool is_plain_fenv(void)
{
#if defined(__x86_64__)
    return (__builtin_ia32_stmxcsr() & 0xffc0) == 0x1f80;
#elif defined(__aarch64__)
    return !__builtin_aarch64_get_fpcr();
#else
    return fegetround() == FE_TONEAREST;
#endif
}

/* How many threads it must have for this call; 0: as many as it has. After a fork, the threads of
 * GNU OpenMP cannot be used. */
static int wanted(void)
{
    enum { OPENMP = 2 };
    if (!is_plain_fenv() || (is_child && blas.openblas_get_parallel() == OPENMP))
        return 1;
    return asked;
}

static _Thread_local bool sets;
static int setting, set, others; /* how many calls set it, to what, and what it was before */

/* always: other threads set the same number now, and none may be the first to give it back. */
static void set_threads(int n, bool always)
{
    int now = blas.openblas_get_num_threads();
    sets = n && (always || n != now);
    if (!sets)
        return;
    ir_lock(&lock);
    if (!setting++)
        others = blas.openblas_get_num_threads();
    sigset_t was;
    bool starts = n > most;
    if (starts)
        ir_signals_block(&was);
    if (set != n || n != blas.openblas_get_num_threads())
        blas.openblas_set_num_threads(set = n);
    if (starts)
        ir_signals_restore(&was);
    most = starts ? n : most;
    ir_unlock(&lock);
}

static void unset_threads(void)
{
    if (!sets)
        return;
    ir_lock(&lock);
    if (!--setting && blas.openblas_get_num_threads() == set)
        blas.openblas_set_num_threads(others);
    ir_unlock(&lock);
}

/* ---- a call ---------------------------------------------------------------------------------- */

static bool enter(bool alone)
{
    ir_no_fork_begin();
    if (!atomic_load_explicit(&ready, memory_order_acquire) && !prepare()) {
        ir_no_fork_end();
        return false;
    }
    set_threads(alone ? 1 : wanted(), alone);
    return true;
}

bool blas_begin(void)
{
    return enter(false);
}

bool blas_begin_alone(void)
{
    return enter(true);
}

void *blas_symbol(const char *name)
{
    return dlsym(library, name);
}

void blas_end(void)
{
    unset_threads();
    ir_no_fork_end();
}
