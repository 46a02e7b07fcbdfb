/* The functions that compiled code may call in this process. Code contains no addresses, so that it
 * can be kept in a file: it refers to symbols, which the loader defines. When an object file is
 * linked into another program, most of them are in libjacquard_host.a; only the interpreter's
 * kernels and the profile's clock exist nowhere but here.
 */
#include "jit/backend.h"
#include "jit/observe/profile.h"

static const jit_symbol own[] = {
    {"jac_host_eval", (void *)ir_run_eqn},
    {"jac_host_tape_open", (void *)jac_host_tape_open},
    {"jac_host_tape_next", (void *)jac_host_tape_next},
    {"jac_host_tape_read", (void *)jac_host_tape_read},
    {"jac_host_tape_copy", (void *)jac_host_tape_copy},
    {"jac_host_tape_drop", (void *)jac_host_tape_drop},
    {"jac_host_parallel", (void *)jac_host_parallel},
    {"jac_host_clock", (void *)jit_profile_now},
    {"jac_host_timed", (void *)jit_profile_timed},
    {NULL, NULL},
};

/* The lists added, all before anything is compiled. */
enum { MOST_LISTS = 8 };
static const jit_symbol *list[MOST_LISTS] = {own};
static int nlist = 1;

void jit_add_symbols(const jit_symbol *more)
{
    if (nlist < MOST_LISTS)
        list[nlist++] = more;
}

void jit_each_symbol(void (*f)(void *env, const char *name, void *address), void *env)
{
    const ir_op *op;
    for (int k = 0; k < nlist; k++)
        for (const jit_symbol *s = list[k]; s->name; s++)
            f(env, s->name, s->address);
    for (int k = 0; (op = ir_op_at(k)); k++)
        if (op->lower && op->lower->host)
            f(env, op->lower->host->symbol, (void *)op->lower->host->kernel);
}
