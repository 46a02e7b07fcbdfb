/* The linker redirects to this file the library's calls of malloc and similar functions, and of its
 * own arenas (--wrap, in tests/CMakeLists.txt). LLVM, OpenBLAS and libc still call the real malloc,
 * so their requests never fail.
 *
 * Requests to an arena count too, although most of them need no malloc. So every place that takes
 * memory is tested, not only those where an arena's block happens to be full. FAULTS_TRACE=1 prints
 * a backtrace of the failing request.
 */
#include "memory.h"

#include <dirent.h>
#include <errno.h>
#include <execinfo.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ir/ir.h"

#define REAL(result, name, ...) result __real_##name(__VA_ARGS__);
REAL(void *, malloc, size_t)
REAL(void *, calloc, size_t, size_t)
REAL(void *, realloc, void *, size_t)
REAL(int, posix_memalign, void **, size_t, size_t)
REAL(char *, strdup, const char *)
REAL(char *, strndup, const char *, size_t)
REAL(void, free, void *)
REAL(FILE *, open_memstream, char **, size_t *)
REAL(FILE *, fopen, const char *, const char *)
REAL(int, fclose, FILE *)
REAL(DIR *, opendir, const char *)
REAL(void *, mmap, void *, size_t, int, int, int, off_t)
REAL(int, pthread_create, pthread_t *, const pthread_attr_t *, void *(*)(void *), void *)
REAL(void *, ir_memory_take, size_t)
REAL(void, ir_memory_give, void *, size_t)
REAL(void *, ir_alloc, ir_arena *, size_t)
REAL(void *, ir_dup, ir_arena *, const void *, size_t)
REAL(char *, ir_strdup, ir_arena *, const char *)

/* ---- which request fails --------------------------------------------------------------------- */

static atomic_bool armed;
static atomic_long asked;
static long fail_at;
static bool fail_all;
static atomic_bool has_failed;
static _Thread_local int within; /* inside a request that is already counted */

static uint32_t *sites;
static long nsite;

/* Behind fails() and the function that is wrapped: who called it, and from where that was called.
 */
__attribute__((noinline)) static uint32_t site(void)
{
    enum { OURS = 3, FRAMES = 5 };
    void *at[FRAMES];
    uintptr_t hash = 0;
    for (int k = OURS, n = backtrace(at, FRAMES); k < n; k++)
        hash = (hash ^ (uintptr_t)at[k]) * 0x9e3779b97f4a7c15u;
    return (uint32_t)(hash >> 32) | 1;
}

void memory_note_sites(uint32_t *site, long most)
{
    sites = site;
    nsite = most;
}

__attribute__((noinline)) static bool fails(void)
{
    if (!armed || within)
        return false;
    long n = ++asked;
    if (sites && n <= nsite)
        sites[n - 1] = site();
    if (!fail_at || (fail_all ? n < fail_at : n != fail_at))
        return false;
    if (!has_failed && getenv("FAULTS_TRACE")) {
        void *at[32];
        armed = false;
        backtrace_symbols_fd(at, backtrace(at, 32), STDERR_FILENO);
        armed = true;
    }
    has_failed = true;
    errno = ENOMEM;
    return true;
}

void memory_fail(long n, bool all)
{
    asked = 0;
    fail_at = n;
    fail_all = all;
    has_failed = false;
    armed = true;
}

long memory_end(bool *failed)
{
    armed = false;
    *failed = has_failed;
    return asked;
}

/* ---- which blocks are alive ------------------------------------------------------------------ */

enum { SLOTS = 1 << 18, DEEP = 12 };

typedef struct {
    const void *p;
    long serial;
    bool kept; /* ir/memory.c may keep it for later; while in use it has its own entry */
    int depth;
    void *from[DEEP];
} block;

static block *blocks; /* open addressing; removing an entry moves later ones up */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long live, serial;

static size_t home(const void *p)
{
    return (uintptr_t)p * 0x9e3779b97f4a7c15u >> 46;
}

static size_t place(const void *p)
{
    size_t k = home(p);
    while (blocks[k].p && blocks[k].p != p)
        k = (k + 1) % SLOTS;
    return k;
}

/* A block of ir/memory.c can have two entries: one for what malloc returned, under this key, and
 * one while the library uses it. */
static const void *kept_key(const void *p)
{
    return p ? (const char *)p + 1 : NULL;
}

static void add(const void *p, bool kept)
{
    if (!p)
        return;
    pthread_mutex_lock(&lock);
    if (!blocks)
        blocks = __real_calloc(SLOTS, sizeof *blocks);
    block *b = &blocks[place(p)];
    if (++serial, !b->p)
        live += !kept;
    *b = (block){.p = p, .serial = serial, .kept = kept};
    if (!kept && getenv("FAULTS_TRACE"))
        b->depth = backtrace(b->from, DEEP);
    pthread_mutex_unlock(&lock);
}

static void drop(const void *p)
{
    pthread_mutex_lock(&lock);
    size_t k = blocks && p ? place(p) : SLOTS;
    if (k < SLOTS && blocks[k].p) {
        live -= !blocks[k].kept;
        for (size_t next = (k + 1) % SLOTS; blocks[next].p; next = (next + 1) % SLOTS) {
            size_t from = home(blocks[next].p);
            if ((next - from) % SLOTS >= (next - k) % SLOTS) {
                blocks[k] = blocks[next];
                k = next;
            }
        }
        blocks[k].p = NULL;
    }
    pthread_mutex_unlock(&lock);
}

long memory_live(void)
{
    return live;
}

long memory_mark(void)
{
    return serial;
}

void memory_show_since(long mark)
{
    for (size_t k = 0; blocks && k < SLOTS; k++)
        if (blocks[k].p && !blocks[k].kept && blocks[k].serial > mark && blocks[k].depth) {
            fprintf(stderr, "not given back:\n");
            backtrace_symbols_fd(blocks[k].from, blocks[k].depth, STDERR_FILENO);
        }
}

/* ---- malloc and similar functions ------------------------------------------------------------ */

#define TAKEN(type, call)                                                                          \
    do {                                                                                           \
        type made_ = call;                                                                         \
        add(made_, within > 0);                                                                    \
        return made_;                                                                              \
    } while (0)

void *__wrap_malloc(size_t n);
void *__wrap_malloc(size_t n)
{
    if (fails())
        return NULL;
    TAKEN(void *, __real_malloc(n));
}

void *__wrap_calloc(size_t n, size_t each);
void *__wrap_calloc(size_t n, size_t each)
{
    if (fails())
        return NULL;
    TAKEN(void *, __real_calloc(n, each));
}

void *__wrap_realloc(void *p, size_t n);
void *__wrap_realloc(void *p, size_t n)
{
    if (fails())
        return NULL;
    drop(p);
    void *made = __real_realloc(p, n);
    add(made ? made : p, false);
    return made;
}

int __wrap_posix_memalign(void **p, size_t alignment, size_t n);
int __wrap_posix_memalign(void **p, size_t alignment, size_t n)
{
    if (fails())
        return ENOMEM;
    int wrong = __real_posix_memalign(p, alignment, n);
    if (!wrong)
        add(within ? kept_key(*p) : *p, within > 0);
    return wrong;
}

char *__wrap_strdup(const char *s);
char *__wrap_strdup(const char *s)
{
    if (fails())
        return NULL;
    TAKEN(char *, __real_strdup(s));
}

char *__wrap_strndup(const char *s, size_t n);
char *__wrap_strndup(const char *s, size_t n)
{
    if (fails())
        return NULL;
    TAKEN(char *, __real_strndup(s, n));
}

void __wrap_free(void *p);
void __wrap_free(void *p)
{
    drop(within ? kept_key(p) : p);
    __real_free(p);
}

/* ---- other functions that need memory -------------------------------------------------------- */

FILE *__wrap_open_memstream(char **p, size_t *n);
FILE *__wrap_open_memstream(char **p, size_t *n)
{
    return fails() ? NULL : __real_open_memstream(p, n);
}

FILE *__wrap_fopen(const char *path, const char *mode);
FILE *__wrap_fopen(const char *path, const char *mode)
{
    return fails() ? NULL : __real_fopen(path, mode);
}

/* A memory stream may fail as late as when it is closed. */
int __wrap_fclose(FILE *f);
int __wrap_fclose(FILE *f)
{
    bool fail = fails();
    int wrong = __real_fclose(f);
    return fail ? EOF : wrong;
}

DIR *__wrap_opendir(const char *path);
DIR *__wrap_opendir(const char *path)
{
    return fails() ? NULL : __real_opendir(path);
}

void *__wrap_mmap(void *at, size_t n, int protection, int flags, int file, off_t offset);
void *__wrap_mmap(void *at, size_t n, int protection, int flags, int file, off_t offset)
{
    return fails() ? MAP_FAILED : __real_mmap(at, n, protection, flags, file, offset);
}

int __wrap_pthread_create(pthread_t *t, const pthread_attr_t *a, void *(*f)(void *), void *x);
int __wrap_pthread_create(pthread_t *t, const pthread_attr_t *a, void *(*f)(void *), void *x)
{
    return fails() ? EAGAIN : __real_pthread_create(t, a, f, x);
}

/* ---- the library's own allocators ------------------------------------------------------------ */

void *__wrap_ir_memory_take(size_t n);
void *__wrap_ir_memory_take(size_t n)
{
    if (fails())
        return NULL;
    bool counted = within > 0; /* taken for an arena */
    within++;
    void *p = __real_ir_memory_take(n);
    within--;
    (void)counted;
    add(p, false);
    return p;
}

void __wrap_ir_memory_give(void *p, size_t n);
void __wrap_ir_memory_give(void *p, size_t n)
{
    drop(p);
    within++;
    __real_ir_memory_give(p, n);
    within--;
}

static void *no_memory(const ir_arena *a, size_t n)
{
    ir_fail("out of memory: cannot allocate %zu bytes", n);
    if (a->exit)
        longjmp(*a->exit, 1);
    return NULL;
}

/* Blocks that arenas take are counted in ir_memory_take, which arenas call from another file. */
void *__wrap_ir_alloc(ir_arena *a, size_t n);
void *__wrap_ir_alloc(ir_arena *a, size_t n)
{
    if (fails())
        return no_memory(a, n);
    within++;
    void *p = __real_ir_alloc(a, n);
    within--;
    return p;
}

void *__wrap_ir_dup(ir_arena *a, const void *p, size_t n);
void *__wrap_ir_dup(ir_arena *a, const void *p, size_t n)
{
    if (fails())
        return no_memory(a, n);
    within++;
    void *copy = __real_ir_dup(a, p, n);
    within--;
    return copy;
}

char *__wrap_ir_strdup(ir_arena *a, const char *s);
char *__wrap_ir_strdup(ir_arena *a, const char *s)
{
    if (fails())
        return no_memory(a, strlen(s) + 1);
    within++;
    char *copy = __real_ir_strdup(a, s);
    within--;
    return copy;
}
