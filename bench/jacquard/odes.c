/* Row 26: differential equations, with the gradient by the adjoint equation. */
#include "bench/jacquard/inputs.h"

typedef struct {
    jac x, y, z;
} place;

JAC_DEF(place, lorenz, (place, p), (jac, t), (jac, r))
{
    (void)t;
    return (place){
        jac_mul(jac_at(r, 0), jac_sub(p.y, p.x)),
        jac_sub(jac_mul(p.x, jac_sub(jac_at(r, 1), p.z)), p.y),
        jac_sub(jac_mul(p.x, p.y), jac_mul(jac_at(r, 2), p.z)),
    };
}

/* A number that depends on the whole course. */
JAC_DEF(jac, course, (jac, start), (jac, r))
{
    place p = {jac_at(start, 0), jac_at(start, 1), jac_at(start, 2)};
    p = jac_odeint(lorenz_fn, p, jac_linspace(0.0, 2.0, 21), .args = &r, .rtol = 1e-8,
                   .atol = 1e-8);
    return jac_add(jac_sum(p.x), jac_add(jac_sum(p.y), jac_sum(p.z)));
}

static void make_lorenz(int64_t size, jq_case *c)
{
    jac_enable_x64(true);
    (void)size;
    c->args[0] = inputs_f64(JAC_SHAPE(3), 41, 0.5, 1.5);
    c->args[1] = inputs_f64(JAC_SHAPE(3), 42, 5, 10);
    c->nresults = 3;
    c->f = jac_jit(jac_value_and_grad(course_fn, 0, 1));
}

static void make_lorenz_many(int64_t size, jq_case *c)
{
    jac_enable_x64(true);
    c->args[0] = inputs_f64(JAC_SHAPE(size, 3), 41, 0.5, 1.5);
    c->args[1] = inputs_f64(JAC_SHAPE(size, 3), 42, 5, 10);
    c->nresults = 3;
    c->f = jac_jit(jac_vmap(jac_value_and_grad(course_fn, 0, 1)));
}

const jq_work jq_odes[] = {{"odeint", make_lorenz}, {"odeint_many", make_lorenz_many}, {0}};
