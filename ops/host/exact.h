/* Adding up without losing small terms: what an addition rounds away is added up beside the total
 * (Knuth's TwoSum; Kahan-Babuska summation). For floats, and for vectors of them. */
#ifndef JACQUARD_OPS_EXACT_H
#define JACQUARD_OPS_EXACT_H

/* Adds x to total; lost: the sum of what was rounded away. For vectors, too. */
#define ADD_EXACTLY(total, x, lost)                                                                \
    do {                                                                                           \
        __auto_type add_ = (x);                                                                    \
        __auto_type sum_ = (total) + add_;                                                         \
        __auto_type from_add_ = sum_ - (total);                                                    \
        (lost) += ((total) - (sum_ - from_add_)) + (add_ - from_add_);                             \
        (total) = sum_;                                                                            \
    } while (0)

/* The total with what was lost. Once the total is not finite, what was lost is NaN. */
#define WITH_LOST(total, lost) ((lost) == (lost) ? (total) + (lost) : (total))

#endif
