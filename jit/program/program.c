/* Names programs, and frees them with all that they hold. */
#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "jit/observe/profile.h"
#include "jit/program/compile.h"

void jit_new_name(char name[JIT_NAME_SIZE])
{
    static atomic_uint_least64_t number;
    snprintf(name, JIT_NAME_SIZE, "jacquard_%016" PRIx64, atomic_fetch_add(&number, 1));
}

void jit_key_free(jit_key *key)
{
    ir_graph_release(key->g);
    free(key->donated);
}

void jit_program_free(jit_program *p)
{
    IR_NO_FORK;
    p->key.backend->drop(&p->code);
    jit_profile_drop(p->profile);
    jit_key_free(&p->key);
    ir_graph_release(p->scheduled);
    free(p->over);
    free(p->tape);
    free(p->tape_out);
    free(p->eqns);
    free(p);
}
