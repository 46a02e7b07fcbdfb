/* One call of a program on arrays. */
#ifndef JACQUARD_RUNTIME_EXECUTE_H
#define JACQUARD_RUNTIME_EXECUTE_H

#include "jit/jit.h"
#include "runtime/runtime.h"

typedef struct {
    const ir_graph *g;    /* whose inputs and outputs these are */
    jit_program *program; /* NULL: `graph` is interpreted */
    const ir_graph *graph;
    rt_function *f;         /* that is called */
    int nleaves;            /* of its arguments, which are the first inputs */
    const uint8_t *donated; /* by leaf; NULL: none is */
} rt_executable;

/* Out gets the results' handles, NULLs on failure. The handles of donated arguments are good for
 * nothing any more, once the program has begun. */
bool rt_execute(const rt_executable *x, const jac *in, jac *out);

#endif
