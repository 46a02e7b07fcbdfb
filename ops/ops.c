/* Registers all primitives, once. */
#include <pthread.h>

#include "jit/lower.h"
#include "ops/host/host.h"
#include "ops/complex.h"
#include "ops/ops.h"
#include "ops/scalar/called.h"
#include "ops/scalar/hypergeometric.h"
#include "ops/scalar/incomplete.h"

static const ir_op *const all[] = {
#define EW_OTHER(name) &op_##name,
#define EW(name, ...)  &op_##name,
#include "ops/elementwise.def"
#define CX(name, ...) &op_complex_##name,
#include "ops/scalar/complex.def"
#define X(name) &op_##name,
    OPS_OTHERS(X)
#undef X
};

/* The functions that emitted scalar functions call. */
static const jit_symbol rare[] = {
    {"jac_host_sin_large", (void *)jac_host_sin_large},
    {"jac_host_cos_large", (void *)jac_host_cos_large},
    {"jac_host_tan_large", (void *)jac_host_tan_large},
    {"jac_host_zeta", (void *)jac_host_zeta},
    {"jac_host_polygamma", (void *)jac_host_polygamma},
    {"jac_host_hyp1f1", (void *)jac_host_hyp1f1},
    {"jac_host_hyp2f1", (void *)jac_host_hyp2f1},
#define X(name) {"jac_host_" #name, (void *)jac_host_##name},
    JK_INCOMPLETE_2(X)
    JK_INCOMPLETE_3(X)
    JK_CALLED_2(X)
#undef X
    {NULL, NULL},
};

static void register_all(void)
{
    jit_add_symbols(rare);
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        ir_op_register(all[k]);
}

void ops_init(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, register_all);
}
