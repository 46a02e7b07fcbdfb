/* The schedule is the form of a graph between the passes and a back end. It lists the steps in
 * order (kernels, calls, native control), says where each value lives, and assigns buffers to the
 * values that live in memory.
 *
 *   lanes.c           how many lanes of a batched loop run in step
 *   kinds.h, kinds.c  the kinds of steps, one row each
 *   fuse.c            which values are computed inside their consumers' loops; makes the steps
 *   reads.c           what a step reads, including through the producers fused into it
 *   merge.c           joins kernels over the same space into one
 *   strips.c          which kernels run together, a few rows at a time
 *   inplace.c         which loop carries may be overwritten in place
 *   donate.c          which output is computed in the buffer of which donated input
 *   plan.c            a buffer for each value in memory
 *   lifetime.c        when each buffer is live, and hence its offset in the arena
 *   print.c           the schedule as text
 *   eqns.c            numbers a graph's equations
 *
 * A graph that occurs twice (a body shared by two loops) is scheduled twice: each block is one
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
    jit_step *step; /* defines the value; NULL for inputs, literals and fused values */
    bool escapes;   /* read outside the strips that its step belongs to */
} jit_slot;

/* A value that a step reads. Aligned: it is read only at the place that the step is computing, so
 * the step may overwrite it with its result. */
struct jit_read {
    ir_value *v; /* if the operand is a view, the value that it shows */
    bool aligned;
    bool viewed; /* through a view */
};

/* A loop's carry of rank >= 1. In place: it has one buffer, `cur`. Otherwise it has two, `a` and
 * `b`. A small carry is computed in b and copied to a at the end of each iteration; large ones swap
 * buffers in each iteration, and cur and next are the pointers to them. */
typedef struct {
    bool in_memory, in_place, swaps;
    int cur, next, a, b;
} jit_carry;

/* Consecutive kernels that run together, a few rows at a time, so that what one kernel writes is
 * still in the cache when the next one reads it. All have the same number of rows, and each reads
 * what the others compute only in the row that it is computing itself. */
typedef struct {
    jit_step *first, *last;
    int64_t rows, width; /* in total, and in one strip */
    int region;          /* holds values that no other step reads; only the rows of one strip */
    int npinned;
    ir_value **pinned;     /* values read in other rows too, so not to be overwritten */
    struct jit_site *site; /* the strips as a whole, in a profile */
} jit_strips;

struct jit_step {
    jit_step_kind kind;
    const ir_eqn *e;
    int nroot; /* the values it defines */
    ir_value **root;
    ir_type space;    /* for kinds over a space */
    uint32_t reduced; /* KERNEL: the axes that its reductions remove, as a bit mask */
    int nread;
    jit_read *read;
    int size;     /* number of equations that its loops compute */
    int64_t cost; /* approximate floating-point operations per element */
    int nblock;
    jit_block **block;
    int ncarry;
    jit_carry *carry;
    int begin, end; /* its time span, which includes that of its blocks */
    int region;     /* LANES: the region of memory that each thread has for itself; 0: the outer
                       region */
    struct jit_site *site; /* in a profile (profile.h); NULL: the step is not counted */
    jit_strips *strips;    /* NULL: it runs on its own */
    jit_step *prev, *next;
};

static inline const jit_kind *jit_kind_of(const jit_step *t)
{
    return &jit_kinds[t->kind];
}
/* The space that its loops run over; for other steps, the type of the first result. */
static inline const ir_type *jit_loops_over(const jit_step *t)
{
    return jit_kind_of(t)->over_space ? &t->space : &t->root[0]->type;
}

/* Marks on values, by id. The marked ids are listed too, so clearing the marks takes no longer than
 * setting them. */
typedef struct {
    uint8_t *at;
    uint32_t *set, n;
} jit_marks;

struct jit_block {
    const ir_graph *g;
    jit_slot *slot; /* by value id */
    jit_step *first, *last;
    jit_marks *marks; /* for walks of the block; each walk clears its marks */
    int *dest;        /* by output: the buffer that it must end up in; -1 for registers */
    int finish;       /* the time at which outputs are moved to their destinations */
    struct jit_block_count *count; /* in a profile; NULL: the block is not counted */
};

typedef enum {
    JIT_BUF_INPUT,   /* the caller's, `index` */
    JIT_BUF_OUTPUT,  /* the caller's, `index` */
    JIT_BUF_ARENA,   /* at `offset` */
    JIT_BUF_STACK,   /* small enough that LLVM may keep it in registers */
    JIT_BUF_POINTER, /* wherever the loop's pointer points now */
} jit_buffer_kind;

/* A donated input whose buffer an output takes over, and the step that reads the input last. */
typedef struct {
    ir_value *v;
    const jit_step *last; /* NULL: no step reads it */
    const jit_read *read;
} jit_donor;

typedef struct {
    jit_buffer_kind kind;
    int index;              /* INPUT, OUTPUT */
    const jit_donor *donor; /* OUTPUT: the input that it holds first; NULL: none */
    int a, b;     /* POINTER: the two buffers that it points to in turn; -1: it points into other
                     buffers (a slice) */
    bool carries; /* holds a loop's carry from the start of the loop */
    bool tape;    /* holds a tape, which may live until the program ends */
    int region;   /* ARENA, STACK: 0, or the region of its LANES step or strips */
    const jit_strips *strips; /* holds only the rows of one strip; NULL: all rows */
    ir_dtype dtype;           /* ARENA, STACK: of the first value in it */
    size_t bytes, offset;
    int first, last; /* its lifetime; first = -1: never used */
} jit_buffer;

struct jit_schedule {
    const ir_graph *g;      /* borrowed */
    const uint8_t *donated; /* by input, borrowed; NULL: no input is donated */
    jit_limits limits;      /* of the target machine */
    jit_donor *donor;       /* by input */
    int *over;              /* by output: the input whose buffer it takes; -1: none */
    ir_arena mem;
    jit_block *top;
    int nbuffer, buffer_cap;
    jit_buffer *buffer;
    size_t arena_bytes;
    int nregion, region; /* the number so far; the one being planned */
    size_t *region_bytes;
    bool on_stack; /* are there buffers on the stack? */
    int nkernel;   /* loop nests and calls: steps that are neither single registers nor control */
    struct jit_profile *profile; /* borrowed; NULL: the program is not profiled */
};

/* ---- lanes.c ------------------------------------------------------------------------------- */
/* Returns g with each single-lane graph replaced by one that computes a strip of lanes. The result
 * is what gets scheduled. */
ir_graph *jit_widen_lanes(ir_graph *g, const jit_limits *limits);

/* ---- schedule.c ---------------------------------------------------------------------------- */
jit_schedule *jit_schedule_make(const ir_graph *g, const uint8_t *donated,
                                const jit_limits *limits);
void jit_schedule_free(jit_schedule *s);

/* Where a value of block b lives. jit_storage and jit_buffer_of follow views to the value that owns
 * the buffer. */
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
/* The windows that an equation of a step with `window` writes. */
static inline ir_value *jit_windows_of(const ir_eqn *e)
{
    return e->in[e->op->lower->kind == JIT_SCATTER ? 2 : 1];
}
static inline bool jit_is_reduce(const ir_value *v)
{
    const jit_lower *l = v->eqn ? v->eqn->op->lower : NULL;
    return l && l->kind == JIT_REDUCE;
}

/* The block that a loop repeats: its last one. ir_loop_of(t->e) describes its operands, carries, xs
 * and ys. */
static inline jit_block *jit_body_of(const jit_step *t)
{
    return t->block[t->nblock - 1];
}
/* The operand that input k of block j of a control step is bound to. For a scan's xs, the operand
 * whose slices it receives. */
int jit_operand_of(const jit_step *t, int block, int input);
/* For the column `operand` of jit_kinds. */
int jit_operand_of_branch(const jit_step *t, int block, int input);
int jit_operand_of_lanes(const jit_step *t, int block, int input);
int jit_operand_of_loop(const jit_step *t, int block, int input);

/* ---- fuse.c, merge.c, reads.c --------------------------------------------------------------- */
jit_block *jit_fuse(jit_schedule *s, const ir_graph *g);
void jit_merge(jit_schedule *s, jit_block *b);
void jit_unlink_step(jit_block *b, jit_step *t); /* removes t from the block */
void jit_find_reads(jit_schedule *s, jit_block *b, jit_step *t);
/* For the column `read` of jit_kinds: reads through the producers of the results; reads of an
 * update; reads of the operands themselves. */
void jit_read_roots(jit_reader *f, const jit_step *t);
void jit_read_window(jit_reader *f, const jit_step *t);
void jit_read_operands(jit_reader *f, const jit_step *t);
/* To compute e at index i of its axis r, operand k is read at index i of the axis returned here; or
 * JIT_NO_AXIS or JIT_OTHER_AXIS, which r may be too. */
int jit_axis_of_operand(const ir_eqn *e, int k, int r);
/* Does t read a result of `from`? */
bool jit_reads_from(const jit_step *t, const jit_step *from);
/* Can a kernel run on row-major offsets alone? (True if no producer in it asks for a place's
 * indices by dimension.) */
bool jit_is_linear(const jit_block *b, const jit_step *t);
/* Is e a small product of several rows whose right operand is best copied first, with its columns
 * side by side? */
bool jit_dot_packs(const jit_limits *l, const ir_eqn *e);
/* Is the outermost loop over a batch dimension, the first dimension of the result? */
bool jit_dot_by_rows(const jit_step *t);

/* ---- strips.c ------------------------------------------------------------------------------- */
void jit_find_strips(jit_schedule *s, jit_block *b);
/* If t overwrote v, would that break a kernel that runs together with t? */
bool jit_strips_pin(const jit_step *t, const ir_value *v);

/* ---- inplace.c, donate.c, plan.c, lifetime.c ------------------------------------------------ */
void jit_sink_updates(jit_block *b); /* also in nested blocks */
void jit_decide_in_place(jit_schedule *s, jit_block *b);
/* Step t computes v and reads `old` as described by r: may v use old's buffer? */
bool jit_step_overwrites(const jit_block *b, const jit_step *t, ir_value *v, ir_value *old,
                         const jit_read *r);
/* For the column `overwrites` of jit_kinds: element by element; a window; operand 0; a carry; what
 * all branches overwrite. */
bool jit_overwrites_elements(const jit_block *b, const jit_step *t, ir_value *v, ir_value *old,
                             const jit_read *r);
bool jit_overwrites_window(const jit_block *b, const jit_step *t, ir_value *v, ir_value *old,
                           const jit_read *r);
bool jit_overwrites_operand(const jit_block *b, const jit_step *t, ir_value *v, ir_value *old,
                            const jit_read *r);
bool jit_overwrites_carry(const jit_block *b, const jit_step *t, ir_value *v, ir_value *old,
                          const jit_read *r);
bool jit_overwrites_in_branches(const jit_block *b, const jit_step *t, ir_value *v, ir_value *old,
                                const jit_read *r);
void jit_take_donated(jit_schedule *s);
/* May v, a value of the top block, be computed in the donor's buffer? */
bool jit_made_over(const jit_block *top, const jit_donor *d, ir_value *v);
/* Could an output of type `out` take the buffer of an input of type `in`? */
bool jit_may_take(const ir_type *in, const ir_type *out);
void jit_plan(jit_schedule *s);
/* For the column `plan_blocks` of jit_kinds. */
void jit_plan_loop(jit_schedule *s, jit_block *outer, jit_step *t);
void jit_plan_branches(jit_schedule *s, jit_block *outer, jit_step *t);
void jit_plan_lanes(jit_schedule *s, jit_block *outer, jit_step *t);
void jit_place_buffers(jit_schedule *s);

/* ---- eqns.c --------------------------------------------------------------------------------- */
/* Lists all equations of g and its nested graphs, in an order that is the same in every process.
 * The caller frees the list. `place`, if not NULL, receives the position of each equation. */
const ir_eqn **jit_list_eqns(const ir_graph *g, ptrmap *place);

/* ---- print.c ------------------------------------------------------------------------ */
void jit_schedule_print(FILE *f, const jit_schedule *s);

#endif
