/* Running one StableHLO program with its own checks. */
#ifndef JACQUARD_TESTS_STABLEHLO_H
#define JACQUARD_TESTS_STABLEHLO_H

#include "exchange/stablehlo/load.h"

typedef enum {
    STABLEHLO_PASSED,
    STABLEHLO_FAILED,
    STABLEHLO_SKIPPED,
    STABLEHLO_EMPTY
} stablehlo_outcome;

typedef struct {
    bool interpret; /* or compile */
    bool rewrite;   /* write the program, and run what was written */
    const char *written; /* a folder that keeps what was written; or NULL */
} stablehlo_how;

/* Runs @main or the only function of a module. `why` gets the reason if it does not pass. */
stablehlo_outcome stablehlo_run(const char *path, const char *text, size_t n, stablehlo_how how,
                                char *why, size_t room);

/* Reads a text and makes graphs of all its functions, which do not run, because they may be of any
 * size. Gives what the reader did wrong; NULL if it refused the text with an error that names a
 * place, or made valid graphs. *made: how many. */
const char *stablehlo_read(const char *text, size_t n, int *made);

#endif
