/* The kinds of steps, one row each. The table (kinds.c) says how the schedule treats a kind; the
 * back end and the profile have their own tables by kind, so no code tests which kind a step is.
 *
 * A new kind needs a line in JIT_STEP_KINDS, a row here, one in the back end's table
 * (jit/llvm/block.c), one in the profile's (jit/observe/profile_sites.c), and code that makes the
 * step (fuse.c).
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
    X(SCALAR)    /* one register, computed from registers and single elements */                   \
    X(KERNEL)    /* a loop nest over `space`: elementwise, reducing, or both */                    \
    X(ARGREDUCE) /* the index of an extreme element along an axis */                               \
    X(CUMULATE)  /* a running reduction along an axis */                                           \
    X(DOT)       /* a product small enough to emit as loops */                                     \
    X(UPDATE)    /* overwrites a window of operand 0, in place if that is not needed later */      \
    X(SCATTER)   /* combines windows of operand 0 with others, in place in the same way */         \
    X(EVAL)      /* a call of the interpreter's kernel */                                          \
    X(WHILE)     /* block 0: condition, block 1: body */                                           \
    X(COND)      /* one block per branch */                                                        \
    X(SCAN)      /* block 0: body */                                                               \
    X(LANES)     /* block 0: computes one strip of lanes */

typedef enum {
#define X(name) JIT_STEP_##name,
    JIT_STEP_KINDS(X)
#undef X
        JIT_STEP_KIND_COUNT
} jit_step_kind;

typedef struct {
    const char *name;
    bool single;     /* defines one register; neither a loop nor a call */
    bool nest;       /* a loop nest that can be outlined as a function */
    bool over_space; /* computes each result once at every place of `space` */
    bool window;     /* overwrites a window of operand 0 */
    bool loops;      /* repeats its last block, which has carries: ir_loop_of(t->e) */
    bool pointers;   /* its blocks use buffers whose addresses are SSA values of their own */
    bool own_strips; /* its block already runs strip by strip */
    int passes;      /* how often it reads its operand; 0 means once */
    int first_graph; /* which of the equation's graphs is block 0 */

    /* Records what the step reads. */
    void (*read)(jit_reader *f, const jit_step *t);
    /* The step computes v and reads `old` as described by *r: may v use old's buffer? NULL:
     * never. */
    bool (*overwrites)(const jit_block *b, const jit_step *t, ir_value *v, ir_value *old,
                       const jit_read *r);
    /* Can it run on a few rows at a time? NULL: never. */
    bool (*by_rows)(const jit_step *t);

    /* For steps with blocks. operand: the operand that input k of block j is bound to, or whose
     * slices it receives. plan_blocks: binds buffers to the blocks' inputs and outputs, and plans
     * the blocks. block_name: what block j is called. */
    int (*operand)(const jit_step *t, int j, int k);
    void (*plan_blocks)(jit_schedule *s, jit_block *outer, jit_step *t);
    const char *(*block_name)(int j);
} jit_kind;

extern const jit_kind jit_kinds[JIT_STEP_KIND_COUNT];

#endif
