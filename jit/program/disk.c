/* Keeps code in files (JACQUARD_CACHE_DIR), so that another process need not compile.
 *
 * A file is one program: a header, then what it was made for (machine and build, the graph's whole
 * record, and which inputs are donated), then what a call must know, then the code. It is used only
 * if its length and checksum are right, it belongs to the user, and everything it was made for
 * matches; otherwise it counts as absent and is replaced. Files are put in place by renaming, so a
 * reader sees a whole file or none, even while another process writes.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <xxhash.h>

#include "jac_build_id.h"
#include "jit/program/compile.h"

#define MAGIC  "JACOBJ2\n"
#define SUFFIX ".jacquard"
#define HALF   ".writing"
enum { PATH_SIZE = 4096, ENVIRONMENT_SIZE = 4096, HALF_LIVES = 3600 };

typedef struct {
    char magic[8];
    uint64_t check[2];                                 /* of everything after this field */
    uint64_t environment, record, tapes, over, object; /* lengths in bytes of what follows */
    ir_hash128 hash;
    jit_facts facts;
    char name[JIT_NAME_SIZE]; /* of the code's function */
    char pad[6];
} header;

static pthread_mutex_t size_lock = PTHREAD_MUTEX_INITIALIZER;
static uint64_t written; /* since the directory's size was last checked */
static bool looked;

static void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static void say(const char *fmt, ...)
{
    if (!jit_logs(JIT_LOG_COMPILE))
        return;
    char text[PATH_SIZE + 256];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    fprintf(stderr, "jacquard: compile cache: %s\n", text);
}

static const char *directory(void)
{
    const char *dir = secure_getenv("JACQUARD_CACHE_DIR");
    return dir && *dir && strlen(dir) < PATH_SIZE - 128 ? dir : NULL;
}

/* What code depends on besides its graph: build, back end and limits. Returns the length. */
static size_t environment(char text[ENVIRONMENT_SIZE], const jit_key *key)
{
    enum { MOST = ENVIRONMENT_SIZE - sizeof key->limits };
    int n =
        snprintf(text, MOST, "%s %s %s ", JAC_BUILD_ID, key->backend->name, key->backend->target());
    size_t size = n < MOST ? (size_t)n : MOST - 1;
    memcpy(text + size, &key->limits, sizeof key->limits);
    return size + sizeof key->limits;
}

/* The file's name depends on the graph, the environment and the user, so that machines and users
 * that share a directory do not overwrite each other's code. */
static void file_path(char path[PATH_SIZE], const char *dir, ir_hash128 hash, const char *env,
                      size_t env_size)
{
    XXH128_hash_t e = XXH3_128bits_withSeed(env, env_size, hash.lo);
    snprintf(path, PATH_SIZE, "%s/%016" PRIx64 "%016" PRIx64 "-%u%s", dir, hash.hi ^ e.high64,
             hash.lo ^ e.low64, (unsigned)geteuid(), SUFFIX);
}

static void checksum(const header *h, size_t size, uint64_t check[2])
{
    size_t from = offsetof(header, check) + sizeof h->check;
    XXH128_hash_t sum = XXH3_128bits((const char *)h + from, size - from);
    check[0] = sum.low64;
    check[1] = sum.high64;
}

/* ---- reading -------------------------------------------------------------------------------- */

/* The file's bytes, malloc'd; NULL if there is no file, or if others than the user can write it,
 * because then it must not be run. */
static header *slurp(const char *path, size_t *size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        if (errno != ENOENT)
            say("cannot read %s: %s", path, strerror(errno));
        return NULL;
    }
    struct stat info;
    header *h = NULL;
    if (fstat(fd, &info) || !S_ISREG(info.st_mode) || info.st_uid != geteuid() ||
        info.st_mode & (S_IWGRP | S_IWOTH))
        say("%s is ignored: it is not a file that the user owns and nobody else can write", path);
    else if ((size_t)info.st_size >= sizeof *h && (h = malloc((size_t)info.st_size))) {
        size_t n = 0;
        for (ssize_t got; n < (size_t)info.st_size; n += (size_t)got)
            if ((got = read(fd, (char *)h + n, (size_t)info.st_size - n)) <= 0)
                break;
        *size = n;
        futimens(fd, NULL); /* marks it as used now: the oldest files are removed first */
    } else
        say("%s is ignored: it is too short", path);
    close(fd);
    if (h && *size < sizeof *h) {
        free(h);
        return NULL;
    }
    return h;
}

/* The code's identity: the graph's record, followed by which inputs are donated, if any are.
 * Malloc'd; NULL: no memory. */
static void *record_of(const jit_program *p, size_t *size)
{
    char *record = ir_graph_record(p->key.g, size);
    if (!record || !p->key.donated)
        return record;
    char *both = ir_resize(record, *size + (size_t)p->key.g->nin);
    if (!both) {
        free(record);
        return NULL;
    }
    memcpy(both + *size, p->key.donated, (size_t)p->key.g->nin);
    *size += (size_t)p->key.g->nin;
    return both;
}

static size_t over_bytes(const jit_program *p)
{
    return p->key.donated ? (size_t)p->key.g->nout * sizeof *p->over : 0;
}

/* If the file is damaged or was made by another build or for another machine or graph, says why.
 * Otherwise NULL. */
static const char *refuse(const header *h, size_t size, const jit_program *p, const char *env,
                          size_t env_size)
{
    uint64_t check[2];
    if (memcmp(h->magic, MAGIC, sizeof h->magic))
        return "it is not a compiled program";
    checksum(h, size, check);
    if (check[0] != h->check[0] || check[1] != h->check[1])
        return "it is damaged";
    uint64_t sum = sizeof *h + h->environment + h->record + h->tapes + h->over + h->object;
    if (sum != size || h->environment > size || h->record > size || h->tapes > size ||
        h->tapes != (uint64_t)h->facts.ntape * sizeof *p->tape || h->over > size ||
        h->name[JIT_NAME_SIZE - 1])
        return "its lengths do not add up";
    const char *at = (const char *)(h + 1);
    if (h->environment != env_size || memcmp(at, env, env_size))
        return "it is for another machine or another version";
    if (h->hash.lo != p->key.hash.lo || h->hash.hi != p->key.hash.hi)
        return "it is for another program";
    size_t bytes;
    void *record = record_of(p, &bytes);
    if (!record)
        return "there is not enough memory to read it";
    bool same = bytes == h->record && !memcmp(record, at + h->environment, bytes) &&
                h->over == over_bytes(p);
    free(record);
    return same ? NULL : "it is for another program with the same hash";
}

static void free_owner(jit_bytes *b)
{
    free(b->owner);
}

/* The code with its function renamed to a name that is new in this process. */
static jit_bytes renamed(const char *code, size_t size, const char *old, const char *name)
{
    char *copy = ir_new(size);
    if (!copy)
        return (jit_bytes){0};
    memcpy(copy, code, size);
    char *at = copy, *end = copy + size;
    while ((at = memmem(at, (size_t)(end - at), old, JIT_NAME_SIZE)))
        at = mempcpy(at, name, JIT_NAME_SIZE);
    return (jit_bytes){.at = copy, .size = size, .owner = copy, .release = free_owner};
}

jit_bytes jit_disk_read(jit_program *p, char name[JIT_NAME_SIZE])
{
    const char *dir = directory();
    if (!dir || jit_dump_dir()) /* a dump needs all stages to run */
        return (jit_bytes){0};
    char path[PATH_SIZE], env[ENVIRONMENT_SIZE];
    size_t size, env_size = environment(env, &p->key);
    file_path(path, dir, p->key.hash, env, env_size);
    header *h = slurp(path, &size);
    jit_bytes code = {0};
    if (!h)
        return code;
    const char *why = refuse(h, size, p, env, env_size);
    if (why) {
        say("%s is ignored: %s", path, why);
    } else {
        const char *at = (const char *)(h + 1) + h->environment + h->record;
        p->facts = h->facts;
        p->tape = ir_new(h->tapes);
        p->over = h->over ? ir_new(h->over) : NULL;
        if (p->tape && (p->over || !h->over)) {
            memcpy(p->tape, at, h->tapes);
            if (h->over)
                memcpy(p->over, at + h->tapes, h->over);
            jit_new_name(name);
            code = renamed(at + h->tapes + h->over, h->object, h->name, name);
        }
    }
    free(h);
    return code;
}

/* ---- keeping it within bounds --------------------------------------------------------------- */

static uint64_t most_bytes(void)
{
    return (uint64_t)ir_env_bytes("JACQUARD_CACHE_SIZE", 0, (int64_t)1 << 30);
}

typedef struct {
    char name[64];
    struct timespec used;
    uint64_t bytes;
} kept;

static int by_age(const void *x, const void *y)
{
    const kept *a = x, *b = y;
    if (a->used.tv_sec != b->used.tv_sec)
        return a->used.tv_sec < b->used.tv_sec ? -1 : 1;
    return (a->used.tv_nsec > b->used.tv_nsec) - (a->used.tv_nsec < b->used.tv_nsec);
}

static bool ends_in(const char *name, const char *suffix)
{
    size_t n = strlen(name), m = strlen(suffix);
    return n > m && !strcmp(name + n - m, suffix);
}

/* Lists the directory's programs that belong to the user, and removes files that dead processes left half written. */
static kept *list_kept(DIR *d, int *n)
{
    kept *all = NULL;
    *n = 0;
    for (struct dirent *e; (e = readdir(d));) {
        struct stat info;
        bool half = ends_in(e->d_name, HALF);
        if ((!half && !ends_in(e->d_name, SUFFIX)) || strlen(e->d_name) >= sizeof all->name ||
            fstatat(dirfd(d), e->d_name, &info, AT_SYMLINK_NOFOLLOW) || !S_ISREG(info.st_mode) ||
            info.st_uid != geteuid())
            continue;
        if (half) {
            if (info.st_mtim.tv_sec + HALF_LIVES < time(NULL))
                unlinkat(dirfd(d), e->d_name, 0);
            continue;
        }
        if (!(*n & (*n - 1))) {
            kept *more = ir_resize(all, (size_t)(*n ? 2 * *n : 1) * sizeof *all);
            if (!more)
                break; /* the files found so far will do */
            all = more;
        }
        strcpy(all[*n].name, e->d_name);
        all[*n].used = info.st_mtim;
        all[(*n)++].bytes = (uint64_t)info.st_size;
    }
    return all;
}

/* If the bound is exceeded, removes the least recently used programs until three quarters of it are
 * left. Other processes may do the same at the same time, which does no harm. */
static void shrink(const char *dir, uint64_t most)
{
    DIR *d = opendir(dir);
    if (!d)
        return;
    int n;
    uint64_t sum = 0;
    kept *all = list_kept(d, &n);
    for (int k = 0; k < n; k++)
        sum += all[k].bytes;
    if (sum > most && n) {
        qsort(all, (size_t)n, sizeof *all, by_age);
        bool newest_fits = all[n - 1].bytes <= most;
        for (int k = 0; k < n - newest_fits && sum > most / 4 * 3; k++) {
            unlinkat(dirfd(d), all[k].name, 0);
            sum -= all[k].bytes;
        }
    }
    closedir(d);
    free(all);
}

/* Checks the directory's size the first time, and again after each eighth of the bound has been
 * written: it may have grown too large, and other processes write too. */
static void keep_bounded(const char *dir, uint64_t more)
{
    uint64_t most = most_bytes();
    ir_lock(&size_lock);
    written += more;
    if (!looked || written >= most / 8) {
        shrink(dir, most);
        looked = true;
        written = 0;
    }
    ir_unlock(&size_lock);
}

/* ---- writing -------------------------------------------------------------------------------- */

static header *compose(const jit_program *p, const jit_bytes *code, const char *name,
                       const char *env, size_t env_size, size_t *size)
{
    size_t record_size, tapes = (size_t)p->facts.ntape * sizeof *p->tape;
    void *record = record_of(p, &record_size);
    *size = sizeof(header) + env_size + record_size + tapes + over_bytes(p) + code->size;
    header *h = record ? ir_new(*size) : NULL;
    if (!h) {
        free(record);
        return NULL;
    }
    memcpy(h->magic, MAGIC, sizeof h->magic);
    h->environment = env_size;
    h->record = record_size;
    h->tapes = tapes;
    h->over = over_bytes(p);
    h->object = code->size;
    h->hash = p->key.hash;
    h->facts = p->facts;
    memcpy(h->name, name, JIT_NAME_SIZE);
    char *at = (char *)(h + 1);
    at = mempcpy(at, env, env_size);
    at = mempcpy(at, record, record_size);
    if (tapes)
        at = mempcpy(at, p->tape, tapes);
    if (h->over)
        at = mempcpy(at, p->over, h->over);
    memcpy(at, code->at, code->size);
    free(record);
    checksum(h, *size, h->check);
    return h;
}

static bool write_whole(int fd, const void *bytes, size_t size)
{
    size_t n = 0;
    for (ssize_t put; n < size; n += (size_t)put)
        if ((put = write(fd, (const char *)bytes + n, size - n)) <= 0)
            break;
    return !close(fd) && n == size;
}

void jit_disk_write(const jit_program *p, const jit_bytes *code, const char *name)
{
    const char *dir = directory();
    if (!dir)
        return;
    IR_OPTIONAL;
    char path[PATH_SIZE], half[PATH_SIZE + 64], env[ENVIRONMENT_SIZE];
    size_t size, env_size = environment(env, &p->key);
    if (mkdir(dir, 0700) && errno != EEXIST) {
        say("cannot make the directory %s: %s", dir, strerror(errno));
        return;
    }
    file_path(path, dir, p->key.hash, env, env_size);
    snprintf(half, sizeof half, "%s.XXXXXX%s", path, HALF);
    header *h = compose(p, code, name, env, env_size, &size);
    if (!h) {
        say("cannot write %s: out of memory", path);
        return;
    }
    int fd = mkostemps(half, (int)strlen(HALF), O_CLOEXEC);
    if (fd < 0) {
        say("cannot write to %s: %s", dir, strerror(errno));
        free(h);
        return;
    }
    if (!write_whole(fd, h, size) || rename(half, path)) {
        say("cannot write %s: %s", path, strerror(errno));
        unlink(half);
    } else
        keep_bounded(dir, size);
    free(h);
}
