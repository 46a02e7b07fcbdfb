/* Writes the file in which perf looks for code made at run time: jit-<pid>.dump. Each function's
 * bytes, name and lines are appended when it is loaded. `perf record` notes that the process maps
 * the file as executable, which is the only purpose of mapping it. `perf inject --jit` then reads
 * the file, and tells by timestamps on perf's clock which code was at an address at a given time.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "jit/observe/debug.h"

typedef struct {
    uint32_t magic, version, size, machine, pad, pid;
    uint64_t time, flags;
} header;

enum { LOAD = 0, LINES = 2 };
typedef struct {
    uint32_t kind, size;
    uint64_t time;
} prefix;

typedef struct {
    prefix p;
    uint32_t pid, tid;
    uint64_t linked, address, bytes, number;
    /* name, code */
} load;

typedef struct {
    prefix p;
    uint64_t address, n;
    /* entries: address, line, discriminator, file */
} lines;

typedef struct {
    char *data;
    size_t used, size;
    bool failed; /* there was no memory for all of it */
} record;

enum { PATH_SIZE = 4096 };
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static enum { CLOSED, OPEN, BROKEN } state;
static int file = -1;
static uint64_t number; /* of the next function */

static uint64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* ---- the file ------------------------------------------------------------------------------- */

static void give_up(const char *what, const char *path)
{
    fprintf(stderr,
            "jacquard: JACQUARD_DEBUG=perf: cannot %s %s: %s; perf will not know the code\n", what,
            path, strerror(errno));
    if (file >= 0)
        close(file);
    file = -1;
    state = BROKEN;
}

static bool write_whole(const void *bytes, size_t size)
{
    for (size_t n = 0; n < size;) {
        ssize_t put = write(file, (const char *)bytes + n, size - n);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        n += (size_t)put;
    }
    return true;
}

/* Makes the directory and its parents. */
static bool make_directory(char *path)
{
    for (char *at = path + 1; (at = strchr(at, '/')); at++) {
        *at = 0;
        bool ok = !mkdir(path, 0777) || errno == EEXIST;
        *at = '/';
        if (!ok)
            return false;
    }
    return !mkdir(path, 0777) || errno == EEXIST;
}

/* Follows the convention for such files: a directory per process under $JITDUMPDIR/.debug/jit, or
 * else under the home directory. perf puts there what it makes from the file. */
static bool find_directory(char path[PATH_SIZE])
{
    const char *base = secure_getenv("JITDUMPDIR");
    if (!base || !*base)
        base = secure_getenv("HOME");
    if (!base || !*base)
        base = ".";
    struct tm day;
    time_t t = time(NULL);
    localtime_r(&t, &day);
    int n = snprintf(path, PATH_SIZE - 64, "%s/.debug/jit", base);
    if (n < 0 || n >= PATH_SIZE - 64) {
        errno = ENAMETOOLONG;
        return false;
    }
    if (!make_directory(path))
        return false;
    strftime(path + n, 64, "/jacquard-%Y%m%d-XXXXXX", &day);
    return mkdtemp(path) != NULL;
}

static void after_fork(void)
{
    if (file >= 0)
        close(file);
    file = -1;
    state = CLOSED;
}

/* machine: the ELF machine, which is taken from the first object written. */
static void open_file(uint32_t machine)
{
    static bool forks_are_known;
    char path[PATH_SIZE];
    if (!find_directory(path)) {
        give_up("make the directory", path);
        return;
    }
    snprintf(path + strlen(path), 32, "/jit-%d.dump", (int)getpid());
    file = open(path, O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0666);
    header h = {.magic = 0x4A695444, /* "JiTD", in the machine's byte order */
                .version = 1,
                .size = sizeof h,
                .machine = machine,
                .pid = (uint32_t)getpid(),
                .time = now()};
    if (file < 0 || !write_whole(&h, sizeof h)) {
        give_up("write", path);
        return;
    }
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    if (mmap(NULL, page, PROT_READ | PROT_EXEC, MAP_PRIVATE, file, 0) == MAP_FAILED) {
        give_up("map", path);
        return;
    }
    if (!forks_are_known)
        pthread_atfork(NULL, NULL, after_fork);
    forks_are_known = true;
    state = OPEN;
}

/* ---- records -------------------------------------------------------------------------------- */

static void put(record *r, const void *bytes, size_t n)
{
    if (!r->failed && r->size - r->used < n) {
        size_t size = 2 * r->size + n + 256;
        char *data = ir_resize(r->data, size);
        r->failed = !data;
        r->data = data ? data : r->data;
        r->size = data ? size : r->size;
    }
    if (r->failed)
        return;
    memcpy(r->data + r->used, bytes, n);
    r->used += n;
}

static bool finish(record *r)
{
    if (r->failed) {
        errno = ENOMEM;
        return false;
    }
    ((prefix *)r->data)->size = (uint32_t)r->used;
    bool ok = write_whole(r->data, r->used);
    r->used = 0;
    return ok;
}

static void put_line(record *r, uint64_t address, const jit_line *l)
{
    put(r, &address, sizeof address);
    put(r, (int32_t[]){l->line, 0}, 8);
    put(r, l->file, strlen(l->file) + 1);
}

/* Writes the lines of f's code, if any are known. Where a line is followed by unknown code, the
 * line extends over it. The last line is repeated at the end of the function, because perf takes it
 * to reach up to that entry. */
static bool write_lines(record *r, const jit_object *o, const jit_function *f, const jit_line *row,
                        int nrow)
{
    lines head = {.p = {LINES, 0, now()}, .address = o->begin + f->at};
    const jit_line *last = NULL;
    put(r, &head, sizeof head);
    for (int k = 0; k < nrow; k++) {
        const jit_line *l = &row[k];
        bool ends_later = k + 1 == nrow || row[k + 1].at > f->at;
        if (l->at >= f->at + f->size || !ends_later || !l->line ||
            (last && last->line == l->line && !strcmp(last->file, l->file)))
            continue;
        put_line(r, o->begin + (l->at > f->at ? l->at : f->at), l);
        last = l;
        head.n++;
    }
    if (!last) {
        r->used = 0;
        return true;
    }
    put_line(r, o->begin + f->at + f->size, last);
    head.n++;
    if (!r->failed)
        memcpy(r->data, &head, sizeof head);
    return finish(r);
}

static bool write_code(record *r, const jit_object *o, const jit_function *f, const char *name)
{
    uint64_t address = o->begin + f->at;
    load head = {.p = {LOAD, 0, now()},
                 .pid = (uint32_t)getpid(),
                 .tid = (uint32_t)syscall(SYS_gettid),
                 .linked = address,
                 .address = address,
                 .bytes = f->size,
                 .number = number++};
    put(r, &head, sizeof head);
    put(r, name, strlen(name) + 1);
    put(r, (const void *)(uintptr_t)address, f->size);
    return finish(r);
}

/* perf assigns lines to the function whose code follows them. */
static bool write_functions(const jit_object *o, const char *name)
{
    ir_arena mem = {0};
    record r = {0};
    int nrow, n;
    const jit_line *row = jit_object_lines(o, &mem, &nrow);
    jit_function *f = jit_object_functions(o, &n);
    bool ok = row && f;
    errno = ok ? errno : ENOMEM;
    for (int k = 0; k < n && ok; k++)
        ok = write_lines(&r, o, &f[k], row, nrow) &&
             write_code(&r, o, &f[k], strcmp(f[k].name, o->entry) ? f[k].name : name);
    free(f);
    free(r.data);
    ir_arena_free(&mem);
    return ok;
}

void jit_dump_object(const jit_object *o, const char *name)
{
    ir_lock(&lock);
    if (state == CLOSED)
        open_file(o->head->e_machine);
    if (state == OPEN && !write_functions(o, name))
        give_up("write to", "the jitdump file");
    ir_unlock(&lock);
}
