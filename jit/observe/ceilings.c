/* Measures what the machine can do, with programs of our own: how fast a triad a = b + s c runs
 * through memory, for working sets that fit each of its caches and one that fits none, and how many
 * operations per second a chain of them in registers reaches, on all threads.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "jit/jit.h"
#include "jit/observe/profile.h"
#include "jit/host/host.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool measured;
static jit_ceilings found;

static double now(void)
{
    return (double)jit_profile_now() * 1e-9;
}

static jit_program *compile(const char *text)
{
    IR_AUTO_GRAPH g = ir_parse(text, NULL);
    return g ? jit_compile(g, NULL) : NULL;
}

/* ---- memory --------------------------------------------------------------------------------- */

/* Bytes per second, the best of several runs. */
static double triad(const jit_program *p, size_t n, char *memory)
{
    enum { TRIES = 5 };
    const double budget = 4e-3; /* seconds for one try, unless one run takes longer */
    float s = 3;
    const void *in[] = {memory, memory + 4 * n, &s};
    void *out[] = {memory + 8 * n};
    double best = 0;
    for (int k = 0; k < TRIES; k++) {
        int runs = 0;
        double begin = now(), end;
        do {
            jit_run(p, in, out);
            runs++;
            end = now();
        } while (end - begin < budget);
        double rate = 12.0 * (double)n * runs / (end - begin);
        best = rate > best ? rate : best;
    }
    return best;
}

static bool measure_memory(void)
{
    static const size_t sets[] = {24 << 10, 384 << 10, 4 << 20, 24 << 20, 192 << 20};
    enum { N = sizeof sets / sizeof *sets };
    char *memory = ir_memory_take(sets[N - 1] + 256);
    if (!memory)
        return ir_fail("out of memory: cannot allocate the arrays that measure the machine's "
                       "bandwidth");
    memset(memory, 0, sets[N - 1] + 256);
    bool ok = true;
    for (int k = 0; k < N && ok; k++) {
        size_t n = sets[k] / 12 & ~(size_t)63;
        char text[512];
        snprintf(text, sizeof text,
                 "graph triad(b: f32[%zu], c: f32[%zu], s: f32[]) {\n"
                 "  t: f32[%zu] = broadcast_in_dim[shape=[%zu], broadcast_dimensions=[]] s\n"
                 "  u: f32[%zu] = mul c t\n  a: f32[%zu] = add b u\n  return a\n}",
                 n, n, n, n, n, n);
        jit_program *p = compile(text);
        ok = p != NULL;
        found.bytes[k] = 12.0 * (double)n;
        if (ok)
            found.bandwidth[k] = triad(p, n, memory);
        jit_release(p);
    }
    found.nsize = N;
    ir_memory_give(memory, sets[N - 1] + 256);
    return ok;
}

/* Uses the bandwidth of the measured working set that is nearest as a ratio. */
double jit_memory_seconds(const jit_ceilings *c, const jit_amounts *a)
{
    double bytes = a->read + a->written;
    int k = 0;
    while (k < c->nsize - 1 && bytes * bytes > c->bytes[k] * c->bytes[k + 1])
        k++;
    return bytes / c->bandwidth[k];
}

/* ---- arithmetic ----------------------------------------------------------------------------- */

enum { ELEMENTS = 512, CHAINS = 4, OPERATIONS = 48 /* per chain; one kernel fuses this many */ };

/* Makes a graph with several independent chains of operations on each element. A link of a chain is
 * `one` of x, m and c, or else `two[0]` with m and then `two[1]` with c. */
static char *chains_text(ir_dtype d, int links, const char *one, const char *const *two)
{
    char *text = NULL, t[32];
    size_t size;
    FILE *f = open_memstream(&text, &size);
    if (!f)
        return NULL;
    const char *name = ir_dtypes[d].name;
    snprintf(t, sizeof t, "%s[%d]", name, ELEMENTS);
    fprintf(f, "graph chains(v: %s, ms: %s[], cs: %s[]) {\n", t, name, name);
    for (const char *s = "mc"; *s; s++)
        fprintf(f, "  %c: %s = broadcast_in_dim[shape=[%d], broadcast_dimensions=[]] %cs\n", *s, t,
                ELEMENTS, *s);
    for (int k = 0; k < CHAINS; k++) {
        if (k)
            fprintf(f, "  v%d_0: %s = add v%d_0 m\n", k, t, k - 1);
        else
            fprintf(f, "  v0_0: %s = add v c\n", t);
        for (int j = 0; j < links; j++)
            if (one)
                fprintf(f, "  v%d_%d: %s = %s v%d_%d m c\n", k, j + 1, t, one, k, j);
            else
                fprintf(f, "  u%d_%d: %s = %s v%d_%d m\n  v%d_%d: %s = %s u%d_%d c\n", k, j, t,
                        two[0], k, j, k, j + 1, t, two[1], k, j);
    }
    fprintf(f, "  s0: %s = add v0_%d m\n", t, links);
    for (int k = 1; k < CHAINS; k++)
        fprintf(f, "  s%d: %s = add s%d v%d_%d\n", k, t, k - 1, k, links);
    fprintf(f, "  return s%d\n}", CHAINS - 1);
    if (!fclose(f))
        return text;
    free(text);
    return NULL;
}

typedef struct {
    const jit_program *p;
    const void *in[3];
} chains;

static uint8_t run_chains(void *env, int64_t from, int64_t to, void *memory)
{
    enum { TIMES = 100 };
    const chains *c = env;
    void *out[] = {memory};
    for (int64_t k = from; k < to; k++)
        for (int j = 0; j < TIMES; j++)
            if (!jit_run(c->p, c->in, out))
                return 0;
    return 1;
}

/* Operations per second. Each link is two operations. */
static double arithmetic(ir_dtype d, const char *one, const char *const *two)
{
    enum { TRIES = 12, ITEMS = 16, TIMES = 100 };
    int links = one ? OPERATIONS : OPERATIONS / 2;
    char *text = chains_text(d, links, one, two);
    jit_program *p = text ? compile(text) : NULL;
    free(text);
    if (!p)
        return 0;
    static const double x[ELEMENTS];
    ir_scalar m = ir_scalar_of(d, 0.5), c = ir_scalar_of(d, 1);
    chains env = {p, {x, &m, &c}};
    double best = 0, start = now();
    /* Without fma in hardware this is some hundred times slower, and one try is enough. */
    for (int k = 0; k < TRIES && (k == 0 || now() - start < 0.25); k++) {
        double begin = now();
        if (!jac_host_parallel(run_chains, &env, ITEMS, sizeof x))
            break;
        double rate = 2.0 * CHAINS * links * ELEMENTS * TIMES * ITEMS / (now() - begin);
        best = rate > best ? rate : best;
    }
    jit_release(p);
    return best;
}

/* ---- all ceilings --------------------------------------------------------------------------- */

static bool measure(void)
{
    unsigned failures = ir_fail_count();
    jit_profile_hide(true);
    bool ok = measure_memory();
    found.f32 = ok ? arithmetic(IR_f32, "fma", NULL) : 0;
    found.f64 = found.f32 > 0 ? arithmetic(IR_f64, "fma", NULL) : 0;
    found.ints = found.f64 > 0 ? arithmetic(IR_i32, NULL, (const char *const[]){"add", "xor"}) : 0;
    jit_profile_hide(false);
    return found.ints > 0 && ir_fail_count() == failures;
}

const jit_ceilings *jit_machine_ceilings(void)
{
    ir_lock_slow(&lock);
    measured = measured || measure();
    bool ok = measured;
    pthread_mutex_unlock(&lock);
    if (ok)
        return &found;
    ir_fail("the machine's ceilings could not be measured");
    return NULL;
}
