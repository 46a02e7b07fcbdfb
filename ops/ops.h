/* The primitives as C objects, and the builder functions that rules use.
 *
 * One file per family holds every rule of each of its primitives:
 *   elementwise.def / elementwise.c   arithmetic, math, comparisons, logic, select, convert ...
 *   complex.c, complex_functions.c    real imag conj complex, on parts: complex_exp ...
 *   iota.c, broadcast.c, reshape.c    iota, broadcast_in_dim, reshape squeeze expand_dims
 *   transpose.c, rev.c                transpose, rev
 *   slice.c, pad.c                    slice concatenate, pad
 *   dynamic_slice.c                   dynamic_slice dynamic_update_slice
 *   gather.c, scatter.c               gather, scatter scatter_add ...
 *   reduce.c, argreduce.c, cumulate.c reduce_sum ..., argmax argmin, cumsum ...
 *   reduce_precision.c                reduce_precision
 *   reduce_by.c, scatter_by.c         reduce reduce_window, scatter_by
 *   reduce_window.c                   reduce_window_sum reduce_window_max reduce_window_min
 *   select_and_scatter.c              select_and_scatter select_and_scatter_add ...
 *   sort.c, top_k.c                   sort, top_k
 *   dot.c                             dot_general
 *   linalg/                           cholesky triangular_solve lu qr eigh svd ...
 *   fft.c                             fft
 *   conv.c                            conv_general_dilated
 *   control.c, scan.c                 call while cond scan
 *   guard.c, barrier.c                guard, optimization_barrier
 *   custom.c, checkpoint.c            custom_jvp_call custom_vjp_call nondiff, checkpoint
 *   implicit.c                        custom_linear_solve custom_root
 *   collective.c                      psum pmax pmin axis_index
 *   collective_moves.c                all_gather reduce_scatter all_to_all ppermute pbroadcast
 *   random.c                          threefry2x32 fma
 *   rng_bits.c                        rng_bit_generator
 *   bitcast.c                         bitcast_convert_type
 *
 * The builders b_<prim>(g, operands..., parameters...) append one equation to graph g and return
 * its output. If an operand is NULL, they return NULL. They are strict, like jax.lax: no promotion,
 * no broadcasting.
 */
#ifndef JACQUARD_OPS_H
#define JACQUARD_OPS_H

#include "ops/attrs.h"

/* Every primitive is declared as `extern const ir_op op_<name>`. ops_init registers them all,
 * once. */
void ops_init(void);
/* The name of the public function of an elementwise primitive: "bitwise_and" for "and". Most have
 * the primitive's own name. */
const char *ops_public_name(const char *primitive);
#include "ops/elementwise_names.h"

/* The other primitives. JAX can compute the values of these, so tests/golden/ has cases of each.
 * OPS_OTHERS has all of them. */
#define OPS_LIKE_JAX(X)                                                                            \
    X(literal)                                                                                     \
    X(iota)                                                                                        \
    X(broadcast_in_dim) X(reshape) X(transpose) X(slice) X(pad) X(concatenate) X(rev) X(squeeze)   \
        X(expand_dims) X(dynamic_slice) X(dynamic_update_slice) X(gather) X(scatter)               \
            X(scatter_add) X(scatter_sub) X(scatter_mul) X(scatter_min) X(scatter_max) X(sort)     \
                X(sort_by) X(top_k)                                                                \
            X(reduce_sum) X(reduce_prod) X(reduce_max) X(reduce_min) X(reduce_and) X(reduce_or)    \
            X(reduce_xor) X(reduce) X(argmax) X(argmin)                                            \
            X(reduce_window) X(reduce_window_sum) X(reduce_window_max) X(reduce_window_min)        \
            X(select_and_gather_add) X(select_and_scatter_add) X(select_and_scatter)               \
            X(cumsum) X(cumprod) X(cummax) X(cummin) X(cumlogsumexp) X(dot_general)                \
                    X(conv_general_dilated) X(fft)                                                 \
                    X(call) X(custom_jvp_call) X(custom_vjp_call) X(nondiff) X(checkpoint)         \
                        X(recompute) X(while) X(cond) X(scan) X(custom_linear_solve)               \
                            X(custom_root) X(threefry2x32) X(fma)              \
                                X(optimization_barrier) X(rng_bit_generator) X(scatter_by)
#define OPS_OF_LOOPS(X)                                                                            \
    X(empty_tape) X(tape_add) X(tape_select) X(tape_broadcast) X(tape_sum) X(lanes) X(guard)
/* Matrices, by LAPACK. They have a result `info` that JAX's do not have. */
#define OPS_OF_MATRICES(X)                                                                         \
    X(cholesky) X(triangular_solve) X(lu) X(lu_solve) X(lu_pivots_to_permutation) X(qr)            \
    X(geqrf) X(geqp3) X(householder_product) X(ormqr) X(eigh) X(svd) X(eig)       \
    X(schur) X(hessenberg) X(tridiagonal) X(tridiagonal_solve) X(cholesky_update) X(sylvester)     \
    X(sqrtm)
/* Primitives on the parts of complex numbers, which no program writes (complex.def has more). */
#define OPS_OF_PARTS(X) X(part) X(interleave) X(fft_parts)
/* Primitives that disappear: a collective when its named axis is batched, custom_vjp_lin and
 * linear_call, which only derivatives emit, when they are transposed. Of these only linear_call can be
 * run. The tests check what they become, not what they compute. */
#define OPS_TRANSIENT(X)                                                                           \
    X(psum) X(pmax) X(pmin) X(axis_index) X(all_gather) X(reduce_scatter) X(all_to_all)            \
        X(ppermute) X(pbroadcast) X(custom_vjp_lin) X(linear_call)
#define OPS_OTHERS(X)                                                                              \
    OPS_LIKE_JAX(X) OPS_OF_MATRICES(X) OPS_OF_LOOPS(X) OPS_OF_PARTS(X) OPS_TRANSIENT(X)
#define X(name)          extern const ir_op op_##name;
OPS_OTHERS(X)
#undef X

/* elementwise_names.h declares the elementwise builders: ir_value *b_add(ir_graph *, ir_value *x,
 * ir_value *y), b_exp(g, x), ... These are the builders with parameters, and of other families: */
ir_value *b_convert(ir_graph *g, ir_value *x,
                    ir_dtype d); /* x itself if it has that dtype; the result is not weak */
ir_value *b_bitcast(ir_graph *g, ir_value *x, ir_dtype d);
ir_value *b_integer_pow(ir_graph *g, ir_value *x, int64_t n);
ir_value *b_select(ir_graph *g, ir_value *pred, ir_value *on_true,
                   ir_value *on_false); /* select_n(pred, on_false, on_true) */
ir_value *b_round(ir_graph *g, ir_value *x, bool to_even);

ir_value *b_iota(ir_graph *g, ir_dtype d, int rank, const int64_t *shape, int dimension);
ir_value *b_broadcast_in_dim(ir_graph *g, ir_value *x, int rank, const int64_t *shape,
                             const int64_t *dims);
ir_value *b_reshape(ir_graph *g, ir_value *x, int rank, const int64_t *shape);
ir_value *b_transpose(ir_graph *g, ir_value *x, const int64_t *permutation);
ir_value *b_slice(ir_graph *g, ir_value *x, const int64_t *start, const int64_t *limit,
                  const int64_t *strides /* NULL: 1 */);
ir_value *b_pad(ir_graph *g, ir_value *x, ir_value *fill, const int64_t *low, const int64_t *high,
                const int64_t *interior /* NULL: 0 */);
ir_value *b_concatenate(ir_graph *g, int n, ir_value *const *x, int dimension);
ir_value *b_rev(ir_graph *g, ir_value *x, int n, const int64_t *dimensions);
ir_value *b_dynamic_slice(ir_graph *g, ir_value *x,
                          ir_value *const *start /* rank of x, scalar ints */,
                          const int64_t *sizes);
ir_value *b_dynamic_update_slice(ir_graph *g, ir_value *x, ir_value *update,
                                 ir_value *const *start);
/* op: &op_reduce_sum, &op_reduce_max, ... */
ir_value *b_reduce(ir_graph *g, const ir_op *op, ir_value *x, int n, const int64_t *axes);
ir_value *b_argreduce(ir_graph *g, const ir_op *op, ir_value *x, int axis, ir_dtype index);
ir_value *b_cumulate(ir_graph *g, const ir_op *op, ir_value *x, int axis, bool reverse);
/* Returns the n sorted operands. */
ir_value **b_sort(ir_graph *g, int n, ir_value *const *x, int axis, int num_keys, bool descending);
ir_value *b_dot_general(ir_graph *g, ir_value *a, ir_value *b, int ncontract,
                        const int64_t *contract_a, const int64_t *contract_b, int nbatch,
                        const int64_t *batch_a, const int64_t *batch_b);
/* Shorthands */
ir_value *b_const(ir_graph *g, ir_value *like, double v);  /* an array full of v, like `like` */
ir_value *b_const_int(ir_graph *g, ir_dtype d, int64_t v); /* rank-0 */
ir_value *b_broadcast_leading(ir_graph *g, ir_value *x, int64_t size); /* new axis 0 */

#endif
