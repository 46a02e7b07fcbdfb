/* Types and elements of handles, C numbers, and the default dtypes. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/runtime.h"

static _Thread_local bool x64;

void jac_enable_x64(bool on)
{
    x64 = on;
}

bool jac_x64_enabled(void)
{
    return x64;
}

ir_dtype rt_default_int(void)
{
    return x64 ? IR_i64 : IR_i32;
}

ir_dtype rt_default_float(void)
{
    return x64 ? IR_f64 : IR_f32;
}

bool rt_dtype(jac_dtype d, ir_dtype *out)
{
    bool ok = (unsigned)d <= IR_NDTYPE;
    *out = !ok || d == JAC_DEFAULT ? rt_default_float() : (ir_dtype)(d - 1);
    return ok || ir_fail("%s%d is not a dtype", rt_entered(), (int)d);
}

const char *jac_dtype_name(jac_dtype d)
{
    if (d == JAC_DEFAULT)
        return "default";
    return (unsigned)d > IR_NDTYPE ? "?" : ir_dtypes[d - 1].name;
}

/* ---- numbers --------------------------------------------------------------------------------- */

jac jac_of_f64(double v)
{
    return rt_wrap_number((rt_number){.kind = IR_KIND_FLOAT, .f = v});
}

jac jac_of_i64(int64_t v)
{
    return rt_wrap_number((rt_number){.kind = IR_KIND_INT, .i = v});
}

jac jac_of_u64(uint64_t v)
{
    if (v <= INT64_MAX)
        return jac_of_i64((int64_t)v);
    return rt_wrap_number((rt_number){.kind = IR_KIND_UINT, .u = v});
}

jac jac_of_bool(bool v)
{
    return rt_wrap_number((rt_number){.kind = IR_KIND_BOOL, .i = v});
}

jac jac_of_complex(double re, double im)
{
    return rt_wrap_number((rt_number){.kind = IR_KIND_COMPLEX, .f = re, .imag = im});
}

static ir_dtype number_dtype(rt_number n)
{
    switch (n.kind) {
    case IR_KIND_COMPLEX:
        return ir_complex_of(rt_default_float());
    case IR_KIND_BOOL:
        return IR_bool;
    case IR_KIND_FLOAT:
        return rt_default_float();
    case IR_KIND_UINT:
        return x64 ? IR_u64 : IR_u32;
    default:
        return rt_default_int();
    }
}

bool rt_number_scalar(rt_number n, ir_dtype d, ir_scalar *out)
{
    const ir_dtype_info *info = &ir_dtypes[d];
    if (n.kind == IR_KIND_FLOAT || n.kind == IR_KIND_COMPLEX) {
        *out = ir_scalar_of(d, n.f);
        return true;
    }
    if (n.kind == IR_KIND_UINT) {
        *out = ir_scalar_of(d, (double)n.u);
        if (d == IR_u64)
            out->v_u64 = n.u;
        else if (info->kind == IR_KIND_INT || info->kind == IR_KIND_UINT)
            return ir_fail("%s%llu does not fit %s", rt_entered(), (unsigned long long)n.u,
                           info->name);
        return true;
    }
    *out = ir_scalar_of_int(d, n.i);
    bool integer = info->kind == IR_KIND_INT || info->kind == IR_KIND_UINT;
    bool negative = info->kind == IR_KIND_UINT && n.i < 0;
    bool large = info->bits < 64 && (n.i >> (info->bits - (info->kind == IR_KIND_INT))) > 0;
    bool small =
        info->kind == IR_KIND_INT && info->bits < 64 && n.i < -((int64_t)1 << (info->bits - 1));
    if (integer && (negative || large || small))
        return ir_fail("%s%lld does not fit %s", rt_entered(), (long long)n.i, info->name);
    return true;
}

/* im: the imaginary part, for a complex dtype. */
static rt_array *array_of_scalar(ir_dtype d, bool weak, ir_scalar v, double im)
{
    size_t size = ir_dtypes[ir_part(d)].size;
    ir_scalar second = ir_scalar_of(d, im);
    ir_type t = ir_type_scalar(d);
    t.weak = weak;
    rt_array *a = rt_array_new(&t);
    if (a)
        memcpy(a->data, &v, size);
    if (a && ir_is_complex(d))
        memcpy((char *)a->data + size, &second, size);
    return a;
}

/* ---- types ----------------------------------------------------------------------------------- */

bool rt_type_of(jac x, ir_type *t)
{
    rt_slot *s = rt_slot_of(x);
    if (!s)
        return false;
    if (s->kind == RT_NUMBER) {
        *t = ir_type_scalar(number_dtype(s->number));
        t->weak = s->number.kind != IR_KIND_BOOL;
    } else {
        *t = s->kind == RT_ARRAY ? s->array->type : s->value->type;
    }
    return true;
}

bool rt_types_of(int n, const jac *x, ir_type *types)
{
    for (int k = 0; k < n; k++)
        if (!rt_type_of(x[k], &types[k]))
            return false;
    return true;
}

bool rt_type_for(const char *what, jac_dims shape, ir_dtype d, ir_type *t)
{
    if (!rt_list(what, shape))
        return false;
    if (shape.n > IR_MAX_RANK)
        return ir_fail("%s: the shape has %d dimensions, but at most %d are possible", what,
                       (int)shape.n, IR_MAX_RANK);
    for (int k = 0; k < shape.n; k++)
        if (shape.v[k] < 0)
            return ir_fail("%s: %s is not a shape: a size is negative", what,
                           ir_ints_tmp(shape.v, shape.n));
    *t = ir_type_make(d, shape.n, shape.v);
    return ir_type_fits(t) ||
           ir_fail("%s: an array of type %s is too large for memory", what, ir_type_tmp(t));
}

rt_array *rt_concrete(jac x, const char *what)
{
    rt_slot *s = rt_slot_of(x);
    if (!s)
        return NULL;
    if (s->kind == RT_TRACED) {
        ir_fail(
            "%s needs a concrete array, but was given a value that is being traced, %s: it has no "
            "elements until the function has been transformed and called",
            what, ir_type_tmp(&s->value->type));
        return NULL;
    }
    if (s->kind == RT_NUMBER) {
        ir_dtype d = number_dtype(s->number);
        ir_scalar v;
        if (!rt_number_scalar(s->number, d, &v))
            return NULL;
        bool weak = s->number.kind != IR_KIND_BOOL;
        rt_array *a = array_of_scalar(d, weak, v, s->number.imag);
        if (!a)
            return NULL;
        s->kind = RT_ARRAY;
        s->array = a;
    }
    return s->array;
}

int jac_ndim_(const jac_loc *at, jac x)
{
    rt_at(at);
    ir_type t;
    return rt_type_of(x, &t) ? t.rank : -1;
}

int64_t jac_dim_(const jac_loc *at, jac x, int64_t k)
{
    rt_at(at);
    ir_type t;
    if (!rt_type_of(x, &t) || !rt_axis("jac_dim", k, t.rank, &k))
        return 0;
    return t.dim[k];
}

jac_dims jac_shape_(const jac_loc *at, jac x)
{
    rt_at(at);
    const rt_slot *s = rt_slot_of(x);
    if (!s)
        return (jac_dims){-1, NULL};
    if (s->kind == RT_ARRAY)
        return (jac_dims){s->array->type.rank, s->array->type.dim};
    if (s->kind == RT_TRACED)
        return (jac_dims){s->value->type.rank, s->value->type.dim};
    return (jac_dims){0, NULL};
}

int64_t jac_size_(const jac_loc *at, jac x)
{
    rt_at(at);
    ir_type t;
    return rt_type_of(x, &t) ? ir_type_count(&t) : -1;
}

jac_dtype jac_dtype_of_(const jac_loc *at, jac x)
{
    rt_at(at);
    ir_type t;
    return rt_type_of(x, &t) ? rt_public_dtype(t.dtype) : JAC_DEFAULT;
}

bool jac_weak_type_(const jac_loc *at, jac x)
{
    rt_at(at);
    ir_type t;
    return rt_type_of(x, &t) && t.weak;
}

/* ---- arrays from elements -------------------------------------------------------------------- */

static bool type_from(const char *what, jac_dtype d, jac_dims shape, ir_type *t)
{
    ir_dtype of;
    return rt_dtype(d, &of) && rt_type_for(what, shape, of, t);
}

/* Code relies on bools being 0 or 1, and on zeros or copies of the sign in front of integers of
 * less than a byte. */
static uint8_t right_byte(ir_dtype d, uint8_t byte)
{
    if (ir_is_integer(d) && ir_is_narrow(d))
        ir_narrow_array(d, 1, &byte, &byte);
    return d == IR_bool ? byte != 0 : byte;
}

static bool are_right(const ir_type *t, const uint8_t *data)
{
    if (t->dtype != IR_bool && !(ir_is_integer(t->dtype) && ir_is_narrow(t->dtype)))
        return true;
    uint8_t wrong[UINT8_MAX + 1], any = 0;
    for (int k = 0; k <= UINT8_MAX; k++)
        wrong[k] = right_byte(t->dtype, (uint8_t)k) != k;
    for (size_t k = 0, n = ir_type_bytes(t); k < n; k++)
        any |= wrong[data[k]];
    return !any;
}

static void copy_elements(const ir_type *t, const void *from, void *to)
{
    size_t bytes = ir_type_bytes(t);
    memcpy(to, from, bytes);
    if (!are_right(t, from))
        for (size_t k = 0; k < bytes; k++)
            ((uint8_t *)to)[k] = right_byte(t->dtype, ((uint8_t *)to)[k]);
}

jac jac_array_(const jac_loc *at, jac_dtype d, jac_dims shape, const void *data, size_t room)
{
    ir_type t;
    rt_at(at);
    if (!type_from("jac_array", d, shape, &t))
        return JAC_NULL;
    size_t bytes = ir_type_bytes(&t);
    if (room != SIZE_MAX && room != bytes) {
        ir_fail("jac_array: an array of type %s takes %zu bytes, but the C array given has %zu",
                ir_type_tmp(&t), bytes, room);
        return JAC_NULL;
    }
    if (!data && bytes) {
        ir_fail("jac_array: an array of type %s needs data, but the pointer given is null",
                ir_type_tmp(&t));
        return JAC_NULL;
    }
    rt_array *a = rt_array_new(&t);
    if (a && bytes)
        copy_elements(&t, data, a->data);
    return rt_wrap_array(a);
}

/* An array of its own in place of borrowed memory, which is given back at once. */
static rt_array *copy_right(const ir_type *t, const uint8_t *data, void (*release)(void *env),
                            void *env)
{
    rt_array *a = rt_array_new(t);
    if (a)
        copy_elements(t, data, a->data);
    if (a && release)
        release(env);
    return a;
}

jac jac_borrow_(const jac_loc *at, jac_dtype d, jac_dims shape, const void *data,
                void (*release)(void *env), void *env)
{
    ir_type t;
    rt_at(at);
    if (!type_from("jac_borrow", d, shape, &t))
        return JAC_NULL;
    if ((!data && ir_type_count(&t)) || (uintptr_t)data % ir_dtypes[t.dtype].size) {
        ir_fail("jac_borrow: an array of type %s cannot be borrowed from %p: %s", ir_type_tmp(&t),
                data, data ? "it is not aligned to its elements" : "there is no data");
        return JAC_NULL;
    }
    rt_array *a = are_right(&t, data) ? rt_array_borrow(&t, (void *)(uintptr_t)data, release, env)
                                      : copy_right(&t, data, release, env);
    return rt_wrap_array(a);
}

jac jac_scalar_(const jac_loc *at, jac_dtype d, jac v)
{
    unsigned m = rt_begin(at);
    ir_type t;
    ir_dtype to;
    bool ok =
        rt_dtype(d, &to) && rt_type_of(v, &t) &&
        (!t.rank || ir_fail("jac_scalar: the value must be a scalar, but is %s", ir_type_tmp(&t)));
    return rt_end(m, ok ? rt_convert(v, to, false) : JAC_NULL);
}

/* ---- elements from arrays -------------------------------------------------------------------- */

static bool one_element(const jac_loc *at, const char *what, jac x, ir_dtype *d, ir_scalar *v)
{
    rt_at_as(at, what);
    rt_slot *s = rt_slot_of(x);
    if (s && s->kind == RT_NUMBER && s->number.kind != IR_KIND_COMPLEX) { /* in full precision */
        rt_number n = s->number;
        *d = n.kind == IR_KIND_FLOAT ? IR_f64 : n.kind == IR_KIND_UINT ? IR_u64 : IR_i64;
        return rt_number_scalar(n, *d, v);
    }
    rt_array *a = s ? rt_concrete(x, what) : NULL;
    if (!a)
        return false;
    if (ir_type_count(&a->type) != 1)
        return ir_fail("%s: the array must have exactly one element, but is %s", what,
                       ir_type_tmp(&a->type));
    *d = a->type.dtype;
    if (ir_is_complex(*d))
        return ir_fail("%s: the element is complex: take jac_item_c128, or a part of it", what);
    memcpy(v, a->data, ir_dtypes[*d].size);
    return true;
}

static double part_at(const rt_array *a, int index)
{
    ir_dtype part = ir_part(a->type.dtype);
    size_t size = ir_dtypes[part].size;
    ir_scalar v = {0};
    memcpy(&v, (const char *)a->data + (size_t)index * size, size);
    return ir_scalar_f64(part, v);
}

double _Complex jac_item_c128_(const jac_loc *at, jac x)
{
    double _Complex z = NAN;
    ir_dtype d = IR_bool;
    ir_scalar v = {0};
    rt_at_as(at, "jac_item_c128");
    rt_slot *s = rt_slot_of(x);
    bool pair = s && s->kind == RT_ARRAY && ir_is_complex(s->array->type.dtype) &&
                ir_type_count(&s->array->type) == 1;
    if (s && s->kind == RT_NUMBER && s->number.kind == IR_KIND_COMPLEX) {
        __real__ z = s->number.f;
        __imag__ z = s->number.imag;
    } else if (pair) {
        __real__ z = part_at(s->array, 0);
        __imag__ z = part_at(s->array, 1);
    } else if (one_element(at, "jac_item_c128", x, &d, &v)) {
        z = ir_scalar_f64(d, v);
    }
    return z;
}

double jac_item_f64_(const jac_loc *at, jac x)
{
    ir_dtype d = IR_bool;
    ir_scalar v = {0};
    return one_element(at, "jac_item_f64", x, &d, &v) ? ir_scalar_f64(d, v) : NAN;
}

int64_t jac_item_i64_(const jac_loc *at, jac x)
{
    ir_dtype d = IR_bool;
    ir_scalar v = {0};
    if (!one_element(at, "jac_item_i64", x, &d, &v))
        return 0;
    if (ir_has_fraction(d)) /* truncate and saturate */
        return ir_scalar_of(IR_i64, ir_scalar_f64(d, v)).v_i64;
    if (ir_dtypes[d].kind != IR_KIND_INT && v.bits > INT64_MAX) {
        ir_fail("jac_item_i64: %llu does not fit an int64_t", (unsigned long long)v.bits);
        return 0;
    }
    return ir_scalar_i64(d, v);
}

bool jac_item_bool_(const jac_loc *at, jac x)
{
    ir_dtype d = IR_bool;
    ir_scalar v = {0};
    return one_element(at, "jac_item_bool", x, &d, &v) &&
           (ir_has_fraction(d) ? ir_scalar_f64(d, v) != 0 : v.bits != 0);
}

bool jac_copy_out_(const jac_loc *at, jac x, void *out, size_t bytes)
{
    rt_at(at);
    rt_array *a = rt_concrete(x, "jac_copy_out");
    if (!a)
        return false;
    size_t has = ir_type_bytes(&a->type);
    if (bytes != has)
        return ir_fail("jac_copy_out: %s has %zu bytes, but there is room for %zu",
                       ir_type_tmp(&a->type), has, bytes);
    if (has && !out)
        return ir_fail("jac_copy_out: the destination for %s is a null pointer",
                       ir_type_tmp(&a->type));
    if (has)
        memcpy(out, a->data, has);
    return true;
}

const void *jac_view_(const jac_loc *at, jac x, jac_dtype d)
{
    rt_at(at);
    ir_dtype known;
    rt_array *a = rt_dtype(d, &known) ? rt_concrete(x, "jac_view") : NULL;
    if (!a)
        return NULL;
    if (d != JAC_DEFAULT && rt_public_dtype(a->type.dtype) != d) {
        ir_fail("jac_view: the array is %s, but its dtype must be %s", ir_type_tmp(&a->type),
                jac_dtype_name(d));
        return NULL;
    }
    return a->data;
}

/* ---- errors ---------------------------------------------------------------------------------- */

const char *jac_error(void)
{
    return ir_error();
}

void jac_error_clear(void)
{
    ir_error_clear();
}

static void end_with_error(void)
{
    const char *error = ir_error();
    fflush(stdout);
    fprintf(stderr, "error: %s\n", error ? error : "a null handle was given to jac_check");
    exit(1);
}

jac jac_check_handle(jac x)
{
    if (!jac_ok(x))
        end_with_error();
    return x;
}

jac_fn jac_check_fn(jac_fn f)
{
    if (!jac_ok(f))
        end_with_error();
    return f;
}

bool jac_check_true(bool ok)
{
    if (!ok)
        end_with_error();
    return ok;
}
