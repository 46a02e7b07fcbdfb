/* Memory that fails when told to: what tests/faults puts between the library and malloc. */
#ifndef FAULTS_MEMORY_H
#define FAULTS_MEMORY_H

#include <stdbool.h>

/* From here on the n-th request for memory that the library makes fails, and if `all` is set those
 * after it too; 0: none does. */
void memory_fail(long n, bool all);
/* No request fails any more. Returns how many were made since memory_fail; *failed: did one fail? */
long memory_end(bool *failed);
/* Blocks that the library holds, but for those that it keeps for its next requests. */
long memory_live(void);
/* Names on stderr where the blocks were asked for that came since the mark (memory_mark). */
long memory_mark(void);
void memory_show_since(long mark);

#endif
