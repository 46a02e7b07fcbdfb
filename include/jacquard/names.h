/* Other names for functions that JAX has under several names. Each pair is one function; the name on
 * the left is another one of jax.numpy, jax.lax, jax.nn or jax.random, whose own documentation stands at the
 * name on the right. */
#ifndef JACQUARD_NAMES_H
#define JACQUARD_NAMES_H

#include "nn.h"
#include "numpy.h"
#include "random.h"

#define jac_subtract             jac_sub
#define jac_multiply             jac_mul
#define jac_divide               jac_div
#define jac_true_divide          jac_div
#define jac_negative             jac_neg
#define jac_pow                  jac_power
#define jac_arcsin               jac_asin
#define jac_arccos               jac_acos
#define jac_arctan               jac_atan
#define jac_arctan2              jac_atan2
#define jac_equal                jac_eq
#define jac_not_equal            jac_ne
#define jac_less                 jac_lt
#define jac_less_equal           jac_le
#define jac_greater              jac_gt
#define jac_greater_equal        jac_ge
#define jac_is_finite            jac_isfinite
#define jac_logistic             jac_sigmoid
#define jac_swish                jac_silu
#define jac_hard_swish           jac_hard_silu
#define jac_convert_element_type jac_astype
#define jac_bitcast              jac_bitcast_convert_type
#define jac_random_key           jac_random_PRNGKey
#define jac_init_xavier_uniform  jac_init_glorot_uniform
#define jac_init_xavier_normal   jac_init_glorot_normal
#define jac_init_kaiming_uniform jac_init_he_uniform
#define jac_init_kaiming_normal  jac_init_he_normal

/* jac_concatenate and jac_stack of an array of n handles. */
#define jac_concatenate_n(axis, n, x) jac_concatenate(axis, JAC_HANDLES(n, x))
#define jac_stack_n(axis, n, x)       jac_stack(axis, JAC_HANDLES(n, x))

#endif
