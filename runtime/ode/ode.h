/* Declarations shared by the files of runtime/ode.
 *
 * An equation has leaves, as the state has. A method keeps some rows of arrays like the state, of
 * which row 0 is the state itself; the others are what the next step and the interpolation need.
 */
#ifndef JACQUARD_RUNTIME_ODE_H
#define JACQUARD_RUNTIME_ODE_H

#include "runtime/numpy/numpy.h"

typedef struct ode_equation ode_equation;
typedef struct ode_method ode_method;
struct ode_equation {
    int n; /* leaves */
    const ir_type *types;
    ir_dtype time;   /* the dtype of times and of step lengths */
    double elements; /* of all leaves */
    bool (*slope)(const void *env, const jac *y, jac t, jac *dy);
    const void *env;
    const ode_method *method;
    double rtol, atol, hmax;
    int64_t mxstep;      /* 0: no limit */
    int64_t checkpoints; /* as in jac_while_ */
};

/* Row r of leaf k. */
static inline jac *ode_row(const ode_equation *q, jac *rows, int r)
{
    return rows + (ptrdiff_t)r * q->n;
}

struct ode_method {
    int rows, order;
    bool implicit; /* it differentiates the slopes, and has no adjoint equation */
    /* Fills all rows, given row 0 and the slope there. */
    bool (*start)(const ode_equation *q, const jac *slope, jac *rows);
    /* Makes a step of length h from time t: the rows after it, and an estimate of its error. */
    bool (*step)(const ode_equation *q, const jac *rows, jac t, jac h, jac *after, jac *error);
    /* Leaf k at the share x of the last step, whose length was h. */
    jac (*between)(const ode_equation *q, const jac *rows, int k, jac x, jac h);
};

/* ---- dopri.c ------------------------------------------------------------------------------------- */

extern const ode_method ode_dopri5;

/* ---- rodas.c ------------------------------------------------------------------------------------- */

extern const ode_method ode_rodas5p;

/* ---- integrate.c --------------------------------------------------------------------------------- */

enum { ODE_CLOCK = 5 }; /* handles in front of the rows in a loop's state */
static inline int ode_wide(const ode_equation *q)
{
    return ODE_CLOCK + q->method->rows * q->n;
}
/* Fills the state of the loop at time t, where the solution is y. */
bool ode_start(const ode_equation *q, const jac *y, jac t, jac *state);
/* Makes steps until time `target`, and writes the solution there to y. */
bool ode_advance(const ode_equation *q, jac target, jac *state, jac *y);
/* x times a step length. */
jac ode_scaled(jac h, jac x);
/* The function of the library for a loop or a trace. */
static inline struct jac_function ode_face(const char *name,
                                           void (*apply)(const void *, const void *, void *),
                                           const void *env, int nargs, const int *leaves,
                                           int results)
{
    return (struct jac_function){
        JAC_FUNCTION_MARK_, name, apply, env, nargs, leaves, results, {0}, NULL};
}

/* ---- adjoint.c ----------------------------------------------------------------------------------- */

/* A solution at given times. The right side is a graph: (leaves, time, parameters) -> slopes. */
typedef struct {
    ode_equation q; /* its env is this problem */
    const ir_graph *f;
    int nparam, ntimes;
    const ir_type *param_types;
    const bool *active; /* the parameters with a derivative */
    const jac *params;  /* those of the trace that is open */
    ir_type times;
} ode_problem;
/* Traces the reverse mode: (solutions, times, parameters, cotangents of the solutions) ->
 * cotangents of the first state, the times, and the parameters that are floats. */
bool ode_trace_adjoint(const ode_problem *p, const ir_type *types, rt_traced *made);

#endif
