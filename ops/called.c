/* How the interpreter calls the host functions: it passes the equation as plain numbers. */
#include "jit/lower.h"
#include "ops/host/host.h"

bool host_eval(const ir_eqn *e, const void *const *in, void *const *out)
{
    int64_t numbers[JIT_MOST_NUMBERS];
    const jit_host *host = e->op->lower->host;
    host->numbers(e, numbers);
    return host->kernel(numbers, in, out);
}
