/* Includes all scalar functions. */
#ifndef JACQUARD_OPS_SCALAR_SCALAR_H
#define JACQUARD_OPS_SCALAR_SCALAR_H

#include "ops/scalar/arith.h"
#include "ops/scalar/arctrig.h"
#include "ops/scalar/bessel.h"
#include "ops/scalar/called.h"
#include "ops/scalar/convert.h"
#include "ops/scalar/dawsn.h"
#include "ops/scalar/erf.h"
#include "ops/scalar/erf_inv.h"
#include "ops/scalar/exp.h"
#include "ops/scalar/expint.h"
#include "ops/scalar/fresnel.h"
#include "ops/scalar/gamma.h"
#include "ops/scalar/grad.h"
#include "ops/scalar/hyperbolic.h"
#include "ops/scalar/hypergeometric.h"
#include "ops/scalar/incomplete.h"
#include "ops/scalar/log.h"
#include "ops/scalar/logaddexp.h"
#include "ops/scalar/narrow.h"
#include "ops/scalar/normal.h"
#include "ops/scalar/pow.h"
#include "ops/scalar/short.h"
#include "ops/scalar/sici.h"
#include "ops/scalar/sinc.h"
#include "ops/scalar/spence.h"
#include "ops/scalar/threefry.h"
#include "ops/scalar/trig.h"
#include "ops/scalar/zeta.h"

#include "ops/scalar/complex.h" /* of all of them */

#endif
