/* How a forked child of a test ends. */
#ifndef JACQUARD_TESTS_LEAVE_H
#define JACQUARD_TESTS_LEAVE_H

#include <unistd.h>

/* As _exit(), which runs nothing of the parent's. A coverage build also keeps what the child counted. */
static inline _Noreturn void leave(int status)
{
#ifdef JACQUARD_COVERAGE
    extern void __gcov_dump(void);
    __gcov_dump();
#endif
    _exit(status);
}

#endif
