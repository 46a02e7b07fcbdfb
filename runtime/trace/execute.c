/* One call of a program: its arguments' elements, room for its results, and handles to these.
 *
 * A donated argument whose buffer a result takes over becomes that result, if nobody else holds the
 * array: neither another handle, nor another argument of the call, nor whoever lent the memory.
 * Else the result begins as a copy of it, so that the program, which was compiled to find both in
 * one place, is right either way. To see who holds an array, the call holds each argument once.
 */
#include "runtime/trace/execute.h"

#include <string.h>

typedef struct {
    const rt_executable *x;
    const int *taken; /* as jit_taken */
    const void **in;
    void **out;
    rt_array **result;
    rt_array **arg;    /* held for the call; NULL if nothing is donated */
    int narg, nresult; /* so far */
} frame;

static bool bind(frame *f, const jac *in)
{
    const ir_graph *g = f->x->g;
    int n = g->nin;
    for (int k = 0; k < n; k++) {
        rt_array *a = rt_concrete(in[k], g->name);
        if (!a)
            return false;
        f->in[k] = a->data;
        if (f->arg)
            f->arg[f->narg++] = rt_array_retain(a);
    }
    return true;
}

/* Held by one handle, and this call for one argument. */
static bool is_free(const rt_array *a)
{
    return !a->borrowed && atomic_load(&a->refs) == 2;
}

static rt_array *result_over(frame *f, const ir_type *t, int k)
{
    if (is_free(f->arg[k]))
        return rt_array_retain(f->arg[k]);
    rt_array *y = rt_array_new(t);
    if (y) {
        memcpy(y->data, f->in[k], ir_type_bytes(t));
        f->in[k] = y->data;
    }
    return y;
}

static bool make_results(frame *f)
{
    const ir_graph *g = f->x->g;
    int n = g->nout;
    for (int j = 0; j < n; j++) {
        const ir_type *t = &g->out[j]->type;
        int k = f->taken ? f->taken[j] : -1;
        rt_array *y = k < 0 ? rt_array_new(t) : result_over(f, t, k);
        if (!y)
            return false;
        f->result[f->nresult++] = y;
        f->out[j] = y->data;
    }
    return true;
}

/* From here on the arguments are gone, and arrays that were taken over are what they become. */
static void give_up(frame *f, const jac *in)
{
    for (int k = 0; k < f->x->nleaves; k++)
        if (f->x->donated[k])
            rt_give_up(in[k], f->x->f, k);
    for (int k = 0; k < f->nresult; k++)
        f->result[k]->type = f->x->g->out[k]->type;
}

static bool run(const frame *f)
{
    return f->x->program ? jit_run(f->x->program, f->in, f->out)
                         : ir_eval(f->x->graph, f->in, f->out);
}

static bool execute(frame *f, const jac *in, jac *out)
{
    bool ok = bind(f, in) && make_results(f);
    if (ok && f->arg)
        give_up(f, in);
    ok = ok && run(f);
    for (int k = 0; k < f->nresult; k++) {
        out[k] = ok ? rt_wrap_array(f->result[k]) : JAC_NULL;
        if (!ok)
            rt_array_release(f->result[k]);
        ok = ok && jac_ok(out[k]);
    }
    for (int k = 0; k < f->narg; k++)
        rt_array_release(f->arg[k]);
    return ok;
}

bool rt_execute(const rt_executable *x, const jac *in, jac *out)
{
    enum { FEW = 32 };
    size_t nin = (size_t)x->g->nin, nout = (size_t)x->g->nout;
    size_t n = nin + 2 * nout + (x->donated ? nin : 0);
    void *few[FEW], **room = n <= FEW ? few : ir_memory_take(n * sizeof *room);
    if (!room)
        return ir_fail("out of memory: a call of %s", x->g->name);
    frame f = {.x = x,
               .taken = x->donated && x->program ? jit_taken(x->program) : NULL,
               .in = (const void **)room,
               .out = room + nin,
               .result = (rt_array **)(room + nin + nout),
               .arg = x->donated ? (rt_array **)(room + nin + 2 * nout) : NULL};
    bool ok = execute(&f, in, out);
    if (room != few)
        ir_memory_give(room, n * sizeof *room);
    return ok;
}
