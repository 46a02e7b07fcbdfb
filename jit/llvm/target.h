/* Declarations shared by backend.c, which makes LLVM a back end (jit/backend.h), and the files it
 * uses:
 *
 *   target.c   the host as LLVM sees it: passes, object code, assembly
 *   halves.c   what LLVM should not do with halves
 *   bytes.c    LLVM's buffers as bytes, and bytes as buffers
 *   orc.c      loads object code into memory, and unloads it
 *   module.c   makes a module from a schedule; emit.h
 */
#ifndef JACQUARD_JIT_TARGET_H
#define JACQUARD_JIT_TARGET_H

#include <llvm-c/Core.h>

#include "jit/backend.h"

/* ---- target.c ------------------------------------------------------------------------------- */
/* Is the LLVM in this process the one that the library was compiled for? False with an error
 * recorded; then nothing else here may be called. */
bool jit_target_is_right(void);
/* stack: there are arrays on the stack. */
bool jit_target_optimize(LLVMModuleRef m, bool stack);
/* Function attributes. */
#define JIT_INLINE_LATE "inline-when-loops-are-vectors" /* until then: noinline */
#define JIT_ONE_VECTOR  "is-one-vector"                 /* a loop over the elements */
#define JIT_HAS_BANK    "has-bank"                      /* has accumulators side by side */
/* Emits object code or assembly text; NULL with an error recorded. Changes m. */
LLVMMemoryBufferRef jit_target_emit(LLVMModuleRef m, bool assembly);
/* LLVM's version, the CPU, its features, and everything else that code depends on besides the
 * schedule. */
const char *jit_target_name(void);
/* The bytes of the vectors that short loops are cut into. */
int64_t jit_target_vector_bytes(void);
/* Can a vector of elements of 4 or 8 bytes be loaded in part? */
bool jit_target_loads_in_part(void);
/* Can vectors of any element type be loaded and stored under a mask? */
bool jit_target_masks(void);
bool jit_target_halves(void); /* are there instructions that convert between f16 and f32? */
/* How many elements such an instruction should convert at once. LLVM's costs make it choose fewer
 * on x86. 0: leave it to LLVM. */
unsigned jit_target_half_lanes(void);

/* ---- halves.c ------------------------------------------------------------------------------- */
/* For machines that only convert halves: compares floats where a pass made m compare halves. */
void jit_widen_compares(LLVMModuleRef m);

/* ---- bytes.c -------------------------------------------------------------------------------- */
/* LLVM's buffer as bytes; no bytes if it is NULL. */
jit_bytes jit_buffer_bytes(LLVMMemoryBufferRef buffer);
/* The bytes as an LLVM buffer, which takes them over: the buffer they came from, or a copy. */
LLVMMemoryBufferRef jit_bytes_buffer(jit_bytes *b);

/* ---- orc.c ---------------------------------------------------------------------------------- */
bool jit_orc_load(jit_bytes *object, const char *name, const char *title, jit_code *out);
void jit_orc_drop(jit_code *code);

#endif
