#include <stddef.h>
#include <string.h>

#include "bench/rows.h"

/* clang-format off */
const bench_row bench_rows[] = {
/*  n  work                  size       quick  title                                      tolerance stray to_jax to_c  to_drjit flags */
{   1, "overhead",           1,         1,     "call overhead: x*x+1, a scalar",              1e-6, 0,    20,  0,    0,   0},
{   2, "straight",           1000,      50,    "straight line of 1,000 operations, 64 f32",    1e-4, 0,    0,   0,    0,   0},
{   2, "straight",           5000,      100,   "straight line of 5,000 operations, 64 f32",    1e-4, 0,    0,   0,    0,   0},
{   3, "chain",              1000,      1000,  "elementwise chain, 10^3 f32",                 1e-5, 0,    1,   0.95, 0,   0},
{   3, "chain",              1000000,   1003,  "elementwise chain, 10^6 f32",                 1e-5, 0,    1,   0.95, 0,   0},
{   3, "chain",              100000000, 1500,  "elementwise chain, 10^8 f32",                 1e-5, 0,    1,   0.95, 0,   ROW_LONG},
{   3, "chain_f16",          100000000, 1500,  "elementwise chain, 10^8 f16",                 1e-2, 0,    1,   0,    0,   ROW_LONG},
{   3, "chain_bf16",         100000000, 1500,  "elementwise chain, 10^8 bf16",                8e-2, 0,    1,   0,    0,   ROW_LONG},
{   4, "softmax",            4096,      5,     "softmax over rows, [4096 x 1024] f32",        1e-5, 0,    1.3, 0.95, 0,   0},
{   4, "log_sum_exp",        4096,      5,     "log-sum-exp over rows, [4096 x 1024] f32",    1e-5, 0,    1.3, 0.95, 0,   0},
{   4, "layer_norm",         4096,      5,     "layer norm over rows, [4096 x 1024] f32",     1e-5, 0,    1.3, 0.95, 0,   0},
{   5, "sum0",               4096,      67,    "sum over axis 0, [4096 x 4096] f32",          1e-5, 0,    1,   0.9,  0,   0},
{   5, "sum1",               4096,      67,    "sum over axis 1",                             1e-5, 0,    1,   0.9,  0,   0},
{   5, "moments0",           4096,      67,    "mean and variance over axis 0",               3e-5, 0,    1,   0.9,  0,   0},
{   5, "moments1",           4096,      67,    "mean and variance over axis 1",               1e-5, 0,    1,   0.9,  0,   0},
{   5, "argmax0",            4096,      67,    "argmax over axis 0",                             0, 0,    1,   0.9,  0,   0},
{   5, "argmax1",            4096,      67,    "argmax over axis 1",                             0, 0,    1,   0.9,  0,   0},
{   5, "cumsum0",            4096,      67,    "cumsum along axis 0",                         1e-5, 0,    1,   0.9,  0,   0},
{   5, "cumsum1",            4096,      67,    "cumsum along axis 1",                         1e-5, 0,    1,   0.9,  0,   0},
{   6, "transposed",         4096,      67,    "transpose, with 2x+1, [4096 x 4096] f32",     1e-6, 0,    1,   0,    0,   0},
{   6, "stencil",            4096,      67,    "pad and five slices: a Laplacian",            1e-5, 0,    1,   0,    0,   0},
{   6, "joined",             2048,      67,    "concatenation of three expressions",          1e-6, 0,    1,   0,    0,   0},
{   6, "strided",            4096,      68,    "slices of stride 2, flipped, multiplied",     1e-6, 0,    1,   0,    0,   0},
{   6, "taken",              4096,      67,    "rows taken by index, with 2x+1",              1e-6, 0,    1,   0,    0,   0},
{   7, "matmul",             4,         4,     "matrix product f32, n = 4",                   1e-5, 0,    1,   0,    0,   0},
{   7, "matmul",             16,        5,     "matrix product f32, n = 16",                  1e-5, 0,    1,   0,    0,   0},
{   7, "matmul",             64,        17,    "matrix product f32, n = 64",                  1e-5, 0,    1,   0,    0,   0},
{   7, "matmul",             256,       40,    "matrix product f32, n = 256",                 1e-5, 0,    1,   0,    0,   0},
{   7, "matmul",             1024,      65,    "matrix product f32, n = 1024",                1e-5, 0,    1,   0,    0,   0},
{   7, "matmul",             2048,      70,    "matrix product f32, n = 2048",                1e-5, 0,    1,   0,    0,   0},
{   7, "batched_matmul",     8,         3,     "1000 products of 8 x 8",                      1e-5, 0,    1,   0,    0,   0},
{   7, "batched_matmul",     32,        9,     "1000 products of 32 x 32",                    1e-5, 0,    1,   0,    0,   0},
{   8, "neuron_steps",       1000,      5,     "neuron, 1,000 epochs of a jitted step",       1e-4, 0,    10,  0,    0,   ROW_NOTES},
{   8, "neuron_train",       1000,      5,     "neuron, 1,000 epochs as one program",         1e-4, 0,    20,  0,    0,   ROW_NOTES},
{   9, "adam",               128,       3,     "MLP 784-512-512-10, one step of Adam",        1e-3, 0.02, 1,   0,    0,   0},
{  10, "monte_carlo",        10000000,  1000,  "mean of 10^7 exponential draws",              1e-5, 0,    1.5, 0,    0,   ROW_NOTES},
{  11, "bisect",             1,         1,     "bisection, one problem, f64",                1e-11, 0,    20,  0.95, 0,   ROW_NOTES},
{  11, "fixed_point",        1,         1,     "fixed point, one problem, f64",              1e-11, 0,    20,  0.95, 0,   ROW_NOTES},
{  12, "bisect_many",        1000000,   500,   "bisection, vmap over 10^6, f64",             1e-11, 0,    5,   0,    1,   ROW_LONG},
{  12, "fixed_point_many",   1000000,   500,   "fixed point, vmap over 10^6, f64",           1e-11, 0,    5,   0,    1,   ROW_LONG},
{  13, "mandelbrot",         1024,      40,    "Mandelbrot, 1024^2, 256 iterations",          1e-6, 0.02, 10,  0,    1,   ROW_LONG},
{  14, "lorenz",             1000000,   100,   "Lorenz, 10^6 steps, three scalars",           1e-7, 0,    20,  0.95, 0,   ROW_LONG},
{  14, "lorenz_vector",      1000000,   100,   "Lorenz, 10^6 steps, an array of three",       1e-7, 0,    20,  0.95, 0,   ROW_LONG},
{  14, "lorenz_grad",        10000,     50,    "Lorenz, gradient over 10^4 steps, scalars",   1e-7, 0,    20,  0,    0,   ROW_LONG},
{  14, "lorenz_vector_grad", 10000,     50,    "Lorenz, gradient over 10^4 steps, array",     1e-7, 0,    20,  0,    0,   ROW_LONG},
{  15, "lstm",               21024,     21024, "ADBench lstm l2_c1024, loss",                1e-10, 0,    2,   0,    0,   ROW_ADBENCH},
{  15, "lstm_grad",          21024,     21024, "ADBench lstm l2_c1024, gradient",             1e-9, 0,    2,   0,    0,   ROW_ADBENCH},
{  15, "lstm",               24096,     0,     "ADBench lstm l2_c4096, loss",                1e-10, 0,    2,   0,    0,   ROW_ADBENCH},
{  15, "lstm_grad",          24096,     0,     "ADBench lstm l2_c4096, gradient",             1e-9, 0,    2,   0,    0,   ROW_ADBENCH},
{  15, "lstm",               41024,     41024, "ADBench lstm l4_c1024, loss",                1e-10, 0,    2,   0,    0,   ROW_ADBENCH},
{  15, "lstm_grad",          41024,     41024, "ADBench lstm l4_c1024, gradient",             1e-9, 0,    2,   0,    0,   ROW_ADBENCH},
{  15, "lstm",               44096,     0,     "ADBench lstm l4_c4096, loss",                1e-10, 0,    2,   0,    0,   ROW_ADBENCH},
{  15, "lstm_grad",          44096,     0,     "ADBench lstm l4_c4096, gradient",             1e-9, 0,    2,   0,    0,   ROW_ADBENCH},
{  16, "gmm",                2005,      2005,  "ADBench gmm d2_K5, objective",               1e-10, 0,    1,   0,    0,   ROW_ADBENCH},
{  16, "gmm_grad",           2005,      2005,  "ADBench gmm d2_K5, gradient",                 1e-9, 0,    1,   0,    0,   ROW_ADBENCH | ROW_GRADIENT},
{  16, "gmm",                10005,     10005, "ADBench gmm d10_K5, objective",              1e-10, 0,    1,   0,    0,   ROW_ADBENCH},
{  16, "gmm_grad",           10005,     10005, "ADBench gmm d10_K5, gradient",                1e-9, 0,    1,   0,    0,   ROW_ADBENCH | ROW_GRADIENT},
{  16, "gmm",                10025,     0,     "ADBench gmm d10_K25, objective",             1e-10, 0,    1,   0,    0,   ROW_ADBENCH},
{  16, "gmm_grad",           10025,     0,     "ADBench gmm d10_K25, gradient",               1e-9, 0,    1,   0,    0,   ROW_ADBENCH | ROW_GRADIENT},
{  16, "gmm",                20025,     0,     "ADBench gmm d20_K25, objective",             1e-10, 0,    1,   0,    0,   ROW_ADBENCH},
{  16, "gmm_grad",           20025,     0,     "ADBench gmm d20_K25, gradient",               1e-9, 0,    1,   0,    0,   ROW_ADBENCH | ROW_GRADIENT},
{  17, "ba_forward",         31843,     50,    "ADBench ba, vmap of jacfwd, 31,843",          1e-9, 0,    2,   0,    0,   ROW_ADBENCH},
{  17, "ba_reverse",         31843,     50,    "ADBench ba, vmap of jacrev, 31,843",          1e-9, 0,    2,   0,    0,   ROW_ADBENCH},
{  18, "greeks",             1000000,   300,   "Black-Scholes, price and 5 Greeks, 10^6",     1e-4, 0,    1,   0.9,  0,   0},
{  19, "bodies",             1000,      10,    "1,000 bodies, 100 leapfrog steps",            1e-3, 0,    1,   0,    0,   ROW_LONG},
{  20, "affine",             100000000, 1500,  "map 2x+1, 10^8 f32",                          1e-6, 0,    1,   0,    0,   ROW_LONG},
{  20, "affine_f16",         100000000, 1500,  "map 2x+1, 10^8 f16",                          1e-3, 0,    1,   0,    0,   ROW_LONG | ROW_NARROW},
{  20, "affine_bf16",        100000000, 1500,  "map 2x+1, 10^8 bf16",                         8e-3, 0,    1,   0,    0,   ROW_LONG | ROW_NARROW},
{  21, "added_at",           100000,    1000,  "x.at[i].add(v), 10^5 updates of 10^6 f32",    1e-5, 0,    1,   0.95, 0,   0},
{  21, "added_at",           1000000,   1003,  "x.at[i].add(v), 10^6 updates of 10^6 f32",    1e-5, 0,    1,   0.95, 0,   0},
{  21, "segments",           1000000,   1000,  "segment_sum of 10^6 f32 to 10^4",             1e-4, 0,    1,   0.95, 0,   0},
{  22, "conv_stem",          1,         1,     "conv and gradients, 7x7/2 of 224^2",          1e-3, 0,    1,   0,    0,   0},
{  22, "conv_stem",          8,         2,     "conv and gradients, 7x7/2 of 224^2, n = 8",   1e-3, 0,    1,   0,    0,   0},
{  22, "conv_wide",          1,         1,     "conv and gradients, 3x3 of 56^2",             1e-3, 0,    1,   0,    0,   0},
{  22, "conv_wide",          8,         2,     "conv and gradients, 3x3 of 56^2, n = 8",      1e-3, 0,    1,   0,    0,   0},
{  22, "conv_point",         1,         1,     "conv and gradients, 1x1 of 56^2",             1e-3, 0,    1,   0,    0,   0},
{  22, "conv_point",         8,         2,     "conv and gradients, 1x1 of 56^2, n = 8",      1e-3, 0,    1,   0,    0,   0},
{  22, "conv_middle",        1,         1,     "conv and gradients, 3x3 of 28^2",             1e-3, 0,    1,   0,    0,   0},
{  22, "conv_middle",        8,         2,     "conv and gradients, 3x3 of 28^2, n = 8",      1e-3, 0,    1,   0,    0,   0},
{  22, "conv_deep",          1,         1,     "conv and gradients, 3x3 of 7^2",              1e-3, 0,    1,   0,    0,   0},
{  22, "conv_deep",          8,         2,     "conv and gradients, 3x3 of 7^2, n = 8",       1e-3, 0,    1,   0,    0,   0},
{  23, "sorted",             10000000,  1000,  "sort of 10^7 f32",                               0, 0,    1,   0,    0,   ROW_LONG},
{  23, "order",              1000000,   1000,  "argsort of 10^6 f32",                            0, 0,    1,   0,    0,   0},
{  23, "largest",            4096,      67,    "the 16 largest of each row, [4096 x 1024] f32",  0, 0,    1,   0,    0,   0},
{  24, "cholesky",          4,         4,     "Cholesky and gradient, f64, n = 4",           1e-7, 0,    1,   0,    0,   0},
{  24, "cholesky",          16,        5,     "Cholesky and gradient, f64, n = 16",          1e-7, 0,    1,   0,    0,   0},
{  24, "cholesky",          64,        9,     "Cholesky and gradient, f64, n = 64",          1e-7, 0,    1,   0,    0,   0},
{  24, "cholesky",          256,       17,    "Cholesky and gradient, f64, n = 256",         1e-7, 0,    1,   0,    0,   0},
{  24, "cholesky",          1024,      33,    "Cholesky and gradient, f64, n = 1024",        1e-7, 0,    1,   0,    0,   ROW_LONG},
{  24, "cholesky_many",     3,         2,     "1,000 of Cholesky, with gradient, n = 3",     1e-7, 0,    1,   0,    0,   0},
{  24, "cholesky_many",     8,         3,     "1,000 of Cholesky, with gradient, n = 8",     1e-7, 0,    1,   0,    0,   0},
{  24, "solve",             4,         4,     "solution of one system and gradient, f64, n = 4",1e-7, 0,    1,   0,    0,   0},
{  24, "solve",             16,        5,     "solution of one system and gradient, f64, n = 16",1e-7, 0,    1,   0,    0,   0},
{  24, "solve",             64,        9,     "solution of one system and gradient, f64, n = 64",1e-7, 0,    1,   0,    0,   0},
{  24, "solve",             256,       17,    "solution of one system and gradient, f64, n = 256",1e-7, 0,    1,   0,    0,   0},
{  24, "solve",             1024,      33,    "solution of one system and gradient, f64, n = 1024",1e-7, 0,    1,   0,    0,   ROW_LONG},
{  24, "solve_many",        3,         2,     "1,000 of solution of one system, with gradient, n = 3",1e-7, 0,    1,   0,    0,   0},
{  24, "solve_many",        8,         3,     "1,000 of solution of one system, with gradient, n = 8",1e-7, 0,    1,   0,    0,   0},
{  24, "lu",                4,         4,     "LU and gradient, f64, n = 4",                 1e-7, 0,    1,   0,    0,   0},
{  24, "lu",                16,        5,     "LU and gradient, f64, n = 16",                1e-7, 0,    1,   0,    0,   0},
{  24, "lu",                64,        9,     "LU and gradient, f64, n = 64",                1e-7, 0,    1,   0,    0,   0},
{  24, "lu",                256,       17,    "LU and gradient, f64, n = 256",               1e-7, 0,    1,   0,    0,   0},
{  24, "lu",                1024,      33,    "LU and gradient, f64, n = 1024",              1e-7, 0,    1,   0,    0,   ROW_LONG},
{  24, "lu_many",           3,         2,     "1,000 of LU, with gradient, n = 3",           1e-7, 0,    1,   0,    0,   0},
{  24, "lu_many",           8,         3,     "1,000 of LU, with gradient, n = 8",           1e-7, 0,    1,   0,    0,   0},
{  24, "qr",                4,         4,     "QR and gradient, f64, n = 4",                 1e-7, 0,    1,   0,    0,   0},
{  24, "qr",                16,        5,     "QR and gradient, f64, n = 16",                1e-7, 0,    1,   0,    0,   0},
{  24, "qr",                64,        9,     "QR and gradient, f64, n = 64",                1e-7, 0,    1,   0,    0,   0},
{  24, "qr",                256,       17,    "QR and gradient, f64, n = 256",               1e-7, 0,    1,   0,    0,   0},
{  24, "qr",                1024,      33,    "QR and gradient, f64, n = 1024",              1e-7, 0,    1,   0,    0,   ROW_LONG},
{  24, "qr_many",           3,         2,     "1,000 of QR, with gradient, n = 3",           1e-7, 0,    1,   0,    0,   0},
{  24, "qr_many",           8,         3,     "1,000 of QR, with gradient, n = 8",           1e-7, 0,    1,   0,    0,   0},
{  24, "eigh",              4,         4,     "eigh and gradient, f64, n = 4",               1e-7, 0,    1,   0,    0,   0},
{  24, "eigh",              16,        5,     "eigh and gradient, f64, n = 16",              1e-7, 0,    1,   0,    0,   0},
{  24, "eigh",              64,        9,     "eigh and gradient, f64, n = 64",              1e-7, 0,    1,   0,    0,   0},
{  24, "eigh",              256,       17,    "eigh and gradient, f64, n = 256",             1e-7, 0,    1,   0,    0,   0},
{  24, "eigh",              1024,      33,    "eigh and gradient, f64, n = 1024",            1e-7, 0,    1,   0,    0,   ROW_LONG},
{  24, "eigh_many",         3,         2,     "1,000 of eigh, with gradient, n = 3",         1e-7, 0,    1,   0,    0,   0},
{  24, "eigh_many",         8,         3,     "1,000 of eigh, with gradient, n = 8",         1e-7, 0,    1,   0,    0,   0},
{  24, "svd",               4,         4,     "SVD and gradient, f64, n = 4",                1e-7, 0,    1,   0,    0,   0},
{  24, "svd",               16,        5,     "SVD and gradient, f64, n = 16",               1e-7, 0,    1,   0,    0,   0},
{  24, "svd",               64,        9,     "SVD and gradient, f64, n = 64",               1e-7, 0,    1,   0,    0,   0},
{  24, "svd",               256,       17,    "SVD and gradient, f64, n = 256",              1e-7, 0,    1,   0,    0,   0},
{  24, "svd",               1024,      33,    "SVD and gradient, f64, n = 1024",             1e-7, 0,    1,   0,    0,   ROW_LONG},
{  24, "svd_many",          3,         2,     "1,000 of SVD, with gradient, n = 3",          1e-7, 0,    1,   0,    0,   0},
{  24, "svd_many",          8,         3,     "1,000 of SVD, with gradient, n = 8",          1e-7, 0,    1,   0,    0,   0},
{0},
};
/* clang-format on */

static const struct {
    const char *work, *cause;
} causes[] = {
    {"chain", "C calls libmvec, whose errors may be up to 4 units in the last place."},
    {"softmax", "LLVM spends most of that on exp and on loops with several accumulators."},
    {"log_sum_exp", "LLVM spends most of that on exp, log and loops with several accumulators."},
    {"layer_norm", "LLVM spends most of that on five loops with several accumulators each."},
    {"sum0", "Jacquard computes a long sum in two levels, which gives five loops to compile; C "
             "does not."},
    {"sum1", "LLVM takes a few milliseconds for any program, and XLA takes little more for this "
             "one."},
    {"argmax1", "Jacquard looks for a NaN, which counts as the greatest element, as in JAX; C "
                "does not."},
    {"matmul", "For small n, LLVM takes a few milliseconds, and XLA takes little more. From n = "
               "256 on, OpenBLAS is compared with XLA's own products."},
    {"moments0", "Jacquard computes long sums in two levels, which gives ten loops to compile."},
    {"argmax0", "Jacquard looks for a NaN, which counts as the greatest element, as in JAX; C "
                "does not."},
    {"ba_forward", "LLVM spends most of that on about fifty loops, several of them over rows of "
                   "11 and 3."},
    {"neuron_train", "C itself does not reach twice JAX's speed here."},
    {"bisect", "The call, its checks and its result take 90 ns. JAX spends all its time in the "
               "call, and C itself is not 20 times as fast."},
    {"fixed_point", "The call takes 90 ns; C uses glibc's cosine. JAX spends all its time in the "
                    "call, and C itself is not 20 times as fast."},
    {"fixed_point_many", "Whether a lane continues is computed twice per iteration: to select "
                         "its values, and to find out whether any lane continues."},
    {"lorenz", "C fuses multiplications with additions, and Jacquard rounds each. Without fusing "
               "(-ffp-contract=off) C is slower than Jacquard. XLA keeps this loop in registers "
               "too."},
    {"lorenz_vector", "C fuses multiplications with additions, and Jacquard rounds each. Without "
                      "fusing (-ffp-contract=off) C is slower than Jacquard. XLA keeps this loop "
                      "in registers too."},
    {"gmm_grad", "With 5 components of 2 dimensions, the inner loops are shorter than a vector."},
    {"gmm", "LLVM spends most of that on loops over two or more short axes."},
    {"ba_reverse", "LLVM spends most of that on about fifty loops, several of them over rows of "
                   "11 and 3."},
    {"greeks", "C uses the closed form, and calls libmvec."},
};

const char *bench_cause(const char *work)
{
    for (size_t k = 0; k < sizeof causes / sizeof causes[0]; k++)
        if (!strcmp(causes[k].work, work))
            return causes[k].cause;
    return NULL;
}
