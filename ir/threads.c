/* How many threads may work at once, and which signals they get. */
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

void ir_signals_block(sigset_t *was)
{
    static const int fault[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS};
    sigset_t all;
    sigfillset(&all);
    for (size_t k = 0; k < sizeof fault / sizeof *fault; k++)
        sigdelset(&all, fault[k]);
    pthread_sigmask(SIG_BLOCK, &all, was);
}

void ir_signals_restore(const sigset_t *was)
{
    pthread_sigmask(SIG_SETMASK, was, NULL);
}
