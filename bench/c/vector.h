/* Vectors of the machine's width, and the functions of glibc's libmvec on them. */
#ifndef BENCH_C_VECTOR_H
#define BENCH_C_VECTOR_H

#include <stdbool.h>
#include <stdint.h>

#if defined(__AVX512F__)
enum { VF = 16, VD = 8 };
#define VF_(f) _ZGVeN16v_##f
#define VD_(f) _ZGVeN8v_##f
#elif defined(__AVX2__)
enum { VF = 8, VD = 4 };
#define VF_(f) _ZGVdN8v_##f
#define VD_(f) _ZGVdN4v_##f
#else
enum { VF = 4, VD = 2 };
#define VF_(f) _ZGVbN4v_##f
#define VD_(f) _ZGVbN2v_##f
#endif

typedef float vf __attribute__((ext_vector_type(VF)));
typedef int32_t vi __attribute__((ext_vector_type(VF)));
typedef uint32_t vu __attribute__((ext_vector_type(VF)));
typedef double vd __attribute__((ext_vector_type(VD)));
typedef int64_t vl __attribute__((ext_vector_type(VD)));
/* the same, in memory of any alignment */
typedef vf vf_loose __attribute__((aligned(4)));
typedef vi vi_loose __attribute__((aligned(4)));
typedef vd vd_loose __attribute__((aligned(8)));

vf VF_(expf)(vf);
vf VF_(logf)(vf);
vf VF_(log1pf)(vf);
vf VF_(tanhf)(vf);
vf VF_(sinf)(vf);
vf VF_(erff)(vf);
vd VD_(exp)(vd);
vd VD_(log)(vd);
vd VD_(cos)(vd);
vd VD_(tanh)(vd);

static inline vf vf_load(const float *p)
{
    return *(const vf_loose *)p;
}
static inline void vf_store(float *p, vf x)
{
    *(vf_loose *)p = x;
}
static inline vf vf_sqrt(vf x)
{
#if __has_builtin(__builtin_elementwise_sqrt)
    return __builtin_elementwise_sqrt(x);
#else /* clang 17 */
    for (int k = 0; k < VF; k++)
        x[k] = __builtin_sqrtf(x[k]);
    return x;
#endif
}
static inline vd vd_load(const double *p)
{
    return *(const vd_loose *)p;
}
static inline void vd_store(double *p, vd x)
{
    *(vd_loose *)p = x;
}
/* With these types, `mask ? x : y` selects lane by lane. */
static inline bool vl_any(vl mask)
{
    return __builtin_reduce_or(mask) != 0;
}
static inline bool vi_any(vi mask)
{
    return __builtin_reduce_or(mask) != 0;
}
static inline float vf_sum(vf x)
{
    float s = 0;
    for (int k = 0; k < VF; k++)
        s += x[k];
    return s;
}
static inline double vd_sum(vd x)
{
    double s = 0;
    for (int k = 0; k < VD; k++)
        s += x[k];
    return s;
}
static inline float vf_max(vf x)
{
    return __builtin_reduce_max(x);
}

#endif
