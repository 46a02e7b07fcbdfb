/* log(e^x + e^y), without overflow. */
#ifndef JACQUARD_OPS_SCALAR_LOGADDEXP_H
#define JACQUARD_OPS_SCALAR_LOGADDEXP_H

#include "ops/scalar/each.h"
#include "ops/scalar/exp.h"
#include "ops/scalar/jk.h"
#include "ops/scalar/log.h"

/* The greater one, plus log(1 + e^-d), where d is the distance between the two. Equal infinities
 * have no distance, and their sum is the result; that of a NaN is NaN. */
#define JK_LOGADDEXP(d, T, U)                                                                      \
    JK T jk_logaddexp_##d(T x, T y)                                                                \
    {                                                                                              \
        T below = x > y ? y - x : x - y, greater = x > y ? x : y;                                  \
        T z = greater + jk_log1p_##d(jk_exp_##d(below));                                           \
        return below == below ? z : x + y;                                                         \
    }
EACH_float(JK_LOGADDEXP)
#undef JK_LOGADDEXP

#endif
