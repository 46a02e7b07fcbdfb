/* The bitcode of the scalar functions: jac_math_bitcode[0 .. jac_math_bitcode_len()-1], then a
 * NUL. */
#ifndef JACQUARD_JIT_BITCODE_BLOB_H
#define JACQUARD_JIT_BITCODE_BLOB_H

#include <stddef.h>

extern const char jac_math_bitcode[] __attribute__((visibility("hidden")));
extern const char jac_math_bitcode_end[] __attribute__((visibility("hidden")));
size_t jac_math_bitcode_len(void);

#endif
