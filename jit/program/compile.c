/* The pipeline: a graph goes in, a program comes out. make_code does a whole compilation;
 * jit_compile finds out whether one is needed.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <xxhash.h>

#include "jit/observe/debug.h"
#include "jit/observe/profile.h"
#include "jit/program/compile.h"

/* ---- timing --------------------------------------------------------------------------------- */

static _Thread_local jit_stats last;
static _Thread_local bool any;
static _Thread_local double trace_ms;

double jit_now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

/* The time since *start, which is how long the stage took; sets *start to now. */
static double lap(const char *stage, double *start)
{
    double before = *start;
    *start = jit_now_ms();
    jit_profile_note_ms(stage, stage, before, *start);
    return *start - before;
}

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

/* ---- from a graph to code ------------------------------------------------------------------- */

/* Records what a call must know about the schedule. */
static bool note_facts(jit_program *p, const jit_schedule *s)
{
    p->facts.arena_bytes = s->arena_bytes;
    p->facts.nkernel = s->nkernel;
    p->facts.ntape = 0;
    free(p->over); /* may come from a file whose code could not be loaded */
    free(p->tape);
    p->over = p->key.donated ? ir_new((size_t)s->g->nout * sizeof *p->over) : NULL;
    p->tape = ir_new((size_t)s->nbuffer * sizeof *p->tape);
    if (!p->tape || (p->key.donated && !p->over))
        return false;
    if (p->key.donated)
        memcpy(p->over, s->over, (size_t)s->g->nout * sizeof *p->over);
    for (int k = 0; k < s->nbuffer; k++)
        if (s->buffer[k].tape)
            p->tape[p->facts.ntape++] = s->buffer[k].offset;
    return true;
}

static bool make_code(jit_program *p, jit_stats *st)
{
    IR_NO_FORK; /* the back end has locks of its own */
    const jit_key *key = &p->key;
    const jit_backend *b = key->backend;
    char name[JIT_NAME_SIZE];
    bool wants_eqns = false;
    jit_bytes code = {0};
    double begin = jit_now_ms(), at = begin;
    jit_new_name(name);

    p->scheduled = jit_widen_lanes(key->g, &key->limits);
    jit_schedule *s =
        p->scheduled ? jit_schedule_make(p->scheduled, key->donated, &key->limits) : NULL;
    bool ok = s && note_facts(p, s);
    if (ok && key->profiled && (ok = (p->profile = jit_profile_make(s))))
        jit_profile_add(p->profile);
    st->ms_schedule = lap("schedule", &at);
    jit_dump_schedule(key, s);

    jit_module *m = ok ? b->emit(s, name, &wants_eqns) : NULL;
    st->ms_emit = lap("emit", &at);
    jit_dump_module(key, m, JIT_TEXT_EMITTED);

    ok = m && b->optimize(m);
    st->ms_optimize = lap("optimize", &at);
    jit_dump_module(key, ok ? m : NULL, JIT_TEXT_OPTIMIZED);
    jit_dump_module(key, ok ? m : NULL, JIT_TEXT_ASM);

    at = jit_now_ms();
    ok = ok && b->code(m, &code);
    st->ms_code = lap("code", &at);

    p->facts.wants_eqns = wants_eqns;
    if (ok && !key->profiled) /* profiled code contains addresses */
        jit_disk_write(p, &code, name);
    ok = ok && b->load(&code, name, key->g->name, &p->code);
    st->ms_load = lap("load", &at);

    b->end(m);
    jit_schedule_free(s);
    st->ms_llvm = jit_now_ms() - begin;
    return ok;
}

/* Code that cannot be loaded counts as absent. */
static bool load_from_disk(jit_program *p, jit_stats *st)
{
    IR_NO_FORK;
    char name[JIT_NAME_SIZE];
    double start = jit_now_ms();
    IR_OPTIONAL;
    jit_bytes code = jit_disk_read(p, name);
    st->from_disk = code.at && p->key.backend->load(&code, name, p->key.g->name, &p->code);
    st->ms_load = lap("load", &start);
    return st->from_disk;
}

/* ---- programs ------------------------------------------------------------------------------- */

/* Collects all that a call needs. False with an error recorded. */
static bool make_callable(jit_program *p)
{
    const ir_graph *g = p->key.g;
    int n = 0;
    if (!(p->tape_out = ir_new((size_t)g->nout * sizeof *p->tape_out)))
        return false;
    for (int k = 0; k < g->nout; k++)
        if (ir_is_tape(&g->out[k]->type))
            p->tape_out[n++] = k;
    if (p->facts.wants_eqns) {
        if (!p->scheduled && !(p->scheduled = jit_widen_lanes(p->key.g, &p->key.limits)))
            return false;
        if (!(p->eqns = jit_list_eqns(p->scheduled, NULL)))
            return false;
    }
    p->run = (jac_host_program){.entry = p->code.entry,
                                .table = (const void *const *)p->eqns,
                                .name = g->name,
                                .arena_bytes = p->facts.arena_bytes,
                                .ntape = p->facts.ntape,
                                .tape = p->tape,
                                .ntape_out = n,
                                .tape_out = p->tape_out};
    return true;
}

/* Takes over the key. */
static jit_program *program_new(jit_key *key, jit_stats *st)
{
    jit_program *p = ir_new(sizeof *p);
    if (!p) {
        jit_key_free(key);
        return NULL;
    }
    p->key = *key;
    p->users = 1;
    if ((!key->profiled && load_from_disk(p, st)) || make_code(p, st)) {
        if (make_callable(p))
            return p;
    }
    jit_program_free(p);
    return NULL;
}

/* Marks the donated inputs whose buffers some output could take; *result is NULL if there are none.
 * The caller frees it. False with an error recorded. */
static bool worth_donating(const ir_graph *g, const uint8_t *donated, uint8_t **result)
{
    bool some = false;
    *result = NULL;
    if (!donated)
        return true;
    uint8_t *worth = ir_new((size_t)g->nin + 1);
    if (!worth)
        return false;
    for (int k = 0; k < g->nin; k++)
        for (int j = 0; donated[k] && !worth[k] && j < g->nout; j++)
            some |= worth[k] = jit_may_take(&g->in[k]->type, &g->out[j]->type);
    if (some)
        *result = worth;
    else
        free(worth);
    return true;
}

static void mix(ir_hash128 *hash, const void *bytes, size_t size)
{
    XXH128_hash_t d = XXH3_128bits_withSeed(bytes, size, hash->lo);
    *hash = (ir_hash128){.lo = hash->lo ^ d.low64, .hi = hash->hi ^ d.high64};
}

/* Defaults do not change the hash. */
static ir_hash128 hash_of(const jit_key *key)
{
    ir_hash128 hash = jit_debug_key(key->g, ir_graph_hash(key->g));
    if (key->backend != &jit_backend_llvm)
        mix(&hash, key->backend->name, strlen(key->backend->name));
    if (memcmp(&key->limits, &key->backend->limits, sizeof key->limits))
        mix(&hash, &key->limits, sizeof key->limits);
    if (key->donated)
        mix(&hash, key->donated, (size_t)key->g->nin);
    return hash;
}

/* Takes over the optimised graph. False with an error recorded, and then there is no key. */
static bool key_of(ir_graph *optimised, const jit_options *o, jit_key *key)
{
    unsigned failures = ir_fail_count();
    *key = (jit_key){.g = optimised,
                     .profiled = o->profiled,
                     .backend = o->backend ? o->backend : &jit_backend_llvm};
    key->limits = o->limits ? *o->limits : key->backend->limits;
    if (worth_donating(optimised, o->donated, &key->donated))
        key->hash = hash_of(key);
    if (ir_fail_count() == failures)
        return true;
    jit_key_free(key);
    return false;
}

static void note_compiled(const jit_program *p, double start)
{
    IR_OPTIONAL;
    const char *name = p->key.g->name;
    if (jit_profiling() && (name = ir_name(name, strlen(name))))
        jit_profile_note_ms("compile", name, start, jit_now_ms());
}

jit_program *jit_compile(ir_graph *g, const jit_options *options)
{
    static const jit_options usual;
    jit_stats st = {.ms_trace = trace_ms, .eqns_before = ir_count_eqns(g)};
    trace_ms = 0;
    double start = jit_now_ms(), passed = start;
    ir_graph *optimised = ir_optimize(g);
    if (!optimised)
        return NULL;
    jit_key key;
    if (!key_of(optimised, options ? options : &usual, &key))
        return NULL;
    st.hash = key.hash;
    st.ms_passes = lap("passes", &passed);
    st.eqns_after = ir_count_eqns(optimised);
    jit_dump_graphs(g, &key);
    unsigned failures = ir_fail_count();
    jit_program *p = jit_cache_find(&key);
    st.cached = p != NULL;
    if (p || ir_fail_count() != failures)
        jit_key_free(&key);
    else if ((p = program_new(&key, &st)))
        p = jit_cache_publish(p);
    if (!p)
        return NULL;
    note_compiled(p, start);
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

bool jit_run(const jit_program *p, const void *const *in, void *const *out)
{
    return jac_host_run(&p->run, in, out);
}
