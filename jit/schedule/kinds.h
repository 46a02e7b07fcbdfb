/* Kinds of steps: a row each. What a kind is to the schedule stands in this table (kinds.c); the
 * back end and the profile have tables of their own by kind, and nobody asks which kind a step is.
 *
 * A new kind is a line in JIT_STEP_KINDS, a row here, one in the back end's table
 * (jit/llvm/block.c), one in the profile's (jit/observe/profile_sites.c), and what makes the step
 * (fuse.c).
 */
#ifndef JACQUARD_JIT_SCHEDULE_KINDS_H
#define JACQUARD_JIT_SCHEDULE_KINDS_H

#include "ir/ir.h"

typedef struct jit_step jit_step;
typedef struct jit_block jit_block;
typedef struct jit_schedule jit_schedule;
typedef struct jit_reader jit_reader; /* reads.c */
typedef struct jit_read jit_read;

#define JIT_STEP_KINDS(X)                                                                          \
    X(SCALAR)    /* one register, out of registers and single elements */                          \
    X(KERNEL)    /* a loop nest over `space`: element by element, or reducing, or both */          \
    X(ARGREDUCE) /* the index of an extreme element along an axis */                               \
    X(CUMULATE)  /* a running reduction along an axis */                                           \
    X(DOT)       /* a product small enough for emitted loops */                                    \
    X(UPDATE)    /* a window of operand 0 overwritten; in place where operand 0 is not needed */   \
    X(EVAL)      /* a call of the interpreter's kernel */                                          \
    X(WHILE)     /* block 0: condition, block 1: body */                                           \
    X(COND)      /* a block a branch */                                                            \
    X(SCAN)      /* block 0: body */                                                               \
    X(LANES)     /* block 0: what is done with each strip of lanes */

typedef enum {
#define X(name) JIT_STEP_##name,
    JIT_STEP_KINDS(X)
#undef X
        JIT_STEP_KIND_COUNT
} jit_step_kind;

typedef struct {
    const char *name;
    bool single;     /* one register: neither a loop nor a call */
    bool nest;       /* a loop nest that can be a function of its own */
    bool over_space; /* it computes its results everywhere in `space`, each at one place */
    bool window;     /* it overwrites a window of operand 0 */
    bool loops;      /* it repeats its last block, which has carries: ir_loop_of(t->e) */
    bool pointers;   /* its blocks find operands where pointers stand that are values themselves */
    bool own_strips; /* its block is done by strips already */
    int passes;      /* how often it reads its operand; 0: once */
    int first_graph; /* of the equation's graphs, which is block 0 */

    /* Notes what the step reads. */
    void (*read)(jit_reader *f, const jit_step *t);
    /* The step makes v and reads `old` as *r says: may v's buffer be old's? NULL: never. */
    bool (*overwrites)(const jit_block *b, const jit_step *t, ir_value *v, ir_value *old,
                       const jit_read *r);
    /* Can it be done some rows at a time? NULL: never. */
    bool (*by_rows)(const jit_step *t);

    /* Steps with blocks: which operand input k of block j is bound to, or whose slices it is; binds
     * buffers to the blocks' inputs and outputs, and plans the blocks; what block j is called. */
    int (*operand)(const jit_step *t, int j, int k);
    void (*plan_blocks)(jit_schedule *s, jit_block *outer, jit_step *t);
    const char *(*block_name)(int j);
} jit_kind;

extern const jit_kind jit_kinds[JIT_STEP_KIND_COUNT];

#endif
