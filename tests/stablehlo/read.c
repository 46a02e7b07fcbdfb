/* Reads any text or bytecode with the reader of StableHLO, for tests that damage texts and for
 * fuzzing. */
#include <stdlib.h>

#include "tests/stablehlo/stablehlo.h"

/* Makes a graph of a function. */
static const char *read_function(hlo_module *m, const hlo_function *f, int *made)
{
    hlo_program p;
    int ncheck;
    const hlo_check *checks;
    char name[256];
    m->failed = false;
    snprintf(name, sizeof name, "%.*s", HLO_SHOW(f->name));
    if (!hlo_program_make(m, name, &p, &ncheck, &checks, NULL))
        return ir_error() ? NULL : "a function is refused without a reason";
    bool valid = ir_verify(p.g);
    hlo_program_drop(&p);
    ++*made;
    return valid ? NULL : "a graph is not valid";
}

/* Does the error begin with a place? */
static bool names_a_place(const char *error)
{
    int line, column;
    return error &&
           ((sscanf(error, "text:%d:%d: ", &line, &column) == 2 && line > 0 && column > 0) ||
            sscanf(error, "text: byte %d: ", &column) == 1);
}

const char *stablehlo_read(const char *text, size_t n, int *made)
{
    const char *wrong = NULL;
    char *copy = malloc(n ? n : 1); /* of exactly this size: a sanitizer sees reads behind it */
    *made = 0;
    if (!copy)
        return NULL;
    memcpy(copy, text, n);
    hlo_module m = {.path = "text", .text = copy};
    bool ok = hlo_read(&m, copy, n);
    if (!ok && !names_a_place(ir_error()))
        wrong = "the text is refused without a place";
    ir_error_clear();
    for (const hlo_function *f = m.first; ok && f && !wrong; f = f->next) {
        wrong = read_function(&m, f, made);
        ir_error_clear();
    }
    ir_arena_free(&m.arena);
    free(copy);
    return wrong;
}
