/* Declarations shared by the files of profiles and by the code that calls programs.
 *
 *   profile.c        begins and ends profiles
 *   profile_rows.c   what a profile holds: a row for each kernel, totals
 *   profile_print.c  prints the table
 *   profile_trace.c  writes Chrome's trace event format
 */
#ifndef JACQUARD_RUNTIME_PROFILE_H
#define JACQUARD_RUNTIME_PROFILE_H

#include "jit/jit.h"
#include "jit/observe/profile.h"
#include "runtime/runtime.h"

enum { RT_PROFILE_OFF, RT_PROFILE_ON, RT_PROFILE_UNKNOWN };
extern atomic_int rt_profile_state; /* unknown until the environment is read */
bool rt_profile_asked(void);        /* reads the environment */

/* Is a profile being taken? If not, this costs one relaxed atomic load. */
static inline bool rt_profiling(void)
{
    return __builtin_expect(atomic_load_explicit(&rt_profile_state, memory_order_relaxed) !=
                                RT_PROFILE_OFF,
                            0) &&
           rt_profile_asked();
}

/* Records a call of a jitted function that began at `begin`; not inside a trace. */
void rt_profile_call(const char *name, uint64_t begin);
bool rt_profile_exists(const char *what);

const jit_ceilings *rt_ceilings(void); /* NULL with an error */
/* Allocates *rows with malloc and returns their number; -1 with an error if there is no profile or
 * the machine could not be measured. */
int rt_profile_rows(jac_profile_kernel **rows);
/* The fraction that `a` is of what the machine can do in `seconds`; *binds is the ceiling that
 * limits it. memory: the least time in seconds for moving the bytes. */
double rt_of_ceiling(const jit_ceilings *c, const jit_amounts *a, double memory, double seconds,
                     const char **binds);
bool rt_profile_totals(jac_profile_totals *t);

bool rt_profile_write_table(FILE *f);
bool rt_profile_write_trace(FILE *f);

#endif
