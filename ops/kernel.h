/* OPS_KERNEL marks a function with a loop over scalar functions. It is compiled twice: for the
 * baseline machine, and for one with AVX2 and fused multiply-add; the loader picks one. Both round
 * alike. The second is several times as fast, because the math functions consist of fused
 * multiply-adds. Kernels have different names in all files: for static functions of one name in two
 * files, clang 17 makes one function that chooses. */
#ifndef JACQUARD_OPS_KERNEL_H
#define JACQUARD_OPS_KERNEL_H

#include <stddef.h>

/* Not with a sanitizer: the choice is made before the sanitizer's runtime is initialised. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define OPS_SANITIZED
#endif
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define OPS_SANITIZED
#endif

/* OPS_PLAIN: only for the baseline machine. In a build that counts lines, because both are made from the same
 * source, and in a program that tests what another CPU would run. */
#if defined(__x86_64__) && defined(__GLIBC__) && !defined(OPS_SANITIZED) && !defined(OPS_PLAIN)
#ifdef __clang__
#define OPS_KERNEL __attribute__((target_clones("default", "arch=x86-64-v3")))
#else
#define OPS_KERNEL __attribute__((target_clones("default", "arch=x86-64-v3"), optimize("O3")))
#endif
#else
#define OPS_KERNEL
#endif

#endif
