/* The scalar functions of ops/scalar/ as LLVM bitcode, embedded when the library was built. */
#include "jit/llvm/bitcode_blob.h"

__asm__(".section .rodata\n"
        ".balign 16\n"
        ".globl jac_math_bitcode\n"
        ".hidden jac_math_bitcode\n"
        "jac_math_bitcode:\n"
        ".incbin \"" JAC_BITCODE_FILE "\"\n"
        ".globl jac_math_bitcode_end\n"
        ".hidden jac_math_bitcode_end\n"
        "jac_math_bitcode_end:\n"
        ".byte 0\n"
        ".previous\n");

size_t jac_math_bitcode_len(void)
{
    return (size_t)(jac_math_bitcode_end - jac_math_bitcode);
}
