/* The reader of StableHLO as a target of libFuzzer. Not part of the usual build:
 *
 *   cmake --preset clang -B build/fuzz -DJACQUARD_SANITIZE=address,undefined,fuzzer-no-link \
 *         -DJACQUARD_FUZZER=ON
 *   cmake --build build/fuzz --target jacquard_stablehlo_fuzz
 *   mkdir corpus && build/fuzz/tests/jacquard_stablehlo_fuzz corpus tests/stablehlo/data/interpret
 * \ tests/stablehlo/bytecode tests/stablehlo/data/bytecode
 *
 * See stablehlo_read.
 */
#include <stdlib.h>

#include "tests/stablehlo/stablehlo.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    int made;
    if (stablehlo_read((const char *)data, n, &made))
        abort();
    return 0;
}
