/* Adding up without losing small terms: what an addition rounds away is added up beside the total
 * (Kahan-Babuska summation). For floats, and for vectors of them. */
#ifndef JACQUARD_OPS_EXACT_H
#define JACQUARD_OPS_EXACT_H

#include "ops/scalar/jk.h"

/* Adds x to total; lost: the sum of what was rounded away. For vectors, too. */
#define ADD_EXACTLY(total, x, lost)                                                                \
    do {                                                                                           \
        __auto_type add_ = (x);                                                                    \
        __auto_type sum_ = (total) + add_;                                                         \
        (lost) += JK_ROUNDED_AWAY(total, add_, sum_);                                              \
        (total) = sum_;                                                                            \
    } while (0)

/* The total with what was lost. Once the total is not finite, what was lost is NaN. */
#define WITH_LOST(total, lost) ((lost) == (lost) ? (total) + (lost) : (total))

#endif
