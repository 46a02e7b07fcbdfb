/* Memory for arrays. Freed blocks are kept for reuse. Each thread keeps a few small blocks of each
 * size, so that repeated calls need not call malloc. Large blocks are kept for the whole process
 * and reused for arrays of the same size, because the kernel clears new memory page by page, which
 * often takes longer than filling it. For the same reason large blocks use huge pages. */
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ir/ir.h"

enum {
    LINE = 64,
    LARGE = 128 << 10,      /* bytes; smaller blocks are kept per thread */
    HUGE = 2 << 20,         /* bytes of a huge page */
    KEPT = 32,              /* large blocks that the process keeps at most */
    CLASSES = 72,           /* size classes below LARGE */
    CLASS_BYTES = 64 << 10, /* bytes of each class that a thread keeps at most */
    CLASS_MOST = 64,        /* blocks of each class that a thread keeps at most */
    CLASS_LEAST = 2,        /* blocks that it may keep whatever their size */
};

/* Under AddressSanitizer nothing is kept, so that it detects uses after a block is freed. */
#if defined(__SANITIZE_ADDRESS__)
enum { KEEPS = 0 };
#else
enum { KEEPS = 1 };
#endif

static struct {
    pthread_mutex_t lock;
    int n; /* number of blocks; the oldest comes first */
    struct {
        void *p;
        size_t bytes;
    } block[KEPT];
    size_t bytes, most;
} kept = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* Rounds a size up to one of few, so that blocks can be reused; adds at most about an eighth. */
static size_t room_for(size_t bytes)
{
    size_t unit = LINE;
    if (bytes <= LINE)
        return LINE;
    while (unit <= bytes / 16)
        unit *= 2;
    return (bytes + unit - 1) & ~(unit - 1);
}

/* Not inlined, so that small blocks, which each call needs, do not pay for its registers. */
__attribute__((noinline)) static void *keep_out(size_t room)
{
    void *found = NULL;
    ir_lock(&kept.lock);
    for (int k = kept.n - 1; k >= 0 && !found; k--)
        if (kept.block[k].bytes == room) {
            found = kept.block[k].p;
            kept.bytes -= room;
            kept.n--;
            for (; k < kept.n; k++)
                kept.block[k] = kept.block[k + 1];
        }
    ir_unlock(&kept.lock);
    return found;
}

static void drop_oldest(void)
{
    void *oldest = kept.block[0].p;
    kept.block[0].p = NULL;
    free(oldest);
    kept.bytes -= kept.block[0].bytes;
    kept.n--;
    for (int k = 0; k < kept.n; k++)
        kept.block[k] = kept.block[k + 1];
}

/* The most bytes that are kept in large blocks: an eighth of the machine's memory. */
static size_t most_kept(void)
{
    long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
    return pages > 0 && size > 0 ? (size_t)pages / 8 * (size_t)size : 0;
}

__attribute__((noinline)) static void keep(void *p, size_t room)
{
    ir_lock(&kept.lock);
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
    ir_unlock(&kept.lock);
}

/* ---- small blocks ---------------------------------------------------------------------------- */

/* The free blocks of a thread, by size class, linked through their first word. */
typedef struct {
    void *first[CLASSES];
    int n[CLASSES];
    bool ends; /* is thread_ends registered to run when the thread ends? */
} small_blocks;

/* The size class. Rounded sizes are 1 to 7 lines, or 8 to 15 lines times a power of two. */
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
        b->n[k] = CLASS_MOST; /* so that blocks freed later are not kept */
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
