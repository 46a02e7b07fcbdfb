/* Reading a module and making a program of one of its functions. */
#ifndef JACQUARD_STABLEHLO_LOAD_H
#define JACQUARD_STABLEHLO_LOAD_H

#include "exchange/stablehlo/build.h"
#include "runtime/runtime.h"

/* A graph and the arrays that are its constants; one reference to each. */
typedef struct {
    ir_graph *g;
    int narg, nresult, nconstant;
    rt_array **constant;
} hlo_program;

/* Reads a module as text or as bytecode, whichever it is. See hlo_parse. */
bool hlo_read(hlo_module *m, const char *bytes, size_t n);
/* Makes a program of a function of the module; see hlo_build. checks: its checks, allocated in the
 * module's arena, if they are asked for. *unsupported: did it fail because something is not
 * supported? */
bool hlo_program_make(hlo_module *m, const char *function, hlo_program *program, int *ncheck,
                      const hlo_check **checks, bool *unsupported);
void hlo_program_drop(hlo_program *program);
/* Calls it, or with `jit` compiles it first. `out` gets a handle for each output of the graph. */
jac_fn hlo_program_function(const jac_loc *at, hlo_program *program, const char *name, int nargs,
                            const int *leaves, int nresult);

#endif
