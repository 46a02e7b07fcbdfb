/* Between the files of the LLVM emitter, which turns a schedule into one function
 *
 *     bool f(const void *const *in, void *const *out, char *arena, const ir_eqn *const *eqns)
 *
 *   module.c    the function's frame: buffers' addresses, results, failure; the whole
 *   scalar.c    lower.h's arithmetic on scalars and indices
 *   element.c   lower.h's elements: an operand at a place, loaded or computed on the spot
 *   alias.c     which accesses of a loop cannot meet, said to LLVM
 *   range.c     comparisons that a loop's bounds decide
 *   loop.c      counted loops
 *   kernel.c    loop nests: element by element, and reductions
 *   along.c     argmax and cumsum: along one axis
 *   dot.c       small matrix products
 *   step.c      single registers, windows, calls of the interpreter's kernels
 *   tape.c      tapes: calls of host.c
 *   control.c   while, cond, scan
 *   lanes.c     batched loops, strip by strip
 *   outline.c   loop nests as functions of their own
 *   part.c      long straight-line code as several functions
 *   share.c     functions for what threads share
 *   profile.c   counting and timing, in programs that are profiled
 *   debug.c     the user's lines, for debuggers
 *   math.c           the scalar functions' bitcode
 *   variants.c       vectors for functions that loops call
 */
#ifndef JACQUARD_JIT_EMIT_H
#define JACQUARD_JIT_EMIT_H

#include <llvm-c/Core.h>

#include "ir/ptrmap.h"
#include "jit/schedule/schedule.h"

/* The registers of the block being emitted. */
typedef struct {
    const jit_block *b;
    LLVMValueRef *reg; /* by value id */
} jit_frame;

/* An element computed earlier in the same loop body. */
typedef struct {
    const ir_value *v;
    LLVMValueRef linear, at[IR_MAX_RANK], result;
    int rank;
    bool has_at;
    int older; /* of the same value */
} jit_known;

typedef struct {
    LLVMValueRef access;
    int buffer;
} jit_access;

/* An index that is a loop's variable plus a constant. */
typedef struct {
    LLVMValueRef v;
    int axis;
    int64_t offset;
} jit_affine;

enum { JIT_MAX_CUTS = 128 };

/* What a kernel knows of its loops' variables, and where comparisons with them change their
 * outcome. */
typedef struct {
    int64_t lo[IR_MAX_RANK], hi[IR_MAX_RANK];
    int ncut[IR_MAX_RANK];
    int64_t cut[IR_MAX_RANK][JIT_MAX_CUTS];
    int n, cap;
    jit_affine *affine;
} jit_ranges;

/* Where the values that parts of a function share lie in its frame (part.c). */
typedef struct {
    LLVMValueRef fn, frame;
    uint64_t n;
    ptrmap place; /* by value: where, and whether it was put there by a part */
} jit_parts;

typedef struct jit_debug_lines jit_debug_lines;

/* How often a block has run in this call of its function (profile.c). */
typedef struct {
    LLVMValueRef fn, times;
    struct jit_block_count *of;
} jit_counter;

struct jit_emit {
    const jit_schedule *s;
    ir_arena mem;
    LLVMContextRef cx;
    LLVMModuleRef mod, math; /* math: the bitcode, once something calls into it */
    LLVMBuilderRef b;
    LLVMValueRef fn, arena, eqns;
    ptrmap place; /* of equations, in eqns; empty until one is wanted */
    LLVMBasicBlockRef entry, fail;
    LLVMTypeRef i1, i8, i32, i64, ptr;
    LLVMValueRef *where; /* by buffer: its address */
    jit_frame *frame;
    const jit_step *step;
    int nknown, known_cap;
    jit_known *known;
    int *newest; /* by value id: index into known, -1 */
    int naccess, access_cap, nscope;
    jit_parts parts;
    int depth;  /* of parts in parts */
    bool calls; /* are scalar functions called, not inlined? */
    /* Are steps functions of their own? Even small ones? Are these given the sizes of loops? */
    bool outlines, outlines_all, outlines_sizes;
    jit_access *access;
    jit_ranges ranges;
    jit_debug_lines *debug; /* NULL: nobody wants to see them */
    bool shared; /* this is a function that threads share */
    LLVMValueRef row, nrow; /* kernels do so many rows from there on; NULL: all */
    int64_t rows;           /* of how many */
    bool failed;
    int ncount;
    jit_counter *counts; /* of functions that have not ended */
};

/* ---- math.c, module.c ------------------------------------------------------------------- */

/* The declaration of a scalar function in em->mod; NULL if there is none of that name. */
LLVMValueRef jit_math_function(jit_emit *em, const char *name);
/* Brings in what was declared; after it em->math is gone. */
bool jit_math_link(jit_emit *em);
/* Gives a function of one float the variants by which a loop that calls it under a condition can be
 * vectorised. */
void jit_rare_variants(jit_emit *em, LLVMValueRef scalar);
/* The same for one that is called in so many places that it is not inlined. */
void jit_called_variants(jit_emit *em, LLVMValueRef scalar);
void jit_add_attribute(jit_emit *em, LLVMValueRef function, const char *name);

/* The schedule as a module with a function `name`; NULL with an error recorded. wants_eqns: does it
 * read its table of equations? */
LLVMModuleRef jit_emit_module(const jit_schedule *s, LLVMContextRef cx, const char *name,
                              bool *wants_eqns);

/* Addresses of the region's temporaries, to em->where. */
void jit_find_buffers(jit_emit *em, int region);
/* The same in a function that threads share, and which they give memory of their own; returns how
 * many bytes. */
size_t jit_find_own_buffers(jit_emit *em, int region);

/* ---- scalar.c ----------------------------------------------------------------------------
 */
static inline LLVMValueRef jit_llvm(const void *s)
{
    return (LLVMValueRef)s;
}
LLVMTypeRef jit_register_type(jit_emit *em, ir_dtype d);
LLVMTypeRef jit_stored_type(jit_emit *em, ir_dtype d);
LLVMValueRef jit_i64(jit_emit *em, int64_t v);
jit_index jit_index_step(jit_emit *em, jit_index base, LLVMValueRef i,
                         int64_t stride); /* base + i * stride */
/* Elements at an address in elements from a buffer's start. */
LLVMValueRef jit_load(jit_emit *em, int buffer, ir_dtype d, LLVMValueRef offset);
void jit_store(jit_emit *em, int buffer, ir_dtype d, LLVMValueRef offset, LLVMValueRef x);
LLVMValueRef jit_load_at(jit_emit *em, LLVMValueRef p, ir_dtype d);
void jit_store_at(jit_emit *em, LLVMValueRef p, ir_dtype d, LLVMValueRef x);
LLVMValueRef jit_stack(jit_emit *em, size_t bytes);      /* taken in the function's entry block */
LLVMValueRef jit_address(jit_emit *em, LLVMValueRef base, LLVMTypeRef t, LLVMValueRef offset);
/* Two elements combined as a reduction by `name` does; with leave to reassociate, so that LLVM may
 * keep several accumulators. */
LLVMValueRef jit_combine(jit_emit *em, const char *name, ir_dtype d, LLVMValueRef x, LLVMValueRef y,
                         bool reassociate);
LLVMBasicBlockRef jit_new_block(jit_emit *em, const char *name);

/* ---- element.c ---------------------------------------------------------------------------
 */
LLVMValueRef jit_element(jit_emit *em, ir_value *v, const jit_place *where);
/* Output k of an elementwise or indexed equation at a place. */
LLVMValueRef jit_compute(jit_emit *em, const ir_eqn *e, int k, const jit_place *where);
void jit_forget(jit_emit *em, int down_to);
LLVMValueRef jit_reg(jit_emit *em, const ir_value *v);
void jit_set_reg(jit_emit *em, const ir_value *v, LLVMValueRef x);

/* ---- alias.c ------------------------------------------------------------------------------
 */
void jit_note_access(jit_emit *em, LLVMValueRef access, int buffer);
void jit_end_accesses(jit_emit *em); /* those noted since the last end belong together */

/* ---- range.c ------------------------------------------------------------------------------
 */
/* v is the variable of the loop over an axis, and goes from lo to hi - 1. */
void jit_range_bind(jit_emit *em, LLVMValueRef v, int axis, int64_t lo, int64_t hi);
/* v is from + offset. */
void jit_range_derive(jit_emit *em, LLVMValueRef v, LLVMValueRef from, int64_t offset);
/* Is v < bound: 1 or 0 if it is decided, -1 if not; then the place of the change is noted as a cut.
 */
int jit_range_below(jit_emit *em, LLVMValueRef v, int64_t bound);
void jit_range_clear(jit_emit *em);

/* ---- loop.c -------------------------------------------------------------------------------
 */
enum { JIT_MAX_CARRIED = 16 };
typedef struct {
    LLVMBasicBlockRef body;
    LLVMValueRef i;
    int64_t n;
    LLVMValueRef count; /* in place of n, if not NULL */
    int ncarried;
    LLVMValueRef carried[JIT_MAX_CARRIED]; /* phis; as they enter an iteration */
    bool masked; /* what does not fill a vector is done by one that is partly off */
    bool rolled;     /* it is left as it is */
    bool whole;      /* it is not unrolled */
    unsigned vector; /* it becomes one vector of so many; 0: as LLVM likes */
} jit_counted;
/* for (i = 0; i < n; i++), n >= 1, from here on. */
void jit_loop_begin(jit_emit *em, jit_counted *l, int64_t n);
/* The same where n is known only when it runs. */
void jit_loop_begin_counted(jit_emit *em, jit_counted *l, LLVMValueRef n);
/* Another value that goes round; call it before the body is emitted. */
LLVMValueRef jit_loop_carry(jit_emit *em, jit_counted *l, LLVMValueRef init);
/* next[k]: the value of carried k after the iteration. */
void jit_loop_end(jit_emit *em, jit_counted *l, const LLVMValueRef *next);

/* A loop nest in the making: dimensions of a space, some collapsed into one. */
typedef struct {
    int64_t size, stride; /* elements of the space's row-major order */
    int dim;              /* -1: several */
    bool reduced;
} jit_axis;
typedef struct {
    const ir_type *space;
    int n;
    jit_axis axis[IR_MAX_RANK];
    jit_index at[IR_MAX_RANK]; /* of the dimensions whose loops are open */
    bool has_at;
} jit_nest;
/* Linear: dimensions alike collapse, as no place need be split. */
void jit_nest_init(jit_emit *em, jit_nest *nest, const ir_type *space, uint32_t reduced,
                   bool linear);

/* ---- steps -------------------------------------------------------------------------------------
 */
void jit_emit_block(jit_emit *em, jit_frame *frame);
void jit_emit_kernel(jit_emit *em, const jit_step *t);
void jit_emit_argreduce(jit_emit *em, const jit_step *t);
void jit_emit_cumulate(jit_emit *em, const jit_step *t);
void jit_emit_dot(jit_emit *em, const jit_step *t);
void jit_emit_scalar(jit_emit *em, const jit_step *t);
void jit_emit_update(jit_emit *em, const jit_step *t);
void jit_emit_eval(jit_emit *em, const jit_step *t);
void jit_emit_control(jit_emit *em, const jit_step *t);
void jit_emit_lanes(jit_emit *em, const jit_step *t);
void jit_copy_buffer(jit_emit *em, int to, int from, size_t bytes);
/* A call of one of host.c's functions, and an equation's address for it. */
LLVMValueRef jit_call_host(jit_emit *em, const char *name, LLVMTypeRef result, int n,
                           LLVMValueRef *args);
LLVMValueRef jit_eqn_address(jit_emit *em, const ir_eqn *e);

/* ---- outline.c ----------------------------------------------------------------------------
 */
typedef void jit_emit_fn(jit_emit *em, const jit_step *t);
/* ---- strips.c: kernels that go together, of which t is the first */
void jit_emit_strips(jit_emit *em, const jit_step *t, jit_emit_fn *emit);
void jit_decide_outlining(jit_emit *em);
/* Is it a kernel that threads share, if it runs outside what they share already? */
bool jit_is_large(const jit_step *t);
bool jit_is_outlined(const jit_emit *em, const jit_step *t);
/* What `emit` emits for t, as a function, and a call of it. */
void jit_emit_outlined(jit_emit *em, const jit_step *t, jit_emit_fn *emit);

/* ---- share.c ------------------------------------------------------------------------------
 */
/* What is put aside while another function is emitted, and that function. */
typedef struct {
    LLVMValueRef fn, arena, eqns, *where;
    LLVMBasicBlockRef entry, fail, here;
    jit_frame *frame;
    const jit_step *step;
    LLVMValueRef made;
    LLVMBasicBlockRef start;
} jit_share;
/* Within it no buffer has an address yet, and registers are those of the function left. */
void jit_share_begin(jit_emit *em, jit_share *o, const char *name);
void jit_share_end(jit_emit *em, const jit_share *o);
/* Has it do items 0 up to nitem, each thread with so many bytes of memory. */
void jit_share_call(jit_emit *em, const jit_share *o, LLVMValueRef env, int64_t nitem,
                      size_t memory);
/* Addresses of those in memory, and registers; then one address more, if not NULL. */
LLVMValueRef jit_env_fill(jit_emit *em, int n, ir_value *const *v, LLVMValueRef extra);
/* The same in the function outlined, to x; returns where the one more stands. */
LLVMValueRef jit_env_load(jit_emit *em, int n, ir_value *const *v, LLVMValueRef *x);
/* for (i = from; i < to; i++), from < to. */
typedef struct {
    LLVMBasicBlockRef loop;
    LLVMValueRef i, to;
} jit_items;
void jit_items_begin(jit_emit *em, jit_items *l, LLVMValueRef from, LLVMValueRef to);
void jit_items_end(jit_emit *em, const jit_items *l);
LLVMValueRef jit_index_min(jit_emit *em, LLVMValueRef a, LLVMValueRef b);

/* ---- part.c -------------------------------------------------------------------------------
 */
/* Emits the block's steps by `emit`. */
void jit_emit_steps(jit_emit *em, const jit_block *b, jit_emit_fn *emit);

/* ---- debug.c ------------------------------------------------------------------------------
 */
void jit_debug_begin(jit_emit *em);
/* `whole` is the function that computes all of the graph. */
void jit_debug_end(jit_emit *em, LLVMValueRef whole);
void jit_debug_free(jit_emit *em);
LLVMMetadataRef jit_debug_mark(jit_emit *em, const ir_eqn *e);
void jit_debug_unmark(jit_emit *em, LLVMMetadataRef was);
/* What is emitted from here on comes of e, until it is left again. */
static inline LLVMMetadataRef jit_debug_enter(jit_emit *em, const ir_eqn *e)
{
    return em->debug ? jit_debug_mark(em, e) : NULL;
}
static inline void jit_debug_leave(jit_emit *em, LLVMMetadataRef was)
{
    if (em->debug)
        jit_debug_unmark(em, was);
}

/* ---- profile.c ----------------------------------------------------------------------------
 * Where there is nothing to count, site and count are NULL, and nothing is emitted. */
LLVMValueRef jit_emit_clock(jit_emit *em, const struct jit_site *s); /* NULL: it is not timed */
void jit_emit_timed(jit_emit *em, const struct jit_site *s, LLVMValueRef begin);
void jit_emit_count(jit_emit *em, struct jit_block_count *c); /* the block begins */
void jit_emit_counted(jit_emit *em); /* the function is about to return */

/* ---- tape.c -------------------------------------------------------------------------------
 */
/* A new tape for v of so many slices in the buffer, in place of what it holds. */
void jit_tape_open(jit_emit *em, int buffer, const ir_value *v, LLVMValueRef length);
/* Pointers to a slice: to write it, the tape growing as needed; to read it. */
LLVMValueRef jit_tape_next(jit_emit *em, int buffer, LLVMValueRef at);
LLVMValueRef jit_tape_read(jit_emit *em, int buffer, LLVMValueRef at, size_t bytes);
void jit_tape_drop(jit_emit *em, int buffer);
/* As jit_copy_buffer for a value of type t, which may be a tape. */
void jit_copy_value(jit_emit *em, int to, int from, const ir_type *t);
jit_frame jit_frame_make(jit_emit *em, const jit_block *b);

#endif
