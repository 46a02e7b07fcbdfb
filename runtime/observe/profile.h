/* Between the files of profiles, and for who calls programs.
 *
 *   profile.c        begin and end, by the program or by environment variables; rows
 *   profile_print.c  the table
 *   profile_trace.c  Chrome's trace event format
 */
#ifndef JACQUARD_RUNTIME_PROFILE_H
#define JACQUARD_RUNTIME_PROFILE_H

#include "jit/jit.h"
#include "jit/observe/profile.h"
#include "runtime/runtime.h"

enum { RT_PROFILE_OFF, RT_PROFILE_ON, RT_PROFILE_UNKNOWN };
extern atomic_int rt_profile_state; /* unknown until the environment was asked */
bool rt_profile_asked(void);        /* asks it */

/* Is a profile being taken? As cheap as a question can be where it is not. */
static inline bool rt_profiling(void)
{
    return __builtin_expect(atomic_load_explicit(&rt_profile_state, memory_order_relaxed) !=
                                RT_PROFILE_OFF,
                            0) &&
           rt_profile_asked();
}

/* A call of a jitted function that began then. */
void rt_profile_call(const char *name, uint64_t begin);

const jit_ceilings *rt_ceilings(void); /* NULL with an error */
/* Malloc'd; -1 with an error if there is no profile, or the machine could not be measured. */
int rt_profile_rows(jac_profile_kernel **rows);
/* The fraction of what the machine could do in so many seconds, and which of its ceilings binds;
 * memory: the seconds that the bytes take at least. */
double rt_of_ceiling(const jit_ceilings *c, const jit_amounts *a, double memory, double seconds,
                     const char **binds);
bool rt_profile_exists(const char *what);

bool rt_profile_write_table(FILE *f);
bool rt_profile_write_trace(FILE *f);

#endif
