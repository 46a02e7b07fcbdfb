/* Running an executable on buffers. No handle is made, so a call may come from any thread. */
#include "exchange/pjrt/plugin.h"

#include <stdlib.h>

/* One call. The entries of in and out are pointers to the arrays' elements. */
typedef struct {
    const pjrt_executable *x;
    pjrt_buffer *const *given;
    int narg; /* how many arrays are held */
    rt_array **arg, **result;
    const void **in;
    void **out;
} call;

static pjrt_error *check_argument(const call *c, int k)
{
    const ir_type *want = &c->x->source.g->in[k]->type, *got = &c->given[k]->type;
    if (ir_same_type(want, got))
        return NULL;
    return pjrt_fail(PJRT_INVALID_ARGUMENT, "%s: argument %d must be %s, but is %s", c->x->name, k,
                     ir_type_tmp(want), ir_type_tmp(got));
}

static pjrt_error *take_arguments(call *c)
{
    const hlo_program *p = &c->x->source;
    pjrt_error *error = NULL;
    for (int k = 0; k < p->narg; k++) {
        if ((error = check_argument(c, k)) || !(c->arg[k] = pjrt_buffer_array(c->given[k], &error)))
            return error;
        c->narg++;
        c->in[k] = c->arg[k]->data;
    }
    for (int k = 0; k < p->nconstant; k++)
        c->in[p->narg + k] = p->constant[k]->data;
    return NULL;
}

/* An argument's array becomes the result if only its buffer holds it, and this call. Otherwise the
 * result starts as a copy; see runtime/trace/execute.c. */
static rt_array *result_over(call *c, const ir_type *t, int k, bool donated)
{
    rt_array *a = c->arg[k];
    if (donated && !a->borrowed && atomic_load(&a->refs) == 2)
        return rt_array_retain(a);
    rt_array *y = rt_array_new(t);
    if (y) {
        memcpy(y->data, c->in[k], ir_type_bytes(t));
        c->in[k] = y->data;
    }
    return y;
}

static bool may_donate(const pjrt_execute_options *o, int k)
{
    for (size_t j = 0; o && j < o->num_non_donatable_input_indices; j++)
        if (o->non_donatable_input_indices[j] == k)
            return false;
    return true;
}

static pjrt_error *make_results(call *c, const pjrt_execute_options *o)
{
    const pjrt_executable *x = c->x;
    for (int j = 0; j < x->nout; j++) {
        const ir_type *t = &x->source.g->out[j]->type;
        int k = x->taken ? x->taken[j] : -1;
        rt_array *y = c->result[j] =
            k < 0 ? rt_array_new(t) : result_over(c, t, k, may_donate(o, k));
        if (!y)
            return pjrt_failed(PJRT_RESOURCE_EXHAUSTED);
        c->out[j] = y->data;
    }
    return NULL;
}

/* Marks the donated arguments as gone, and gives each array the type of its result. */
static void give_up(call *c, const pjrt_execute_options *o)
{
    for (int k = 0; c->x->donated && k < c->x->source.narg; k++)
        if (c->x->donated[k] && may_donate(o, k))
            pjrt_buffer_delete(c->given[k]);
    for (int j = 0; j < c->x->nout; j++)
        c->result[j]->type = c->x->source.g->out[j]->type;
}

static pjrt_error *wrap_results(call *c, pjrt_device *device, pjrt_buffer **to)
{
    for (int j = 0; j < c->x->nout; j++) {
        to[j] = pjrt_buffer_new(device, &c->result[j]->type, c->result[j]);
        c->result[j] = NULL;
        if (to[j])
            continue;
        while (j-- > 0)
            pjrt_Buffer_Destroy(&(pjrt_Buffer_Destroy_args){.buffer = to[j]});
        return pjrt_fail(PJRT_RESOURCE_EXHAUSTED, "out of memory");
    }
    return NULL;
}

static pjrt_error *run(call *c, const pjrt_execute_options *o, pjrt_device *device,
                       pjrt_buffer **to)
{
    ir_error_clear();
    pjrt_error *error = take_arguments(c);
    error = error ? error : make_results(c, o);
    if (error)
        return error;
    give_up(c, o);
    if (!jit_run(c->x->program, c->in, c->out))
        return pjrt_failed(PJRT_INTERNAL);
    return wrap_results(c, device, to);
}

API(LoadedExecutable_Execute)
{
    enum { FEW = 64 };
    const pjrt_executable *x = a->executable->executable;
    pjrt_device *device = a->execute_device ? a->execute_device : a->executable->device;
    if (a->executable->deleted)
        return pjrt_fail(PJRT_FAILED_PRECONDITION, "the executable %s has been deleted", x->name);
    if (a->num_devices != 1 || a->num_args != (size_t)x->source.narg)
        return pjrt_fail(PJRT_INVALID_ARGUMENT,
                         "%s takes %s on one device, but is given %zu on %zu", x->name,
                         ir_count_tmp(x->source.narg, "argument"), a->num_args, a->num_devices);
    size_t n = 2 * (size_t)(x->nin + x->nout);
    void *few[FEW], **room = n <= FEW ? few : malloc(n * sizeof *room);
    if (!room)
        return pjrt_fail(PJRT_RESOURCE_EXHAUSTED, "out of memory");
    memset(room, 0, n * sizeof *room);
    call c = {.x = x,
              .given = a->num_args ? a->argument_lists[0] : NULL,
              .arg = (rt_array **)room,
              .in = (const void **)room + x->nin,
              .result = (rt_array **)room + 2 * x->nin,
              .out = room + 2 * x->nin + x->nout};
    pjrt_error *error = run(&c, a->options, device, a->output_lists[0]);
    for (int k = 0; k < c.narg; k++)
        rt_array_release(c.arg[k]);
    for (int j = 0; j < x->nout; j++)
        rt_array_release(c.result[j]);
    if (room != few)
        free(room);
    if (!error && a->device_complete_events)
        a->device_complete_events[0] = pjrt_event_done();
    return error;
}

/* ---- contexts ------------------------------------------------------------------------------------------- */

struct pjrt_context {
    PJRT_OBJECT;
};

API(ExecuteContext_Create)
{
    a->context = calloc(1, sizeof *a->context);
    return a->context ? NULL : pjrt_fail(PJRT_RESOURCE_EXHAUSTED, "out of memory");
}

API(ExecuteContext_Destroy)
{
    free(a->context);
    return NULL;
}
