/* How many threads may work at once. */
#include <pthread.h>
#include <sched.h>

#include "ir/ir.h"

static int asked, count;

static void find(void)
{
    enum { MOST = 256 };
    cpu_set_t cpus;
    asked = (int)ir_env_count("JACQUARD_NUM_THREADS", 1, MOST, 0);
    count = asked;
    if (!count)
        count = sched_getaffinity(0, sizeof cpus, &cpus) ? 1 : CPU_COUNT(&cpus);
    if (count > MOST)
        count = MOST;
}

static void find_once(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, find);
}

int ir_thread_count(void)
{
    find_once();
    return count;
}

int ir_threads_asked(void)
{
    find_once();
    return asked;
}
