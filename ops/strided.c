/* Copies between strided arrays. Every primitive that moves elements uses this loop.
 *
 * The dimensions of a copy may be walked in any order, and adjacent dimensions that are contiguous
 * on both sides can be merged. So the copy merges dimensions, makes the dimension in which the
 * source is dense the last but one, so that a transpose goes tile by tile, and copies one plane
 * after another.
 */
#include <string.h>

#include "ops/shape.h"

typedef struct {
    int64_t n, dst, src; /* extent; strides in bytes */
} walk_dim;

#define INLINE static inline __attribute__((always_inline))

INLINE void copy_row(size_t size, int64_t n, char *d, int64_t ds, const char *s, int64_t ss)
{
    for (int64_t k = 0; k < n; k++)
        memcpy(d + k * ds, s + k * ss, size);
}

/* Copies one plane in tiles small enough that both sides stay in the first-level cache. */
INLINE void copy_tiles(size_t size, walk_dim row, walk_dim col, char *dst, const char *src)
{
    enum { TILE = 32 };
    for (int64_t r0 = 0; r0 < row.n; r0 += TILE)
        for (int64_t c0 = 0; c0 < col.n; c0 += TILE) {
            int64_t r1 = r0 + TILE < row.n ? r0 + TILE : row.n;
            int64_t n = c0 + TILE < col.n ? TILE : col.n - c0;
            for (int64_t r = r0; r < r1; r++)
                copy_row(size, n, dst + r * row.dst + c0 * col.dst, col.dst,
                         src + r * row.src + c0 * col.src, col.src);
        }
}

INLINE void copy_plane_of(size_t size, walk_dim row, walk_dim col, char *dst, const char *src)
{
    int64_t step = (int64_t)size;
    if (col.src != step && col.src && row.src == step) {
        copy_tiles(size, row, col, dst, src);
        return;
    }
    for (int64_t r = 0; r < row.n; r++, dst += row.dst, src += row.src) {
        if (col.dst == step && col.src == step)
            memcpy(dst, src, (size_t)col.n * size);
        else if (col.dst == step)
            copy_row(size, col.n, dst, step, src, col.src);
        else
            copy_row(size, col.n, dst, col.dst, src, col.src);
    }
}

/* The usual element sizes get loops of their own. */
static void copy_plane(size_t size, walk_dim row, walk_dim col, char *dst, const char *src)
{
    switch (size) {
    case 1:
        copy_plane_of(1, row, col, dst, src);
        break;
    case 2:
        copy_plane_of(2, row, col, dst, src);
        break;
    case 4:
        copy_plane_of(4, row, col, dst, src);
        break;
    case 8:
        copy_plane_of(8, row, col, dst, src);
        break;
    default:
        copy_plane_of(size, row, col, dst, src);
    }
}

/* Writes the merged dimensions to w. Returns how many there are, or -1 if there is nothing to
 * copy. */
static int merge_dims(size_t size, int rank, const int64_t *dim, const int64_t *dst_stride,
                      const int64_t *src_stride, walk_dim *w)
{
    int n = 0;
    for (int k = 0; k < rank; k++) {
        if (dim[k] == 0)
            return -1;
        if (dim[k] == 1)
            continue;
        walk_dim d = {dim[k], dst_stride[k] * (int64_t)size, src_stride[k] * (int64_t)size};
        if (n && w[n - 1].dst == d.dst * d.n && w[n - 1].src == d.src * d.n)
            w[n - 1] = (walk_dim){w[n - 1].n * d.n, d.dst, d.src};
        else
            w[n++] = d;
    }
    return n;
}

/* Makes the dimension in which the source is dense the last but one. */
static void place_dense(size_t size, walk_dim *w, int n)
{
    for (int k = 0; k < n - 2; k++)
        if (w[k].src == (int64_t)size) {
            walk_dim d = w[k];
            memmove(&w[k], &w[k + 1], (size_t)(n - 2 - k) * sizeof d);
            w[n - 2] = d;
            return;
        }
}

void strided_copy(size_t size, int rank, const int64_t *dim, void *dst, const int64_t *dst_stride,
                  const void *src, const int64_t *src_stride)
{
    walk_dim w[IR_MAX_RANK];
    int n = merge_dims(size, rank, dim, dst_stride, src_stride, w);
    if (n < 0)
        return;
    place_dense(size, w, n);
    walk_dim one = {1, 0, 0};
    walk_dim col = n > 0 ? w[n - 1] : one, row = n > 1 ? w[n - 2] : one;
    int outer = n > 2 ? n - 2 : 0;
    int64_t at[IR_MAX_RANK] = {0};
    char *d = dst;
    const char *s = src;
    for (;;) {
        copy_plane(size, row, col, d, s);
        int k = outer - 1;
        for (; k >= 0; k--) {
            d += w[k].dst;
            s += w[k].src;
            if (++at[k] < w[k].n)
                break;
            d -= w[k].dst * w[k].n;
            s -= w[k].src * w[k].n;
            at[k] = 0;
        }
        if (k < 0)
            return;
    }
}

void strided_fill(size_t size, int64_t n, void *dst, const void *element)
{
    int64_t one = 1, zero = 0;
    strided_copy(size, 1, &n, dst, &one, element, &zero);
}

void dense_strides(const ir_type *t, int64_t *stride)
{
    int64_t step = 1;
    for (int k = t->rank - 1; k >= 0; k--) {
        stride[k] = step;
        step *= t->dim[k];
    }
}
