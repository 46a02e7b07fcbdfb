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

/* Runs @main or the only function of a module. `why` gets the reason if it does not pass. */
stablehlo_outcome stablehlo_run(const char *path, const char *text, size_t n, bool interpret,
                                char *why, size_t room);

#endif
