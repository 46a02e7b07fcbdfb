/* Control flow that a trace records: loops, branches and scans of jax.lax with the prefix jac_, and the
 * same as blocks of C. Part of jacquard.h, whose conventions apply.
 */
#ifndef JACQUARD_CONTROL_H
#define JACQUARD_CONTROL_H

#include "functions.h"

/* ---- Control flow ---------------------------------------------------------------------------------- */

/* S jac_while_loop(cond, body, S init): repeats s = body(s) while cond(s) is true, from s = init,
 * and returns the last s (jax.lax.while_loop). S is a tree. cond returns one bool scalar; body
 * returns a tree of the same types as it takes. Forward and reverse mode both work. Under reverse
 * mode, which JAX does not support here, each step puts its residuals on a tape (see
 * jac_tape_bytes). `init` comes last so that it can be a compound literal. */
#define jac_while_loop(cond, body, ...) \
    JAC_WHILE_LOOP_(JAC_CAT_(jac_g_, __COUNTER__), JAC_CAT_(jac_s_, __COUNTER__), JAC_TAPE_,  \
                    cond, body, (__VA_ARGS__))
/* Like jac_while_loop, but reverse mode keeps at most `checkpoints` states, however many steps
 * there are, and recomputes the others. With c checkpoints and n steps, a step is recomputed at
 * most r times, where r is the smallest number with C(c + r, c) >= n (equinox.internal.while_loop
 * with kind="checkpointed"). */
#define jac_checkpointed_while_loop(checkpoints, cond, body, ...)                              \
    JAC_WHILE_LOOP_(JAC_CAT_(jac_g_, __COUNTER__), JAC_CAT_(jac_s_, __COUNTER__), checkpoints,  \
                    cond, body, (__VA_ARGS__))
#define JAC_WHILE_LOOP_(g, s, checkpoints, cond, body, init) \
    JAC_CHANGED_(g, s, init, jac_while_(JAC_AT, cond, body, checkpoints, JAC_LEAVES_AND_(s)))
#define JAC_TAPE_ INT64_MIN /* instead of a number of checkpoints: use a tape */
JAC_API bool jac_while_(const jac_loc *at, jac_fn cond, jac_fn body, int64_t checkpoints, int n,
                        jac *state);

/* The bytes of all tapes of loops under reverse mode in the process now. A checkpointed loop has no
 * tape; it keeps its states in an array. */
JAC_API size_t jac_tape_bytes(void);
/* The largest value of jac_tape_bytes since the last call with reset = true. */
JAC_API size_t jac_tape_peak_bytes(bool reset);
/* Sets the limit on the bytes of tapes. A tape that would exceed it is an error, and so is the
 * array of a checkpointed loop. 0 restores the default: the environment variable
 * JACQUARD_TAPE_LIMIT, or 8 GiB. */
JAC_API void jac_tape_limit(size_t bytes);

/* S jac_fori_loop(lower, upper, body, S init): computes s = body(i, s) for each i from lower to
 * upper - 1, from s = init, and returns the last s (jax.lax.fori_loop). i is an i32 scalar (i64
 * under x64). If the bounds are C integers, the loop has a known length and keeps its residuals in
 * plain arrays; if they are arrays, it is a while loop. */
#define jac_fori_loop(lower, upper, body, ...)                                                 \
    JAC_FORI_LOOP_(JAC_CAT_(jac_g_, __COUNTER__), JAC_CAT_(jac_s_, __COUNTER__), lower, upper,  \
                   body, (__VA_ARGS__))
#define JAC_FORI_LOOP_(g, s, lower, upper, body, init) \
    JAC_CHANGED_(g, s, init,                           \
                 jac_fori_(JAC_AT, JAC_V(lower), JAC_V(upper), body, JAC_LEAVES_AND_(s)))
JAC_API bool jac_fori_(const jac_loc *at, jac lower, jac upper, jac_fn body, int n, jac *state);

/* true_fn(operands) where pred is true, otherwise false_fn(operands) (jax.lax.cond). pred is a
 * scalar; operands and result point to trees as in jac_call. Only the chosen branch runs, except
 * under vmap with a batched pred. False and an error on failure. */
#define jac_cond(pred, true_fn, false_fn, ... /* operands, result */) \
    jac_cond_(JAC_AT, JAC_V(pred), true_fn, false_fn, JAC_IN_(JAC_REST_(__VA_ARGS__)), \
              JAC_OUT_(JAC_LAST_(__VA_ARGS__)))
JAC_API bool jac_cond_(const jac_loc *at, jac pred, jac_fn true_fn, jac_fn false_fn,
                       const void *operands, jac_out result);
/* jac_cond for functions from single arrays to a single array, which it returns. */
#define jac_cond1(pred, true_fn, false_fn, ...) \
    jac_cond1_(JAC_AT, JAC_V(pred), true_fn, false_fn, JAC_LIST_(__VA_ARGS__))
JAC_API jac jac_cond1_(const jac_loc *at, jac pred, jac_fn true_fn, jac_fn false_fn, int n,
                       const jac *x);
/* Calls the branch with the number `index`, an integer scalar that is clamped into range:
 * jac_switch(i, JAC_FNS(f, g, h), &operands, &r) (jax.lax.switch). Operands and result are as in
 * jac_call. */
#define jac_switch(index, branches, ... /* operands, result */) \
    jac_switch_(JAC_AT, JAC_V(index), branches, JAC_IN_(JAC_REST_(__VA_ARGS__)), \
                JAC_OUT_(JAC_LAST_(__VA_ARGS__)))
/* The branches of a jac_switch: JAC_FNS(f, g, h). */
#define JAC_FNS(...) (int) (sizeof((jac_fn[]){__VA_ARGS__}) / sizeof(jac_fn)), (const jac_fn[]){__VA_ARGS__}
JAC_API bool jac_switch_(const jac_loc *at, jac index, int n, const jac_fn *branches,
                         const void *operands, jac_out result);

/* jac_scan(body, &carry, &xs, &ys): a loop over the slices x of xs along axis 0 (jax.lax.scan).
 * body(carry, x) returns struct { carry; y }. The final carry is written to carry, and the ys are
 * stacked along axis 0 in ys. The types of carry and xs are those of body's arguments. Options:
 * .length (needed when xs has no leaves), .reverse (from the last slice to the first), .unroll (how
 * many steps to unroll; a hint that the compiler may ignore). If ys is more than one handle, write
 * JAC_OUT(&ys) where options follow. False and an error on failure. */
#define jac_scan(body, ... /* carry, xs, ys, options */) \
    JAC_CAT_(JAC_SCAN, JAC_IS_3_(__VA_ARGS__))(body, __VA_ARGS__)
typedef struct {
    int unused_;
    void *carry;
    const void *xs;
    jac_out ys;
    int64_t length;
    bool reverse;
    int64_t unroll;
} jac_scan_opts;
/* With exactly three arguments, their types say how much room there is. With options, or with
 * commas in a compound literal, the macro cannot tell which argument is ys, whose room is then 0: it
 * is taken to be that of one handle, unless JAC_OUT says more. */
#define JAC_SCAN1(body, carry_, xs_, ys_)                                                          \
    jac_scan_(JAC_AT, body,                                                                        \
              (jac_scan_opts){.carry = (carry_), .xs = JAC_IN_(xs_), .ys = JAC_OUT_(ys_)},         \
              JAC_ROOM_FOR_(carry_))
#define JAC_SCAN0(body, carry, ...) \
    JAC_SCAN0_(JAC_CAT_(jac_o_, __COUNTER__), body, carry, __VA_ARGS__)
#define JAC_SCAN0_(o, body, carry_, ...)                                 \
    JAC_WITH_OPTIONS_(o, jac_scan_opts, (.unused_ = 0, .carry = carry_), \
                      jac_scan_(JAC_AT, body, o, JAC_ROOM_FOR_(carry_)), __VA_ARGS__)
JAC_API bool jac_scan_(const jac_loc *at, jac_fn body, jac_scan_opts o, size_t carry_room);

/* jac_map(f, &xs, &ys): applies f to each slice of xs along axis 0, one after the other, and
 * stacks the results in ys (jax.lax.map). Unlike jac_vmap, it needs the memory of only one
 * slice at a time. */
#define jac_map(f, ... /* xs, ys */) \
    jac_map_(JAC_AT, f, JAC_IN_(JAC_REST_(__VA_ARGS__)), JAC_OUT_(JAC_LAST_(__VA_ARGS__)))
JAC_API bool jac_map_(const jac_loc *at, jac_fn f, const void *xs, jac_out ys);

/* jac_associative_scan(fn, &elems, &result): combines all prefixes of a tree of arrays with an
 * associative function, in a logarithmic number of steps (jax.lax.associative_scan). T fn(T a, T b)
 * combines two trees of arrays slice by slice. Options: .reverse (suffixes instead of prefixes),
 * .axis (default 0). If the result is more than one handle, write JAC_OUT(&result) where options
 * follow. */
#define jac_associative_scan(fn, ... /* elems, result, options */) \
    JAC_CAT_(JAC_ASSOCIATIVE_SCAN, JAC_IS_2_(__VA_ARGS__))(fn, __VA_ARGS__)
typedef struct {
    int unused_;
    const void *elems;
    jac_out result;
    int64_t axis;
    bool reverse;
} jac_associative_scan_opts;
#define JAC_ASSOCIATIVE_SCAN1(fn, elems_, result_)                                \
    jac_associative_scan_(JAC_AT, fn,                                             \
                          (jac_associative_scan_opts){.elems = JAC_IN_(elems_),   \
                                                      .result = JAC_OUT_(result_)})
#define JAC_ASSOCIATIVE_SCAN0(fn, ...) \
    JAC_ASSOCIATIVE_SCAN0_(JAC_CAT_(jac_o_, __COUNTER__), fn, __VA_ARGS__)
#define JAC_ASSOCIATIVE_SCAN0_(o, fn, ...)                           \
    JAC_WITH_OPTIONS_(o, jac_associative_scan_opts, (.unused_ = 0),  \
                      jac_associative_scan_(JAC_AT, fn, o), __VA_ARGS__)
JAC_API bool jac_associative_scan_(const jac_loc *at, jac_fn fn, jac_associative_scan_opts o);

/* ---- Control flow as blocks of C -------------------------------------------------------------------
 *
 *   JAC_WHILE (s, jac_gt(s.error, 1e-6)) {            // while_loop
 *       jac x = jac_call1(g, s.x);
 *       s.error = jac_abs(jac_sub(x, s.x));
 *       s.x = x;
 *   }
 *   JAC_FOR (i, 0, n, s) { s.sum = jac_add(s.sum, jac_at(a, i)); }       // fori_loop; i is a jac
 *   JAC_IF (s, jac_lt(s.x, 0)) { s.x = jac_neg(s.x); } JAC_ELSE { s.x = jac_sqrt(s.x); }      // cond
 *
 * The state s is a variable that is a tree (a struct of handles, or one jac). It has what the block
 * changes and keeps. The body may also read any other handle of the enclosing scope. If no trace is
 * open, the block simply runs. If one is open, the body is traced once, as ordinary C, and the
 * block becomes the same equation as the function named beside it above. (It is traced twice if a C
 * number in the state gets another dtype; JAC_IF traces both branches.) Blocks can be nested. In all
 * cases:
 *  - handles made inside, except those in the state, are released at the end of each pass;
 *  - the state's types must not change. What was a null handle before a JAC_IF gets a type there,
 *    which must be the same in both branches;
 *  - `break`, `return` and `goto` out of a block are errors, recorded when the block is left;
 *    `continue` ends a pass or a branch. Do not longjmp out of a block: it cannot be detected;
 *  - a trace does not see what the body changes besides the state, such as C variables. */
/* while_loop as a block: repeats the block while the condition, an expression of the state, is
 * true. */
#define JAC_WHILE(state, condition) \
    JAC_WHILE_(JAC_CAT_(jac_block_, __COUNTER__), JAC_TAPE_, state, condition)
/* JAC_WHILE with a number of checkpoints, as in jac_checkpointed_while_loop. */
#define JAC_CHECKPOINTED_WHILE(checkpoints, state, condition) \
    JAC_WHILE_(JAC_CAT_(jac_block_, __COUNTER__), checkpoints, state, condition)
/* fori_loop as a block: i is a jac that counts from lower to upper - 1. */
#define JAC_FOR(i, lower, upper, state) \
    JAC_FOR_(JAC_CAT_(jac_block_, __COUNTER__), i, lower, upper, state)
/* cond as a block, which may be followed by a JAC_ELSE block. */
#define JAC_IF(state, pred) JAC_IF_(JAC_CAT_(jac_block_, __COUNTER__), state, pred)
/* The branch of a JAC_IF for a false pred. */
#define JAC_ELSE            else
typedef struct jac_block jac_block;
#define JAC_WHILE_(b, checkpoints, state, condition)                                 \
    for (JAC_BLOCK_(b) = jac_block_while_(JAC_AT, checkpoints, JAC_STATE_(state));   \
         jac_block_next_(b) &&                                                       \
         (!jac_block_asks_(b) || jac_block_answer_(b, JAC_V(condition)));            \
         jac_block_passed_(b))
#define JAC_FOR_(b, i, lower, upper, state)                                                        \
    for (JAC_BLOCK_(b) =                                                                           \
             jac_block_for_(JAC_AT, JAC_STATE_(state), JAC_V(lower), JAC_V(upper));                \
         jac_block_next_(b);)                                                                      \
        for (jac i __attribute__((unused)) = jac_block_index_(b); jac_block_runs_(b);              \
             jac_block_passed_(b))
#define JAC_IF_(b, state, pred)                                                     \
    for (JAC_BLOCK_(b) = jac_block_if_(JAC_AT, JAC_STATE_(state), JAC_V(pred));     \
         jac_block_next_(b); jac_block_passed_(b))                                  \
        if (jac_block_branch_(b))
#define JAC_BLOCK_(b) jac_block *b __attribute__((cleanup(jac_block_end_)))
#define JAC_STATE_(s) JAC_LEAVES_OF_(s), (jac *) &(s)
JAC_API jac_block *jac_block_while_(const jac_loc *at, int64_t checkpoints, int n, jac *state);
JAC_API jac_block *jac_block_for_(const jac_loc *at, int n, jac *state, jac lower, jac upper);
JAC_API jac_block *jac_block_if_(const jac_loc *at, int n, jac *state, jac pred);
JAC_API bool jac_block_next_(jac_block *b); /* is there another pass, or a condition to evaluate? */
JAC_API bool jac_block_asks_(const jac_block *b);
JAC_API bool jac_block_answer_(jac_block *b, jac condition);
JAC_API bool jac_block_branch_(const jac_block *b);
JAC_API jac jac_block_index_(const jac_block *b);
JAC_API bool jac_block_runs_(const jac_block *b);
JAC_API void jac_block_passed_(jac_block *b); /* a pass has ended at its brace */
JAC_API void jac_block_end_(jac_block **b);

#endif
