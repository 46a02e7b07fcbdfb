/* How a child of a test begins and ends, so that a coverage build counts all that it does. */
#ifndef JACQUARD_TESTS_LEAVE_H
#define JACQUARD_TESTS_LEAVE_H

#include <unistd.h>

/* As fork(), after which gcov forgets what the child has counted until then. So fork() is called in
 * a way that gcov does not know, and what functions registered with pthread_atfork() do is counted.
 */
static inline pid_t fork_counted(void)
{
    pid_t (*volatile same)(void) = fork;
    return same();
}

/* As _exit(), which runs nothing of the parent's. A coverage build also keeps what the child
 * counted. */
static inline _Noreturn void leave(int status)
{
#ifdef JACQUARD_COVERAGE
    extern void __gcov_dump(void);
    __gcov_dump();
#endif
    _exit(status);
}

#endif
