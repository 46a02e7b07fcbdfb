/* Scalar functions for rare arguments, and long ones. Emitted code calls them out of line, so they
 * have external linkage here; the other functions of the headers are static.
 */
#include "ops/host/host.h"
#define JK static inline __attribute__((unused))
#include "ops/scalar/trig.h"
#include "ops/scalar/zeta.h"
