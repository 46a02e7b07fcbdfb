/* One call of a program: collects the arguments' buffers, allocates the results, runs the program,
 * and wraps the results in handles.
 *
 * A program may be compiled to write a result into the buffer of a donated argument. If nothing
 * else holds that array (another handle, another argument of the call, or a caller that lent the
 * memory), the array itself becomes the result. Otherwise the result is a new array that starts as
 * a copy of the argument. Either way the program finds argument and result in one buffer. So that
 * reference counts tell who holds an array, the call retains it once for each argument.
 */
#include "runtime/trace/execute.h"

#include <string.h>

typedef struct {
    const rt_executable *x;
    const int *taken; /* from jit_taken: by result, the argument whose buffer it takes, or -1 */
    const void **in;
    void **out;
    rt_array **result;
    rt_array **arg;    /* retained for the call; NULL if nothing is donated */
    int narg, nresult; /* entries of arg and result filled so far */
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

/* Is the array held by just one handle and by just one argument of this call? */
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

/* Marks the donated arguments as gone, and gives each reused array the type of its result. */
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
    for (int k = 0; f->arg && k < f->narg; k++)
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
        return ir_fail("out of memory: cannot call %s", x->g->name);
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
