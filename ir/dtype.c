/* Element types: their table, scalars of them, and promotion.
 *
 * Promotion takes the least upper bound in JAX's lattice
 * (https://docs.jax.dev/en/latest/type_promotion.html). "Weak integer", "weak float" and "weak
 * complex" are nodes of their own. Each lies below all concrete types of its kind and above all types of a lower kind.
 */
#include <math.h>
#include <string.h>

#include "ir/ir.h"
#include "ir/narrow.h"

const ir_dtype_info ir_dtypes[IR_NDTYPE] = {
#define X(dtype, ctype, u, kind_, compute_, width_, digits_, least_, most_, llvm, npy_, dlpack_, public, hlo,   \
          above)                                                                                   \
    {.name = #dtype,                                                                               \
     .stablehlo = hlo,                                                                             \
     .npy = npy_,                                                                                  \
     .kind = IR_KIND_##kind_,                                                                      \
     .compute = IR_##compute_,                                                                     \
     .size = sizeof(ctype),                                                                        \
     .bits = width_,                                                                               \
     .digits = digits_,                                                                            \
     .dlpack = dlpack_,                                                                            \
     .least = least_,                                                                              \
     .most = most_},
    IR_DTYPES(X)
#undef X
};

bool ir_dtype_find(const char *name, size_t len, ir_dtype *out)
{
    for (int d = 0; d < IR_NDTYPE; d++)
        if (strlen(ir_dtypes[d].name) == len && !memcmp(ir_dtypes[d].name, name, len)) {
            *out = (ir_dtype)d;
            return true;
        }
    return false;
}

/* Converts a double to a signed integer of `bits` bits. It saturates; NaN gives 0. */
static int64_t saturate_int(double v, unsigned bits)
{
    double top = ldexp(1, (int)bits - 1);
    if (v != v)
        return 0;
    if (v >= top)
        return bits == 64 ? INT64_MAX : ((int64_t)1 << (bits - 1)) - 1;
    if (v < -top)
        return bits == 64 ? INT64_MIN : -((int64_t)1 << (bits - 1));
    return (int64_t)v;
}

static uint64_t saturate_uint(double v, unsigned bits)
{
    if (!(v > 0))
        return 0;
    if (v >= ldexp(1, (int)bits))
        return bits == 64 ? UINT64_MAX : ((uint64_t)1 << bits) - 1;
    return (uint64_t)v;
}

/* A scalar from the low bits of v, as many as the dtype stores. */
static ir_scalar store_uint(ir_dtype d, uint64_t v)
{
    return (ir_scalar){.bits = v & UINT64_MAX >> (64 - 8 * ir_dtypes[d].size)};
}

static ir_scalar store_float(ir_dtype d, double v)
{
    ir_scalar s = {0};
    switch (d) {
#define X(name, ctype, ...)                                                                        \
    case IR_##name:                                                                                \
        s.v_##name = (ctype)v;                                                                     \
        break;
        IR_FLOATS(X)
#undef X
#define X(name, ...)                                                                               \
    case IR_##name:                                                                                \
        s.v_##name = ir_narrow_##name((float)v);                                                   \
        break;
        IR_NARROW_FLOATS(X)
#undef X
    default:
        break;
    }
    return s;
}

ir_scalar ir_scalar_of(ir_dtype d, double v)
{
    d = ir_part(d);
    const ir_dtype_info *info = &ir_dtypes[d];
    ir_scalar s = {0};
    switch (info->kind) {
    case IR_KIND_BOOL:
        s.v_bool = v != 0;
        return s;
    case IR_KIND_INT:
        return store_uint(d, (uint64_t)saturate_int(v, info->bits));
    case IR_KIND_UINT:
        return store_uint(d, saturate_uint(v, info->bits));
    case IR_KIND_FLOAT:
        return store_float(d, v);
    case IR_KIND_COMPLEX: /* not a part */
        break;
    }
    return s;
}

ir_scalar ir_scalar_of_int(ir_dtype d, int64_t v)
{
    d = ir_part(d);
    const ir_dtype_info *info = &ir_dtypes[d];
    if (info->kind == IR_KIND_FLOAT || info->kind == IR_KIND_BOOL)
        return info->kind == IR_KIND_BOOL ? ir_scalar_of(d, v != 0) : ir_scalar_of(d, (double)v);
    if (info->bits < 64) {
        int64_t lo = info->kind == IR_KIND_UINT ? 0 : -((int64_t)1 << (info->bits - 1));
        int64_t hi = ((int64_t)1 << (info->bits - (info->kind == IR_KIND_INT))) - 1;
        v = v < lo ? lo : v > hi ? hi : v;
    } else if (info->kind == IR_KIND_UINT && v < 0) {
        v = 0;
    }
    return store_uint(d, (uint64_t)v);
}

double ir_scalar_f64(ir_dtype d, ir_scalar s)
{
    switch (ir_part(d)) {
#define X(name, ...)                                                                               \
    case IR_##name:                                                                                \
        return (double)s.v_##name;
        IR_BOOLS(X) IR_SINTS(X) IR_UINTS(X) IR_NARROW_INTS(X) IR_FLOATS(X)
#undef X
#define X(name, ...)                                                                               \
    case IR_##name:                                                                                \
        return (double)ir_widen_##name(s.v_##name);
        IR_NARROW_FLOATS(X)
#undef X
    default:
        return 0;
    }
}

int64_t ir_scalar_i64(ir_dtype d, ir_scalar s)
{
    int unused = 64 - 8 * ir_dtypes[d].size;
    return ir_dtypes[d].kind == IR_KIND_INT ? (int64_t)(s.bits << unused) >> unused
                                            : (int64_t)s.bits;
}

double ir_epsilon(ir_dtype d)
{
    return ldexp(1, 1 - ir_dtypes[d].digits);
}

double ir_least_normal(ir_dtype d)
{
    return ldexp(1, ir_dtypes[d].least - 1);
}

bool ir_has_usual_bits(ir_dtype d)
{
    uint64_t top = (uint64_t)1 << (ir_dtypes[d].bits - 1);
    return ir_dtypes[d].bits == 8 * ir_dtypes[d].size &&
           ir_scalar_f64(d, (ir_scalar){.bits = top}) == 0;
}

bool ir_has_infinity(ir_dtype d)
{
    return isinf(ir_scalar_f64(d, ir_scalar_of(d, INFINITY)));
}

ir_dtype ir_complex_of(ir_dtype d)
{
    if (ir_is_complex(d))
        return d;
    ir_dtype c;
    return ir_promote(d, false, IR_c64, false, &c, NULL) ? c : IR_c128;
}

/* Plus or minus infinity or, without infinities, the number nearest to it. The bits of positive
 * floats are in the order of their values, with NaN at the end. Without a sign, all bits zero is the
 * least number. */
static ir_scalar extreme(ir_dtype d, double sign)
{
    if (ir_dtypes[d].kind != IR_KIND_FLOAT || ir_has_infinity(d))
        return ir_scalar_of(d, sign * INFINITY);
    bool positive = ir_scalar_f64(d, (ir_scalar){.bits = (uint64_t)1 << (ir_dtypes[d].bits - 1)}) > 0;
    if (positive && sign < 0)
        return (ir_scalar){0};
    ir_scalar s = {.bits = UINT64_MAX >> (65 - ir_dtypes[d].bits - positive)};
    while (isnan(ir_scalar_f64(d, s)))
        s.bits--;
    return ir_scalar_of(d, sign * ir_scalar_f64(d, s));
}

ir_scalar ir_scalar_lowest(ir_dtype d)
{
    return ir_dtypes[d].kind == IR_KIND_BOOL ? (ir_scalar){0} : extreme(d, -1);
}

ir_scalar ir_scalar_highest(ir_dtype d)
{
    return extreme(d, 1);
}

/* ---- promotion --------------------------------------------------------------------------- */

/* The nodes of the lattice: the dtypes, then the weak types. */
enum { WEAK_INT = IR_NDTYPE, WEAK_FLOAT, WEAK_COMPLEX, NNODE };

/* For each node, the nodes directly above it, one bit each: JAX's lattice, limited to our
 * dtypes. */
#define IR_WEAK_INT   WEAK_INT
#define IR_WEAK_FLOAT WEAK_FLOAT
#define AT(node)      (uint64_t)1 << IR_##node
static const uint64_t above[NNODE] = {
#define X(name, T, U, kind, compute, width, digits, least, most, llvm, npy, dlpack, public, hlo, up, ...)  \
    [IR_##name] = up,
    IR_DTYPES(X)
#undef X
#define X(name, ...) | AT(name)
    [WEAK_INT] = AT(u8) | AT(i8) IR_NARROW_INTS(X),
    [WEAK_FLOAT] = (uint64_t)1 << WEAK_COMPLEX IR_NARROW_FLOATS(X),
#undef X
    [WEAK_COMPLEX] = AT(c64),
};
#undef AT

static uint64_t reach(int node)
{
    uint64_t r = (uint64_t)1 << node;
    for (;;) {
        uint64_t next = r;
        for (int k = 0; k < NNODE; k++)
            if (r >> k & 1)
                next |= above[k];
        if (next == r)
            return r;
        r = next;
    }
}

/* The weak node of each kind, and the default dtype of each weak node. */
static const int weak_node[] = {[IR_KIND_INT] = WEAK_INT,
                                [IR_KIND_UINT] = WEAK_INT,
                                [IR_KIND_FLOAT] = WEAK_FLOAT,
                                [IR_KIND_COMPLEX] = WEAK_COMPLEX};
static const ir_dtype usual[] = {
    [WEAK_INT] = IR_i32, [WEAK_FLOAT] = IR_f32, [WEAK_COMPLEX] = IR_c64};

static int lattice_node(ir_dtype d, bool weak)
{
    if (!weak || d == IR_bool)
        return d;
    return weak_node[ir_dtypes[d].kind];
}

/* The least upper bound of two nodes, which is the common node from which all common nodes can be
 * reached; -1 if they have none. */
static int join(int a, int b)
{
    uint64_t common = reach(a) & reach(b);
    for (int k = 0; k < NNODE; k++)
        if ((common >> k & 1) && (reach(k) & common) == common)
            return k;
    return -1;
}

bool ir_promote(ir_dtype a, bool weak_a, ir_dtype b, bool weak_b, ir_dtype *out, bool *weak_out)
{
    int least = join(lattice_node(a, weak_a), lattice_node(b, weak_b));
    if (least < 0)
        return ir_fail("%s and %s have no common dtype in promotion: convert one of them",
                       ir_dtypes[a].name, ir_dtypes[b].name);
    bool weak = least >= IR_NDTYPE;
    if (weak_out)
        *weak_out = weak;
    *out = (ir_dtype)least;
    if (!weak)
        return true;
    /* A weak result keeps the wider of the weak operands' dtypes, or the default of its kind. */
    bool mine = weak_a && lattice_node(a, true) == least;
    bool others = weak_b && lattice_node(b, true) == least;
    if (mine && others)
        *out = ir_dtypes[a].bits >= ir_dtypes[b].bits ? a : b;
    else
        *out = mine ? a : others ? b : usual[least];
    return true;
}

bool ir_gives_way(ir_dtype weak, ir_dtype to, bool weak_to)
{
    ir_dtype d;
    return ir_promote(weak, true, to, weak_to, &d, NULL) && d == to;
}
