/* Memory for arrays. Blocks that are not large are kept by the thread that gives them back, a few
 * of each size, so that repeated calls ask malloc for nothing. Large blocks that are given back are
 * kept for the next array of such a size: what the kernel hands out it must first clear, page by
 * page, and that takes longer than most programs take to fill it. For the same reason they are
 * asked for in huge pages. */
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ir/ir.h"

enum {
    LINE = 64,
    LARGE = 128 << 10,      /* bytes; what is smaller a thread keeps */
    HUGE = 2 << 20,         /* a huge page */
    KEPT = 32,              /* large blocks */
    CLASSES = 72,           /* sizes below LARGE */
    CLASS_BYTES = 64 << 10, /* that a thread keeps of each */
    CLASS_MOST = 64,        /* blocks at most */
    CLASS_LEAST = 2,
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
    if (!bytes)
        return LINE;
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

/* ---- blocks that are not large --------------------------------------------------------------- */

/* Free blocks of a thread, by class, linked through their first word. */
typedef struct {
    void *first[CLASSES];
    int n[CLASSES];
    bool ends; /* is the thread's end to be heard of? */
} small_blocks;

/* Sizes are up to 7 lines, or 8 to 15 times a power of two of them. */
static int class_of(size_t room)
{
    size_t lines = room / LINE;
    int shift = 0;
    for (; lines > 15; lines /= 2)
        shift++;
    return 8 * shift + (int)lines;
}

static _Thread_local small_blocks mine;
static pthread_key_t at_end;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void thread_ends(void *blocks)
{
    small_blocks *b = blocks;
    for (int k = 0; k < CLASSES; k++) {
        while (b->first[k]) {
            void *next = *(void **)b->first[k];
            free(b->first[k]);
            b->first[k] = next;
        }
        b->n[k] = CLASS_MOST; /* what comes later is not kept */
    }
}

static void make_key(void)
{
    pthread_key_create(&at_end, thread_ends);
}

static void *small_out(size_t room)
{
    int class = class_of(room);
    void **first = &mine.first[class], *p = *first;
    if (p) {
        *first = *(void **)p;
        mine.n[class]--;
    }
    return p;
}

static void small_in(void *p, size_t room)
{
    int class = class_of(room), n = mine.n[class];
    if (n >= CLASS_MOST || (n >= CLASS_LEAST && n * room >= CLASS_BYTES)) {
        free(p);
        return;
    }
    if (!mine.ends) {
        pthread_once(&once, make_key);
        mine.ends = !pthread_setspecific(at_end, &mine);
    }
    *(void **)p = mine.first[class];
    mine.first[class] = p;
    mine.n[class]++;
}

/* ---- blocks of any size ---------------------------------------------------------------------- */

static void *kept_of(size_t room)
{
    if (!KEEPS)
        return NULL;
    return room < LARGE ? small_out(room) : keep_out(room);
}

void *ir_memory_take(size_t bytes)
{
    size_t room = room_for(bytes);
    if (room < bytes)
        return NULL;
    void *p = kept_of(room);
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
    if (!p || !KEEPS)
        free(p);
    else if (room < LARGE)
        small_in(p, room);
    else
        keep(p, room);
}
