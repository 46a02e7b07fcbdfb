/* Makes requests for memory fail on demand; tests/faults puts this between the library and
 * malloc. */
#ifndef FAULTS_MEMORY_H
#define FAULTS_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

/* From now on, makes the n-th request for memory by the library fail and, if `all` is set, all
 * later ones; 0: none fails. */
void memory_fail(long n, bool all);
/* Stops failing requests. Returns how many were made since memory_fail; *failed: did one fail? */
long memory_end(bool *failed);
/* From now on, notes for each of the first `most` requests which code made it: a number that is the
 * same for requests of the same function by the same caller. NULL: stops. */
void memory_note_sites(uint32_t *site, long most);
/* How many blocks the library holds, without those that it caches for later requests. */
long memory_live(void);
/* Prints on stderr where the blocks allocated since a mark were requested. memory_mark returns a
 * mark. */
long memory_mark(void);
void memory_show_since(long mark);

#endif
