/* What every header of the library starts from: the C library's headers, how a function is exported,
 * and the version of the library. */
#ifndef JACQUARD_BASE_H
#define JACQUARD_BASE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "version.h"

#if !defined(__GNUC__)
#error "Jacquard's headers need the GNU extensions of C17 (gcc or clang)"
#elif defined(__cplusplus)
#define JAC_API extern "C" __attribute__((visibility("default")))
#define JAC_API_DATA JAC_API
#else
#define JAC_API __attribute__((visibility("default")))
#define JAC_API_DATA JAC_API extern
#endif

/* The version of the library that is running, such as "0.1.0". JAC_VERSION_MAJOR, _MINOR and _PATCH
 * are the version of this header. */
JAC_API const char *jac_version(void);

#endif
