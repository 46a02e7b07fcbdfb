/* Arithmetic on scalars and indices: lower.h's functions as LLVM instructions. */
#include <string.h>

#include "jit/llvm/bitcode.h"
#include "jit/llvm/narrow.h"
#include "jit/llvm/range.h"
#include "jit/llvm/scalar.h"
#include "jit/llvm/value.h"
#include "jit/llvm/version.h"

static jit_scalar scalar(LLVMValueRef v)
{
    return (jit_scalar)v;
}

/* ---- indices -------------------------------------------------------------------------------- */

jit_index jit_llvm_index_const(jit_emit *em, int64_t v)
{
    return scalar(jit_i64(em, v));
}

static jit_index shifted(jit_emit *em, LLVMValueRef sum, jit_index from, jit_index by, int sign)
{
    if (LLVMIsAConstantInt(jit_llvm(by)))
        jit_range_derive(em, sum, jit_llvm(from), sign * LLVMConstIntGetSExtValue(jit_llvm(by)));
    return scalar(sum);
}

jit_index jit_llvm_index_add(jit_emit *em, jit_index a, jit_index b)
{
    if (jit_is_const(jit_llvm(a), 0))
        return b;
    if (jit_is_const(jit_llvm(b), 0))
        return a;
    return shifted(em, LLVMBuildAdd(em->b, jit_llvm(a), jit_llvm(b), ""), a, b, 1);
}

jit_index jit_llvm_index_sub(jit_emit *em, jit_index a, jit_index b)
{
    if (jit_is_const(jit_llvm(b), 0))
        return a;
    return shifted(em, LLVMBuildSub(em->b, jit_llvm(a), jit_llvm(b), ""), a, b, -1);
}

jit_index jit_llvm_index_mul(jit_emit *em, jit_index a, jit_index b)
{
    if (jit_is_const(jit_llvm(a), 1))
        return b;
    if (jit_is_const(jit_llvm(b), 1))
        return a;
    return scalar(LLVMBuildMul(em->b, jit_llvm(a), jit_llvm(b), ""));
}

jit_index jit_index_step(jit_emit *em, jit_index base, LLVMValueRef i, int64_t stride)
{
    return jit_index_add(em, base, jit_index_mul(em, scalar(i), jit_index_const(em, stride)));
}

jit_index jit_llvm_index_div(jit_emit *em, jit_index a, int64_t b)
{
    return b == 1 ? a : scalar(LLVMBuildUDiv(em->b, jit_llvm(a), jit_i64(em, b), ""));
}

jit_index jit_llvm_index_rem(jit_emit *em, jit_index a, int64_t b)
{
    return b == 1 ? jit_index_const(em, 0)
                  : scalar(LLVMBuildURem(em->b, jit_llvm(a), jit_i64(em, b), ""));
}

/* Calls an LLVM intrinsic with one overloaded type on n operands of that type. */
static LLVMValueRef intrinsic(jit_emit *em, const char *name, int n, LLVMValueRef *x)
{
    unsigned id = LLVMLookupIntrinsicID(name, strlen(name));
    LLVMTypeRef t = LLVMTypeOf(x[0]);
    LLVMValueRef f = LLVMGetIntrinsicDeclaration(em->mod, id, &t, 1);
    return LLVMBuildCall2(em->b, LLVMGlobalGetValueType(f), f, x, (unsigned)n, "");
}

jit_index jit_llvm_index_clamp(jit_emit *em, jit_index a, int64_t lo, int64_t hi)
{
    if (LLVMIsAConstantInt(jit_llvm(a))) {
        int64_t v = LLVMConstIntGetSExtValue(jit_llvm(a));
        v = v > hi ? hi : v;
        return jit_index_const(em, v < lo ? lo : v);
    }
    LLVMValueRef x = intrinsic(em, "llvm.smin", 2, (LLVMValueRef[]){jit_llvm(a), jit_i64(em, hi)});
    return scalar(intrinsic(em, "llvm.smax", 2, (LLVMValueRef[]){x, jit_i64(em, lo)}));
}

LLVMValueRef jit_index_min(jit_emit *em, LLVMValueRef a, LLVMValueRef b)
{
    return LLVMBuildSelect(em->b, LLVMBuildICmp(em->b, LLVMIntSLT, a, b, ""), a, b, "");
}

jit_scalar jit_llvm_index_lt(jit_emit *em, jit_index a, jit_index b)
{
    int known = -1;
    if (LLVMIsAConstantInt(jit_llvm(b)))
        known = jit_range_below(em, jit_llvm(a), LLVMConstIntGetSExtValue(jit_llvm(b)));
    else if (LLVMIsAConstantInt(jit_llvm(a))) { /* a < b means !(b < a + 1) */
        known = jit_range_below(em, jit_llvm(b), LLVMConstIntGetSExtValue(jit_llvm(a)) + 1);
        known = known < 0 ? -1 : !known;
    }
    if (known >= 0)
        return scalar(LLVMConstInt(em->i1, (unsigned)known, false));
    return scalar(LLVMBuildICmp(em->b, LLVMIntSLT, jit_llvm(a), jit_llvm(b), ""));
}

jit_scalar jit_llvm_both(jit_emit *em, jit_scalar a, jit_scalar b)
{
    if (jit_is_const(jit_llvm(a), -1) || jit_is_const(jit_llvm(b), 0)) /* -1: a true i1 */
        return b;
    if (jit_is_const(jit_llvm(b), -1) || jit_is_const(jit_llvm(a), 0))
        return a;
    return scalar(LLVMBuildAnd(em->b, jit_llvm(a), jit_llvm(b), ""));
}

jit_scalar jit_llvm_choose(jit_emit *em, jit_scalar truth, jit_scalar a, jit_scalar b)
{
    return scalar(LLVMBuildSelect(em->b, jit_llvm(truth), jit_llvm(a), jit_llvm(b), ""));
}

jit_index jit_llvm_to_index(jit_emit *em, jit_scalar s, ir_dtype d)
{
    LLVMValueRef x = jit_llvm(s);
    if (d == IR_i64)
        return s;
    if (d == IR_u64) /* a value that does not fit is out of range for any array */
        return scalar(intrinsic(em, "llvm.umin", 2, (LLVMValueRef[]){x, jit_i64(em, INT64_MAX)}));
    if (ir_dtypes[d].kind == IR_KIND_INT)
        return scalar(LLVMBuildSExt(em->b, x, em->i64, ""));
    return scalar(LLVMBuildZExt(em->b, x, em->i64, ""));
}

jit_scalar jit_llvm_from_index(jit_emit *em, jit_index i, ir_dtype d)
{
    LLVMTypeRef t = jit_register_type(em, d);
    LLVMValueRef x = jit_llvm(i);
    if (ir_has_fraction(d))
        return scalar(jit_rounded(em, LLVMBuildSIToFP(em->b, x, t, ""), d, true));
    if (d == IR_bool)
        return scalar(LLVMBuildICmp(em->b, LLVMIntNE, x, jit_i64(em, 0), ""));
    return ir_dtypes[d].size == 8
               ? i
               : scalar(jit_rounded(em, LLVMBuildTrunc(em->b, x, t, ""), d, true));
}

jit_scalar jit_llvm_constant(jit_emit *em, ir_dtype d, ir_scalar v)
{
    if (d == IR_bool)
        return scalar(LLVMConstInt(em->i1, v.v_bool != 0, false));
    if (ir_is_narrow(d))
        return jit_constant(em, ir_compute(d), ir_scalar_of(ir_compute(d), ir_scalar_f64(d, v)));
    LLVMTypeRef bits = LLVMIntTypeInContext(em->cx, ir_dtypes[d].size * 8u);
    LLVMValueRef x = LLVMConstInt(bits, v.bits, false);
    return scalar(ir_has_fraction(d) ? LLVMConstBitCast(x, jit_register_type(em, d)) : x);
}

jit_scalar jit_llvm_bitcast(jit_emit *em, jit_scalar x, ir_dtype from, ir_dtype to)
{
    LLVMValueRef bits = jit_to_stored(em, jit_llvm(x), from);
    bits = LLVMBuildBitCast(em->b, bits, jit_stored_type(em, to), "");
    return scalar(ir_is_narrow(to) && ir_is_integer(to) ? jit_rounded(em, bits, to, true)
                                                        : jit_from_stored(em, bits, to));
}

jit_scalar jit_llvm_round(jit_emit *em, jit_scalar x, ir_dtype d)
{
    return scalar(jit_rounded(em, jit_llvm(x), d, false));
}

/* ---- calls ---------------------------------------------------------------------------------- */

/* Converts between an i1 and the byte that functions take. */
static LLVMValueRef as_type(jit_emit *em, LLVMValueRef x, LLVMTypeRef t)
{
    LLVMTypeRef from = LLVMTypeOf(x);
    if (from == t || LLVMGetTypeKind(t) != LLVMIntegerTypeKind)
        return x;
    if (t == em->i1)
        return LLVMBuildICmp(em->b, LLVMIntNE, x, LLVMConstInt(from, 0, false), "");
    return LLVMBuildZExtOrBitCast(em->b, x, t, "");
}

/* The instruction for each function, by kind of dtype (bool, int, uint, float). 0: none. */
static const LLVMOpcode instructions[JIT_NINSTRUCTION][4] = {
    [JIT_add] = {0, LLVMAdd, LLVMAdd, LLVMFAdd}, [JIT_sub] = {0, LLVMSub, LLVMSub, LLVMFSub},
    [JIT_mul] = {0, LLVMMul, LLVMMul, LLVMFMul}, [JIT_div] = {0, 0, 0, LLVMFDiv},
    [JIT_and] = {LLVMAnd, LLVMAnd, LLVMAnd, 0},  [JIT_or] = {LLVMOr, LLVMOr, LLVMOr, 0},
    [JIT_xor] = {LLVMXor, LLVMXor, LLVMXor, 0},
};

static const struct {
    LLVMIntPredicate as_int, as_uint;
    LLVMRealPredicate as_float;
} comparisons[JIT_NINSTRUCTION] = {
    [JIT_lt] = {LLVMIntSLT, LLVMIntULT, LLVMRealOLT},
    [JIT_le] = {LLVMIntSLE, LLVMIntULE, LLVMRealOLE},
    [JIT_gt] = {LLVMIntSGT, LLVMIntUGT, LLVMRealOGT},
    [JIT_ge] = {LLVMIntSGE, LLVMIntUGE, LLVMRealOGE},
    [JIT_eq] = {LLVMIntEQ, LLVMIntEQ, LLVMRealOEQ},
    [JIT_ne] = {LLVMIntNE, LLVMIntNE, LLVMRealUNE},
};

/* NULL if it is not a single instruction. */
static LLVMValueRef one_instruction(jit_emit *em, jit_instruction f, ir_dtype d, LLVMValueRef x,
                                    LLVMValueRef y)
{
    ir_kind kind = ir_dtypes[d].kind;
    if (f == JIT_square)
        return instructions[JIT_mul][kind]
                   ? LLVMBuildBinOp(em->b, instructions[JIT_mul][kind], x, x, "")
                   : NULL;
    if (f == JIT_neg)
        return kind == IR_KIND_FLOAT ? LLVMBuildFNeg(em->b, x, "") : NULL;
    if (instructions[f][kind])
        return LLVMBuildBinOp(em->b, instructions[f][kind], x, y, "");
    if (!comparisons[f].as_int)
        return NULL;
    if (kind == IR_KIND_FLOAT)
        return LLVMBuildFCmp(em->b, comparisons[f].as_float, x, y, "");
    return LLVMBuildICmp(
        em->b, kind == IR_KIND_INT ? comparisons[f].as_int : comparisons[f].as_uint, x, y, "");
}

/* Calls f on registers, converted to its parameter types. */
static LLVMValueRef call(jit_emit *em, LLVMValueRef f, int n, LLVMValueRef *args)
{
    LLVMTypeRef type = LLVMGlobalGetValueType(f), params[8];
    LLVMValueRef x[8];
    LLVMGetParamTypes(type, params);
    for (int k = 0; k < n; k++)
        x[k] = as_type(em, args[k], params[k]);
    LLVMValueRef y = LLVMBuildCall2(em->b, type, f, x, (unsigned)n, "");
    if (em->f->calls) {
        unsigned kind = LLVMGetEnumAttributeKindForName("noinline", 8);
        LLVMAddCallSiteAttribute(y, LLVMAttributeFunctionIndex,
                                 LLVMCreateEnumAttribute(em->cx, kind, 0));
    }
    return y;
}

static jit_scalar no_function(jit_emit *em, const char *name, ir_dtype d, ir_dtype result, int n)
{
    em->failed = true;
    ir_fail("jit: there is no scalar function jk_%s_%s of %d operands", name, ir_dtypes[d].name, n);
    return scalar(LLVMGetUndef(jit_register_type(em, result)));
}

static bool takes_floats(LLVMValueRef f)
{
    return LLVMGetTypeKind(LLVMTypeOf(LLVMGetParam(f, 0))) == LLVMFloatTypeKind;
}

/* Narrow floats: calls the function that takes their bits, or the short one that takes floats
 * (ops/scalar/short.h), if there is one. Otherwise calls the function for the dtype that they are
 * computed in. Rounds the result, if it is a float. */
static jit_scalar narrow_math(jit_emit *em, const char *name, ir_dtype d, ir_dtype result, int n,
                              jit_scalar *args)
{
    LLVMValueRef f = jit_math_function(em, name, d), x[8];
    if (!f)
        return jit_round(em, jit_math(em, name, ir_compute(d), ir_compute(result), n, args),
                         result);
    if (LLVMCountParams(f) != (unsigned)n)
        return no_function(em, name, d, result, n);
    bool floats = takes_floats(f);
    for (int k = 0; k < n; k++)
        x[k] = floats ? jit_llvm(args[k]) : jit_to_stored(em, jit_llvm(args[k]), d);
    LLVMValueRef y = call(em, f, n, x);
    return scalar(floats ? jit_rounded(em, y, result, true) : jit_from_stored(em, y, result));
}

jit_scalar jit_llvm_math(jit_emit *em, const char *name, ir_dtype d, ir_dtype result, int n,
                         jit_scalar *args)
{
    if (ir_is_narrow(d))
        return narrow_math(em, name, d, result, n, args);
    LLVMValueRef f = jit_math_function(em, name, d);
    if (!f || LLVMCountParams(f) != (unsigned)n)
        return no_function(em, name, d, result, n);
    LLVMValueRef x[8];
    for (int k = 0; k < n; k++)
        x[k] = jit_llvm(args[k]);
    return scalar(as_type(em, call(em, f, n, x), jit_register_type(em, result)));
}

jit_scalar jit_llvm_apply(jit_emit *em, jit_instruction f, ir_dtype d, jit_scalar x, jit_scalar y)
{
    static const char *const names[JIT_NINSTRUCTION] = {
#define X(name) [JIT_##name] = #name,
        JIT_INSTRUCTIONS(X)
#undef X
    };
    LLVMValueRef simple = one_instruction(em, f, d, jit_llvm(x), jit_llvm(y));
    if (simple)
        return scalar(comparisons[f].as_int ? simple : jit_rounded(em, simple, d, true));
    return jit_math(em, names[f], d, comparisons[f].as_int ? IR_bool : d, y ? 2 : 1,
                    (jit_scalar[]){x, y});
}

/* ---- combining ------------------------------------------------------------------------------ */

/* The combining functions whose loops LLVM can vectorise, by kind of dtype: an instruction (by
 * opcode) or an intrinsic. If there is neither, the scalar function is called. */
static const struct {
    LLVMOpcode op;
    const char *intrinsic;
} combiners[JIT_NINSTRUCTION][4] = {
    [JIT_add] = {{LLVMOr, NULL}, {LLVMAdd, NULL}, {LLVMAdd, NULL}, {LLVMFAdd, NULL}},
    [JIT_mul] = {{LLVMAnd, NULL}, {LLVMMul, NULL}, {LLVMMul, NULL}, {LLVMFMul, NULL}},
    [JIT_and] = {{LLVMAnd, NULL}, {LLVMAnd, NULL}, {LLVMAnd, NULL}, {0, NULL}},
    [JIT_or] = {{LLVMOr, NULL}, {LLVMOr, NULL}, {LLVMOr, NULL}, {0, NULL}},
    [JIT_xor] = {{LLVMXor, NULL}, {LLVMXor, NULL}, {LLVMXor, NULL}, {0, NULL}},
    [JIT_max] = {{LLVMOr, NULL}, {0, "llvm.smax"}, {0, "llvm.umax"}, {0, "llvm.maximum"}},
    [JIT_min] = {{LLVMAnd, NULL}, {0, "llvm.smin"}, {0, "llvm.umin"}, {0, "llvm.minimum"}},
};

bool jit_combines_vectors(jit_instruction f, ir_dtype d)
{
    return !ir_is_narrow(d) && (combiners[f][ir_dtypes[d].kind].op ||
                                combiners[f][ir_dtypes[d].kind].intrinsic);
}

LLVMValueRef jit_combine(jit_emit *em, jit_instruction f, ir_dtype d, LLVMValueRef x,
                         LLVMValueRef y, bool reassociate)
{
    LLVMOpcode op = combiners[f][ir_dtypes[d].kind].op;
    const char *intr = combiners[f][ir_dtypes[d].kind].intrinsic;
    if (intr)
        return intrinsic(em, intr, 2, (LLVMValueRef[]){x, y});
    if (!op)
        return jit_llvm(jit_apply(em, f, d, scalar(x), scalar(y)));
    LLVMValueRef z = LLVMBuildBinOp(em->b, op, x, y, "");
    if (reassociate && ir_has_fraction(d) && !ir_is_narrow(d) && LLVMIsAInstruction(z))
        jit_allow_reassociation(z);
    return jit_rounded(em, z, d, true);
}
