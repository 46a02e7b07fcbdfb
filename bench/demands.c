/* The speed that a row must reach, and the speed that it reached. */
#include <stdio.h>
#include <string.h>

#include "bench/demands.h"

static const double COMPILE_TO_JAX = 1.0 / 3, COMPILE_NOTES_MS = 30, GRADIENT_TO_OBJECTIVE = 3.5,
                    NARROW_TO_F32 = 1.6;

static demand at_least(bool known, double is, double asked)
{
    return (demand){known, is, asked, !known || asked == 0 || is >= asked};
}

static demand at_most(bool known, double is, double asked)
{
    return (demand){known, is, asked, !known || asked == 0 || is <= asked};
}

static demand speed(const bench_result *r, int other, double asked)
{
    bool known = r->of[JACQUARD].state == PEER_OK && r->of[other].state == PEER_OK;
    return at_least(known, known ? bench_ratio(&r->of[other], &r->of[JACQUARD]) : 0, asked);
}

/* If the name of this row's work has `suffix` ("_grad"), the row of the work named without it, and
 * of the same size; else NULL. */
static const bench_result *without(const char *suffix, const bench_result *rows, int k)
{
    const char *work = rows[k].row->work, *end = strstr(work, suffix);
    for (int i = k - 1; end && i >= 0; i--)
        if (strlen(rows[i].row->work) == (size_t)(end - work) &&
            !strncmp(rows[i].row->work, work, (size_t)(end - work)) &&
            rows[i].row->size == rows[k].row->size)
            return &rows[i];
    return NULL;
}

/* The same work in f32, if this is one in a narrower type. */
static const bench_result *in_f32(const bench_result *rows, int k)
{
    const bench_result *f16 = without("_f16", rows, k);
    return f16 ? f16 : without("_bf16", rows, k);
}

void demands_of(const bench_result *rows, int k, demand out[DEMANDS])
{
    const bench_result *r = &rows[k], *f = without("_grad", rows, k), *wide = in_f32(rows, k);
    const bench_figure *own = &r->of[JACQUARD], *jax = &r->of[JAX];
    bool compiled = own->state == PEER_OK && own->cold_ms > 0;
    bool both = compiled && jax->state == PEER_OK && jax->cold_ms > 0;
    bool pair = f && own->state == PEER_OK && f->of[JACQUARD].state == PEER_OK;
    out[SPEED_JAX] = speed(r, JAX, r->row->to_jax);
    out[SPEED_DRJIT] = speed(r, DRJIT, r->row->to_drjit);
    out[SPEED_C] = speed(r, HANDWRITTEN, r->row->to_c);
    out[COMPILE_JAX] = at_most(both, both ? own->cold_ms / jax->cold_ms : 0, COMPILE_TO_JAX);
    out[COMPILE_MS] =
        at_most(compiled, own->cold_ms, r->row->flags & ROW_NOTES ? COMPILE_NOTES_MS : 0);
    out[GRADIENT] = at_most(pair, pair ? own->median_us / f->of[JACQUARD].median_us : 0,
                            r->row->flags & ROW_GRADIENT ? GRADIENT_TO_OBJECTIVE : 0);
    bool widths = wide && own->state == PEER_OK && wide->of[JACQUARD].state == PEER_OK;
    out[NARROW] = at_least(widths, widths ? wide->of[JACQUARD].median_us / own->median_us : 0,
                           r->row->flags & ROW_NARROW ? NARROW_TO_F32 : 0);
}

const char *demand_text(demand_kind kind, const demand *d, char room[128])
{
    static const char *const words[DEMANDS] = {
        [SPEED_JAX] = "%.3g times JAX's speed; goal: %.3g",
        [SPEED_DRJIT] = "%.3g times Dr.Jit's speed; goal: %.3g",
        [SPEED_C] = "%.3g times the speed of C; goal: %.3g",
        [COMPILE_JAX] = "compiled in %.3g of JAX's time; goal: %.2g",
        [COMPILE_MS] = "compiled in %.3g ms; goal: %.3g",
        [GRADIENT] = "the gradient takes %.3g times the objective's time; goal: %.3g",
        [NARROW] = "%.3g times the speed in f32; goal: %.3g",
    };
    snprintf(room, 128, words[kind], d->is, d->asked);
    return room;
}
