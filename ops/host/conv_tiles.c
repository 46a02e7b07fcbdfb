/* The inner loops of convolutions of floats. A tile of the result, some rows of two vectors each,
 * stays in registers while all its terms are added: each term multiplies the two vectors by one
 * number for each row. Where the terms lie is read from tables. Products and sums are fused.
 */
#include <string.h>

#include "ops/host/conv_tiles.h"
#include "ops/kernel.h"
#include "ops/scalar/each.h"

// clang-format off
#define ROWS_1(X, ...) X(0, __VA_ARGS__)
#define ROWS_2(X, ...) ROWS_1(X, __VA_ARGS__) X(1, __VA_ARGS__)
#define ROWS_3(X, ...) ROWS_2(X, __VA_ARGS__) X(2, __VA_ARGS__)
#define ROWS_4(X, ...) ROWS_3(X, __VA_ARGS__) X(3, __VA_ARGS__)
#define ROWS_5(X, ...) ROWS_4(X, __VA_ARGS__) X(4, __VA_ARGS__)
#define ROWS_6(X, ...) ROWS_5(X, __VA_ARGS__) X(5, __VA_ARGS__)

#define ROW_BEGIN(r, d, T) vector_##d x##r = {0}, y##r = {0}; const T *s##r = s + row[r];
#define ROW_TERM(r, d, T)  { T c = s##r[at]; x##r += a * c; y##r += b * c; }
#define ROW_LANES(r, d, T)                                                                         \
    { const loaded_##d *c = (const loaded_##d *)(s##r + at); x##r += a * c[0]; y##r += b * c[1]; }
#define ROW_END(r, d, T)   to[2 * r] = x##r; to[2 * r + 1] = y##r;

/* What a term multiplies by: two vectors, or one number twice. */
#define TWO_VECTORS(d, T)                                                                          \
    const loaded_##d *from = (const loaded_##d *)((const T *)v + v_term[k]);                       \
    vector_##d a = from[0], b = from[1];
#define ONE_NUMBER(d, T)   vector_##d a = ((const T *)v)[v_term[k]] - (vector_##d){0}, b = a;

#define TILE(name, m, factor, term, d, T)                                                          \
    OPS_KERNEL static void name##_##m##_##d(int64_t n, const void *s_, const int32_t *row,         \
                                            const int32_t *s_term, const void *v,                  \
                                            const int32_t *v_term, void *to_)                      \
    {                                                                                              \
        const T *s = s_;                                                                           \
        loaded_##d *to = to_;                                                                      \
        ROWS_##m(ROW_BEGIN, d, T)                                                                  \
        for (int64_t k = 0; k < n; k++) {                                                          \
            int64_t at = s_term[k];                                                                \
            factor(d, T)                                                                           \
            ROWS_##m(term, d, T)                                                                   \
        }                                                                                          \
        ROWS_##m(ROW_END, d, T)                                                                    \
    }
#define TILES(name, factor, term, d, T)                                                            \
    TILE(name, 1, factor, term, d, T) TILE(name, 2, factor, term, d, T)                            \
    TILE(name, 3, factor, term, d, T) TILE(name, 4, factor, term, d, T)                            \
    TILE(name, 5, factor, term, d, T) TILE(name, 6, factor, term, d, T)
#define NAMES(name, d)                                                                             \
    {NULL, name##_1_##d, name##_2_##d, name##_3_##d, name##_4_##d, name##_5_##d, name##_6_##d}
// clang-format on

/* How many terms are packed at a time, so that few lines of the cache are read and written. */
enum { STRETCH = 16 };

#define CONV_KERNELS(d, T, U)                                                                      \
    typedef T vector_##d __attribute__((vector_size(32)));                                         \
    typedef vector_##d loaded_##d __attribute__((aligned(sizeof(T)), may_alias));                  \
    enum { WIDTH_##d = 64 / sizeof(T) };                                                           \
    TILES(tile, TWO_VECTORS, ROW_TERM, d, T)                                                       \
    TILES(lanes, TWO_VECTORS, ROW_LANES, d, T)                                                     \
    TILES(lines, ONE_NUMBER, ROW_LANES, d, T)                                                      \
                                                                                                   \
    static bool adjacent_##d(int w, const int32_t *column)                                         \
    {                                                                                              \
        bool yes = true;                                                                           \
        for (int j = 1; j < w; j++)                                                                \
            yes = yes && column[j] == column[0] + j;                                               \
        return yes;                                                                                \
    }                                                                                              \
    OPS_KERNEL static void pack_##d(int64_t n, const void *v_, const int32_t *term, int w,         \
                                    const int32_t *column, void *to_)                              \
    {                                                                                              \
        const T *v = v_;                                                                           \
        T *to = to_;                                                                               \
        if (w == WIDTH_##d && adjacent_##d(w, column)) {                                           \
            v += column[0];                                                                        \
            for (int64_t k = 0; k < n; k++, to += WIDTH_##d) {                                     \
                const loaded_##d *from = (const loaded_##d *)(v + term[k]);                        \
                ((loaded_##d *)to)[0] = from[0];                                                   \
                ((loaded_##d *)to)[1] = from[1];                                                   \
            }                                                                                      \
            return;                                                                                \
        }                                                                                          \
        for (int64_t from = 0; from < n; from += STRETCH) {                                        \
            int64_t end = n - from < STRETCH ? n : from + STRETCH;                                 \
            for (int j = 0; j < WIDTH_##d; j++)                                                    \
                for (int64_t k = from; k < end; k++)                                               \
                    to[k * WIDTH_##d + j] = j < w ? v[column[j] + term[k]] : 0;                    \
        }                                                                                          \
    }                                                                                              \
    OPS_KERNEL static void put_##d(const void *tile_, int m, const int32_t *row, int w,            \
                                   const int32_t *column, bool add, void *to_)                     \
    {                                                                                              \
        const T *tile = tile_;                                                                     \
        T *to = to_;                                                                               \
        bool lines = adjacent_##d(w, column);                                                      \
        for (int r = 0; lines && r < m; r++, tile += WIDTH_##d) {                                  \
            T *line = to + row[r] + column[0];                                                     \
            if (w == WIDTH_##d) {                                                                  \
                const loaded_##d *from = (const loaded_##d *)tile;                                 \
                loaded_##d *at = (loaded_##d *)line;                                               \
                vector_##d x = from[0], y = from[1];                                               \
                if (add) {                                                                         \
                    x += at[0];                                                                    \
                    y += at[1];                                                                    \
                }                                                                                  \
                at[0] = x;                                                                         \
                at[1] = y;                                                                         \
            } else {                                                                               \
                for (int j = 0; j < w; j++)                                                        \
                    line[j] = add ? line[j] + tile[j] : tile[j];                                   \
            }                                                                                      \
        }                                                                                          \
        for (int j = 0; !lines && j < w; j++)                                                      \
            for (int r = 0; r < m; r++) {                                                          \
                T *at = to + row[r] + column[j];                                                   \
                *at = add ? *at + tile[r * WIDTH_##d + j] : tile[r * WIDTH_##d + j];               \
            }                                                                                      \
    }                                                                                              \
    static const conv_kernels kernels_##d = {.width = WIDTH_##d,                                   \
                                             .tile = NAMES(tile, d),                               \
                                             .lanes = NAMES(lanes, d),                             \
                                             .lines = NAMES(lines, d),                             \
                                             .pack = pack_##d,                                     \
                                             .put = put_##d};
EACH_float(CONV_KERNELS)

#define CONV_ENTRY(d, ...) [IR_##d] = &kernels_##d,
const conv_kernels *const conv_kernels_of[IR_NDTYPE] = {EACH_float(CONV_ENTRY)};
