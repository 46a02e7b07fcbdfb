/* scatter_mul on pairs of parts. The parts of a product need both parts of each factor, so a scatter
 * of parts cannot multiply. Windows that do not overlap are read, multiplied and written back at
 * once; others one after the other, in a loop. */
#include <string.h>

#include "ops/complex_rules.h"
#include "ops/scatter.h"
#include "ops/shape.h"

static ir_value *read_at(ir_graph *g, const windows_attrs *a, ir_value *x, ir_value *index)
{
    ir_attr attr[GATHER_NATTR];
    windows_set_attrs(&op_gather, a, attr);
    return ir_emit1(g, &op_gather, 2, (ir_value *[]){x, index}, attr);
}

static ir_value *write_at(ir_graph *g, const windows_attrs *a, ir_value *x, ir_value *index, ir_value *w)
{
    ir_attr attr[GATHER_NATTR];
    windows_set_attrs(&op_scatter, a, attr);
    return ir_emit1(g, &op_scatter, 3, (ir_value *[]){x, index, w}, attr);
}

/* Multiplies all windows at once. a: parameters of both a gather and a scatter. */
static ir_pair together(ir_graph *g, const windows_attrs *a, ir_pair x, ir_value *index, ir_pair by)
{
    ir_pair old = {read_at(g, a, x.re, index), read_at(g, a, x.im, index)};
    ir_pair w = complex_product(g, old, by);
    return (ir_pair){write_at(g, a, x.re, index, w.re), write_at(g, a, x.im, index, w.im)};
}

/* x with the given dimensions first, joined into one of `count` elements. */
static ir_value *in_rows(ir_graph *g, ir_value *x, int n, const int64_t *first, int64_t count)
{
    int64_t order[IR_MAX_RANK], shape[IR_MAX_RANK + 1] = {count};
    int rank = 1, at = n;
    for (int k = 0; k < n; k++)
        order[k] = first[k];
    for (int d = 0; x && d < x->type.rank; d++) {
        bool is_first = false;
        for (int k = 0; k < n; k++)
            is_first = is_first || first[k] == d;
        if (is_first)
            continue;
        order[at++] = d;
        shape[rank++] = x->type.dim[d];
    }
    x = x ? emit_ints(g, &op_transpose, x, x->type.rank, order) : NULL;
    return emit_ints(g, &op_reshape, x, rank, shape);
}

/* The index vectors as rows of i64: their components, then the batching dimensions'. */
static ir_value *vectors(ir_graph *g, const windows_attrs *a, ir_value *index, int64_t count)
{
    int64_t shape[IR_MAX_RANK + 1], first[IR_MAX_RANK];
    ir_value *part[IR_MAX_RANK + 1];
    int rank = index->type.rank, vector = (int)a->vector, n = 0, nparts = 1;
    memcpy(shape, index->type.dim, sizeof index->type.dim);
    if (vector == rank)
        shape[rank++] = 1;
    ir_attr wide[] = {[CONVERT_DTYPE] = {.i = IR_i64}, [CONVERT_WEAK] = {.i = false}};
    if (index->type.dtype == IR_u64) /* what i64 does not hold is out of range as well */
        index = apply2(g, &op_min, index, b_const(g, index, (double)INT64_MAX / 2));
    part[0] = emit_ints(g, &op_reshape, ir_emit1(g, &op_convert_element_type, 1, &index, wide), rank,
                        shape);
    shape[vector] = 1;
    for (int k = 0; k < a->batching.n; k++) {
        ir_attr iota[IOTA_NATTR] = {[IOTA_DTYPE] = {.i = IR_i64},
                                    [IOTA_SHAPE] = {.n = rank, .ints = shape},
                                    [IOTA_DIMENSION] = {.i = a->index_batching.at[k]}};
        part[nparts++] = ir_emit1(g, &op_iota, 0, NULL, iota);
    }
    ir_attr join[] = {[CONCATENATE_DIMENSION] = {.i = vector}};
    ir_value *all = nparts > 1 ? ir_emit1(g, &op_concatenate, nparts, part, join) : part[0];
    for (int d = 0; d < rank; d++)
        if (d != vector)
            first[n++] = d;
    return in_rows(g, all, n, first, count);
}

/* The parameters for one window at one index vector. */
static windows_attrs one_window(const windows_attrs *a, const windows *p)
{
    windows_attrs one = {.map = a->map, .mode = p->mode, .vector = 0};
    one.sizes.n = p->x->rank;
    memcpy(one.sizes.at, p->size, sizeof p->size);
    for (int k = 0; k < a->batching.n; k++)
        one.map.at[one.map.n++] = a->batching.at[k];
    bool runs[IR_MAX_RANK] = {false};
    for (int k = 0; k < p->w->rank; k++)
        if (p->along[k] >= 0)
            runs[p->along[k]] = true;
    for (int d = 0; d < p->x->rank; d++)
        if (!runs[d])
            one.collapsed.at[one.collapsed.n++] = d;
        else
            one.offset.at[one.offset.n] = one.offset.n, one.offset.n++;
    return one;
}

/* The loop's body: re, im, vector, and both parts of the factors to the new re and im. */
static ir_graph *body_of(const windows_attrs *one, const ir_pair *x, ir_value *const *rows)
{
    ir_graph *g = ir_graph_new("scatter_mul");
    ir_value *in[5];
    for (int k = 0; k < 5; k++) {
        ir_type t = k < 2 ? x->re->type : rows[k - 2]->type;
        t.weak = false;
        if (k >= 2) {
            t.rank--;
            memmove(t.dim, t.dim + 1, t.rank * sizeof *t.dim);
        }
        in[k] = ir_input(g, &t);
    }
    ir_pair y = together(g, one, (ir_pair){in[0], in[1]}, in[2], (ir_pair){in[3], in[4]});
    return ir_finish(g, (ir_value *[]){y.re, y.im}, 2);
}

static bool in_turn(ir_graph *g, const ir_eqn *e, const ir_pair *x, ir_pair *y)
{
    windows p = windows_of(e);
    windows_attrs a = windows_attrs_of(e), one = one_window(&a, &p);
    int64_t first[IR_MAX_RANK], count = 1;
    int n = 0;
    for (int k = 0; k < p.w->rank; k++)
        if (p.picks[k] >= 0)
            count *= p.w->dim[first[n++] = k];
    ir_value *rows[] = {vectors(g, &a, x[1].re, count), in_rows(g, x[2].re, n, first, count),
                        in_rows(g, x[2].im, n, first, count)};
    if (!rows[0] || !rows[1] || !rows[2])
        return false;
    IR_AUTO_GRAPH body = body_of(&one, &x[0], rows);
    if (!body)
        return false;
    ir_attr attr[] = {[SCAN_BODY] = {.graph = body},     [SCAN_LENGTH] = {.i = count},
                      [SCAN_NUM_CONSTS] = {.i = 0},      [SCAN_NUM_CARRY] = {.i = 2},
                      [SCAN_REVERSE] = {.i = 0},         [SCAN_CHECKPOINTS] = {.i = 0}};
    ir_value *in[] = {x[0].re, x[0].im, rows[0], rows[1], rows[2]}, *out[2];
    if (!ir_results(ir_emit(g, &op_scan, 5, in, attr), 2, out))
        return false;
    *y = (ir_pair){out[0], out[1]};
    return true;
}

bool pairs_scatter_mul(ir_graph *g, const ir_eqn *e, const ir_pair *x, ir_pair *y)
{
    if (!windows_are_distinct(e))
        return in_turn(g, e, x, y);
    windows_attrs a = windows_inverse(e);
    return is_made(*y = together(g, &a, x[0], x[1].re, x[2]));
}
