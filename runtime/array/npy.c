/* NumPy's .npy files: a magic word, a header with the text of a Python dictionary, and the
 * elements.
 *
 * The reader trusts nothing in the file. The header gives a dtype, an order and a shape; each must
 * be supported here, and the file must contain exactly the number of bytes that they require.
 */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/runtime.h"

static const char magic[6] = "\x93NUMPY";

enum { HEADER_ALIGN = 64, HEADER_MOST = 1 << 20 };

static void close_file(FILE **f)
{
    if (*f)
        fclose(*f);
}
#define AUTO_FILE __attribute__((cleanup(close_file))) FILE *

static void free_text(char **s)
{
    free(*s);
}
#define AUTO_TEXT __attribute__((cleanup(free_text))) char *

/* ---- writing -------------------------------------------------------------------------------- */

static size_t header_text(const ir_type *t, char *s, size_t room)
{
    bool bytes = ir_dtypes[t->dtype].size == 1;
    size_t n = (size_t)snprintf(s, room, "{'descr': '%c%s', 'fortran_order': False, 'shape': (",
                                bytes ? '|' : '<', ir_dtypes[t->dtype].npy);
    for (int k = 0; k < t->rank; k++)
        n += (size_t)snprintf(s + n, room - n, "%" PRId64 "%s", t->dim[k],
                              t->rank == 1      ? ","
                              : k < t->rank - 1 ? ", "
                                                : "");
    n += (size_t)snprintf(s + n, room - n, "), }");
    /* Pad so that the elements start at a multiple of 64; a newline ends the header. */
    while ((sizeof magic + 4 + n + 1) % HEADER_ALIGN)
        s[n++] = ' ';
    s[n++] = '\n';
    return n;
}

/* Little endian on every machine. */
static void put_u16(unsigned char *p, size_t v)
{
    p[0] = (unsigned char)v;
    p[1] = (unsigned char)(v >> 8);
}

static void swap_elements(void *data, size_t count, size_t size)
{
    unsigned char *p = data;
    for (size_t k = 0; k < count; k++, p += size)
        for (size_t i = 0, j = size - 1; i < j; i++, j--) {
            unsigned char b = p[i];
            p[i] = p[j];
            p[j] = b;
        }
}

static bool machine_is_big(void)
{
    return __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
}

/* The bytes that a byte order concerns: of a complex number, its parts by themselves. */
static size_t swapped_size(ir_dtype d)
{
    return ir_dtypes[ir_part(d)].size;
}

static bool write_elements(FILE *f, const rt_array *a)
{
    IR_SCRATCH(scratch);
    size_t bytes = ir_type_bytes(&a->type), size = swapped_size(a->type.dtype);
    if (!machine_is_big() || size == 1)
        return bytes == 0 || fwrite(a->data, 1, bytes, f) == bytes;
    char *swapped = ir_alloc(&scratch, bytes + 1);
    if (!swapped)
        return false;
    memcpy(swapped, a->data, bytes);
    swap_elements(swapped, bytes / size, size);
    return fwrite(swapped, 1, bytes, f) == bytes;
}

/* The whole file. Closes f; false with errno set. */
static bool write_array(FILE *f, const rt_array *a)
{
    char header[1024];
    size_t n = header_text(&a->type, header, sizeof header - HEADER_ALIGN);
    unsigned char start[sizeof magic + 4];
    memcpy(start, magic, sizeof magic);
    start[6] = 1, start[7] = 0; /* version */
    put_u16(start + 8, n);
    bool ok = fwrite(start, 1, sizeof start, f) == sizeof start && fwrite(header, 1, n, f) == n &&
              write_elements(f, a);
    int why = errno;
    if (fclose(f))
        return false;
    errno = why;
    return ok;
}

static bool write_in_place(const char *path, const rt_array *a)
{
    FILE *f = fopen(path, "wbe");
    return f && write_array(f, a);
}

/* Writes a new file in the same directory, which then takes the name: whatever fails, `path` is as
 * it was. old: what is there; NULL: nothing. */
static bool write_beside(const char *path, const struct stat *old, const rt_array *a)
{
    static atomic_uint number;
    char beside[PATH_MAX + 64];
    snprintf(beside, sizeof beside, "%s.%d.%u.part", path, (int)getpid(),
             atomic_fetch_add(&number, 1));
    FILE *f = fopen(beside, "wbxe");
    if (!f)
        return old && (errno == EACCES || errno == EPERM || errno == EROFS || errno == ENAMETOOLONG)
                   ? write_in_place(path, a)
                   : false;
    if (old && fchmod(fileno(f), old->st_mode & 07777)) {
        /* Not ours to change; the file then has the usual rights. */
    }
    bool ok = write_array(f, a) && !rename(beside, path);
    if (!ok) {
        int why = errno;
        unlink(beside);
        errno = why;
    }
    return ok;
}

/* A symbolic link stays, and what it leads to is replaced. */
static bool write_file(const char *path, const rt_array *a)
{
    char whole[PATH_MAX];
    struct stat old, link;
    if (lstat(path, &link))
        return errno == ENOENT ? write_beside(path, NULL, a) : write_in_place(path, a);
    if (stat(path, &old) || !S_ISREG(old.st_mode) || !realpath(path, whole))
        return write_in_place(path, a);
    return !access(whole, W_OK) && write_beside(whole, &old, a);
}

bool jac_save_(const jac_loc *at, const char *path, jac x)
{
    rt_at(at);
    if (!path || !*path)
        return ir_fail("jac_save: no path is given");
    const rt_array *a = rt_concrete(x, "jac_save");
    if (!a)
        return false;
    if (!*ir_dtypes[a->type.dtype].npy)
        return ir_fail("jac_save: a .npy file cannot say that its elements are %s; save the bits "
                       "(jac_bitcast)",
                       ir_dtypes[a->type.dtype].name);
    return write_file(path, a) || ir_fail("jac_save: %s: %s", path, strerror(errno));
}

/* ---- the header ----------------------------------------------------------------------------- */

typedef struct {
    ir_type type;
    bool fortran, big;
} layout;

static const char *skip_blanks(const char *p)
{
    while (ir_is_blank(*p))
        p++;
    return p;
}

/* The text that follows 'key': in the dictionary; NULL if the key is missing. */
static const char *value_of(const char *header, const char *key)
{
    size_t n = strlen(key);
    for (const char *p = header; (p = strstr(p, key)); p += n) {
        bool quoted = p > header && (p[-1] == '\'' || p[-1] == '"') && p[n] == p[-1];
        const char *colon = quoted ? skip_blanks(p + n + 1) : "";
        if (*colon == ':')
            return skip_blanks(colon + 1);
    }
    return NULL;
}

static bool read_descr(const char *path, const char *p, layout *l)
{
    if (!p || (*p != '\'' && *p != '"'))
        return ir_fail("jac_load: %s: the header does not name a simple dtype", path);
    const char *end = strchr(p + 1, *p);
    size_t n = end ? (size_t)(end - p - 1) : 0;
    char order = n == 3 || n == 4 ? p[1] : '\0';
    for (int d = 0; d < IR_NDTYPE && (order == '<' || order == '>' || order == '|' || order == '=');
         d++)
        if (strlen(ir_dtypes[d].npy) == n - 1 && !strncmp(p + 2, ir_dtypes[d].npy, n - 1)) {
            l->type.dtype = (uint8_t)d;
            l->big = order == '>' || (order == '=' && machine_is_big());
            return true;
        }
    char all[32 * IR_NDTYPE] = "";
    for (int d = 0, at = 0; d < IR_NDTYPE; d++)
        if (*ir_dtypes[d].npy == 'V') /* ml_dtypes' own */
            at += snprintf(all + at, sizeof all - (size_t)at, " %s (%s)", ir_dtypes[d].npy,
                           ir_dtypes[d].name);
        else if (*ir_dtypes[d].npy)
            at += snprintf(all + at, sizeof all - (size_t)at, " %s", ir_dtypes[d].npy);
    return ir_fail("jac_load: %s: the dtype must be one of%s, but is %.*s", path, all,
                   (int)(n < 40 ? n : 40), p + 1);
}

static bool read_shape(const char *path, const char *p, ir_type *t)
{
    if (!p || *p != '(')
        return ir_fail("jac_load: %s: the header has no shape", path);
    for (p = skip_blanks(p + 1); *p != ')'; p = skip_blanks(p)) {
        char *end;
        errno = 0;
        long long size = strtoll(p, &end, 10);
        if (end == p || errno || size < 0 || t->rank == IR_MAX_RANK)
            return ir_fail(
                "jac_load: %s: the shape in the header cannot be read, or has more than %d "
                "dimensions",
                path, IR_MAX_RANK);
        t->dim[t->rank++] = size;
        p = skip_blanks(end);
        if (*p == ',')
            p++;
        else if (*p != ')')
            return ir_fail("jac_load: %s: the shape in the header cannot be read", path);
    }
    return ir_type_fits(t) || ir_fail("jac_load: %s: an array of type %s is too large for memory",
                                      path, ir_type_tmp(t));
}

static bool read_header(const char *path, const char *header, layout *l)
{
    const char *order = value_of(header, "fortran_order");
    if (!order || (strncmp(order, "True", 4) && strncmp(order, "False", 5)))
        return ir_fail("jac_load: %s: the header does not say the order of elements", path);
    l->fortran = *order == 'T';
    return read_descr(path, value_of(header, "descr"), l) &&
           read_shape(path, value_of(header, "shape"), &l->type);
}

/* Reads the size of the header: a field of 2 bytes in version 1, of 4 bytes in versions 2 and 3. */
static bool header_size(FILE *f, const char *path, size_t *size)
{
    unsigned char start[8], n[4] = {0};
    if (fread(start, 1, sizeof start, f) != sizeof start || memcmp(start, magic, sizeof magic))
        return ir_fail("jac_load: %s is not a .npy file", path);
    if (start[6] < 1 || start[6] > 3)
        return ir_fail("jac_load: %s: .npy format %d.%d is not supported", path, start[6],
                       start[7]);
    size_t width = start[6] == 1 ? 2 : 4;
    if (fread(n, 1, width, f) != width)
        return ir_fail("jac_load: %s ends within its header", path);
    *size = n[0] | (size_t)n[1] << 8 | (size_t)n[2] << 16 | (size_t)n[3] << 24;
    return *size <= HEADER_MOST ||
           ir_fail("jac_load: %s: the header is damaged: it claims to be %zu bytes long", path,
                   *size);
}

/* ---- the elements --------------------------------------------------------------------------- */

/* Copies column-major elements to a row-major array. */
static void from_fortran(const ir_type *t, const char *in, char *out)
{
    size_t size = ir_dtypes[t->dtype].size;
    int64_t index[IR_MAX_RANK] = {0}, stride[IR_MAX_RANK], n = 1, count = ir_type_count(t);
    for (int k = 0; k < t->rank; k++) {
        stride[k] = n;
        n *= t->dim[k];
    }
    for (int64_t k = 0, from = 0; k < count; k++) {
        memcpy(out + (size_t)k * size, in + (size_t)from * size, size);
        for (int d = t->rank - 1; d >= 0; d--) {
            from += stride[d];
            if (++index[d] < t->dim[d])
                break;
            from -= stride[d] * t->dim[d];
            index[d] = 0;
        }
    }
}

/* Checks, before anything is allocated, that the rest of the file is exactly `bytes` long. Skipped
 * for pipes, whose size is unknown. */
static bool check_room(FILE *f, const char *path, size_t bytes)
{
    struct stat st;
    long at = ftell(f);
    if (at < 0 || fstat(fileno(f), &st) || !S_ISREG(st.st_mode))
        return true;
    size_t left = st.st_size > at ? (size_t)(st.st_size - at) : 0;
    return left == bytes ||
           ir_fail("jac_load: %s: the header promises %zu bytes of elements, but there are "
                   "%zu",
                   path, bytes, left);
}

static bool read_elements(FILE *f, const char *path, const layout *l, char *out)
{
    size_t bytes = ir_type_bytes(&l->type), size = swapped_size(l->type.dtype);
    bool moves = l->fortran && l->type.rank > 1 && bytes > 0;
    AUTO_TEXT columns = moves ? malloc(bytes) : NULL;
    if (moves && !columns)
        return ir_fail("jac_load: %s: out of memory: cannot allocate %zu bytes", path, bytes);
    char *to = moves ? columns : out;
    if (bytes && fread(to, 1, bytes, f) != bytes)
        return ir_fail("jac_load: %s ends before its last element", path);
    if (l->big != machine_is_big())
        swap_elements(to, bytes / size, size);
    if (moves)
        from_fortran(&l->type, columns, out);
    for (size_t k = 0; l->type.dtype == IR_bool && k < bytes; k++)
        out[k] = out[k] != 0;
    return true;
}

static rt_array *load(FILE *f, const char *path)
{
    IR_SCRATCH(scratch);
    size_t n = 0;
    layout l = {0};
    if (!header_size(f, path, &n))
        return NULL;
    char *header = ir_alloc(&scratch, n + 1);
    if (!header)
        return NULL;
    if (fread(header, 1, n, f) != n) {
        ir_fail("jac_load: %s ends within its header", path);
        return NULL;
    }
    if (!read_header(path, header, &l) || !check_room(f, path, ir_type_bytes(&l.type)))
        return NULL;
    rt_array *a = rt_array_new(&l.type);
    if (a && !read_elements(f, path, &l, a->data)) {
        rt_array_release(a);
        return NULL;
    }
    return a;
}

jac jac_load_(const jac_loc *at, const char *path)
{
    rt_at(at);
    if (!path || !*path) {
        ir_fail("jac_load: no path is given");
        return JAC_NULL;
    }
    AUTO_FILE f = fopen(path, "rb");
    struct stat st;
    if (!f)
        ir_fail("jac_load: %s: %s", path, strerror(errno));
    else if (!fstat(fileno(f), &st) && S_ISDIR(st.st_mode))
        ir_fail("jac_load: %s is a directory", path);
    else
        return rt_wrap_array(load(f, path));
    return JAC_NULL;
}
