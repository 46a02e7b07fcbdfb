/* A comma if there are arguments: the one use of __VA_OPT__ in the public headers. As a system header,
 * this file is compiled without the warning that gcc -Wpedantic gives for it before C23 and C++20. */
#ifndef JACQUARD_COMMAS_H
#define JACQUARD_COMMAS_H

#pragma GCC system_header

#define JAC_COMMA_IF_ANY_(...) __VA_OPT__(, )
/* The arguments, if there are any with a comma after them. */
#define JAC_COMMA_AFTER_(...)  __VA_ARGS__ __VA_OPT__(, )

#endif
