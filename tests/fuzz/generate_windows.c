/* Arrays of which a program overwrites some elements, or chooses whether to: what the bodies of
 * loops that set or swap elements consist of. Random operands seldom fit together in this way, and
 * the schedule overwrites such arrays in place.
 */
#include <string.h>

#include "ops/ops.h"
#include "tests/fuzz/generate.h"

/* Puts random starts after the first n operands, one for each dimension. Returns how many there are
 * then. */
static int add_starts(scope *s, gen_value *x, int n, int rank)
{
    ir_type t = ir_type_scalar(IR_i32);
    for (int k = 0; k < rank; k++)
        x[n + k] = gen_of_type(s, &t);
    return n + rank;
}

/* Another part of base, or anything, of the type of a window: with few indices of some dimensions
 * and all of the others. */
static gen_value some_window(scope *s, gen_value base)
{
    fuzz_rng *r = &s->gen->rng;
    ir_type t = base.v->type;
    gen_value x[IR_MAX_RANK + 1] = {base};
    for (int k = 0; k < t.rank; k++)
        t.dim[k] = fuzz_chance(r, 40) ? t.dim[k] : fuzz_below(r, (int)t.dim[k] / 2 + 1);
    if (fuzz_chance(r, 40))
        return gen_of_type(s, &t);
    ir_attr attr[] = {[DYNAMIC_SLICE_SIZES] = {.n = t.rank, .ints = t.dim}};
    return gen_apply(s, "dynamic_slice", add_starts(s, x, 1, t.rank), x, attr);
}

/* The predicate is the same all along some dimensions. */
static gen_value broadcast_predicate(scope *s, const ir_type *t)
{
    ir_type from = ir_type_scalar(IR_bool);
    int64_t dims[IR_MAX_RANK];
    for (int k = 0; k < t->rank; k++)
        if (fuzz_chance(&s->gen->rng, 50)) {
            dims[from.rank] = k;
            from.dim[from.rank++] = t->dim[k];
        }
    gen_value x = gen_of_type(s, &from);
    ir_attr attr[] = {[BROADCAST_SHAPE] = {.n = t->rank, .ints = t->dim},
                      [BROADCAST_DIMS] = {.n = from.rank, .ints = dims}};
    return gen_apply(s, "broadcast_in_dim", 1, &x, attr);
}

void gen_windows(scope *s)
{
    enum { MOST = 2 };
    fuzz_rng *r = &s->gen->rng;
    gen_value base = gen_any(s), y = base, window[MOST];
    int rank = base.v->type.rank, n = 1 + fuzz_below(r, MOST);
    if (!rank || s->gen->broken)
        return;
    for (int k = 0; k < n; k++)
        window[k] = some_window(s, base);
    for (int k = 0; k < n && !s->gen->broken; k++) {
        gen_value x[IR_MAX_RANK + 2] = {y, window[k]};
        y = gen_apply(s, "dynamic_update_slice", add_starts(s, x, 2, rank), x, NULL);
    }
    if (s->gen->broken || fuzz_chance(r, 30))
        return;
    ir_type one = ir_type_scalar(IR_bool);
    gen_value which =
        fuzz_chance(r, 40) ? gen_of_type(s, &one) : broadcast_predicate(s, &base.v->type);
    bool last = fuzz_chance(r, 50);
    if (!s->gen->broken)
        gen_apply(s, "select_n", 3, (gen_value[]){which, last ? base : y, last ? y : base}, NULL);
}
