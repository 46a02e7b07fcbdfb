/* The BLAS, which is OpenBLAS, loaded when it is first needed. */
#ifndef JACQUARD_OPS_BLAS_H
#define JACQUARD_OPS_BLAS_H

#include <cblas.h>
#include <stdbool.h>

#define BLAS_FUNCTIONS(X)                                                                          \
    X(cblas_sgemm)                                                                                 \
    X(cblas_dgemm)                                                                                 \
    X(cblas_sgemv)                                                                                 \
    X(cblas_dgemv)                                                                                 \
    X(openblas_get_num_threads)                                                                    \
    X(openblas_set_num_threads)                                                                    \
    X(openblas_get_parallel)

/* Its functions, by their own names; valid after blas_begin. */
#define X(name) __typeof__(name) *name;
typedef struct {
    BLAS_FUNCTIONS(X)
} blas_functions;
#undef X
extern blas_functions blas_library;

/* Calls of the BLAS stand between these two. False, with an error recorded, if it cannot be
 * loaded; then blas_end is not called. */
bool blas_begin(void);
/* The same, but the BLAS uses no other threads: the caller is one of several that share work. */
bool blas_begin_alone(void);
void blas_end(void);
void *blas_symbol(const char *name); /* another function of the library; NULL if it has none */

#endif
