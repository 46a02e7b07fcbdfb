/* Programs of other systems. Part of jacquard.h, whose conventions apply.
 */
#ifndef JACQUARD_EXCHANGE_H
#define JACQUARD_EXCHANGE_H

#include "functions.h"

/* A function of a StableHLO module, as text or as bytecode:
 *   print(jax.jit(f).lower(x).as_text())
 *   jax.export.export(jax.jit(f))(x).mlir_module_serialized, or .serialize()
 * jac_load_stablehlo reads a file of either form, jac_parse_stablehlo a text, and
 * jac_parse_stablehlo_bytes n bytes of either form. Bytecode is a portable artifact of StableHLO,
 * versions 0.9 to 1.20.
 * The function takes and gives what the module's @main takes and gives, one handle for each array,
 * and is called, differentiated, batched and compiled like any other:
 *   jac_fn f = jac_load_stablehlo("f.mlir");
 *   jac y = jac_call1(jac_jit(jac_grad(f)), x);
 * The arguments must have the types that the module says. A C number takes the dtype that is wanted.
 * Options:
 *  - function: the name of another function than main.
 *  - leaves: how many handles each argument has. A JAX function f(params, x) whose params are two
 *    arrays becomes a function of three; with .leaves = JAC_AXES(2, 1) it has the signature of a C
 *    function whose first argument is a struct of two handles.
 * What the library cannot express is an error that names the operation and its line and column, or
 * its byte. An operation check.expect_... of StableHLO's test programs is not executed
 * (tests/stablehlo does that). The loaded function does not need the file or the text any more. */
#define jac_load_stablehlo(... /* path, options */) \
    JAC_STABLEHLO_(JAC_CAT_(jac_o_, __COUNTER__), load, __VA_ARGS__, )
#define jac_parse_stablehlo(... /* text, options */) \
    JAC_STABLEHLO_(JAC_CAT_(jac_o_, __COUNTER__), parse, __VA_ARGS__, )
#define JAC_STABLEHLO_(o, how, s, ...)                                                \
    JAC_WITH_OPTIONS_(o, jac_stablehlo_opts, (.leaves = JAC_OMITTED_, .unused_ = 0),  \
                      jac_##how##_stablehlo_(JAC_AT, s, o), __VA_ARGS__)
#define jac_parse_stablehlo_bytes(... /* bytes, n, options */) \
    JAC_STABLEHLO_BYTES_(JAC_CAT_(jac_o_, __COUNTER__), __VA_ARGS__, )
#define JAC_STABLEHLO_BYTES_(o, s, n, ...)                                            \
    JAC_WITH_OPTIONS_(o, jac_stablehlo_opts, (.leaves = JAC_OMITTED_, .unused_ = 0),  \
                      jac_parse_stablehlo_bytes_(JAC_AT, s, n, o), __VA_ARGS__)
typedef struct {
    int unused_;
    const char *function;
    jac_dims leaves;
} jac_stablehlo_opts;
JAC_API jac_fn jac_load_stablehlo_(const jac_loc *at, const char *path, jac_stablehlo_opts o);
JAC_API jac_fn jac_parse_stablehlo_(const jac_loc *at, const char *text, jac_stablehlo_opts o);
JAC_API jac_fn jac_parse_stablehlo_bytes_(const jac_loc *at, const void *bytes, size_t n,
                                          jac_stablehlo_opts o);

/* The other way round: f as a StableHLO module, whose @main takes and gives what f does, one array for
 * each handle. jac_save_stablehlo writes it to a file, for arguments of these types, an array with one
 * jac_type for each handle; false with an error on failure. jac_make_stablehlo gives the text, malloc'd,
 * for arguments like *args; NULL with an error.
 *   jac_save_stablehlo(jac_grad(f), (jac_type[]){jac_shaped(JAC_F32, 3)}, "grad.mlir");
 * What f uses from outside becomes constants. A primitive that StableHLO does not have is an error that
 * names it. JAX runs such a file through jaxlib, and jac_load_stablehlo reads it. */
#define jac_save_stablehlo(f, ... /* types, path */) jac_save_stablehlo_(JAC_AT, f, __VA_ARGS__)
#define jac_make_stablehlo(f, ... /* args */) \
    jac_make_stablehlo_(JAC_AT, f, JAC_IN_((__VA_ARGS__)))
JAC_API bool jac_save_stablehlo_(const jac_loc *at, jac_fn f, const jac_type *types,
                                 const char *path);
JAC_API char *jac_make_stablehlo_(const jac_loc *at, jac_fn f, const void *args);

#endif
