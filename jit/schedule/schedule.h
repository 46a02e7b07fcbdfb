/* The schedule: what a graph becomes before there is a target. Steps in order (kernels, calls,
 * native control), where each value lives, and the buffers of those that live in memory.
 *
 *   lanes.c           how many lanes of a batched loop run in step
 *   kinds.h, kinds.c  the kinds of steps, a row each
 *   fuse.c            which values are computed inside their consumers' loops; the steps
 *   reads.c           what a step reads, through the producers fused into it
 *   merge.c           kernels over the same space become one
 *   strips.c          which kernels go together, some rows at a time
 *   inplace.c         which loop carries may be overwritten where they are
 *   donate.c          which output is made in the buffer of which donated input
 *   plan.c            a buffer for each value in memory
 *   lifetime.c        when each buffer lives, and from that its offset in one arena
 *   print.c           the schedule as text
 *   eqns.c            a graph's equations, numbered
 *
 * A graph that occurs twice (a body shared by two loops) is scheduled twice: a block is one
 * occurrence.
 */
#ifndef JACQUARD_JIT_SCHEDULE_H
#define JACQUARD_JIT_SCHEDULE_H

#include "ir/loop.h"
#include "ir/ptrmap.h"
#include "jit/limits.h"
#include "jit/lower.h"
#include "jit/schedule/kinds.h"

typedef enum {
    JIT_UNUSED,
    JIT_REGISTER, /* rank 0: an SSA value, never memory */
    JIT_FUSED,    /* computed inside the loops of its consumers */
    JIT_MEMORY,   /* in a buffer */
    JIT_VIEW,     /* in memory, in the buffer of its producer's operand 0 (a reshape) */
} jit_residence;

typedef struct {
    jit_residence res;
    int buffer;     /* MEMORY: index into the schedule's buffers; -1 until planned */
    jit_step *step; /* that defines it; NULL for inputs, literals and fused values */
    bool escapes;   /* from the strips that its step belongs to */
} jit_slot;

/* A value read by a step. Aligned: only at the place that the step is computing, so that the step
 * may write its result over it. */
struct jit_read {
    ir_value *v; /* views followed to what they show */
    bool aligned;
    bool viewed; /* through a view */
};

/* A loop's carry of rank >= 1. In place: one buffer, `cur`. Otherwise two, `a` and `b`: a small one
 * is made in b and copied to a at the end of each step; large ones change roles each time round, and
 * cur and next stand for pointers. */
typedef struct {
    bool in_memory, in_place, swaps;
    int cur, next, a, b;
} jit_carry;

/* Kernels in a row that are done together, some rows at a time: what one makes is still in the cache
 * when the next one reads it. All walk the same number of rows, and what one of them makes the
 * others read only in the row that they are computing. */
typedef struct {
    jit_step *first, *last;
    int64_t rows, width; /* in all, and at a time */
    int region;          /* where it keeps what nobody else reads: rows of one strip only */
    int npinned;
    ir_value **pinned; /* what one of them reads in other rows too: not to be overwritten */
    struct jit_site *site; /* all of it, in a profile */
} jit_strips;

struct jit_step {
    jit_step_kind kind;
    const ir_eqn *e;
    int nroot; /* the values it defines */
    ir_value **root;
    ir_type space;    /* if it is over a space */
    uint32_t reduced; /* KERNEL: the axes that its reductions take away, as bits */
    int nread;
    jit_read *read;
    int size;     /* equations that its loops compute */
    int64_t cost; /* of an element, in floating-point operations, roughly */
    int nblock;
    jit_block **block;
    int ncarry;
    jit_carry *carry;
    int begin, end; /* its time: a control step's blocks run within */
    int region;     /* LANES: the memory that each thread needs of its own; 0: what is around it */
    struct jit_site *site; /* in a profile (profile.h); NULL: it counts nothing */
    jit_strips *strips; /* NULL: it is done by itself */
    jit_step *prev, *next;
};

static inline const jit_kind *jit_kind_of(const jit_step *t)
{
    return &jit_kinds[t->kind];
}
/* What its loops go over; of other steps, the type of the first result. */
static inline const ir_type *jit_loops_over(const jit_step *t)
{
    return jit_kind_of(t)->over_space ? &t->space : &t->root[0]->type;
}

/* Marks on values, by id; those set are listed, so that taking them away costs no more than they
 * did. */
typedef struct {
    uint8_t *at;
    uint32_t *set, n;
} jit_marks;

struct jit_block {
    const ir_graph *g;
    jit_slot *slot; /* by value id */
    jit_step *first, *last;
    jit_marks *marks; /* for who walks the block; all taken away after each walk */
    int *dest;  /* by output: the buffer that it must end up in; -1 for registers */
    int finish; /* the time at which outputs are moved where they must go */
    struct jit_block_count *count; /* in a profile; NULL: it counts nothing */
};

typedef enum {
    JIT_BUF_INPUT,   /* the caller's, `index` */
    JIT_BUF_OUTPUT,  /* the caller's, `index` */
    JIT_BUF_ARENA,   /* at `offset` */
    JIT_BUF_STACK,   /* so small that it may be kept in registers */
    JIT_BUF_POINTER, /* wherever a loop's pointer is now */
} jit_buffer_kind;

/* A donated input whose buffer an output takes over, and what reads it last. */
typedef struct {
    ir_value *v;
    const jit_step *last; /* NULL: nothing does */
    const jit_read *read;
} jit_donor;

typedef struct {
    jit_buffer_kind kind;
    int index;    /* INPUT, OUTPUT */
    const jit_donor *donor; /* OUTPUT: holds this input first; NULL: nothing */
    int a, b;     /* POINTER: the buffers it points into by turns; -1: it points into what is named
                     elsewhere (a slice) */
    bool carries; /* holds a loop's carry, from before the loop on */
    bool tape;    /* holds a tape, which it may keep until the program ends */
    int region;   /* ARENA, STACK: 0, or that of the LANES step or strips it lives within */
    const jit_strips *strips; /* it holds the rows of one strip; NULL: all there is */
    size_t bytes, offset;
    int first, last; /* the time it lives; first = -1: never */
} jit_buffer;

struct jit_schedule {
    const ir_graph *g; /* borrowed */
    const uint8_t *donated; /* by input, borrowed; NULL: none is */
    jit_limits limits;      /* of the machine that it is for */
    jit_donor *donor;       /* by input */
    int *over;              /* by output: the input whose buffer it takes; -1: none */
    ir_arena mem;
    jit_block *top;
    int nbuffer, buffer_cap;
    jit_buffer *buffer;
    size_t arena_bytes;
    int nregion, region; /* so far; the one being planned */
    size_t *region_bytes;
    bool on_stack; /* are there buffers on the stack? */
    int nkernel; /* loop nests and calls; what is not a register or control */
    struct jit_profile *profile; /* borrowed; NULL: the program counts nothing */
};

/* ---- lanes.c ------------------------------------------------------------------------------- */
/* g with strips of lanes in place of single ones: what is scheduled. */
ir_graph *jit_widen_lanes(ir_graph *g, const jit_limits *limits);

/* ---- schedule.c ---------------------------------------------------------------------------- */
jit_schedule *jit_schedule_make(const ir_graph *g, const uint8_t *donated,
                                const jit_limits *limits);
void jit_schedule_free(jit_schedule *s);

/* Where a value of block b lives, views followed to whose buffer it is. */
static inline jit_slot *jit_slot_of(const jit_block *b, const ir_value *v)
{
    return &b->slot[v->id];
}
ir_value *jit_storage(const jit_block *b, ir_value *v);
static inline int jit_buffer_of(const jit_block *b, ir_value *v)
{
    return b->slot[jit_storage(b, v)->id].buffer;
}
static inline bool jit_is_map(const ir_value *v)
{
    const jit_lower *l = v->eqn ? v->eqn->op->lower : NULL;
    return l && (l->kind == JIT_ELEMENTWISE || l->kind == JIT_INDEXED);
}
static inline bool jit_is_reduce(const ir_value *v)
{
    const jit_lower *l = v->eqn ? v->eqn->op->lower : NULL;
    return l && l->kind == JIT_REDUCE;
}

/* The block that a loop repeats: the last one. Its operands, carries, xs and ys: ir_loop_of(t->e). */
static inline jit_block *jit_body_of(const jit_step *t)
{
    return t->block[t->nblock - 1];
}
/* The operand that input k of block j of a control step is bound to; for a scan's xs, the operand
 * whose slices it is. */
int jit_operand_of(const jit_step *t, int block, int input);
/* For the column `operand`. */
int jit_operand_of_branch(const jit_step *t, int block, int input);
int jit_operand_of_lanes(const jit_step *t, int block, int input);
int jit_operand_of_loop(const jit_step *t, int block, int input);

/* ---- fuse.c, merge.c, reads.c --------------------------------------------------------------- */
jit_block *jit_fuse(jit_schedule *s, const ir_graph *g);
void jit_merge(jit_schedule *s, jit_block *b);
void jit_unlink_step(jit_block *b, jit_step *t); /* takes t out of the block */
void jit_find_reads(jit_schedule *s, jit_block *b, jit_step *t);
/* For the column `read`: through the producers of its results; of an update; its operands. */
void jit_read_roots(jit_reader *f, const jit_step *t);
void jit_read_window(jit_reader *f, const jit_step *t);
void jit_read_operands(jit_reader *f, const jit_step *t);
/* The axis of operand k at whose index i it is read for e's index i on axis r, or JIT_NO_AXIS or
 * JIT_OTHER_AXIS, which r may be too. */
int jit_axis_of_operand(const ir_eqn *e, int k, int r);
/* Can a kernel run on row-major offsets alone? (No producer in it asks for a place's dimensions.)
 */
bool jit_is_linear(const jit_block *b, const jit_step *t);
/* Is its outermost loop over a batch dimension, the first of its result? */
bool jit_dot_by_rows(const jit_step *t);

/* ---- strips.c -------------------------------------------------------------------------------- */
void jit_find_strips(jit_schedule *s, jit_block *b);
/* Would t, overwriting v, spoil it for a kernel that it goes with? */
bool jit_strips_pin(const jit_step *t, const ir_value *v);

/* ---- inplace.c, donate.c, plan.c, lifetime.c ------------------------------------------------- */
void jit_decide_in_place(jit_schedule *s, jit_block *b);
/* Step t makes v and reads `old` by r: may v's buffer be old's? */
bool jit_step_overwrites(const jit_block *b, const jit_step *t, ir_value *v, ir_value *old,
                         const jit_read *r);
/* For the column `overwrites`: element by element; a window; a carry; what all branches do. */
bool jit_overwrites_elements(const jit_block *b, const jit_step *t, ir_value *v, ir_value *old,
                             const jit_read *r);
bool jit_overwrites_window(const jit_block *b, const jit_step *t, ir_value *v, ir_value *old,
                           const jit_read *r);
bool jit_overwrites_carry(const jit_block *b, const jit_step *t, ir_value *v, ir_value *old,
                          const jit_read *r);
bool jit_overwrites_in_branches(const jit_block *b, const jit_step *t, ir_value *v, ir_value *old,
                                const jit_read *r);
void jit_take_donated(jit_schedule *s);
/* May v, a value of the top block, be made in the donor's buffer? */
bool jit_made_over(const jit_block *top, const jit_donor *d, ir_value *v);
/* Could an output of type `out` take the buffer of an input of type `in`? */
bool jit_may_take(const ir_type *in, const ir_type *out);
void jit_plan(jit_schedule *s);
/* For the column `plan_blocks`. */
void jit_plan_loop(jit_schedule *s, jit_block *outer, jit_step *t);
void jit_plan_branches(jit_schedule *s, jit_block *outer, jit_step *t);
void jit_plan_lanes(jit_schedule *s, jit_block *outer, jit_step *t);
void jit_place_buffers(jit_schedule *s);

/* ---- eqns.c ---------------------------------------------------------------------------------- */
/* All equations of g and of its nested graphs, in an order that is the same in every process; the
 * caller frees the list. Place, if not NULL: their places in it. */
const ir_eqn **jit_list_eqns(const ir_graph *g, ptrmap *place);

/* ---- print.c ------------------------------------------------------------------------ */
void jit_schedule_print(FILE *f, const jit_schedule *s);

#endif
