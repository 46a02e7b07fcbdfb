#include <stddef.h>

#include "bench/rows.h"

/* clang-format off */
const bench_row bench_rows[] = {
/*  n  work                  size       quick  title                                      tolerance stray to_jax to_c  to_drjit flags */
{   1, "overhead",           1,         1,     "call overhead: x*x+1, a scalar",              1e-6, 0,    20,  0,    0,   0},
{   3, "chain",              1000,      1000,  "elementwise chain, 10^3 f32",                 1e-5, 0,    1,   0.95, 0,   0},
{   3, "chain",              1000000,   1003,  "elementwise chain, 10^6 f32",                 1e-5, 0,    1,   0.95, 0,   0},
{   3, "chain",              100000000, 1500,  "elementwise chain, 10^8 f32",                 1e-5, 0,    1,   0.95, 0,   ROW_LONG},
{   8, "neuron_steps",       1000,      5,     "neuron, 1,000 epochs of a jitted step",       1e-4, 0,    10,  0,    0,   ROW_NOTES},
{   8, "neuron_train",       1000,      5,     "neuron, 1,000 epochs as one program",         1e-4, 0,    20,  0,    0,   ROW_NOTES},
{  11, "bisect",             1,         1,     "bisection, one problem, f64",                1e-11, 0,    20,  0.95, 0,   ROW_NOTES},
{  11, "fixed_point",        1,         1,     "fixed point, one problem, f64",              1e-11, 0,    20,  0.95, 0,   ROW_NOTES},
{  12, "bisect_many",        1000000,   500,   "bisection, vmap over 10^6, f64",             1e-11, 0,    5,   0,    1,   ROW_LONG},
{  12, "fixed_point_many",   1000000,   500,   "fixed point, vmap over 10^6, f64",           1e-11, 0,    5,   0,    1,   ROW_LONG},
{  13, "mandelbrot",         1024,      40,    "Mandelbrot, 1024^2, 256 iterations",          1e-6, 0.02, 10,  0,    1,   ROW_LONG},
{  14, "lorenz",             1000000,   100,   "Lorenz, 10^6 steps, three scalars",           1e-7, 0,    20,  0.95, 0,   ROW_LONG},
{  14, "lorenz_vector",      1000000,   100,   "Lorenz, 10^6 steps, an array of three",       1e-7, 0,    20,  0.95, 0,   ROW_LONG},
{  14, "lorenz_grad",        10000,     50,    "Lorenz, gradient over 10^4 steps, scalars",   1e-7, 0,    20,  0,    0,   ROW_LONG},
{  14, "lorenz_vector_grad", 10000,     50,    "Lorenz, gradient over 10^4 steps, array",     1e-7, 0,    20,  0,    0,   ROW_LONG},
{0},
};
/* clang-format on */
