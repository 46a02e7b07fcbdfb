/* Criterion's two words that tests/support.c says, for a program that is no Criterion test: the
 * reasons for a failure are kept (fuzz_complain) until somebody asks for them; what support.c calls
 * the end of the test is the end of the process.
 */
#ifndef JACQUARD_FUZZ_CRITERION_H
#define JACQUARD_FUZZ_CRITERION_H

#include <stdio.h>
#include <stdlib.h>

void fuzz_complain(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#define cr_expect(condition, ...) ((condition) ? (void)0 : fuzz_complain(__VA_ARGS__))
#define cr_assert(condition, ...)                                                                  \
    ((condition) ? (void)0 : (fprintf(stderr, "" __VA_ARGS__), fputc('\n', stderr), exit(3)))

#endif
