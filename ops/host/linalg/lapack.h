/* LAPACK, which OpenBLAS contains: its routines, loaded when one is first needed.
 *
 * Matrices are in column-major order. A routine has a pointer for each of s, d, c and z, the letters
 * of f32, f64, c64 and c128 (lapack_kind); NULL where it does not exist. Characters are followed, at
 * the end of the list, by their lengths, as gfortran passes them.
 */
#ifndef JACQUARD_OPS_LAPACK_H
#define JACQUARD_OPS_LAPACK_H

#include <stdbool.h>
#include <stddef.h>

typedef enum { LAPACK_S, LAPACK_D, LAPACK_C, LAPACK_Z } lapack_kind;
typedef const char *lapack_char;
typedef const int *lapack_int;
#define LAPACK_CHAR (size_t)1 /* the length of a character */

/* X(field, name for s and d, name for c and z, types of the arguments) */
// clang-format off
#define LAPACK_ROUTINES(X)                                                                         \
    X(potrf, potrf, potrf, (lapack_char uplo, lapack_int n, void *a, lapack_int lda, int *info, size_t)) \
    X(trsm, trsm, trsm, (lapack_char side, lapack_char uplo, lapack_char trans, lapack_char diag,  \
        lapack_int m, lapack_int n, const void *alpha, const void *a, lapack_int lda, void *b,     \
        lapack_int ldb, size_t, size_t, size_t, size_t))                                           \
    X(gemm, gemm, gemm, (lapack_char transa, lapack_char transb, lapack_int m, lapack_int n,       \
        lapack_int k, const void *alpha, const void *a, lapack_int lda, const void *b,             \
        lapack_int ldb, const void *beta, void *c, lapack_int ldc, size_t, size_t))                \
    X(getrf, getrf, getrf, (lapack_int m, lapack_int n, void *a, lapack_int lda, int *pivots, int *info)) \
    X(geqrf, geqrf, geqrf, (lapack_int m, lapack_int n, void *a, lapack_int lda, void *tau,        \
        void *work, lapack_int lwork, int *info))                                                  \
    X(geqp3, geqp3, , (lapack_int m, lapack_int n, void *a, lapack_int lda, int *jpvt, void *tau,  \
        void *work, lapack_int lwork, int *info))                                                  \
    X(complex_geqp3, , geqp3, (lapack_int m, lapack_int n, void *a, lapack_int lda, int *jpvt,     \
        void *tau, void *work, lapack_int lwork, void *rwork, int *info))                          \
    X(orgqr, orgqr, ungqr, (lapack_int m, lapack_int n, lapack_int k, void *a, lapack_int lda,     \
        const void *tau, void *work, lapack_int lwork, int *info))                                 \
    X(ormqr, ormqr, unmqr, (lapack_char side, lapack_char trans, lapack_int m, lapack_int n,       \
        lapack_int k, const void *a, lapack_int lda, const void *tau, void *c, lapack_int ldc,     \
        void *work, lapack_int lwork, int *info, size_t, size_t))                                  \
    X(syevd, syevd, , (lapack_char jobz, lapack_char uplo, lapack_int n, void *a, lapack_int lda,  \
        void *w, void *work, lapack_int lwork, int *iwork, lapack_int liwork, int *info, size_t,   \
        size_t))                                                                                   \
    X(heevd, , heevd, (lapack_char jobz, lapack_char uplo, lapack_int n, void *a, lapack_int lda,  \
        void *w, void *work, lapack_int lwork, void *rwork, lapack_int lrwork, int *iwork,         \
        lapack_int liwork, int *info, size_t, size_t))                                             \
    X(gesdd, gesdd, , (lapack_char jobz, lapack_int m, lapack_int n, void *a, lapack_int lda, void *s, \
        void *u, lapack_int ldu, void *vt, lapack_int ldvt, void *work, lapack_int lwork, int *iwork, \
        int *info, size_t))                                                                        \
    X(complex_gesdd, , gesdd, (lapack_char jobz, lapack_int m, lapack_int n, void *a, lapack_int lda, \
        void *s, void *u, lapack_int ldu, void *vt, lapack_int ldvt, void *work, lapack_int lwork, \
        void *rwork, int *iwork, int *info, size_t))                                               \
    X(geev, geev, , (lapack_char jobvl, lapack_char jobvr, lapack_int n, void *a, lapack_int lda,  \
        void *wr, void *wi, void *vl, lapack_int ldvl, void *vr, lapack_int ldvr, void *work,      \
        lapack_int lwork, int *info, size_t, size_t))                                              \
    X(complex_geev, , geev, (lapack_char jobvl, lapack_char jobvr, lapack_int n, void *a,          \
        lapack_int lda, void *w, void *vl, lapack_int ldvl, void *vr, lapack_int ldvr, void *work, \
        lapack_int lwork, void *rwork, int *info, size_t, size_t))                                 \
    X(gees, gees, , (lapack_char jobvs, lapack_char sort, void *select, lapack_int n, void *a,     \
        lapack_int lda, int *sdim, void *wr, void *wi, void *vs, lapack_int ldvs, void *work,      \
        lapack_int lwork, int *bwork, int *info, size_t, size_t))                                  \
    X(complex_gees, , gees, (lapack_char jobvs, lapack_char sort, void *select, lapack_int n, void *a, \
        lapack_int lda, int *sdim, void *w, void *vs, lapack_int ldvs, void *work, lapack_int lwork, \
        void *rwork, int *bwork, int *info, size_t, size_t))                                       \
    X(gehrd, gehrd, gehrd, (lapack_int n, lapack_int ilo, lapack_int ihi, void *a, lapack_int lda, \
        void *tau, void *work, lapack_int lwork, int *info))                                       \
    X(sytrd, sytrd, hetrd, (lapack_char uplo, lapack_int n, void *a, lapack_int lda, void *d, void *e, \
        void *tau, void *work, lapack_int lwork, int *info, size_t))                               \
    X(gtsv, gtsv, gtsv, (lapack_int n, lapack_int nrhs, void *dl, void *d, void *du, void *b,      \
        lapack_int ldb, int *info))                                                                \
    X(trsyl, trsyl, trsyl, (lapack_char trana, lapack_char tranb, lapack_int isgn, lapack_int m,   \
        lapack_int n, const void *a, lapack_int lda, const void *b, lapack_int ldb, void *c,       \
        lapack_int ldc, void *scale, int *info, size_t, size_t))
// clang-format on

#define X(field, real, complex, arguments) void(*field[4]) arguments;
typedef struct {
    LAPACK_ROUTINES(X)
} lapack_routines;
#undef X
extern lapack_routines lapack;

/* Calls of LAPACK stand between these two. alone: it starts no threads of its own, because ours share
 * the work. False, with an error recorded, if it cannot be loaded; then lapack_end is not called. */
bool lapack_begin(bool alone);
void lapack_end(void);

#endif
