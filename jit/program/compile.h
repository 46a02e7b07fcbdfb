/* Declarations shared by the files that turn a graph into a callable program. They see a back end
 * only through jit/backend.h: a module, bytes, an entry.
 *
 *   compile.c  the pipeline: passes, cache, schedule, back end, program
 *   program.c  names programs and frees them
 *   cache.c    shares programs and keeps them
 *   disk.c     keeps code in files
 *   symbols.c  what code may call in this process
 *   dump.c     output for people: JACQUARD_LOG, JACQUARD_DUMP, jit_emit_text
 */
#ifndef JACQUARD_JIT_COMPILE_H
#define JACQUARD_JIT_COMPILE_H

#include "jit/backend.h"

/* The key by which a program is found. */
typedef struct {
    ir_graph *g;      /* optimised; the code may call into its equations */
    uint8_t *donated; /* by input; NULL: no input is donated */
    bool profiled;
    const jit_backend *backend;
    jit_limits limits;
    ir_hash128 hash; /* of everything except `profiled` */
} jit_key;

/* What a call must know besides the code. Stored in files as it is. */
typedef struct {
    uint64_t arena_bytes;
    int32_t ntape, nkernel;
    uint8_t wants_eqns, pad[7];
} jit_facts;

struct jit_program {
    jac_host_program run; /* what a call needs, collected from the other fields */
    jit_key key;
    jit_code code;
    jit_facts facts;
    size_t *tape;                /* offsets of the tapes in the arena */
    int *tape_out;               /* which results are tapes; NULL: none */
    ir_graph *scheduled;         /* the graph with strips of lanes; NULL: not needed yet */
    const ir_eqn **eqns;         /* equations whose kernels the code calls; NULL: none */
    int *over;                   /* by output, as in jit_taken; NULL if nothing is donated */
    struct jit_profile *profile; /* NULL: not profiled */
    int users;                   /* under the cache's lock */
    jit_program *chain;          /* the next program in its bucket */
    jit_program *newer, *older;  /* in order of last use */
};

/* ---- program.c ------------------------------------------------------------------------------ */
void jit_new_name(char name[JIT_NAME_SIZE]); /* no other program of the process has it */
void jit_key_free(jit_key *key);
void jit_program_free(jit_program *p);

/* ---- cache.c -------------------------------------------------------------------------------- */
/* Finds the program with this key and adds a user to it; NULL if there is none. */
jit_program *jit_cache_find(const jit_key *key);
/* Puts p into the cache. Returns p or, if another thread has put one with the same key there
 * meanwhile, that one. */
jit_program *jit_cache_publish(jit_program *p);

/* ---- disk.c --------------------------------------------------------------------------------- */
/* Reads the code for p's key from the cache directory: sets p's facts and what follows them, and
 * returns the code as bytes. No bytes if there is no intact file made for this graph, machine and
 * build. Never records an error. */
jit_bytes jit_disk_read(jit_program *p, char name[JIT_NAME_SIZE]);
void jit_disk_write(const jit_program *p, const jit_bytes *code, const char *name);

/* ---- dump.c --------------------------------------------------------------------------------- */
void jit_log_compiled(const jit_program *p, const jit_stats *st);
/* The directory to write to; NULL: none. */
const char *jit_dump_dir(void);
void jit_dump_graphs(const ir_graph *g, const jit_key *optimised);
void jit_dump_schedule(const jit_key *key, const jit_schedule *s);
void jit_dump_module(const jit_key *key, jit_module *m, jit_text what);

#endif
