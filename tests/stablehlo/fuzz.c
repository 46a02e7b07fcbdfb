/* The reader of StableHLO as a target of libFuzzer. Not part of the usual build:
 *
 *   cmake --preset clang -B build/fuzz -DJACQUARD_SANITIZE=address,undefined,fuzzer-no-link \
 *         -DJACQUARD_FUZZER=ON
 *   cmake --build build/fuzz --target jacquard_stablehlo_fuzz
 *   mkdir corpus && build/fuzz/tests/jacquard_stablehlo_fuzz corpus tests/stablehlo/data/interpret
 *
 * A text is refused with an error, or gives graphs that are valid. The graphs do not run, because
 * they may be of any size.
 */
#include <stdlib.h>

#include "exchange/stablehlo/load.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    char *text =
        malloc(n ? n : 1); /* of exactly this size, so that a sanitizer sees reads behind it */
    if (!text)
        return 0;
    memcpy(text, data, n);
    hlo_module m = {.path = "fuzz", .text = text};
    bool ok = hlo_parse(&m, text, n);
    for (const hlo_function *f = m.first; ok && f; f = f->next) {
        hlo_program p;
        int ncheck;
        const hlo_check *checks;
        char name[256];
        m.failed = false;
        snprintf(name, sizeof name, "%.*s", HLO_SHOW(f->name));
        if (!hlo_program_make(&m, name, &p, &ncheck, &checks, NULL)) {
            if (!ir_error())
                abort();
            ir_error_clear();
            continue;
        }
        if (!ir_verify(p.g))
            abort();
        hlo_program_drop(&p);
    }
    if (!ok && !ir_error())
        abort();
    ir_error_clear();
    ir_arena_free(&m.arena);
    free(text);
    return 0;
}
