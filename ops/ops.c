/* All primitives, registered once. */
#include <pthread.h>

#include "ops/ops.h"

static const ir_op *const all[] = {
#define EW_OTHER(name) &op_##name,
#define EW(name, ...)  &op_##name,
#include "ops/elementwise.def"
#define X(name) &op_##name,
    OPS_OTHERS(X)
#undef X
};

static void register_all(void)
{
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        ir_op_register(all[k]);
}

void ops_init(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, register_all);
}
