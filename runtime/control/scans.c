/* jac_map and jac_associative_scan. */
#include <stdlib.h>
#include <string.h>

#include "ops/ops.h"
#include "runtime/runtime.h"

/* ---- map: a scan that carries nothing -------------------------------------------------------- */

/* The body of the scan takes an empty carry and one tree, which is all of f's arguments. */
static bool body_trace(const rt_function *body, const ir_type *types, rt_traced *out)
{
    return rt_trace_fn(body->inner, types, out);
}

bool jac_map_(const jac_loc *at, jac_fn fn, const void *xs, jac_out ys)
{
    rt_at(at);
    const struct jac_function *f = rt_fn(fn);
    if (!f)
        return false;
    int n = rt_fn_leaves(f);
    if (!n || !xs || (f->result_leaves && !ys.at))
        return ir_fail("map: %s", n ? "a null pointer was given" : "there is nothing to map over");
    if (!rt_room("map: ", f->name, f->result_leaves, ys))
        return false;
    rt_function *body = rt_function_new(f->name, at, 2, (int[]){0, n}, f->result_leaves, 0);
    if (!body)
        return false;
    body->inner = rt_fn_retain(f);
    body->trace = body_trace;
    jac none;
    jac_scan_opts o = {.carry = &none, .xs = xs, .ys = rt_out(ys.at)};
    bool ok = jac_scan_(at, rt_fn_of(&body->face), o, SIZE_MAX);
    rt_fn_release(&body->face);
    return ok;
}

/* ---- associative_scan ------------------------------------------------------------------------ */

/* Combines neighbours in pairs and scans the pairs recursively. The scan of the pairs gives every
 * second result; each of the others takes one more combination. So the depth is logarithmic in the
 * length. */
typedef struct {
    const struct jac_function *fn;
    int n, axis; /* leaves of a tree; the scanned axis */
} ascan;

/* Slices each leaf along the axis: elements from, from + step, ... below `to`. */
static bool strided(const ascan *s, const jac *x, int64_t from, int64_t to, int64_t step, jac *out)
{
    for (int k = 0; k < s->n; k++) {
        ir_type t;
        int64_t start[IR_MAX_RANK] = {0}, limit[IR_MAX_RANK], strides[IR_MAX_RANK];
        if (!rt_type_of(x[k], &t))
            return false;
        for (int d = 0; d < t.rank; d++) {
            limit[d] = t.dim[d];
            strides[d] = 1;
        }
        start[s->axis] = from;
        limit[s->axis] = to;
        strides[s->axis] = step;
        ir_attr attr[] = {[SLICE_START] = {.n = t.rank, .ints = start},
                          [SLICE_LIMIT] = {.n = t.rank, .ints = limit},
                          [SLICE_STRIDES] = {.n = t.rank, .ints = strides}};
        if (!jac_ok(out[k] = rt_emit1(&op_slice, 1, &x[k], attr)))
            return false;
    }
    return true;
}

static jac joined(jac a, jac b, int axis)
{
    ir_attr attr[] = {[CONCATENATE_DIMENSION] = {.i = axis}};
    return jac_ok(a) && jac_ok(b) ? rt_emit1(&op_concatenate, 2, (jac[]){a, b}, attr) : JAC_NULL;
}

/* split: inserts an axis of size 1 after the scanned axis; otherwise merges the axis after the
 * scanned one into it. */
static jac refold(const ascan *s, jac x, bool split)
{
    ir_type t;
    int64_t shape[IR_MAX_RANK + 1];
    int rank = 0, d = 0;
    if (!jac_ok(x) || !rt_type_of(x, &t))
        return JAC_NULL;
    for (; d <= s->axis; d++)
        shape[rank++] = t.dim[d];
    if (split)
        shape[rank++] = 1;
    else
        shape[s->axis] *= t.dim[d++];
    for (; d < t.rank; d++)
        shape[rank++] = t.dim[d];
    return rt_reshape(x, rank, shape);
}

/* Interleaves a0 b0 a1 b1 ...; a has as many elements as b, or one more. */
static bool interleave(const ascan *s, const jac *a, const jac *b, int64_t na, int64_t nb, jac *out)
{
    IR_SCRATCH(scratch);
    jac *head = ir_alloc(&scratch, (size_t)(2 * s->n + 1) * sizeof *head);
    if (!head)
        return false;
    jac *last = head + s->n;
    bool ok = strided(s, a, 0, nb, 1, head) && (na == nb || strided(s, a, nb, na, 1, last));
    for (int k = 0; k < s->n && ok; k++) {
        jac pairs = joined(refold(s, head[k], true), refold(s, b[k], true), s->axis + 1);
        out[k] = refold(s, pairs, false);
        if (na > nb)
            out[k] = joined(out[k], last[k], s->axis);
        ok = jac_ok(out[k]);
    }
    return ok;
}

static bool combine(const ascan *s, const jac *a, const jac *b, jac *out)
{
    IR_SCRATCH(scratch);
    jac *in = ir_alloc(&scratch, (size_t)(2 * s->n + 1) * sizeof *in);
    if (!in)
        return false;
    memcpy(in, a, (size_t)s->n * sizeof *in);
    memcpy(in + s->n, b, (size_t)s->n * sizeof *in);
    bool ok = rt_call(s->fn, in, out);
    for (int k = 0; k < s->n && ok; k++) {
        ir_type want, got;
        ok = rt_type_of(b[k], &want) && rt_type_of(out[k], &got) &&
             (ir_same_type(&want, &got) ||
              ir_fail("associative_scan: %s must keep the types of its operands, but makes %s "
                      "from %s (leaf %d)",
                      s->fn->name, ir_type_tmp(&got), ir_type_tmp(&want), k));
    }
    return ok;
}

static bool scan(const ascan *s, int64_t length, const jac *x, jac *out)
{
    IR_SCRATCH(scratch);
    int n = s->n;
    if (length < 2) {
        memcpy(out, x, (size_t)n * sizeof *out);
        return true;
    }
    int64_t nodd = length / 2, neven = length - nodd;
    jac *room = ir_alloc(&scratch, (size_t)(6 * n + 1) * sizeof *room);
    if (!room)
        return false;
    jac *a = room, *b = a + n, *pairs = b + n, *odd = pairs + n, *even = odd + n, *first = even + n;
    bool ok = strided(s, x, 0, 2 * nodd, 2, a) && strided(s, x, 1, 2 * nodd, 2, b) &&
              combine(s, a, b, pairs) && scan(s, nodd, pairs, odd) && strided(s, x, 0, 1, 1, first);
    if (ok && neven > 1) {
        ok = strided(s, odd, 0, neven - 1, 1, a) && strided(s, x, 2, length, 2, b) &&
             combine(s, a, b, even);
        for (int k = 0; k < n && ok; k++)
            ok = jac_ok(first[k] = joined(first[k], even[k], s->axis));
    }
    return ok && interleave(s, first, odd, neven, nodd, out);
}

/* The length along the axis, which must be the same for all leaves; -1 on error. */
static int64_t scanned_length(ascan *s, const jac *x, int64_t axis)
{
    int64_t length = -1;
    for (int k = 0; k < s->n; k++) {
        ir_type t;
        int64_t d;
        const char *why = rt_no_handle(x[k]);
        if (why) {
            ir_fail("associative_scan: leaf %d %s", k, why);
            return -1;
        }
        if (!rt_type_of(x[k], &t) || !rt_axis("associative_scan", axis, t.rank, &d))
            return -1;
        if (k && (d != s->axis || t.dim[d] != length)) {
            ir_fail(
                "associative_scan: leaf %d is %s, with %lld elements along axis %d, but leaf 0 has "
                "%lld along axis %d",
                k, ir_type_tmp(&t), (long long)t.dim[d], (int)d, (long long)length, s->axis);
            return -1;
        }
        if (t.rank == IR_MAX_RANK) {
            ir_fail("associative_scan: leaf %d, %s, has too many dimensions", k, ir_type_tmp(&t));
            return -1;
        }
        s->axis = d;
        length = t.dim[d];
    }
    return length;
}

static bool reversed(const ascan *s, jac *x)
{
    int64_t axis = s->axis;
    ir_attr attr[] = {[REV_DIMENSIONS] = {.n = 1, .ints = &axis}};
    for (int k = 0; k < s->n; k++)
        if (!jac_ok(x[k] = rt_emit1(&op_rev, 1, &x[k], attr)))
            return false;
    return true;
}

bool jac_associative_scan_(const jac_loc *at, jac_fn fn, jac_associative_scan_opts o)
{
    IR_SCRATCH(scratch);
    unsigned m = rt_begin(at);
    const struct jac_function *f = rt_fn(fn);
    if (!f)
        return false;
    ascan s = {.fn = f, .n = f->result_leaves};
    if (f->nargs != 2 || f->arg_leaves[0] != s.n || f->arg_leaves[1] != s.n || !s.n)
        return ir_fail(
            "associative_scan: %s must take two trees and give a third of the same type, "
            "but it takes %s (%s) and gives %d",
            f->name, ir_count_tmp(f->nargs, "argument"), ir_count_tmp(rt_fn_leaves(f), "handle"),
            f->result_leaves);
    if (!o.elems || !o.result.at)
        return ir_fail("associative_scan: a null pointer was given");
    if (!rt_room("associative_scan: ", f->name, s.n, o.result))
        return false;
    jac *x = ir_alloc(&scratch, (size_t)(2 * s.n) * sizeof *x);
    if (!x)
        return false;
    jac *y = x + s.n;
    memcpy(x, o.elems, (size_t)s.n * sizeof *x);
    int64_t length = scanned_length(&s, x, o.axis);
    bool ok = length >= 0 && (!o.reverse || reversed(&s, x)) && scan(&s, length, x, y) &&
              (!o.reverse || reversed(&s, y));
    ok = rt_end_tree(m, ok ? s.n : 0, y) && ok;
    for (int k = 0; k < s.n; k++)
        ((jac *)o.result.at)[k] = ok ? y[k] : JAC_NULL;
    return ok;
}
