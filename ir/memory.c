/* Memory for arrays. Large blocks that are given back are kept for the next array of such a size:
 * what the kernel hands out it must first clear, page by page, and that takes longer than most
 * programs take to fill it. For the same reason they are asked for in huge pages. */
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ir/ir.h"

enum {
    LINE = 64,
    LARGE = 128 << 10, /* bytes; what is smaller malloc keeps itself */
    HUGE = 2 << 20,    /* a huge page */
    KEPT = 32,         /* blocks */
};

/* Sanitizers are to see what is used after it was given back. */
#if defined(__SANITIZE_ADDRESS__)
enum { KEEPS = 0 };
#else
enum { KEEPS = 1 };
#endif

static struct {
    pthread_mutex_t lock;
    int n; /* the oldest first */
    struct {
        void *p;
        size_t bytes;
    } block[KEPT];
    size_t bytes, most;
} kept = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* Sizes that share blocks: at most an eighth larger than asked for. */
static size_t room_for(size_t bytes)
{
    size_t unit = LINE;
    if (bytes < LARGE)
        return bytes ? (bytes + LINE - 1) & ~(size_t)(LINE - 1) : LINE;
    while (unit * 16 <= bytes)
        unit *= 2;
    return (bytes + unit - 1) & ~(unit - 1);
}

static void *keep_out(size_t room)
{
    void *found = NULL;
    pthread_mutex_lock(&kept.lock);
    for (int k = kept.n - 1; k >= 0 && !found; k--)
        if (kept.block[k].bytes == room) {
            found = kept.block[k].p;
            kept.bytes -= room;
            kept.n--;
            for (; k < kept.n; k++)
                kept.block[k] = kept.block[k + 1];
        }
    pthread_mutex_unlock(&kept.lock);
    return found;
}

static void drop_oldest(void)
{
    free(kept.block[0].p);
    kept.bytes -= kept.block[0].bytes;
    kept.n--;
    for (int k = 0; k < kept.n; k++)
        kept.block[k] = kept.block[k + 1];
}

/* An eighth of the machine's memory. */
static size_t most_kept(void)
{
    long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
    return pages > 0 && size > 0 ? (size_t)pages / 8 * (size_t)size : 0;
}

static void keep(void *p, size_t room)
{
    pthread_mutex_lock(&kept.lock);
    if (!kept.most)
        kept.most = most_kept();
    if (room > kept.most) {
        free(p);
    } else {
        while (kept.n == KEPT || (kept.n && kept.bytes + room > kept.most))
            drop_oldest();
        kept.block[kept.n].p = p;
        kept.block[kept.n++].bytes = room;
        kept.bytes += room;
    }
    pthread_mutex_unlock(&kept.lock);
}

void *ir_memory_take(size_t bytes)
{
    size_t room = room_for(bytes);
    if (room < bytes)
        return NULL;
    void *p = KEEPS && room >= LARGE ? keep_out(room) : NULL;
    if (p)
        return p;
    if (posix_memalign(&p, room >= 2 * HUGE ? HUGE : LINE, room))
        return NULL;
    if (room >= 2 * HUGE)
        madvise(p, room, MADV_HUGEPAGE);
    return p;
}

void ir_memory_give(void *p, size_t bytes)
{
    size_t room = room_for(bytes);
    if (p && KEEPS && room >= LARGE)
        keep(p, room);
    else
        free(p);
}
