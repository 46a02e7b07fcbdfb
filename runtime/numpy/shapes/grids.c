/* Coordinates of the points of a grid: meshgrid, indices, ix_; and broadcast_arrays. */
#include <inttypes.h>
#include <string.h>

#include "ops/ops.h"
#include "runtime/numpy/shapes/shapes.h"

/* Copies the handles as arrays of at most `rank` axes; NULL with an error. */
static jac *vectors(ir_arena *mem, const char *what, jac_handles x, int least, int most, ir_type *t)
{
    jac *v = ir_alloc(mem, (size_t)x.n * sizeof *v);
    for (int64_t k = 0; v && k < x.n; k++) {
        v[k] = x.x[k];
        if (!sh_array(&v[k], &t[k]))
            return NULL;
        if (t[k].rank < least || t[k].rank > most) {
            ir_fail("%s: array %" PRId64 " must be a vector, but is %s", what, k, ir_type_tmp(&t[k]));
            return NULL;
        }
    }
    return v;
}

static jac along_axis(jac x, int rank, const int64_t *shape, int64_t axis)
{
    ir_attr attr[] = {[BROADCAST_SHAPE] = {.n = rank, .ints = shape},
                      [BROADCAST_DIMS] = {.n = 1, .ints = &axis}};
    return rt_emit1(&op_broadcast_in_dim, 1, &x, attr);
}

static bool few_enough(const char *what, jac_handles x)
{
    return (x.n <= IR_MAX_RANK && x.n >= 0 && (x.x || !x.n)) ||
           ir_fail("%s: %" PRId64 " arrays are given, but at most %d are possible", what, x.n, IR_MAX_RANK);
}

bool jac_meshgrid_(const jac_loc *at, jac_handles x, jac_out out, jac_meshgrid_opts o)
{
    IR_SCRATCH(scratch);
    unsigned m = rt_begin(at);
    ir_type t[IR_MAX_RANK];
    jac y[IR_MAX_RANK];
    int64_t shape[IR_MAX_RANK], one[IR_MAX_RANK];
    bool ok = few_enough("meshgrid", x) && x.n > 0;
    if (!ok && x.n == 0)
        ir_fail("meshgrid: there must be at least one vector");
    if (ok && (!o.indexing || (strcmp(o.indexing, "xy") && strcmp(o.indexing, "ij"))))
        ok = ir_fail("meshgrid: .indexing must be \"xy\" or \"ij\", but is \"%s\"", o.indexing ? o.indexing : "");
    jac *v = ok ? vectors(&scratch, "meshgrid", x, 1, 1, t) : NULL;
    bool room = v && rt_room("meshgrid", "", (int)x.n, out);
    bool swap = room && o.indexing[0] == 'x' && x.n >= 2;
    for (int k = 0; room && k < x.n; k++)
        shape[swap && k < 2 ? 1 - k : k] = t[k].dim[0];
    ok = room;
    for (int k = 0; ok && k < x.n; k++) {
        int64_t axis = swap && k < 2 ? 1 - k : k;
        for (int j = 0; j < x.n; j++)
            one[j] = j == axis ? t[k].dim[0] : 1;
        ok = jac_ok(y[k] = along_axis(v[k], (int)x.n, o.sparse ? one : shape, axis));
    }
    return sh_end(m, room, ok, (int)x.n, y, out);
}

jac jac_indices_(const jac_loc *at, jac_dims shape, jac_dtype d)
{
    unsigned m = rt_begin(at);
    ir_type t;
    ir_dtype to = rt_default_int();
    jac y[IR_MAX_RANK];
    bool ok = (d == JAC_DEFAULT || rt_dtype(d, &to)) && rt_type_for("indices", shape, to, &t);
    if (ok && t.rank == IR_MAX_RANK)
        ok = ir_fail("indices: at most %d dimensions are possible", IR_MAX_RANK - 1);
    if (ok && t.rank == 0)
        return rt_end(m, jac_zeros(0, rt_public_dtype(to)));
    for (int k = 0; ok && k < t.rank; k++)
        ok = jac_ok(y[k] = np_iota(&t, k));
    return rt_end(m, ok ? jac_stack_(NULL, 0, (jac_handles){t.rank, y}) : JAC_NULL);
}

bool jac_open_mesh_(const jac_loc *at, jac_handles x, jac_out out)
{
    IR_SCRATCH(scratch);
    unsigned m = rt_begin(at);
    ir_type t[IR_MAX_RANK];
    jac y[IR_MAX_RANK];
    jac *v = few_enough("open_mesh", x) ? vectors(&scratch, "open_mesh", x, 1, 1, t) : NULL;
    bool room = v && rt_room("open_mesh", "", (int)x.n, out), ok = room;
    for (int k = 0; ok && k < x.n; k++) {
        int64_t shape[IR_MAX_RANK];
        if (t[k].dtype == IR_bool)
            ok = np_true_positions(v[k], &v[k]) && rt_type_of(v[k], &t[k]);
        for (int j = 0; j < x.n; j++)
            shape[j] = j == k ? t[k].dim[0] : 1;
        ok = ok && jac_ok(y[k] = rt_reshape(v[k], (int)x.n, shape));
    }
    return sh_end(m, room, ok, (int)x.n, y, out);
}

bool jac_broadcast_arrays_(const jac_loc *at, jac_handles x, jac_out out)
{
    IR_SCRATCH(scratch);
    unsigned m = rt_begin(at);
    jac *v = sh_given("broadcast_arrays", x) ? ir_alloc(&scratch, (size_t)x.n * sizeof *v) : NULL;
    bool ok = v != NULL;
    for (int64_t k = 0; ok && k < x.n; k++) {
        ir_type t;
        v[k] = x.x[k];
        ok = sh_array(&v[k], &t);
    }
    bool room = ok && rt_room("broadcast_arrays", "", (int)x.n, out);
    ok = room && rt_broadcast("broadcast_arrays", (int)x.n, v);
    return sh_end(m, room, ok, (int)x.n, v, out);
}
