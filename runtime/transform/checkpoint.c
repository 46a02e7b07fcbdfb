/* jac_checkpoint: puts one equation around a function's graph; ops/checkpoint.c has its rules. */
#include <stdlib.h>

#include "ops/attrs.h"
#include "ops/checkpoint.h"
#include "ops/ops.h"
#include "runtime/transform/differentiate.h"

_Static_assert((int)JAC_SAVE_NOTHING == (int)CHECKPOINT_NOTHING &&
                   (int)JAC_SAVE_DOTS == (int)CHECKPOINT_DOTS &&
                   (int)JAC_SAVE_EVERYTHING == (int)CHECKPOINT_EVERYTHING,
               "policies are public numbers");

static ir_graph *wrapped(ir_graph *g, jac_save_policy policy)
{
    IR_AUTO_GRAPH made = ir_graph_like(g, NULL);
    if (!made)
        return NULL;
    ir_attr attr[] = {[CHECKPOINT_GRAPH] = {.graph = g}, [CHECKPOINT_POLICY] = {.i = policy}};
    ir_value **y = ir_emit(made, &op_checkpoint, g->nin, made->in, attr);
    return y && ir_outputs(made, y, g->nout) ? ir_graph_retain(made) : NULL;
}

static bool checkpoint_trace(const rt_function *f, const ir_type *types, rt_traced *out)
{
    if (!rt_trace_fn(f->inner, types, out))
        return false;
    if (rt_replace_graph(out, wrapped(out->g, *(const jac_save_policy *)f->data)))
        return true;
    rt_traced_free(out);
    return false;
}

jac_fn jac_checkpoint_(const jac_loc *at, jac_fn fn, jac_checkpoint_opts o)
{
    rt_at(at);
    const struct jac_function *f = rt_fn(fn);
    if (!f)
        return JAC_NULL_FN;
    if ((int)o.policy < JAC_SAVE_NOTHING || o.policy > JAC_SAVE_EVERYTHING) {
        ir_fail("checkpoint of %s: there is no policy %d", f->name, (int)o.policy);
        return JAC_NULL_FN;
    }
    rt_function *made =
        rt_function_new(f->name, at, f->nargs, f->arg_leaves, f->result_leaves, sizeof o.policy);
    if (!made)
        return JAC_NULL_FN;
    made->inner = rt_fn_retain(f);
    *(jac_save_policy *)made->data = o.policy;
    made->trace = checkpoint_trace;
    made->call = rt_call_inner;
    return rt_wrap_function(made);
}
