/* Tapes: arrays whose leading axis has one slice for each step that a loop made.
 *
 * The buffer of a value whose leading dimension is IR_DYNAMIC holds no elements but a pointer to a
 * tape, with a reference to it. Slices may be tapes themselves. A null pointer is a tape of zeros
 * of any length. A tape grows by doubling, and only the loop that makes it writes it.
 */
#include <stdlib.h>
#include <string.h>

#include "ir/ir.h"

struct ir_tape {
    atomic_int refs;
    ir_type slice;
    size_t stride; /* bytes of a slice */
    int64_t n, cap;
    char *data;
};

static atomic_size_t live, peak, limit;

size_t ir_tape_live_bytes(void)
{
    return atomic_load(&live);
}

size_t ir_tape_peak_bytes(bool reset)
{
    return reset ? atomic_exchange(&peak, atomic_load(&live)) : atomic_load(&peak);
}

void ir_tape_set_limit(size_t bytes)
{
    atomic_store(&limit, bytes);
}

/* The limit is 8 GiB unless the program or the environment sets another. */
size_t ir_tape_limit(void)
{
    size_t most = atomic_load(&limit);
    if (most)
        return most;
    most = (size_t)ir_env_bytes("JACQUARD_TAPE_LIMIT", 1, (int64_t)8 << 30);
    atomic_store(&limit, most);
    return most;
}

static bool account(size_t more, int64_t steps, const ir_type *slice)
{
    size_t now = atomic_fetch_add(&live, more) + more, most = ir_tape_limit();
    if (now > most) {
        atomic_fetch_sub(&live, more);
        return ir_fail(
            "the tape of a while_loop under reverse mode would take more than %zu bytes "
            "(after %lld steps of %s each): raise jac_tape_limit, or bound the memory with "
            "jac_checkpointed_while_loop",
            most, (long long)steps, ir_type_tmp(slice));
    }
    for (size_t was = atomic_load(&peak);
         now > was && !atomic_compare_exchange_weak(&peak, &was, now);)
        ;
    return true;
}

ir_tape *ir_tape_new(const ir_type *slice)
{
    ir_tape *t = ir_new(sizeof *t);
    if (!t)
        return NULL;
    atomic_init(&t->refs, 1);
    t->slice = *slice;
    t->stride = ir_type_bytes(slice);
    return t;
}

ir_tape *ir_tape_retain(ir_tape *t)
{
    if (t)
        atomic_fetch_add_explicit(&t->refs, 1, memory_order_relaxed);
    return t;
}

void ir_tape_release(ir_tape *t)
{
    if (!t || atomic_fetch_sub_explicit(&t->refs, 1, memory_order_acq_rel) != 1)
        return;
    if (ir_is_tape(&t->slice))
        for (int64_t k = 0; k < t->n; k++)
            ir_tape_release(((ir_tape **)t->data)[k]);
    atomic_fetch_sub(&live, (size_t)t->cap * t->stride);
    free(t->data);
    free(t);
}

int64_t ir_tape_length(const ir_tape *t)
{
    return t ? t->n : 0;
}

static bool grow(ir_tape *t, int64_t cap)
{
    size_t more = (size_t)(cap - t->cap) * t->stride;
    if (!account(more, t->n, &t->slice))
        return false;
    char *data = realloc(t->data, (size_t)cap * t->stride + 1);
    if (!data) {
        atomic_fetch_sub(&live, more);
        return ir_fail("out of memory: a tape of %lld slices %s", (long long)cap,
                       ir_type_tmp(&t->slice));
    }
    t->data = data;
    t->cap = cap;
    return true;
}

bool ir_tape_resize(ir_tape *t, int64_t n)
{
    if (n > t->cap && !grow(t, n > 2 * t->cap && n > 16 ? n : t->cap ? 2 * t->cap : 16))
        return false;
    if (n > t->n)
        memset(t->data + (size_t)t->n * t->stride, 0, (size_t)(n - t->n) * t->stride);
    t->n = n > t->n ? n : t->n;
    return true;
}

void *ir_tape_at(const ir_tape *t, int64_t k)
{
    return t && k < t->n ? t->data + (size_t)k * t->stride : NULL;
}

/* ---- buffers that may hold a tape ------------------------------------------------------------ */

void ir_buffer_copy(const ir_type *t, void *to, const void *from)
{
    size_t bytes = ir_type_bytes(t);
    if (bytes)
        memmove(to, from, bytes);
    if (ir_is_tape(t))
        ir_tape_retain(*(ir_tape **)to);
}

void ir_buffer_drop(const ir_type *t, void *buf)
{
    if (!ir_is_tape(t))
        return;
    ir_tape_release(*(ir_tape **)buf);
    *(ir_tape **)buf = NULL;
}
