/* One call of a program on arrays. */
#ifndef JACQUARD_RUNTIME_EXECUTE_H
#define JACQUARD_RUNTIME_EXECUTE_H

#include "jit/jit.h"
#include "runtime/runtime.h"

typedef struct {
    const ir_graph *g;    /* inputs and outputs are this graph's */
    jit_program *program; /* NULL: interpret `graph` */
    const ir_graph *graph;
    rt_function *f;         /* the function being called */
    int nleaves;            /* number of its argument leaves, which are the first inputs */
    const uint8_t *donated; /* per leaf; NULL: none is donated */
} rt_executable;

/* out gets handles to the results (null handles on failure). Once the program has started, handles
 * to donated arguments cannot be used any more. */
bool rt_execute(const rt_executable *x, const jac *in, jac *out);

#endif
