/* The functions that primitives' callbacks call (lower.h), implemented with LLVM instructions. */
#include "jit/llvm/element.h"
#include "jit/llvm/lowering.h"
#include "jit/llvm/scalar.h"

const jit_lowering jit_llvm_lowering = {
    .operand = jit_llvm_operand,
    .index_const = jit_llvm_index_const,
    .index_add = jit_llvm_index_add,
    .index_sub = jit_llvm_index_sub,
    .index_mul = jit_llvm_index_mul,
    .index_div = jit_llvm_index_div,
    .index_rem = jit_llvm_index_rem,
    .index_clamp = jit_llvm_index_clamp,
    .index_lt = jit_llvm_index_lt,
    .both = jit_llvm_both,
    .choose = jit_llvm_choose,
    .to_index = jit_llvm_to_index,
    .from_index = jit_llvm_from_index,
    .constant = jit_llvm_constant,
    .bitcast = jit_llvm_bitcast,
    .round = jit_llvm_round,
    .guarded = jit_llvm_guarded,
    .apply = jit_llvm_apply,
    .math = jit_llvm_math,
};
