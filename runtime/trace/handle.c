/* Handles and scopes. Each thread has its own.
 *
 * A handle is not an address. It contains the number of a slot in its thread's table and the slot's
 * generation, so that a handle that outlives its value is detected. Handles are odd, and addresses
 * of a jac_function are even:
 *
 *   bit 0: 1   bit 1: traced   bits 2-29: slot   bits 30-50: generation   bits 51-62: thread
 *
 * All scopes share one stack of slots, and each scope is a mark in it. Closing a scope pops the
 * stack down to its mark.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/runtime.h"

enum { CHUNK = 512, INDEX_BITS = 28, GENERATION_BITS = 21, THREAD_BITS = 12 };
#define NO_SLOT    UINT32_MAX
#define NO_HANDLE  UINTPTR_MAX /* in a free slot; its slot number is more than any slot has */
#define MASK(bits) (((uint64_t)1 << (bits)) - 1)

typedef struct {
    uint32_t slot;     /* NO_SLOT: the leaf that owns the entry now holds nothing */
    const void *owner; /* the leaf that keeps the value beyond its scope, or NULL */
} entry;

typedef struct {
    uint32_t thread;
    rt_slot **chunk;
    uint32_t nslot, free; /* slots made so far; first free one + 1, linked through `scoped` */
    entry *stack;
    uint32_t n, cap;
    uint32_t vacant; /* entries without a slot */
} table;

static _Thread_local table *mine;
static pthread_key_t at_exit;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static atomic_uint threads;

static rt_slot *slot_at(const table *t, uint32_t k)
{
    return &t->chunk[k / CHUNK][k % CHUNK];
}

/* ---- slots ----------------------------------------------------------------------------------- */

static void slot_free(table *t, uint32_t k)
{
    rt_slot *s = slot_at(t, k);
    rt_kind kind = (rt_kind)s->kind;
    rt_array *array = s->array;
    rt_function *function = kind == RT_DONATED ? s->taker : s->function;
    s->kind = RT_FREE;
    s->word = NO_HANDLE;
    s->generation = (s->generation + 1) & MASK(GENERATION_BITS);
    /* A slot that has used up its generations is never reused, so no old handle can match it. */
    if (s->generation != 0) {
        s->scoped = t->free;
        t->free = k + 1;
    }
    if (kind == RT_ARRAY)
        rt_array_release(array);
    if (kind == RT_FUNCTION || kind == RT_DONATED)
        rt_fn_release(&function->face);
}

static void slot_drop(table *t, uint32_t k, uint32_t *count)
{
    rt_slot *s = slot_at(t, k);
    --*count;
    if (!s->scoped && !s->retained)
        slot_free(t, k);
}

static void table_free(void *p)
{
    table *t = p, *was = mine;
    if (!t)
        return;
    mine = t;
    for (uint32_t k = 0; k < t->nslot; k++)
        if (slot_at(t, k)->kind != RT_FREE) {
            t->free = 0;
            slot_free(t, k);
        }
    for (uint32_t k = 0; k * CHUNK < t->nslot; k++)
        free(t->chunk[k]);
    free(t->chunk);
    free(t->stack);
    free(t);
    mine = was == t ? NULL : was;
}

static void make_key(void)
{
    pthread_key_create(&at_exit, table_free);
}

/* Frees the main thread's table: the key's destructor does not run when main returns. */
__attribute__((destructor)) static void free_last(void)
{
    if (mine) {
        pthread_setspecific(at_exit, NULL);
        table_free(mine);
    }
}

/* The thread's table, made on first use. NULL with an error if memory runs out. */
static table *get(void)
{
    if (mine)
        return mine;
    pthread_once(&once, make_key);
    table *t = ir_new(sizeof *t);
    if (!t || pthread_setspecific(at_exit, t)) {
        ir_fail("out of memory: cannot allocate this thread's handles");
        free(t);
        return NULL;
    }
    /* Never 0, so that an uninitialised variable is unlikely to look like a handle. */
    t->thread = 1 + atomic_fetch_add(&threads, 1) % (uint32_t)MASK(THREAD_BITS);
    return mine = t;
}

static bool chunk_new(table *t)
{
    uint32_t k = t->nslot / CHUNK;
    rt_slot **all = ir_resize(t->chunk, (k + 1) * sizeof *t->chunk);
    if (!all)
        return false;
    t->chunk = all;
    if (!(all[k] = ir_new(CHUNK * sizeof **all)))
        return false;
    /* Thread numbers repeat, so start at a generation that earlier threads are unlikely to have
     * used. */
    for (int j = 0; j < CHUNK; j++) {
        all[k][j].generation = 1 + (atomic_load(&threads) >> THREAD_BITS) * 1009;
        all[k][j].word = NO_HANDLE;
    }
    return true;
}

/* Takes a free slot or makes one; NO_SLOT with an error if neither is possible. */
static uint32_t slot_new(table *t)
{
    if (t->free) {
        uint32_t k = t->free - 1;
        t->free = slot_at(t, k)->scoped;
        return k;
    }
    if (t->nslot == MASK(INDEX_BITS)) {
        ir_fail("there are more than %u handles alive in this thread", t->nslot);
        return NO_SLOT;
    }
    if (t->nslot % CHUNK == 0 && !chunk_new(t))
        return NO_SLOT;
    return t->nslot++;
}

/* Makes room on the stack for n entries in all. */
static bool reserve(table *t, size_t n)
{
    if (n <= t->cap)
        return true;
    size_t cap = t->cap ? 2 * (size_t)t->cap : 256;
    cap = cap < n ? n : cap;
    entry *stack = cap <= UINT32_MAX ? ir_resize(t->stack, cap * sizeof *stack) : NULL;
    if (!stack)
        return ir_fail("out of memory: cannot open a scope of %zu handles", n);
    t->stack = stack;
    t->cap = (uint32_t)cap;
    return true;
}

/* The caller has made room. */
static void push(table *t, uint32_t slot, const void *owner)
{
    t->stack[t->n++] = (entry){slot, owner};
}

/* A loop without JAC_SCOPE keeps all that it makes. */
static void say_many(void)
{
    const ir_loc *at = ir_loc_get();
    const char *file = at && at->file ? strrchr(at->file, '/') : NULL;
    ir_env_say("JAC_SCOPE",
               "is missing? At %s:%d there are more than %d handles, each of which is kept until the "
               "scope that is open there closes, or until the thread ends",
               file             ? file + 1
               : at && at->file ? at->file
                                : "?",
               at ? at->line : 0, JAC_SCOPE_MANY);
}

/* Makes a handle to a new slot; 0 with an error if memory runs out. */
static uintptr_t wrap_word(rt_slot **slot, rt_kind kind)
{
    rt_enter(__builtin_frame_address(0), NULL, NULL);
    table *t = get();
    uint32_t k = t && reserve(t, (size_t)t->n + 1) ? slot_new(t) : NO_SLOT;
    if (k == NO_SLOT)
        return 0;
    rt_slot *s = *slot = slot_at(t, k);
    s->kind = (uint8_t)kind;
    s->scoped = 1;
    s->retained = 0;
    push(t, k, NULL);
    if (t->n == JAC_SCOPE_MANY + 1)
        say_many();
    return s->word = 1 | (uintptr_t)(kind == RT_TRACED) << 1 | (uintptr_t)k << 2 |
                     (uintptr_t)s->generation << (2 + INDEX_BITS) |
                     (uintptr_t)t->thread << (2 + INDEX_BITS + GENERATION_BITS);
}

static jac wrap(rt_slot **slot, rt_kind kind)
{
    return (jac){(const struct jac_opaque *)wrap_word(slot, kind)};
}

jac rt_wrap_array(rt_array *a)
{
    rt_slot *s;
    if (!a)
        return JAC_NULL;
    jac x = wrap(&s, RT_ARRAY);
    if (jac_ok(x))
        s->array = a;
    else
        rt_array_release(a);
    return x;
}

jac rt_wrap_number(rt_number n)
{
    rt_slot *s;
    jac x = wrap(&s, RT_NUMBER);
    if (jac_ok(x))
        s->number = n;
    return x;
}

jac rt_wrap_value(uint64_t trace, ir_value *v)
{
    rt_slot *s;
    if (!v)
        return JAC_NULL;
    jac x = wrap(&s, RT_TRACED);
    if (jac_ok(x)) {
        s->trace = trace;
        s->value = v;
    }
    return x;
}

jac_fn rt_wrap_function(rt_function *f)
{
    rt_slot *s;
    if (!f)
        return JAC_NULL_FN;
    uintptr_t x = wrap_word(&s, RT_FUNCTION);
    if (x)
        s->function = f;
    else
        rt_fn_release(&f->face);
    return (jac_fn){(rt_face)x};
}

/* ---- finding the slot of a handle ------------------------------------------------------------ */

static const char escaped_tracer[] = "belongs to a trace that has ended (a traced value can "
                                     "leave its function or block only as a result or as state)";

static uint32_t index_of(uintptr_t h)
{
    return (uint32_t)(h >> 2 & MASK(INDEX_BITS));
}

/* The slot of handle h, or NULL. Each call looks up every argument and result, some of them twice,
 * so this is one comparison. */
static rt_slot *slot_of(uintptr_t h)
{
    const table *t = mine;
    uint32_t k = index_of(h);
    rt_slot *s = t && k < t->nslot ? slot_at(t, k) : NULL;
    return s && s->word == h ? s : NULL;
}

/* Why h has no slot, as a predicate. */
static const char *why_not(uintptr_t h)
{
    if (!h)
        return "is a null handle";
    if (!(h & 1))
        return "is not a handle (an uninitialised variable?)";
    if (!mine || h >> (2 + INDEX_BITS + GENERATION_BITS) != mine->thread)
        return "belongs to another thread (or is an uninitialised variable)";
    return h & 2 ? escaped_tracer
                 : "is a handle whose scope has closed (keep it from the scope, or call "
                   "jac_retain, or jac_retain_fn for a function)";
}

/* If the line of the call is unknown, the message gives the line of jac_jit instead. */
static const char *say_donated(const rt_slot *s)
{
    static _Thread_local char text[1024];
    const struct jac_function *f = &s->taker->face;
    const char *slash = s->file ? strrchr(s->file, '/') : NULL;
    bool made = s->file == f->at.file && s->line == f->at.line;
    snprintf(text, sizeof text, "is gone: it was donated as %s of %s, %s at %s:%d",
             rt_leaf_name(f, s->leaf), f->name, made ? "jitted" : "called",
             slash     ? slash + 1
             : s->file ? s->file
                       : "?",
             s->line);
    return text;
}

rt_slot *rt_slot_of(jac x)
{
    const char *why;
    rt_slot *s = slot_of((uintptr_t)x.word);
    if (s && s->kind <= RT_NUMBER)
        return s;
    if (!s)
        why = why_not((uintptr_t)x.word);
    else if (s->kind == RT_FUNCTION)
        why = "is a function, not an array";
    else if (s->kind == RT_DONATED)
        why = say_donated(s);
    else if (rt_trace_is_open(s->trace))
        return s;
    else
        why = escaped_tracer;
    ir_fail("%sthis value %s", rt_entered(), why);
    return NULL;
}

const char *rt_no_handle(jac x)
{
    return slot_of((uintptr_t)x.word) ? NULL : why_not((uintptr_t)x.word);
}

void rt_give_up(jac x, rt_function *f, int leaf)
{
    const ir_loc *at = ir_loc_get();
    rt_slot *s = slot_of((uintptr_t)x.word);
    if (!s || s->kind != RT_ARRAY)
        return;
    rt_array *array = s->array;
    s->kind = RT_DONATED;
    s->taker = f;
    s->file = at ? at->file : NULL;
    s->line = at ? at->line : 0;
    s->leaf = leaf;
    rt_fn_retain(&f->face);
    rt_array_release(array);
}

rt_face rt_fn(jac_fn f)
{
    if (f.face && !((uintptr_t)f.face & 1)) {
        if (f.face->mark == JAC_FUNCTION_MARK_)
            return f.face;
        ir_fail("%sthis is not a function that JAC_FN made (for a C function f, pass f_fn)",
                rt_entered());
        return NULL;
    }
    rt_slot *s = slot_of((uintptr_t)f.face);
    if (s && s->kind == RT_FUNCTION)
        return &s->function->face;
    if (s)
        ir_fail("%sthis is an array, not a function", rt_entered());
    else if (!jac_ok(f))
        ir_fail("%sa null function was given", rt_entered());
    else
        ir_fail("%sthis function %s", rt_entered(), why_not((uintptr_t)f.face));
    return NULL;
}

void rt_retain(jac x)
{
    rt_slot *s = slot_of((uintptr_t)x.word);
    if (s)
        s->retained++;
}

void rt_release(jac x)
{
    rt_slot *s = slot_of((uintptr_t)x.word);
    if (s && s->retained)
        slot_drop(mine, index_of((uintptr_t)x.word), &s->retained);
}

jac jac_retain_(const jac_loc *at, jac x)
{
    rt_at(at);
    if (!rt_slot_of(x))
        return JAC_NULL;
    rt_retain(x);
    return x;
}

static void release(uintptr_t h)
{
    if (!h)
        return;
    rt_slot *s = slot_of(h);
    if (!s)
        ir_fail("%sthe handle %s", rt_entered(), why_not(h));
    else if (!s->retained)
        ir_fail("%sthe handle was not retained, or has been released already", rt_entered());
    else
        slot_drop(mine, index_of(h), &s->retained);
}

void jac_release_(const jac_loc *at, jac x)
{
    rt_at(at);
    release((uintptr_t)x.word);
}

jac_fn jac_retain_fn_(const jac_loc *at, jac_fn f)
{
    rt_at(at);
    if (!rt_fn(f))
        return JAC_NULL_FN;
    if ((uintptr_t)f.face & 1)
        rt_retain((jac){(const struct jac_opaque *)f.face});
    return f;
}

void jac_release_fn_(const jac_loc *at, jac_fn f)
{
    rt_at(at);
    if ((uintptr_t)f.face & 1)
        release((uintptr_t)f.face);
}

/* ---- scopes ---------------------------------------------------------------------------------- */

static void pop_to(table *t, uint32_t mark)
{
    while (t->n > mark) {
        uint32_t k = t->stack[--t->n].slot;
        if (k == NO_SLOT)
            t->vacant--;
        else
            slot_drop(t, k, &slot_at(t, k)->scoped);
    }
}

/* Adds a scope reference to the value, so that popping the stack does not free it. */
static void hold(jac x)
{
    rt_slot *s = slot_of((uintptr_t)x.word);
    if (s)
        s->scoped++;
}

unsigned rt_begin_as(const jac_loc *at, const char *name)
{
    rt_at_as(at, name);
    return mine ? mine->n : 0;
}

/* Holds each result while the scope is popped, then pushes it to the enclosing scope. */
bool rt_end_tree(unsigned mark, int n, jac *results)
{
    table *t = mine;
    if (!t)
        return true;
    bool ok = n == 0 || reserve(t, (size_t)mark + (size_t)n);
    for (int j = 0; j < n && ok; j++)
        hold(results[j]);
    pop_to(t, mark);
    for (int j = 0; j < n; j++)
        if (!ok)
            results[j] = JAC_NULL;
        else if (slot_of((uintptr_t)results[j].word))
            push(t, index_of((uintptr_t)results[j].word), NULL);
    return ok;
}

jac rt_end(unsigned mark, jac result)
{
    rt_end_tree(mark, 1, &result);
    return result;
}

jac_scope jac_scope_open_(const jac_loc *at, int n, const jac_tree *keep)
{
    jac_scope s; /* not initialised as a whole: `keep` is large and mostly unused */
    int leaves = 0;
    s.open = true;
    s.mark = rt_begin_as(at, "JAC_SCOPE");
    s.n = n;
    for (int k = 0; k < n; k++) {
        s.keep[k] = keep[k];
        if (!keep[k].leaves && keep[k].n) {
            ir_fail("JAC_SCOPE: a null pointer was given for tree %d", k);
            s.keep[k].n = 0;
        }
        leaves += s.keep[k].n;
    }
    s.before = leaves ? ir_memory_take((size_t)leaves * sizeof *s.before) : NULL;
    if (leaves && !s.before)
        ir_fail("out of memory: cannot keep %d handles of a scope", leaves);
    for (int k = 0, to = 0; k < n && s.before; k++)
        for (int j = 0; j < s.keep[k].n; j++)
            s.before[to++] = keep[k].leaves[j];
    return s;
}

/* Finds the entry below `mark` that an earlier scope made for the same leaf and that holds `value`
 * (for a null value: that is vacant); NULL if there is none. */
static entry *owned_entry(table *t, uint32_t mark, const jac *leaf, jac value)
{
    uint32_t slot = jac_ok(value) ? index_of((uintptr_t)value.word) : NO_SLOT;
    if (jac_ok(value) ? !slot_of((uintptr_t)value.word) : !t->vacant)
        return NULL;
    for (uint32_t k = mark; k-- > 0;)
        if (t->stack[k].owner == leaf && t->stack[k].slot == slot)
            return &t->stack[k];
    return NULL;
}

/* Puts the leaf's new value into the stack entry of its old one, whichever scope that belongs to.
 * Entries must not move, because scopes opened later have their marks above it. */
static void hand_on(table *t, uint32_t mark, const jac *leaf, jac before)
{
    uintptr_t h = (uintptr_t)leaf->word;
    uint32_t slot = slot_of(h) ? index_of(h) : NO_SLOT;
    entry *e = owned_entry(t, mark, leaf, before);
    if (!e) {
        if (slot != NO_SLOT)
            push(t, slot, leaf);
        return;
    }
    uint32_t old = e->slot;
    e->slot = slot;
    t->vacant += (slot == NO_SLOT) - (old == NO_SLOT);
    if (old != NO_SLOT)
        slot_drop(t, old, &slot_at(t, old)->scoped);
}

static int count_leaves(const jac_scope *s)
{
    int n = 0;
    for (int k = 0; k < s->n; k++)
        n += s->keep[k].n;
    return n;
}

/* Makes the leaves null handles, after memory ran out. */
static void drop_leaves(const jac_scope *s)
{
    for (int k = 0; k < s->n; k++)
        for (int j = 0; j < s->keep[k].n; j++)
            s->keep[k].leaves[j] = JAC_NULL;
}

void jac_scope_close_(jac_scope *s)
{
    table *t = mine;
    int leaves = count_leaves(s);
    if (!t)
        return;
    if (!leaves) {
        pop_to(t, s->mark);
        return;
    }
    if (!s->before || !reserve(t, (size_t)s->mark + (size_t)leaves)) {
        pop_to(t, s->mark);
        drop_leaves(s);
        ir_memory_give(s->before, (size_t)leaves * sizeof *s->before);
        return;
    }
    for (int k = 0; k < s->n; k++)
        for (int j = 0; j < s->keep[k].n; j++)
            hold(s->keep[k].leaves[j]);
    pop_to(t, s->mark);
    int at = 0;
    for (int k = 0; k < s->n; k++)
        for (int j = 0; j < s->keep[k].n; j++)
            hand_on(t, s->mark, &s->keep[k].leaves[j], s->before[at++]);
    ir_memory_give(s->before, (size_t)leaves * sizeof *s->before);
}
