/* Numbers the equations of a graph and of all graphs nested in it, the same way in every process:
 * code that calls the interpreter's kernels finds their equations by number (jit/backend.h).
 */
#include <stdlib.h>

#include "jit/schedule/schedule.h"

static bool list(const ir_graph *g, ptrmap *place, const ir_eqn ***at)
{
    const ir_graph *inner;
    IR_EACH_EQN (e, g) {
        if (ptrmap_find(place, e))
            continue;
        size_t n = place->used;
        if (!(n & (n - 1))) {
            const ir_eqn **more = ir_resize(*at, (n ? 2 * n : 1) * sizeof **at);
            if (!more)
                return false;
            *at = more;
        }
        (*at)[n] = e;
        if (!ptrmap_put(place, e, n, 0))
            return false;
        for (int k = 0; (inner = ir_nested(e, k)); k++)
            if (!list(inner, place, at))
                return false;
    }
    return true;
}

const ir_eqn **jit_list_eqns(const ir_graph *g, ptrmap *place)
{
    ptrmap mine = {0};
    const ir_eqn **at = ir_new(sizeof *at);
    bool ok = at && list(g, place ? place : &mine, &at);
    ptrmap_free(&mine);
    if (ok)
        return at;
    free(at);
    return NULL;
}
