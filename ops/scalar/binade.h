/* Functions approximated by one polynomial for each binade of the argument, [2^k, 2^(k+1)).
 *
 * A function that is singular at 0, and nowhere else near the positive numbers, needs the same degree
 * in each binade. The polynomial is in t from -1 to 1, which is exact. The coefficients are rows of a
 * table.
 */
#ifndef JACQUARD_OPS_SCALAR_BINADE_H
#define JACQUARD_OPS_SCALAR_BINADE_H

#include "ops/scalar/jk.h"

/* For a normal x > 0: x = 2^k (3 + t) / 2. */
typedef struct {
    double t;
    int k;
} jk_binade;

JK_INNER jk_binade jk_binade_of(double x)
{
    uint64_t bits = jk_bits_f64(x);
    double m = jk_from_bits_f64((bits & 0xfffffffffffff) | 0x3ff0000000000000);
    return (jk_binade){2 * m - 3, (int)(bits >> 52 & 0x7ff) - 1023};
}

/* The polynomial whose coefficients are the first 16, 20, 22, 23 or 24 of a row. */
#define JK_FIRST_16_(r) r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7], r[8], r[9], r[10], r[11], r[12], r[13], r[14], r[15]
#define JK_ROW_16(t, r) JK_POLY_F64(t, JK_FIRST_16_(r))
#define JK_ROW_20(t, r) JK_POLY_F64(t, JK_FIRST_16_(r), r[16], r[17], r[18], r[19])
#define JK_ROW_22(t, r) JK_POLY_F64(t, JK_FIRST_16_(r), r[16], r[17], r[18], r[19], r[20], r[21])
#define JK_ROW_23(t, r) JK_POLY_F64(t, JK_FIRST_16_(r), r[16], r[17], r[18], r[19], r[20], r[21], r[22])
#define JK_ROW_24(t, r) JK_POLY_F64(t, JK_FIRST_16_(r), r[16], r[17], r[18], r[19], r[20], r[21], r[22], r[23])

#endif
