/* The element types, one row each, with all facts about a dtype that are data rather than code.
 *
 * X(name, ctype, bits, kind, compute, width, digits, least, most, llvm, npy, dlpack, public,
 *   stablehlo, above)
 *
 *   name       the name in the text form, in error messages, in IR_<name> and in
 *              jk_<function>_<name>.
 *   ctype      the C type that stores an element.
 *   bits       the unsigned C type of the same size.
 *   kind       the ir_kind: BOOL, INT, UINT, FLOAT or COMPLEX.
 *   compute    the dtype that arithmetic is done in. If it is a different one, the dtype is narrow:
 *              results are converted to it after each primitive, by ir/narrow.h: floats are rounded,
 *              integers keep their lowest bits. Of a complex dtype: that of the real and of the
 *              imaginary part.
 *   width      bits that carry information. An element of a narrower dtype than a byte has a byte for
 *              itself, with zeros or copies of the sign in front.
 *   digits     binary digits of a float's significand, or of an integer without its sign.
 *   least      a float's smallest normal exponent, as FLT_MIN_EXP counts it; otherwise 0.
 *   most       a float's largest exponent, as FLT_MAX_EXP counts it; otherwise 0.
 *   llvm       LLVM's type of a stored element: LLVM<llvm>TypeInContext.
 *   npy        kind and size in a .npy file; "" if no other program knows the dtype there. No two
 *              others have the same.
 *   dlpack     DLPack's type code.
 *   public     JAC_<public> in jacquard.h. The order of the rows is public as well;
 *              runtime/runtime.h checks it.
 *   stablehlo  the name in StableHLO.
 *   above      the nodes directly above it in JAX's promotion lattice: AT(dtype), AT(WEAK_INT) or
 *              AT(WEAK_FLOAT) (ir/dtype.c).
 *
 * No compiled code and no kernel sees a complex dtype: graphs of complex values become graphs of
 * pairs of real ones first (ir/pass_complex.c). So only memory has its `ctype` and `llvm`.
 *
 * Further arguments of a list are passed on to X after the columns.
 */
#ifndef JACQUARD_DTYPES_H
#define JACQUARD_DTYPES_H

// clang-format off
#define IR_BOOLS(X, ...) \
    X(bool, uint8_t, uint8_t, BOOL, bool, 1, 1, 0, 0, Int8, "b1", 6, BOOL, "i1", AT(WEAK_INT), ##__VA_ARGS__)
#define IR_SINTS(X, ...) \
    X(i8,  int8_t,  uint8_t,  INT, i8,   8,  7, 0, 0, Int8,  "i1", 0, I8,  "i8",  AT(i16),        ##__VA_ARGS__) \
    X(i16, int16_t, uint16_t, INT, i16, 16, 15, 0, 0, Int16, "i2", 0, I16, "i16", AT(i32),        ##__VA_ARGS__) \
    X(i32, int32_t, uint32_t, INT, i32, 32, 31, 0, 0, Int32, "i4", 0, I32, "i32", AT(i64),        ##__VA_ARGS__) \
    X(i64, int64_t, uint64_t, INT, i64, 64, 63, 0, 0, Int64, "i8", 0, I64, "i64", AT(WEAK_FLOAT), ##__VA_ARGS__)
#define IR_UINTS(X, ...) \
    X(u8,  uint8_t,  uint8_t,  UINT, u8,   8,  8, 0, 0, Int8,  "u1", 1, U8,  "ui8",  AT(i16) | AT(u16), ##__VA_ARGS__) \
    X(u16, uint16_t, uint16_t, UINT, u16, 16, 16, 0, 0, Int16, "u2", 1, U16, "ui16", AT(i32) | AT(u32), ##__VA_ARGS__) \
    X(u32, uint32_t, uint32_t, UINT, u32, 32, 32, 0, 0, Int32, "u4", 1, U32, "ui32", AT(i64) | AT(u64), ##__VA_ARGS__) \
    X(u64, uint64_t, uint64_t, UINT, u64, 64, 64, 0, 0, Int64, "u8", 1, U64, "ui64", AT(WEAK_FLOAT),    ##__VA_ARGS__)
#define IR_NARROW_INTS(X, ...) \
    X(i2, int8_t,  uint8_t, INT,  i8, 2, 1, 0, 0, Int8, "", 0, I2, "i2",  0, ##__VA_ARGS__) \
    X(i4, int8_t,  uint8_t, INT,  i8, 4, 3, 0, 0, Int8, "", 0, I4, "i4",  0, ##__VA_ARGS__) \
    X(u2, uint8_t, uint8_t, UINT, u8, 2, 2, 0, 0, Int8, "", 1, U2, "ui2", 0, ##__VA_ARGS__) \
    X(u4, uint8_t, uint8_t, UINT, u8, 4, 4, 0, 0, Int8, "", 1, U4, "ui4", 0, ##__VA_ARGS__)
#define IR_SMALL_FLOATS(X, ...) \
    X(f4_e2m1fn,      uint8_t, uint8_t, FLOAT, f32, 4, 2,    1,   3, Int8, "", 17, F4_E2M1FN,      "f4E2M1FN",      0, ##__VA_ARGS__) \
    X(f6_e2m3fn,      uint8_t, uint8_t, FLOAT, f32, 6, 4,    1,   3, Int8, "", 15, F6_E2M3FN,      "f6E2M3FN",      0, ##__VA_ARGS__) \
    X(f6_e3m2fn,      uint8_t, uint8_t, FLOAT, f32, 6, 3,   -1,   5, Int8, "", 16, F6_E3M2FN,      "f6E3M2FN",      0, ##__VA_ARGS__) \
    X(f8_e3m4,        uint8_t, uint8_t, FLOAT, f32, 8, 5,   -1,   4, Int8, "",  7, F8_E3M4,        "f8E3M4",        0, ##__VA_ARGS__) \
    X(f8_e4m3,        uint8_t, uint8_t, FLOAT, f32, 8, 4,   -5,   8, Int8, "",  8, F8_E4M3,        "f8E4M3",        0, ##__VA_ARGS__) \
    X(f8_e4m3b11fnuz, uint8_t, uint8_t, FLOAT, f32, 8, 4,   -9,   5, Int8, "",  9, F8_E4M3B11FNUZ, "f8E4M3B11FNUZ", 0, ##__VA_ARGS__) \
    X(f8_e4m3fn,      uint8_t, uint8_t, FLOAT, f32, 8, 4,   -5,   9, Int8, "", 10, F8_E4M3FN,      "f8E4M3FN",      0, ##__VA_ARGS__) \
    X(f8_e4m3fnuz,    uint8_t, uint8_t, FLOAT, f32, 8, 4,   -6,   8, Int8, "", 11, F8_E4M3FNUZ,    "f8E4M3FNUZ",    0, ##__VA_ARGS__) \
    X(f8_e5m2,        uint8_t, uint8_t, FLOAT, f32, 8, 3,  -13,  16, Int8, "", 12, F8_E5M2,        "f8E5M2",        0, ##__VA_ARGS__) \
    X(f8_e5m2fnuz,    uint8_t, uint8_t, FLOAT, f32, 8, 3,  -14,  16, Int8, "", 13, F8_E5M2FNUZ,    "f8E5M2FNUZ",    0, ##__VA_ARGS__) \
    X(f8_e8m0fnu,     uint8_t, uint8_t, FLOAT, f32, 8, 1, -125, 128, Int8, "", 14, F8_E8M0FNU,     "f8E8M0FNU",     0, ##__VA_ARGS__)
#define IR_HALF_FLOATS(X, ...) \
    X(f16,  uint16_t, uint16_t, FLOAT, f32, 16, 11,  -13,  16, Int16, "f2", 2, F16,  "f16",  AT(f32), ##__VA_ARGS__) \
    X(bf16, uint16_t, uint16_t, FLOAT, f32, 16,  8, -125, 128, Int16, "V2", 4, BF16, "bf16", AT(f32), ##__VA_ARGS__)
#define IR_FLOATS(X, ...) \
    X(f32, float,  uint32_t, FLOAT, f32, 32, 24,  -125,  128, Float,  "f4", 2, F32, "f32", AT(f64) | AT(c64), ##__VA_ARGS__) \
    X(f64, double, uint64_t, FLOAT, f64, 64, 53, -1021, 1024, Double, "f8", 2, F64, "f64", AT(c128),          ##__VA_ARGS__)
#define IR_COMPLEXES(X, ...) \
    X(c64,  float _Complex,  uint64_t, COMPLEX, f32,  64, 24,  -125,  128, Int64,  "c8",  5, C64,  "complex<f32>", AT(c128), ##__VA_ARGS__) \
    X(c128, double _Complex, uint64_t, COMPLEX, f64, 128, 53, -1021, 1024, Int128, "c16", 5, C128, "complex<f64>", 0,        ##__VA_ARGS__)
// clang-format on

/* Floats that are too narrow to compute in. */
#define IR_NARROW_FLOATS(X, ...)                                                                   \
    IR_HALF_FLOATS(X, ##__VA_ARGS__)                                                               \
    IR_SMALL_FLOATS(X, ##__VA_ARGS__)

#define IR_REALS(X, ...)                                                                           \
    IR_BOOLS(X, ##__VA_ARGS__)                                                                     \
    IR_SINTS(X, ##__VA_ARGS__)                                                                     \
    IR_UINTS(X, ##__VA_ARGS__)                                                                     \
    IR_NARROW_INTS(X, ##__VA_ARGS__)                                                               \
    IR_NARROW_FLOATS(X, ##__VA_ARGS__)                                                             \
    IR_FLOATS(X, ##__VA_ARGS__)

#define IR_DTYPES(X, ...)                                                                          \
    IR_REALS(X, ##__VA_ARGS__)                                                                     \
    IR_COMPLEXES(X, ##__VA_ARGS__)

#endif
