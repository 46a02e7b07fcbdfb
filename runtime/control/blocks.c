/* JAC_WHILE, JAC_FOR and JAC_IF: control flow written as blocks of C.
 *
 * A block is a hidden `for` loop over a jac_block, which decides before each pass whether there is
 * another. If no trace is open, the block runs as often as the data require, each pass in its own
 * scope. If a trace is open, the passes record: the body once, then the condition once (or one
 * branch, then the other). The caller's state holds traced values meanwhile. Then the block emits
 * the same equation as the functional form. If a pass does not end at its closing brace, a jump
 * left the block, which is an error.
 */
#include <stdlib.h>
#include <string.h>

#include "ops/ops.h"
#include "runtime/control/control.h"

typedef enum { BLOCK_WHILE, BLOCK_FOR, BLOCK_IF } block_kind;
static const char *const names[] = {"JAC_WHILE", "JAC_FOR", "JAC_IF"};

struct jac_block {
    block_kind kind;
    const jac_loc *at;
    int n;
    jac *state;     /* the caller's */
    jac *entry;     /* the state's values at the start */
    ir_type *types; /* of the carry */
    bool recording;
    enum { BEFORE, BODY, CONDITION, OVER, FAILED } phase;
    bool in_pass; /* a pass has begun and not ended */
    unsigned passes;
    int64_t checkpoints; /* of JAC_CHECKPOINTED_WHILE */
    /* when recording */
    rt_trace trace;        /* open in the phases BODY and CONDITION */
    rt_traced body, other; /* other: the condition, or the branch of JAC_ELSE */
    /* when running */
    bool scoped;
    jac_scope scope;
    /* JAC_FOR */
    jac lower, upper, index;
    ir_dtype counter;
    int64_t i, end;
    /* JAC_IF */
    jac chosen;
    bool branch;
};

static bool fail(jac_block *b)
{
    for (int k = 0; k < b->n; k++)
        b->state[k] = JAC_NULL;
    b->phase = FAILED;
    return false;
}

static bool finish(jac_block *b)
{
    b->phase = OVER;
    return false;
}

/* ---- used when recording and when running ---------------------------------------------------- */

static bool check_state(const jac_block *b)
{
    for (int k = 0; k < b->n; k++)
        if (!jac_ok(b->state[k]))
            return ir_fail("%s: leaf %d of the state is a null handle where the block ends%s",
                           names[b->kind], k,
                           b->kind == BLOCK_IF && !b->branch ? " (is JAC_ELSE missing?)" : "");
    return true;
}

/* Can a leaf that was `before` be `after` at the end of a pass or a branch? A C number takes the
 * dtype of what it is mixed with. */
static bool same_leaf(const ir_type *before, const ir_type *after)
{
    if (!ir_same_shape(before, after))
        return false;
    return before->dtype == after->dtype || (before->weak && after->weak) ||
           (before->weak && ir_gives_way(before->dtype, after->dtype, false)) ||
           (after->weak && ir_gives_way(after->dtype, before->dtype, false));
}

/* Also holds outside of traces, so that an error does not depend on whether one is open. */
static bool same_carry(const jac_block *b, const ir_type *out)
{
    for (int k = 0; k < b->n; k++)
        if (!same_leaf(&b->types[k], &out[k]))
            return rt_carry_changed(names[b->kind], k, &b->types[k], &out[k]);
    return true;
}

/* A branch must keep the type of each leaf that the state had when JAC_IF began. Checked for each
 * branch that runs or is recorded, so that an error does not depend on whether a trace is open. */
static bool same_state(const jac_block *b, const ir_type *after)
{
    for (int k = 0; k < b->n; k++) {
        ir_type before;
        if (!jac_ok(b->entry[k]))
            continue;
        if (!rt_type_of(b->entry[k], &before))
            return false;
        if (!same_leaf(&before, &after[k]))
            return ir_fail("JAC_IF: leaf %d of the state is %s before the block, but %s after %s; "
                           "it must keep its %s",
                           k, ir_type_tmp(&before), ir_type_tmp(&after[k]),
                           b->branch ? "JAC_IF" : "JAC_ELSE",
                           ir_same_shape(&before, &after[k])
                               ? "dtype (apply jac_astype in the branch or to the initial value)"
                               : "shape");
    }
    return true;
}

/* ---- recording ------------------------------------------------------------------------------- */

/* Starts recording a pass: the state gets traced values of the carry's types. */
static bool record(jac_block *b, int phase)
{
    if (!rt_trace_open(&b->trace, names[b->kind]))
        return fail(b);
    if (b->kind == BLOCK_FOR) {
        ir_type counter = ir_type_scalar(b->counter);
        b->index = rt_trace_input(&b->trace, &counter);
    }
    for (int k = 0; k < b->n; k++)
        b->state[k] = rt_trace_input(&b->trace, &b->types[k]);
    b->phase = phase;
    return true;
}

static bool close_body(jac_block *b, rt_traced *made)
{
    bool ok = check_state(b);
    return rt_trace_close(&b->trace, b->n, b->state, ok ? made : NULL);
}

/* Emits the loop as an equation and stores its results in the state. */
static bool emit_loop(jac_block *b)
{
    IR_SCRATCH(scratch);
    jac *s = ir_alloc(&scratch, (size_t)(2 * b->n + 1) * sizeof *s);
    if (!s)
        return fail(b);
    jac *y = s + b->n;
    memcpy(s, b->entry, (size_t)b->n * sizeof *s);
    unsigned m = rt_begin_as(b->at, names[b->kind]);
    bool ok = rt_settle_carry(&b->body, b->n, b->types, s) &&
              rt_check_carry(names[b->kind], &b->body, b->n, b->types);
    if (ok && b->kind == BLOCK_WHILE)
        ok = rt_check_condition("JAC_WHILE", &b->other.g->out[0]->type) &&
             rt_emit_while(&b->other, &b->body, b->checkpoints, b->n, s, y);
    else if (ok)
        ok = rt_emit_fori(&b->body, b->counter, b->lower, b->upper, b->n, b->types, s, y);
    ok = rt_end_tree(m, ok ? b->n : 0, y) && ok;
    if (ok)
        memcpy(b->state, y, (size_t)b->n * sizeof *y);
    return ok ? finish(b) : fail(b);
}

/* Continues after the body is recorded. If a C number in the carry has taken another dtype, the
 * body is recorded again. */
static bool body_recorded(jac_block *b)
{
    IR_SCRATCH(scratch);
    if (!close_body(b, &b->body))
        return fail(b);
    ir_loc_set((const ir_loc *)b->at);
    if (rt_adopt_types(&b->body, b->n, b->types)) {
        rt_traced_free(&b->body);
        return record(b, BODY);
    }
    ir_type *out = ir_alloc(&scratch, (size_t)(b->n + 1) * sizeof *out);
    if (!out)
        return fail(b);
    for (int k = 0; k < b->n; k++)
        out[k] = b->body.g->out[k]->type;
    bool ok = same_carry(b, out);
    if (!ok)
        return fail(b);
    return b->kind == BLOCK_WHILE ? record(b, CONDITION) : emit_loop(b);
}

static bool condition_recorded(jac_block *b, jac condition)
{
    if (!jac_ok(condition))
        ir_fail("JAC_WHILE: the condition is a null handle");
    if (!rt_trace_close(&b->trace, 1, &condition, jac_ok(condition) ? &b->other : NULL))
        return fail(b);
    return emit_loop(b);
}

/* Starts recording a branch. It captures the state, like any other value of the enclosing C
 * scope. */
static bool record_branch(jac_block *b, bool which)
{
    memcpy(b->state, b->entry, (size_t)b->n * sizeof *b->state);
    if (!rt_trace_open(&b->trace, which ? "JAC_IF" : "JAC_ELSE"))
        return fail(b);
    b->branch = which;
    b->phase = BODY;
    return true;
}

static bool same_results(const jac_block *b)
{
    for (int k = 0; k < b->n; k++) {
        const ir_type *x = &b->body.g->out[k]->type, *y = &b->other.g->out[k]->type;
        if (!ir_same_shape(x, y) || (x->dtype != y->dtype && !x->weak && !y->weak))
            return ir_fail("JAC_IF: leaf %d of the state is %s after JAC_IF, but %s after "
                           "JAC_ELSE",
                           k, ir_type_tmp(x), ir_type_tmp(y));
    }
    return true;
}

static bool emit_branches(jac_block *b)
{
    IR_SCRATCH(scratch);
    rt_branches both = {.n = 2, .traced = (rt_traced[]){b->other, b->body}};
    jac *y = ir_alloc(&scratch, (size_t)(b->n + 1) * sizeof *y);
    if (!y)
        return fail(b);
    unsigned m = rt_begin_as(b->at, names[b->kind]);
    bool ok = same_results(b) && rt_emit_branches("JAC_IF", &both, b->chosen, NULL, y);
    b->other = both.traced[0]; /* rt_emit_branches may replace the graphs */
    b->body = both.traced[1];
    ok = rt_end_tree(m, ok ? b->n : 0, y) && ok;
    if (ok)
        memcpy(b->state, y, (size_t)b->n * sizeof *y);
    return ok ? finish(b) : fail(b);
}

static bool branch_recorded(jac_block *b)
{
    IR_SCRATCH(scratch);
    rt_traced *made = b->branch ? &b->body : &b->other;
    ir_type *after = ir_alloc(&scratch, (size_t)(b->n + 1) * sizeof *after);
    bool ok = close_body(b, made) && after;
    ir_loc_set((const ir_loc *)b->at);
    for (int k = 0; k < b->n && ok; k++)
        after[k] = made->g->out[k]->type;
    if (!ok || !same_state(b, after))
        return fail(b);
    return b->branch ? record_branch(b, false) : emit_branches(b);
}

static bool record_next(jac_block *b)
{
    if (b->phase == BEFORE)
        return b->kind == BLOCK_IF ? record_branch(b, true) : record(b, BODY);
    return b->kind == BLOCK_IF ? branch_recorded(b) : body_recorded(b);
}

/* ---- running --------------------------------------------------------------------------------- */

static void open_scope(jac_block *b)
{
    b->scope = jac_scope_open_(NULL, 1, &(jac_tree){b->state, b->n});
    b->scoped = true;
}

static void close_scope(jac_block *b)
{
    if (b->scoped)
        jac_scope_close_(&b->scope);
    b->scoped = false;
}

/* Ends the pass that has just run: the state must be complete and have the same types as before. */
static bool check_pass(jac_block *b)
{
    IR_SCRATCH(scratch);
    bool ok = check_state(b);
    ir_type *out = ok ? ir_alloc(&scratch, (size_t)(b->n + 1) * sizeof *out) : NULL;
    ok = out && rt_state_types(names[b->kind], b->n, b->state, out) &&
         (b->kind == BLOCK_IF ? same_state(b, out) : same_carry(b, out));
    for (int k = 0; k < b->n && ok; k++)
        b->types[k] = b->types[k].weak ? out[k] : b->types[k];
    if (!ok)
        fail(b);
    close_scope(b);
    return ok;
}

static bool run_next(jac_block *b)
{
    ir_loc_set((const ir_loc *)b->at);
    if (b->phase == BODY && !check_pass(b))
        return false;
    bool more = b->kind == BLOCK_WHILE || (b->kind == BLOCK_FOR ? b->i < b->end : !b->passes);
    if (!more)
        return finish(b);
    open_scope(b);
    b->phase = b->kind == BLOCK_WHILE ? CONDITION : BODY;
    if (b->kind == BLOCK_FOR)
        b->index = rt_literal(b->counter, ir_scalar_of_int(b->counter, b->i++), false);
    return true;
}

static bool condition_holds(jac_block *b, jac condition)
{
    ir_type t;
    bool ok = jac_ok(condition) ? rt_type_of(condition, &t)
                                : ir_fail("JAC_WHILE: the condition is a null handle");
    ok = ok && rt_check_condition("JAC_WHILE", &t);
    bool holds = ok && jac_item_bool_(b->at, condition);
    if (holds) {
        b->phase = BODY;
        b->in_pass = true;
        return true;
    }
    if (!ok)
        fail(b);
    close_scope(b);
    return ok ? finish(b) : false;
}

/* ---- functions behind the macros ------------------------------------------------------------- */

/* Makes a block. NULL with an error if memory runs out; then the state becomes null handles and the
 * block is not entered. */
static jac_block *begin(const jac_loc *at, block_kind kind, int n, jac *state)
{
    rt_begin_as(at, names[kind]);
    jac_block *b = ir_new(sizeof *b);
    jac *entry = ir_new((size_t)n * sizeof *entry);
    ir_type *types = ir_new((size_t)n * sizeof *types);
    if (!b || !entry || !types) {
        free(b);
        free(entry);
        free(types);
        memset(state, 0, (size_t)n * sizeof *state);
        return NULL;
    }
    *b = (jac_block){.kind = kind, .at = (const jac_loc *)ir_loc_get(), .n = n, .state = state};
    b->recording = rt_current_trace() != NULL;
    b->entry = memcpy(entry, state, (size_t)n * sizeof *state);
    b->types = types;
    for (int k = 0; k < n; k++)
        rt_retain(state[k]);
    if (kind != BLOCK_IF && !rt_state_types(names[kind], n, state, b->types))
        fail(b);
    return b;
}

jac_block *jac_block_while_(const jac_loc *at, int64_t checkpoints, int n, jac *state)
{
    jac_block *b = begin(at, BLOCK_WHILE, n, state);
    if (!b)
        return NULL;
    b->checkpoints = checkpoints;
    if (!rt_check_checkpoints("JAC_CHECKPOINTED_WHILE", checkpoints))
        fail(b);
    return b;
}

jac_block *jac_block_for_(const jac_loc *at, int n, jac *state, jac lower, jac upper)
{
    jac_block *b = begin(at, BLOCK_FOR, n, state);
    if (!b)
        return NULL;
    b->lower = lower;
    b->upper = upper;
    if (b->phase == FAILED)
        return b;
    bool ok = jac_ok(lower) && jac_ok(upper)
                  ? rt_counter_dtype("JAC_FOR", lower, upper, &b->counter)
                  : ir_fail("JAC_FOR: a bound is a null handle");
    unsigned failures = ir_fail_count();
    if (ok && !b->recording) {
        b->i = jac_item_i64_(at, lower);
        b->end = jac_item_i64_(at, upper);
    }
    if (!ok || ir_fail_count() != failures)
        fail(b);
    return b;
}

jac_block *jac_block_if_(const jac_loc *at, int n, jac *state, jac pred)
{
    jac_block *b = begin(at, BLOCK_IF, n, state);
    if (!b)
        return NULL;
    b->chosen = rt_branch_index("JAC_IF", pred, true);
    if (!jac_ok(b->chosen))
        fail(b);
    else if (!b->recording)
        b->branch = jac_item_i64_(at, b->chosen) != 0;
    return b;
}

static void left_early(jac_block *b)
{
    ir_loc_set((const ir_loc *)b->at);
    static const char *const cures[] = {"end the loop by its condition",
                                        "use JAC_WHILE to end a loop by a condition",
                                        "both branches must run to their closing braces"};
    ir_fail("%s: the block was left before its end, by break, return or goto; %s", names[b->kind],
            cures[b->kind]);
    if (b->recording)
        rt_trace_close(&b->trace, 0, NULL, NULL);
    fail(b);
    close_scope(b);
    b->in_pass = false;
}

bool jac_block_next_(jac_block *b)
{
    if (!b)
        return false;
    if (b->in_pass)
        left_early(b);
    if (b->phase == OVER || b->phase == FAILED)
        return false;
    bool more = b->recording ? record_next(b) : run_next(b);
    b->in_pass = more && b->phase == BODY;
    b->passes++;
    return more;
}

bool jac_block_asks_(const jac_block *b)
{
    return b->phase == CONDITION;
}

bool jac_block_answer_(jac_block *b, jac condition)
{
    return b->recording ? condition_recorded(b, condition) : condition_holds(b, condition);
}

bool jac_block_branch_(const jac_block *b)
{
    return b->branch;
}

jac jac_block_index_(const jac_block *b)
{
    return b->index;
}

bool jac_block_runs_(const jac_block *b)
{
    return b->in_pass;
}

void jac_block_passed_(jac_block *b)
{
    b->in_pass = false;
}

void jac_block_end_(jac_block **p)
{
    jac_block *b = *p;
    if (!b)
        return;
    if (b->in_pass || b->phase == CONDITION)
        left_early(b);
    for (int k = 0; k < b->n; k++)
        rt_release(b->entry[k]);
    rt_traced_free(&b->body);
    rt_traced_free(&b->other);
    free(b->entry);
    free(b->types);
    free(b);
}
