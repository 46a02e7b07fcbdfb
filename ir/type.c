/* Types of values: an element type and a shape. */
#include <inttypes.h>
#include <string.h>

#include "ir/ir.h"

ir_type ir_type_make(ir_dtype d, int rank, const int64_t *dim)
{
    ir_type t = {.dtype = (uint8_t)d, .rank = (uint8_t)rank};
    for (int k = 0; k < rank; k++)
        t.dim[k] = dim[k];
    return t;
}

ir_type ir_type_scalar(ir_dtype d)
{
    return ir_type_make(d, 0, NULL);
}

ir_type ir_type_like(ir_type shape_of, ir_dtype d)
{
    shape_of.dtype = (uint8_t)d;
    shape_of.weak = false;
    return shape_of;
}

int ir_tape_depth(const ir_type *t)
{
    int n = 0;
    while (n < t->rank && t->dim[n] == IR_DYNAMIC)
        n++;
    return n;
}

int64_t ir_type_count(const ir_type *t)
{
    int64_t n = 1;
    if (ir_is_tape(t))
        return 1;
    for (int k = 0; k < t->rank; k++)
        n *= t->dim[k];
    return n;
}

size_t ir_type_bytes(const ir_type *t)
{
    return ir_is_tape(t) ? sizeof(ir_tape *) : (size_t)ir_type_count(t) * ir_dtypes[t->dtype].size;
}

bool ir_type_fits(const ir_type *t)
{
    if (t->rank > IR_MAX_RANK)
        return false;
    int64_t bytes = ir_dtypes[t->dtype].size;
    /* Count a dimension of 0 as 1, so that strides cannot overflow either. */
    for (int k = ir_tape_depth(t); k < t->rank; k++)
        if (t->dim[k] < 0 || __builtin_mul_overflow(bytes, t->dim[k] ? t->dim[k] : 1, &bytes))
            return false;
    return true;
}

bool ir_same_shape(const ir_type *a, const ir_type *b)
{
    return a->rank == b->rank && !memcmp(a->dim, b->dim, a->rank * sizeof a->dim[0]);
}

bool ir_same_type(const ir_type *a, const ir_type *b)
{
    return a->dtype == b->dtype && ir_same_shape(a, b);
}

char *ir_type_str(const ir_type *t, char buf[IR_TYPE_TEXT])
{
    size_t n =
        (size_t)snprintf(buf, IR_TYPE_TEXT, "%s%s[", t->weak ? "~" : "", ir_dtypes[t->dtype].name);
    for (int k = 0; k < t->rank && n < IR_TYPE_TEXT; k++)
        n += t->dim[k] == IR_DYNAMIC
                 ? (size_t)snprintf(buf + n, IR_TYPE_TEXT - n, "%s?", k ? "," : "")
                 : (size_t)snprintf(buf + n, IR_TYPE_TEXT - n, "%s%" PRId64, k ? "," : "",
                                    t->dim[k]);
    if (n < IR_TYPE_TEXT)
        snprintf(buf + n, IR_TYPE_TEXT - n, "]");
    return buf;
}

static char *ring_next(void)
{
    static _Thread_local char ring[8][IR_TYPE_TEXT];
    static _Thread_local unsigned next;
    return ring[next++ % 8];
}

const char *ir_type_tmp(const ir_type *t)
{
    return ir_type_str(t, ring_next());
}

const char *ir_count_tmp(int64_t n, const char *noun)
{
    char *buf = ring_next();
    snprintf(buf, IR_TYPE_TEXT, "%" PRId64 " %s%s", n, noun, n == 1 ? "" : "s");
    return buf;
}

const char *ir_ints_tmp(const int64_t *v, int count)
{
    char *buf = ring_next();
    size_t n = (size_t)snprintf(buf, IR_TYPE_TEXT, "(");
    for (int k = 0; k < count && n < IR_TYPE_TEXT; k++)
        n += (size_t)snprintf(buf + n, IR_TYPE_TEXT - n, "%s%" PRId64, k ? ", " : "", v[k]);
    if (n < IR_TYPE_TEXT)
        snprintf(buf + n, IR_TYPE_TEXT - n, count == 1 ? ",)" : ")");
    return buf;
}
