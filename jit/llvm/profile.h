/* profile.c: counting and timing, in profiled programs. If there is nothing to count, site and
 * count are NULL and no code is emitted. */
#ifndef JACQUARD_JIT_LLVM_PROFILE_H
#define JACQUARD_JIT_LLVM_PROFILE_H

#include "jit/llvm/emit.h"

LLVMValueRef jit_emit_clock(jit_emit *em, const struct jit_site *s); /* NULL: not timed */
void jit_emit_timed(jit_emit *em, const struct jit_site *s, LLVMValueRef begin);
void jit_emit_count(jit_emit *em, struct jit_block_count *c); /* at the start of the block */
void jit_emit_counted(jit_emit *em);                          /* before the function returns */

#endif
