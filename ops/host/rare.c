/* What scalar functions need for arguments that hardly occur. Emitted code calls it out of line, so it
 * has external linkage here; the rest of the header is not wanted.
 */
#include "ops/host/host.h"
#define JK static inline __attribute__((unused))
#include "ops/scalar/trig.h"
