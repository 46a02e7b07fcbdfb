/* Between the files that turn a graph into a program that can be called. They see a back end only as
 * jit/backend.h says: a module, bytes, an entry.
 *
 *   compile.c  the pipeline: passes, cache, schedule, back end, program
 *   cache.c    programs shared and kept
 *   disk.c     code kept in files
 *   symbols.c  what code may call in this process
 *   dump.c     what is written for people: JACQUARD_LOG, JACQUARD_DUMP, jit_emit_text
 */
#ifndef JACQUARD_JIT_COMPILE_H
#define JACQUARD_JIT_COMPILE_H

#include "jit/backend.h"

/* What a program is found by. */
typedef struct {
    ir_graph *g;      /* optimised; the code may call into its equations */
    uint8_t *donated; /* by input; NULL: none is */
    bool profiled;
    const jit_backend *backend;
    jit_limits limits;
    ir_hash128 hash; /* of all but `profiled` */
} jit_key;

/* What a call must know besides the code; kept in files as it is. */
typedef struct {
    uint64_t arena_bytes;
    int32_t ntape, nkernel;
    uint8_t wants_eqns, pad[7];
} jit_facts;

struct jit_program {
    jac_host_program run; /* what a call needs, made of the rest */
    jit_key key;
    jit_code code;
    jit_facts facts;
    size_t *tape;         /* where in the arena there are tapes */
    int *tape_out;        /* which results are tapes; NULL: none */
    ir_graph *scheduled;  /* its graph with strips of lanes; NULL: not wanted yet */
    const ir_eqn **eqns;  /* of it, whose kernels the code calls; NULL: it calls none */
    int *over;            /* by output: as jit_taken; NULL if nothing is donated */
    struct jit_profile *profile; /* NULL: it counts nothing */
    int users;                  /* under the cache's lock */
    jit_program *chain;         /* of one bucket */
    jit_program *newer, *older; /* in the order of last use */
};

/* ---- compile.c ---------------------------------------------------------------------------------- */
void jit_new_name(char name[JIT_NAME_SIZE]);
void jit_program_free(jit_program *p);

/* ---- cache.c ------------------------------------------------------------------------------------ */
/* The program with this key, with one more user; NULL if there is none. */
jit_program *jit_cache_find(const jit_key *key);
/* Puts p there; returns p, or in its place the one that another thread has put there meanwhile. */
jit_program *jit_cache_publish(jit_program *p);

/* ---- disk.c ------------------------------------------------------------------------------------- */
/* The directory's code for p's key into p, from its facts on, and as bytes; none if there is no file
 * that is whole and was made for this graph, machine and build. Never an error. */
jit_bytes jit_disk_read(jit_program *p, char name[JIT_NAME_SIZE]);
void jit_disk_write(const jit_program *p, const jit_bytes *code, const char *name);

/* ---- dump.c ------------------------------------------------------------------------------------- */
void jit_log_compiled(const jit_program *p, const jit_stats *st);
/* Directory to write to, or NULL. */
const char *jit_dump_dir(void);
void jit_dump_graphs(const ir_graph *g, const jit_key *optimised);
void jit_dump_schedule(const jit_key *key, const jit_schedule *s);
void jit_dump_module(const jit_key *key, jit_module *m, jit_text what);

#endif
