/* Between backend.c, which is LLVM as a back end (jit/backend.h), and what it is made of:
 *
 *   target.c   the host as LLVM sees it: passes, object code, assembly
 *   orc.c      object code into memory, and out again
 *   module.c   a schedule as a module; emit.h
 */
#ifndef JACQUARD_JIT_TARGET_H
#define JACQUARD_JIT_TARGET_H

#include <llvm-c/Core.h>

#include "jit/backend.h"

/* ---- target.c ----------------------------------------------------------------------------------- */
/* stack: are there arrays on the stack? */
bool jit_target_optimize(LLVMModuleRef m, bool stack);
/* Attributes of functions. */
#define JIT_INLINE_LATE "inline-when-loops-are-vectors" /* noinline till then */
#define JIT_ONE_VECTOR  "is-one-vector"                 /* made of a loop over its elements */
/* Object code, or assembly text; NULL with an error recorded. Leaves m changed. */
LLVMMemoryBufferRef jit_target_emit(LLVMModuleRef m, bool assembly);
/* LLVM's version, the CPU, its features and everything else that code depends on besides the
 * schedule. */
const char *jit_target_name(void);
/* Whether vectors of any element can be loaded and stored in part. */
bool jit_target_masks(void);
bool jit_target_halves(void); /* are there instructions between f16 and f32? */

/* ---- backend.c, orc.c --------------------------------------------------------------------------- */
/* LLVM's buffer as bytes; NULL gives none. */
jit_bytes jit_buffer_bytes(LLVMMemoryBufferRef buffer);
/* The bytes as LLVM's buffer, which takes them: theirs, or else a copy. */
LLVMMemoryBufferRef jit_bytes_buffer(jit_bytes *b);
bool jit_orc_load(jit_bytes *object, const char *name, const char *title, jit_code *out);
void jit_orc_drop(jit_code *code);

#endif
