/* A convolution as a sum of products whose places are read from tables (conv_tables.c). */
#ifndef JACQUARD_OPS_CONV_TABLES_H
#define JACQUARD_OPS_CONV_TABLES_H

#include "ops/host/host.h"

/* n indices, and where each is in an operand and in the result. */
typedef struct {
    int64_t n;
    int32_t *in, *to;
} conv_side;

/* Element (pixel p, feature f) of a group of the result is the sum over terms k of
 * lhs[pixel.in[p] + lhs[k]] * rhs[feature.in[f] + rhs[k]]. */
typedef struct {
    conv_side pixel, feature;
    int64_t nterm;
    int32_t *lhs, *rhs; /* by term */
} conv_tables;

/* With a dilation of the left operand, neighbouring places of the result meet different elements of
 * the window. So the places are divided into phases, each with tables of its own. */
int64_t conv_nphase(const host_conv *s);
/* The tables of a phase; low: how many zeros there are in front along each dimension. False, with
 * an error, when memory runs out. */
bool conv_tables_of(const host_conv *s, const int64_t *low, int64_t phase, ir_arena *memory,
                    conv_tables *t);

/* How much zero padding the left operand needs in front and behind, so that every term of every
 * element lies within. */
typedef struct {
    int64_t low[IR_MAX_RANK], high[IR_MAX_RANK];
    bool any;
} conv_margins;
conv_margins conv_margins_of(const host_conv *s);

/* The number of elements of the left operand with its margins; -1 if that is out of proportion. */
int64_t conv_padded_size(const host_conv *s, const conv_margins *m);
/* Copies the left operand to memory of that size, with zeros around it, and gives s the steps of
 * the copy. planes: the copy has one channel after another. */
bool conv_pad(host_conv *s, const conv_margins *m, bool planes, const void *lhs, void *copy);

#endif
