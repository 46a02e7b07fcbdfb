/* The inner loops of convolutions of floats (conv_tiles.c), for one dtype. */
#ifndef JACQUARD_OPS_CONV_TILES_H
#define JACQUARD_OPS_CONV_TILES_H

#include "ops/host/host.h"

enum { CONV_ROWS = 6, CONV_MOST_WIDTH = 16 };

/* Sets to[r][j], for each row r of the tile and each column j, to the sum over n terms k of
 * s[row[r] + s_term[k]] * v[v_term[k] + j]; in `lanes`, of s[row[r] + s_term[k] + j] times that; in
 * `lines`, of s[row[r] + s_term[k] + j] * v[v_term[k]]. */
typedef void conv_tile(int64_t n, const void *s, const int32_t *row, const int32_t *s_term,
                       const void *v, const int32_t *v_term, void *to);

typedef struct {
    int width;                      /* columns of a tile: CONV_MOST_WIDTH at most */
    conv_tile *tile[CONV_ROWS + 1]; /* by the number of rows */
    conv_tile *lanes[CONV_ROWS + 1];
    conv_tile *lines[CONV_ROWS + 1];
    /* Copies v[column[j] + term[k]], for w columns j and n terms k, to to[k * width + j]; the other
     * columns become zero. */
    void (*pack)(int64_t n, const void *v, const int32_t *term, int w, const int32_t *column,
                 void *to);
    /* Stores a tile of m rows and w columns; or adds it to what is there. */
    void (*put)(const void *tile, int m, const int32_t *row, int w, const int32_t *column, bool add,
                void *to);
} conv_kernels;

extern const conv_kernels *const conv_kernels_of[IR_NDTYPE]; /* NULL: not a float */

#endif
