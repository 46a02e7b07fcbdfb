/* Programs, shared by all threads and found again by the hash of their optimised graph. Those that
 * nobody uses stay until there are too many; then the one used longest ago goes.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "jit/program/compile.h"
#include "jit/observe/profile.h"

enum { BUCKETS = 1024 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static jit_program *bucket[BUCKETS];
static jit_program *newest, *oldest;
static int nprogram;

static _Thread_local jit_stats last;
static _Thread_local bool any;
static _Thread_local double trace_ms;

void jit_note_trace_ms(double ms)
{
    double now = jit_now_ms();
    jit_profile_note_ms("trace", "trace", now - ms, now);
    trace_ms = ms;
}

bool jit_last_stats(jit_stats *out)
{
    *out = last;
    return any;
}

int jit_cache_count(void)
{
    pthread_mutex_lock(&lock);
    int n = nprogram;
    pthread_mutex_unlock(&lock);
    return n;
}

/* ---- the table, under the lock --------------------------------------------------------------- */

static void link_newest(jit_program *p)
{
    p->newer = NULL;
    p->older = newest;
    *(newest ? &newest->newer : &oldest) = p;
    newest = p;
}

static void unlink_order(jit_program *p)
{
    *(p->newer ? &p->newer->older : &newest) = p->older;
    *(p->older ? &p->older->newer : &oldest) = p->newer;
}

static bool same_donated(const jit_program *p, const uint8_t *donated)
{
    return !p->donated == !donated && (!donated || !memcmp(p->donated, donated, (size_t)p->g->nin));
}

static jit_program *find(const ir_graph *g, const uint8_t *donated, bool profiled, ir_hash128 hash)
{
    for (jit_program *p = bucket[hash.lo % BUCKETS]; p; p = p->chain)
        if (p->hash.lo == hash.lo && p->hash.hi == hash.hi && ir_graph_equal(p->g, g) &&
            same_donated(p, donated) && !p->profile == !profiled) {
            unlink_order(p);
            link_newest(p);
            p->users++;
            return p;
        }
    return NULL;
}

static void insert(jit_program *p)
{
    p->chain = bucket[p->hash.lo % BUCKETS];
    bucket[p->hash.lo % BUCKETS] = p;
    link_newest(p);
    nprogram++;
}

static void remove_program(jit_program *p)
{
    jit_program **at = &bucket[p->hash.lo % BUCKETS];
    while (*at != p)
        at = &(*at)->chain;
    *at = p->chain;
    unlink_order(p);
    nprogram--;
}

/* Unused programs beyond the bound, as a list through `chain`. */
static jit_program *take_surplus(void)
{
    jit_program *surplus = NULL;
    for (jit_program *p = oldest, *next; p && nprogram > JIT_CACHE_KEEPS; p = next) {
        next = p->newer;
        if (p->users)
            continue;
        remove_program(p);
        p->chain = surplus;
        surplus = p;
    }
    return surplus;
}

/* ---- programs ----------------------------------------------------------------------------------- */

static void program_free(jit_program *p)
{
    jit_code_drop(&p->code);
    jit_profile_drop(p->profile);
    ir_graph_release(p->g);
    free(p->donated);
    free(p->over);
    free(p->tape);
    free(p->eqns);
    free(p);
}

static void free_all(jit_program *p)
{
    for (jit_program *next; p; p = next) {
        next = p->chain;
        program_free(p);
    }
}

static void note_facts(jit_program *p, const jit_build *b)
{
    const jit_schedule *s = b->schedule;
    p->facts.arena_bytes = s->arena_bytes;
    p->facts.nkernel = s->nkernel;
    p->facts.wants_eqns = b->wants_eqns;
    p->facts.ntape = 0;
    if (p->donated) {
        p->over = ir_xrealloc(p->over, (size_t)(p->g->nout + 1) * sizeof *p->over);
        memcpy(p->over, s->over, (size_t)p->g->nout * sizeof *p->over);
    }
    for (int k = 0; k < s->nbuffer; k++) {
        if (!s->buffer[k].tape)
            continue;
        p->tape = ir_xrealloc(p->tape, (size_t)(p->facts.ntape + 1) * sizeof *p->tape);
        p->tape[p->facts.ntape++] = s->buffer[k].offset;
    }
}

/* The time since *start, which becomes now; it is what the stage took. */
static double lap(const char *stage, double *start)
{
    double before = *start;
    *start = jit_now_ms();
    jit_profile_note_ms(stage, stage, before, *start);
    return *start - before;
}

static bool build_code(jit_program *p, jit_build *b, jit_stats *st)
{
    double start = jit_now_ms();
    bool ok = jit_build_module(b);
    st->ms_emit = lap("emit", &start);
    if (ok)
        jit_dump_build(b, p->hash, "ll");
    ok = ok && jit_build_optimize(b);
    st->ms_optimize = lap("optimize", &start);
    if (ok) {
        jit_dump_build(b, p->hash, "opt.ll");
        jit_dump_build(b, p->hash, "s");
    }
    start = jit_now_ms();
    LLVMMemoryBufferRef object = ok ? jit_target_emit(b->module, false) : NULL;
    st->ms_code = lap("code", &start);
    note_facts(p, b);
    if (object && !p->profile)
        jit_disk_write(p, object, b->name);
    ok = object && jit_code_load(object, b->name, p->g->name, &p->code);
    st->ms_load = lap("load", &start);
    return ok;
}

static bool build(jit_program *p, bool profiled, jit_stats *st)
{
    jit_build b = {0};
    double start = jit_now_ms();
    bool ok = jit_build_schedule(&b, p->g, p->donated);
    if (ok && profiled)
        jit_profile_add(p->profile = jit_profile_make(b.schedule));
    st->ms_schedule = lap("schedule", &start);
    jit_dump_build(&b, p->hash, "schedule.txt");
    ok = ok && build_code(p, &b, st);
    jit_build_end(&b);
    st->ms_llvm = jit_now_ms() - start;
    return ok;
}

/* Code that cannot be loaded is as good as none. */
static bool load_from_disk(jit_program *p, jit_stats *st)
{
    char name[JIT_NAME_SIZE];
    double start = jit_now_ms();
    bool clean = !ir_error();
    LLVMMemoryBufferRef object = jit_disk_read(p, name);
    st->from_disk = object && jit_code_load(object, name, p->g->name, &p->code);
    if (clean)
        ir_error_clear();
    st->ms_load = lap("load", &start);
    return st->from_disk;
}

/* Takes g and donated. Code that is profiled holds addresses, and so is not kept in files. */
static jit_program *program_new(ir_graph *g, uint8_t *donated, ir_hash128 hash, bool profiled,
                                jit_stats *st)
{
    jit_program *p = ir_xmalloc(sizeof *p);
    p->g = g;
    p->donated = donated;
    p->hash = hash;
    p->users = 1;
    for (int k = 0; k < g->nout; k++)
        p->tapes_out |= ir_is_tape(&g->out[k]->type);
    if ((!profiled && load_from_disk(p, st)) || build(p, profiled, st)) {
        if (p->facts.wants_eqns)
            p->eqns = jit_list_eqns(g, NULL);
        return p;
    }
    program_free(p);
    return NULL;
}

/* p, or the one that another thread has put there meanwhile. */
static jit_program *publish(jit_program *p)
{
    pthread_mutex_lock(&lock);
    jit_program *there = find(p->g, p->donated, p->profile, p->hash);
    if (!there)
        insert(p);
    jit_program *surplus = take_surplus();
    pthread_mutex_unlock(&lock);
    free_all(surplus);
    if (!there)
        return p;
    program_free(p);
    return there;
}

/* Those that some output might be made over; NULL if there are none. The caller frees it. */
static uint8_t *worth_donating(const ir_graph *g, const uint8_t *donated)
{
    uint8_t *worth = ir_xmalloc((size_t)g->nin + 1);
    bool any = false;
    for (int k = 0; donated && k < g->nin; k++)
        for (int j = 0; donated[k] && !worth[k] && j < g->nout; j++)
            any |= worth[k] = jit_may_take(&g->in[k]->type, &g->out[j]->type);
    if (any)
        return worth;
    free(worth);
    return NULL;
}

static ir_hash128 hash_with(ir_hash128 hash, const ir_graph *g, const uint8_t *donated)
{
    static const jit_strip_limits usual = JIT_USUAL_STRIPS;
    if (memcmp(&jit_strips_at, &usual, sizeof usual))
        hash.lo ^= XXH3_64bits(&jit_strips_at, sizeof jit_strips_at);
    if (!donated)
        return hash;
    XXH128_hash_t d = XXH3_128bits_withSeed(donated, (size_t)g->nin, hash.lo);
    return (ir_hash128){.lo = hash.lo ^ d.low64, .hi = hash.hi ^ d.high64};
}

static jit_program *compile(ir_graph *g, const uint8_t *given, bool profiled)
{
    jit_stats st = {.ms_trace = trace_ms, .eqns_before = ir_count_eqns(g)};
    trace_ms = 0;
    double start = jit_now_ms();
    ir_graph *optimised = ir_optimize(g);
    if (!optimised)
        return NULL;
    uint8_t *donated = worth_donating(optimised, given);
    st.hash = hash_with(jit_debug_key(optimised, ir_graph_hash(optimised)), optimised, donated);
    double passed = start;
    st.ms_passes = lap("passes", &passed);
    st.eqns_after = ir_count_eqns(optimised);
    if (jit_dump_dir())
        jit_dump_graphs(g, optimised, st.hash);
    pthread_mutex_lock(&lock);
    jit_program *p = find(optimised, donated, profiled, st.hash);
    pthread_mutex_unlock(&lock);
    st.cached = p != NULL;
    if (p) {
        ir_graph_release(optimised);
        free(donated);
    } else if ((p = program_new(optimised, donated, st.hash, profiled, &st)))
        p = publish(p);
    if (!p)
        return NULL;
    jit_profile_note_ms("compile", ir_name(p->g->name, strlen(p->g->name)), start, jit_now_ms());
    st.kernels = p->facts.nkernel;
    last = st;
    any = true;
    jit_log_compiled(p, &st);
    return p;
}

const int *jit_taken(const jit_program *p)
{
    return p->over;
}

jit_program *jit_compile(ir_graph *g)
{
    return compile(g, NULL, false);
}

jit_program *jit_compile_donating(ir_graph *g, const uint8_t *donated)
{
    return compile(g, donated, false);
}

jit_program *jit_compile_profiled(ir_graph *g, const uint8_t *donated)
{
    return compile(g, donated, true);
}

void jit_release(jit_program *p)
{
    if (!p)
        return;
    pthread_mutex_lock(&lock);
    p->users--;
    jit_program *surplus = take_surplus();
    pthread_mutex_unlock(&lock);
    free_all(surplus);
}
