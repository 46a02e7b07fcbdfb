/* Elements between registers and memory. In a register a bool is an i1, and a float that is too
 * narrow to compute in is kept as an f32 whose value it can represent: results are rounded when
 * they are computed, so storing them needs no rounding. Narrow integers are bytes in memory, too.
 *
 * Conversions are instructions if the machine has them, or integer operations: for bf16 they are
 * shifts. All others are functions of ir/narrow.h, from the bitcode.
 */
#include "jit/llvm/bitcode.h"
#include "jit/llvm/narrow.h"
#include "jit/llvm/target.h"
#include "jit/llvm/value.h"

static LLVMTypeRef f32(jit_emit *em)
{
    return LLVMFloatTypeInContext(em->cx);
}

static LLVMValueRef i32_of(jit_emit *em, unsigned v)
{
    return LLVMConstInt(em->i32, v, false);
}

static LLVMValueRef call(jit_emit *em, const char *name, ir_dtype d, LLVMTypeRef result,
                         LLVMValueRef x)
{
    LLVMValueRef f = jit_math_function(em, name, d);
    if (!f) {
        em->failed = true;
        ir_fail("jit: there is no scalar function jk_%s_%s", name, ir_dtypes[d].name);
        return LLVMGetUndef(result);
    }
    return LLVMBuildCall2(em->b, LLVMGlobalGetValueType(f), f, &x, 1, "");
}

/* ---- bf16: the upper half of a float -------------------------------------------------------- */

static LLVMValueRef bf16_widen(jit_emit *em, LLVMValueRef x)
{
    x = LLVMBuildShl(em->b, LLVMBuildZExt(em->b, x, em->i32, ""), i32_of(em, 16), "");
    return LLVMBuildBitCast(em->b, x, f32(em), "");
}

static LLVMValueRef bf16_narrow(jit_emit *em, LLVMValueRef x)
{
    x = LLVMBuildLShr(em->b, LLVMBuildBitCast(em->b, x, em->i32, ""), i32_of(em, 16), "");
    return LLVMBuildTrunc(em->b, x, LLVMInt16TypeInContext(em->cx), "");
}

static LLVMValueRef bf16_round(jit_emit *em, LLVMValueRef x, bool computed)
{
    LLVMBuilderRef b = em->b;
    LLVMValueRef u = LLVMBuildBitCast(b, x, em->i32, "");
    LLVMValueRef odd = LLVMBuildAnd(b, LLVMBuildLShr(b, u, i32_of(em, 16), ""), i32_of(em, 1), "");
    LLVMValueRef up = LLVMBuildAdd(b, LLVMBuildAdd(b, u, i32_of(em, 0x7fff), ""), odd, "");
    if (!computed) { /* a NaN must not carry into an infinity or a zero */
        LLVMValueRef quiet = LLVMBuildOr(b, u, i32_of(em, 0x400000), "");
        up = LLVMBuildSelect(b, LLVMBuildFCmp(b, LLVMRealUNO, x, x, ""), quiet, up, "");
    }
    up = LLVMBuildAnd(b, up, i32_of(em, 0xffff0000), "");
    return LLVMBuildBitCast(b, up, f32(em), "");
}

/* ---- f16, by instructions ------------------------------------------------------------------- */

static LLVMValueRef f16_widen(jit_emit *em, LLVMValueRef x)
{
    em->f->conversions++;
    x = LLVMBuildBitCast(em->b, x, LLVMHalfTypeInContext(em->cx), "");
    return LLVMBuildFPExt(em->b, x, f32(em), "");
}

static LLVMValueRef f16_narrow(jit_emit *em, LLVMValueRef x)
{
    em->f->conversions++;
    x = LLVMBuildFPTrunc(em->b, x, LLVMHalfTypeInContext(em->cx), "");
    return LLVMBuildBitCast(em->b, x, LLVMInt16TypeInContext(em->cx), "");
}

static LLVMValueRef f16_round(jit_emit *em, LLVMValueRef x, bool computed)
{
    (void)computed;
    em->f->conversions++;
    x = LLVMBuildFPTrunc(em->b, x, LLVMHalfTypeInContext(em->cx), "");
    return LLVMBuildFPExt(em->b, x, f32(em), "");
}

/* ---- choosing the conversions --------------------------------------------------------------- */

typedef struct {
    LLVMValueRef (*widen)(jit_emit *em, LLVMValueRef x);
    LLVMValueRef (*narrow)(jit_emit *em, LLVMValueRef x); /* exact */
    LLVMValueRef (*round)(jit_emit *em, LLVMValueRef x, bool computed);
} conversions;

/* NULL: use the functions in the bitcode. */
static const conversions *instructions_for(ir_dtype d)
{
    static const conversions by_shifts = {bf16_widen, bf16_narrow, bf16_round};
    static const conversions by_halves = {f16_widen, f16_narrow, f16_round};
    if (d == IR_bf16)
        return &by_shifts;
    return d == IR_f16 && jit_target_halves() ? &by_halves : NULL;
}

/* The lowest bits of a byte, with zeros or copies of the sign in front. */
static LLVMValueRef low_bits(jit_emit *em, LLVMValueRef x, ir_dtype d)
{
    LLVMValueRef unused = LLVMConstInt(em->i8, 8u - ir_dtypes[d].bits, false);
    x = LLVMBuildShl(em->b, x, unused, "");
    return (ir_dtypes[d].kind == IR_KIND_INT ? LLVMBuildAShr : LLVMBuildLShr)(em->b, x, unused, "");
}

LLVMValueRef jit_from_stored(jit_emit *em, LLVMValueRef x, ir_dtype d)
{
    if (d == IR_bool)
        return LLVMBuildICmp(em->b, LLVMIntNE, x, LLVMConstInt(em->i8, 0, false), "");
    if (!ir_is_narrow(d) || ir_is_integer(d))
        return x;
    const conversions *by = instructions_for(d);
    return by ? by->widen(em, x) : call(em, "widen", d, f32(em), x);
}

LLVMValueRef jit_to_stored(jit_emit *em, LLVMValueRef x, ir_dtype d)
{
    if (d == IR_bool)
        return LLVMBuildZExt(em->b, x, em->i8, "");
    if (!ir_is_narrow(d) || ir_is_integer(d))
        return x;
    const conversions *by = instructions_for(d);
    return by ? by->narrow(em, x) : call(em, "narrow", d, jit_stored_type(em, d), x);
}

LLVMValueRef jit_rounded(jit_emit *em, LLVMValueRef x, ir_dtype d, bool computed)
{
    if (!ir_is_narrow(d))
        return x;
    if (ir_is_integer(d))
        return low_bits(em, x, d);
    const conversions *by = instructions_for(d);
    return by ? by->round(em, x, computed)
              : call(em, "widen", d, f32(em), call(em, "narrow", d, jit_stored_type(em, d), x));
}
