/* How many threads may work at once. */
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#include "ir/ir.h"

static int count;

static void find(void)
{
    enum { MOST = 256 };
    const char *set = getenv("JACQUARD_NUM_THREADS");
    char *end = NULL;
    long n = set ? strtol(set, &end, 10) : 0;
    cpu_set_t cpus;
    if (n < 1 || *end)
        n = sched_getaffinity(0, sizeof cpus, &cpus) ? 1 : CPU_COUNT(&cpus);
    count = n < MOST ? (int)n : MOST;
}

int ir_thread_count(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, find);
    return count;
}
