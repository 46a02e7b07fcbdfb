/* Arrays cut into parts: split and its like, unstack. Each part is a slice. */
#include <inttypes.h>
#include <string.h>

#include "ops/ops.h"
#include "runtime/numpy/shapes/shapes.h"

/* Where each part starts, and the end of the last one: n + 1 positions. NULL with an error. */
static int64_t *cuts(ir_arena *mem, const char *what, int64_t size, jac_counts sections, int64_t *n)
{
    bool list = sections.kind == JAC_COUNTS_LIST;
    int64_t parts = list ? sections.list.n + 1 : sections.one;
    if (list ? !rt_list(what, sections.list) : parts < 1 || parts > INT32_MAX) {
        ir_fail("%s: the number of parts must be at least 1, but is %" PRId64, what, parts);
        return NULL;
    }
    if (!list && size % parts && strcmp(what, "array_split")) {
        ir_fail("%s: %" PRId64 " elements cannot be divided into %" PRId64 " equal parts", what, size, parts);
        return NULL;
    }
    int64_t *at = ir_alloc(mem, (size_t)(parts + 1) * sizeof *at);
    if (!at)
        return NULL;
    for (int64_t k = 0; k <= parts; k++) {
        if (list)
            at[k] = k == 0 ? 0 : k == parts ? size : sections.list.v[k - 1];
        else
            at[k] = k * (size / parts) + (k < size % parts ? k : size % parts);
        if (list && k > 0 && k < parts) {
            at[k] = at[k] < 0 ? at[k] + size : at[k];
            at[k] = at[k] < 0 ? 0 : at[k] > size ? size : at[k];
        }
    }
    *n = parts;
    return at;
}

/* hsplit, vsplit and dsplit have their own axes. */
static bool choose_axis(const char *what, const ir_type *t, int64_t *axis)
{
    int64_t own = !strcmp(what, "vsplit")   ? 0
                  : !strcmp(what, "hsplit") ? t->rank != 1
                  : !strcmp(what, "dsplit") ? 2
                                            : *axis;
    return rt_axis(what, own, t->rank, axis);
}

/* An array of positions or of one number, which must be known. */
static bool known_sections(const char *what, ir_arena *mem, jac_counts *sections)
{
    if (sections->kind != JAC_COUNTS_ARRAY)
        return true;
    ir_type t;
    if (!rt_type_of(sections->array, &t))
        return false;
    if (ir_has_fraction(t.dtype) || t.rank > 1)
        return ir_fail("%s: the parts are given by an integer or a list of them, not by %s", what, ir_type_tmp(&t));
    int64_t n, *v = sh_integers(mem, what, sections->array, &n);
    if (!v)
        return false;
    *sections = t.rank ? jac_counts_list_((jac_dims){n, v}) : jac_counts_int_(v[0]);
    return true;
}

bool jac_split_(const jac_loc *at, const char *what, jac x, jac_counts sections, int64_t axis, jac_out out)
{
    IR_SCRATCH(scratch);
    unsigned m = rt_begin_as(at, what);
    ir_type t;
    int64_t n = 0, *cut = NULL;
    if (sh_array(&x, &t) && choose_axis(what, &t, &axis) && known_sections(what, &scratch, &sections))
        cut = cuts(&scratch, what, t.dim[axis], sections, &n);
    bool room = cut && rt_room(what, "", (int)n, out), ok = room;
    jac *y = room ? ir_alloc(&scratch, (size_t)n * sizeof *y) : NULL;
    for (int64_t k = 0; k < n && ok && y; k++)
        ok = jac_ok(y[k] = sh_slice(x, axis, cut[k], cut[k + 1] > cut[k] ? cut[k + 1] : cut[k], 1));
    return sh_end(m, room && y, ok, (int)n, y, out);
}

bool jac_unstack_(const jac_loc *at, jac x, int64_t axis, jac_out out)
{
    IR_SCRATCH(scratch);
    unsigned m = rt_begin(at);
    ir_type t;
    bool ok = sh_array(&x, &t) && rt_axis("unstack", axis, t.rank, &axis);
    int64_t n = ok ? t.dim[axis] : 0;
    if (n > INT32_MAX)
        ok = ir_fail("unstack: %s has too many parts along axis %d", ir_type_tmp(&t), (int)axis);
    bool room = ok && rt_room("unstack", "", (int)n, out);
    jac *y = room ? ir_alloc(&scratch, (size_t)(n + 1) * sizeof *y) : NULL;
    for (int64_t k = 0; k < n && room && y && ok; k++)
        ok = jac_ok(y[k] = jac_squeeze(sh_slice(x, axis, k, k + 1, 1), axis));
    return sh_end(m, room && y, ok, (int)n, y, out);
}
