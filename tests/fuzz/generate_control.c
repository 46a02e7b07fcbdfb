/* Random equations of the primitives that nest graphs. Their bodies are random graphs too, over
 * values captured from outside. Loops end after a few steps, and their carries stay bounded.
 */
#include <string.h>

#include "ops/attrs.h"
#include "ops/ops.h"
#include "tests/fuzz/generate.h"

enum { MOST = 4 }; /* the most operands of one kind */

static gen_value pass_in(scope *inner, gen_value x)
{
    return scope_input(inner, &x.at);
}

static int count(scope *s, int least, int most)
{
    return least + fuzz_below(&s->gen->rng, most - least + 1);
}

/* Keeps a float in a range for any input, because a later step may be far from the sample. */
static gen_value bounded(scope *s, gen_value x)
{
    static const char *const squash[] = {"tanh", "sin", "logistic", "atan"};
    if (!test_is_float(x.v) || fuzz_chance(&s->gen->rng, 20))
        return x;
    if (fuzz_chance(&s->gen->rng, 20))
        return gen_clamp(s, x, -2, 2);
    return gen_apply(s, squash[fuzz_below(&s->gen->rng, 4)], 1, &x, NULL);
}

/* A random graph over operands, and some of its values. */
static scope body_over(scope *s, int n, const gen_value *x)
{
    scope inner = scope_open(s->gen, s->depth + 1);
    for (int k = 0; k < n; k++)
        pass_in(&inner, x[k]);
    if (!inner.n) {
        ir_type t = ir_type_scalar(gen_float(s->gen));
        gen_value c = gen_constant(&inner, &t, 0.75);
        gen_apply(&inner, "copy", 1, &c, NULL);
    }
    scope_fill(&inner, 2 + fuzz_below(&s->gen->rng, 5));
    return inner;
}

static ir_graph *some_values(scope *inner, int n)
{
    gen_value out[MOST];
    for (int k = 0; k < n; k++)
        out[k] = fuzz_chance(&inner->gen->rng, 20) ? gen_any(inner) : gen_unread(inner);
    return scope_close(inner, out, n);
}

/* ---- calls -------------------------------------------------------------------------------- */

/* Operands, and a random graph over them. */
static ir_graph *function_of(scope *s, int least, gen_value *x, int *n)
{
    *n = count(s, least, MOST);
    for (int k = 0; k < *n; k++)
        x[k] = gen_any(s);
    scope inner = body_over(s, *n, x);
    return some_values(&inner, count(s, 1, MOST));
}

static bool call(scope *s, const ir_op *op)
{
    gen_value x[MOST];
    int n;
    IR_AUTO_GRAPH f = function_of(s, 0, x, &n);
    return !s->gen->broken && gen_emit(s, op, n, x, (ir_attr[]){[CALL_GRAPH] = {.graph = f}});
}

static bool checkpoint(scope *s, const ir_op *op)
{
    gen_value x[MOST];
    int n;
    IR_AUTO_GRAPH f = function_of(s, 0, x, &n);
    ir_attr attr[] = {
        [CHECKPOINT_GRAPH] = {.graph = f}, [CHECKPOINT_POLICY] = {.i = count(s, 0, 2)}};
    return !s->gen->broken && gen_emit(s, op, n, x, attr);
}

/* The custom rule is the true derivative. */
static bool custom_jvp(scope *s, const ir_op *op)
{
    gen_value x[MOST];
    int n;
    IR_AUTO_GRAPH f = function_of(s, 1, x, &n);
    IR_AUTO_GRAPH rule = s->gen->broken ? NULL : test_jvp(f);
    ir_attr attr[] = {[CUSTOM_JVP_GRAPH] = {.graph = f}, [CUSTOM_JVP_JVP] = {.graph = rule}};
    if (rule)
        return gen_emit(s, op, n, x, attr) != NULL;
    s->gen->broken = s->gen->broken || !fuzz_refused();
    ir_error_clear();
    return false;
}

static bool custom_vjp(scope *s, const ir_op *op)
{
    gen_value x[MOST];
    int n;
    IR_AUTO_GRAPH f = function_of(s, 1, x, &n);
    IR_AUTO_GRAPH forward = NULL;
    IR_AUTO_GRAPH backward = NULL;
    int nres = s->gen->broken ? -1 : test_vjp_halves(f, &forward, &backward);
    if (nres < 0) {
        s->gen->broken = s->gen->broken || !fuzz_refused();
        ir_error_clear();
        return false;
    }
    for (int k = 0; k < nres; k++)
        if (ir_is_tape(&backward->in[k]->type))
            return false; /* a residual of this type cannot be written */
    ir_attr attr[CUSTOM_VJP_NATTR] = {[CUSTOM_VJP_GRAPH] = {.graph = f},
                                      [CUSTOM_VJP_FWD] = {.graph = forward},
                                      [CUSTOM_VJP_BWD] = {.graph = backward}};
    return gen_emit(s, op, n, x, attr) != NULL;
}

/* ---- cond --------------------------------------------------------------------------------- */

static bool cond(scope *s, const ir_op *op)
{
    enum { BRANCHES = 4 };
    gen_value x[1 + MOST];
    ir_type index = ir_type_scalar(IR_i32);
    int n = count(s, 0, MOST), nb = count(s, 1, BRANCHES), nout = count(s, 1, 3);
    x[0] = gen_of_type(s, &index);
    for (int k = 0; k < n; k++)
        x[1 + k] = gen_any(s);
    ir_graph *branch[BRANCHES] = {NULL};
    for (int b = 0; b < nb; b++) {
        scope inner = body_over(s, n, x + 1);
        if (b == 0) {
            branch[b] = some_values(&inner, nout);
            continue;
        }
        gen_value out[MOST];
        for (int k = 0; k < nout; k++) {
            ir_type t = branch[0]->out[k]->type;
            out[k] = gen_of_type(&inner, &t);
        }
        branch[b] = scope_close(&inner, out, nout);
    }
    ir_attr attr[] = {[COND_BRANCHES] = {.n = nb, .graphs = branch}};
    bool ok = !s->gen->broken && gen_emit(s, op, 1 + n, x, attr) != NULL;
    for (int b = 0; b < nb; b++)
        ir_graph_release(branch[b]);
    return ok;
}

/* ---- a partial function behind a condition ---------------------------------------------------- */

/* (shared, x) -> shared * f(x), or f(shared^2 * x), where f is undefined or infinite for x <= 0. */
static ir_graph *partial_branch(scope *s, const gen_value *x)
{
    static const char *const some[] = {"log", "sqrt", "rsqrt", "cbrt"};
    scope inner = scope_open(s->gen, s->depth + 1);
    gen_value shared = pass_in(&inner, x[0]), y = pass_in(&inner, x[1]);
    bool inside = fuzz_chance(&s->gen->rng, 50);
    if (inside) {
        gen_value square = gen_apply(&inner, "square", 1, &shared, NULL);
        y = gen_apply(&inner, "mul", 2, (gen_value[]){square, y}, NULL);
    }
    y = gen_apply(&inner, some[fuzz_below(&s->gen->rng, 4)], 1, &y, NULL);
    if (!inside)
        y = gen_apply(&inner, "mul", 2, (gen_value[]){shared, y}, NULL);
    return scope_close(&inner, &y, 1);
}

/* cond(x > 0, partial, shared * x) for an x so close to 0 that another lane may be on the other
 * side. */
static bool guarded_partial(scope *s, const ir_op *op)
{
    ir_type t = ir_type_scalar(gen_float(s->gen));
    gen_value x[3] = {{0}, gen_of_type(s, &t), gen_of_type(s, &t)};
    bool wild = s->gen->wild;
    s->gen->wild = true; /* at the sample, the branch may be undefined */
    double at = test_get(&x[2].at, 0) + fuzz_uniform(&s->gen->rng, -0.2, 0.2);
    gen_value zero = gen_constant(s, &t, 0), c = gen_constant(s, &t, at);
    x[2] = gen_apply(s, "sub", 2, (gen_value[]){x[2], c}, NULL);
    x[0] = gen_apply(s, "gt", 2, (gen_value[]){x[2], zero}, NULL);
    x[0] = gen_of_dtype(s, x[0], IR_i32);
    scope other = scope_open(s->gen, s->depth + 1);
    gen_value in[] = {pass_in(&other, x[1]), pass_in(&other, x[2])};
    gen_value y = gen_apply(&other, "mul", 2, in, NULL);
    ir_graph *branch[] = {scope_close(&other, &y, 1), partial_branch(s, x + 1)};
    s->gen->wild = wild;
    ir_attr attr[] = {[COND_BRANCHES] = {.n = 2, .graphs = branch}};
    bool ok = !s->gen->broken && gen_emit(s, op, 3, x, attr) != NULL;
    ir_graph_release(branch[0]);
    ir_graph_release(branch[1]);
    return ok;
}

static bool any_cond(scope *s, const ir_op *op)
{
    return (fuzz_chance(&s->gen->rng, 50) ? guarded_partial : cond)(s, op);
}

/* ---- while --------------------------------------------------------------------------------- */

/* i < limit, sometimes combined with a condition on the carry. */
static ir_graph *condition(scope *s, int nconst, const gen_value *consts, int nc,
                           const gen_value *carry)
{
    scope inner = scope_open(s->gen, s->depth + 1);
    gen_value in[2 * MOST], go;
    for (int k = 0; k < nconst + nc; k++)
        in[k] = pass_in(&inner, k < nconst ? consts[k] : carry[k - nconst]);
    ir_type i32 = ir_type_scalar(IR_i32), truth = ir_type_scalar(IR_bool);
    gen_value limit = gen_constant(&inner, &i32, count(s, 0, 5));
    if (nconst && ir_same_type(&in[0].v->type, &i32))
        limit = gen_apply(&inner, "min", 2, (gen_value[]){in[0], limit}, NULL);
    go = gen_apply(&inner, "lt", 2, (gen_value[]){in[nconst], limit}, NULL);
    if (fuzz_chance(&s->gen->rng, 40)) {
        gen_value x = gen_any(&inner), y = gen_of_type(&inner, &x.v->type);
        gen_value less = gen_apply(&inner, "le", 2, (gen_value[]){x, y}, NULL);
        if (ir_same_type(&less.v->type, &truth))
            go = gen_apply(&inner, "and", 2, (gen_value[]){go, less}, NULL);
    }
    return scope_close(&inner, &go, 1);
}

/* As many as a loop may keep states, or none: it keeps residuals. */
static int checkpoints(scope *s)
{
    return fuzz_chance(&s->gen->rng, 50) ? count(s, 1, 4) : 0;
}

static bool loop(scope *s, const ir_op *op)
{
    gen_value x[3 * MOST + 1], *consts = x, *carry, next[MOST + 1];
    ir_type i32 = ir_type_scalar(IR_i32);
    int ncc = count(s, 0, 2), nbc = count(s, 0, 2), nc = 1 + count(s, 1, 3);
    for (int k = 0; k < ncc + nbc; k++)
        consts[k] = k == 0 && ncc ? gen_of_type(s, &i32) : gen_any(s);
    carry = x + ncc + nbc;
    carry[0] = gen_constant(s, &i32, 0);
    for (int k = 1; k < nc; k++)
        carry[k] = gen_any(s);
    IR_AUTO_GRAPH go = condition(s, ncc, consts, nc, carry);
    scope inner = scope_open(s->gen, s->depth + 1);
    for (int k = ncc; k < ncc + nbc + nc; k++) {
        gen_value in = pass_in(&inner, x[k]);
        if (k == ncc + nbc)
            next[0] = in;
    }
    gen_value one = gen_constant(&inner, &i32, 1);
    next[0] = gen_apply(&inner, "add", 2, (gen_value[]){next[0], one}, NULL);
    scope_fill(&inner, 2 + fuzz_below(&s->gen->rng, 5));
    for (int k = 1; k < nc; k++) {
        ir_type t = carry[k].v->type;
        next[k] = bounded(&inner, gen_of_type(&inner, &t));
    }
    IR_AUTO_GRAPH body = scope_close(&inner, next, nc);
    ir_attr attr[] = {[WHILE_COND] = {.graph = go},
                      [WHILE_BODY] = {.graph = body},
                      [WHILE_COND_NCONSTS] = {.i = ncc},
                      [WHILE_BODY_NCONSTS] = {.i = nbc},
                      [WHILE_CHECKPOINTS] = {.i = checkpoints(s)}};
    return !s->gen->broken && gen_emit(s, op, ncc + nbc + nc, x, attr) != NULL;
}

/* ---- scan ---------------------------------------------------------------------------------- */

/* A value whose leading axis has one slice for each step. */
static gen_value stacked(scope *s, int64_t length)
{
    ir_type t = gen_any(s).v->type;
    if (t.rank > 3)
        t.rank = 3;
    memmove(t.dim + 1, t.dim, t.rank * sizeof *t.dim);
    t.dim[0] = length;
    t.rank++;
    return gen_of_type(s, &t);
}

/* The slice that the first step reads; any value if there are no steps. */
static gen_value first_step(scope *s, gen_value x, bool reverse)
{
    int64_t length = x.at.type.dim[0];
    if (length) {
        x.at = test_array_slice(s->gen->pool, &x.at, 0, reverse ? length - 1 : 0);
        return x;
    }
    ir_type t = x.at.type;
    memmove(t.dim, t.dim + 1, --t.rank * sizeof *t.dim);
    x.at = test_array_random(s->gen->pool, &t, 1, 0, 1);
    return x;
}

/* A number of steps that depends on the data. */
static gen_value few_steps(scope *s)
{
    ir_type t = ir_type_scalar(IR_i64);
    return gen_clamp(s, gen_of_type(s, &t), 0, 4);
}

static bool scan(scope *s, const ir_op *op)
{
    gen_value x[3 * MOST], out[2 * MOST];
    int nconst = count(s, 0, 2), ncarry = count(s, 0, 3), nx = count(s, 0, 2), ny = count(s, 0, 2);
    ny += !ncarry && !ny;
    int64_t length = fuzz_chance(&s->gen->rng, 5) ? 0 : 1 + fuzz_below(&s->gen->rng, 4);
    bool reverse = fuzz_chance(&s->gen->rng, 40);
    bool dynamic = fuzz_chance(&s->gen->rng, 40);
    int states = dynamic ? checkpoints(s) : 0;
    if (dynamic) {
        reverse = reverse && !states;
        ncarry += !ncarry;
        nx = ny = 0;
    }
    for (int k = 0; k < nconst + ncarry; k++)
        x[k] = gen_any(s);
    for (int k = 0; k < nx; k++)
        x[nconst + ncarry + k] = stacked(s, length);
    int n = nconst + ncarry + nx;
    gen_value sample[3 * MOST];
    for (int k = 0; k < n; k++)
        sample[k] = k < nconst + ncarry ? x[k] : first_step(s, x[k], reverse);
    scope inner = body_over(s, n, sample);
    for (int k = 0; k < ncarry; k++) {
        ir_type t = x[nconst + k].v->type;
        out[k] = bounded(&inner, gen_of_type(&inner, &t));
    }
    for (int k = 0; k < ny; k++)
        out[ncarry + k] = gen_unread(&inner);
    IR_AUTO_GRAPH body = scope_close(&inner, out, ncarry + ny);
    if (dynamic)
        x[n++] = few_steps(s);
    ir_attr attr[] = {
        [SCAN_BODY] = {.graph = body},     [SCAN_LENGTH] = {.i = dynamic ? IR_DYNAMIC : length},
        [SCAN_NUM_CONSTS] = {.i = nconst}, [SCAN_NUM_CARRY] = {.i = ncarry},
        [SCAN_REVERSE] = {.i = reverse},   [SCAN_CHECKPOINTS] = {.i = states}};
    return !s->gen->broken && gen_emit(s, op, n, x, attr) != NULL;
}

/* ---- implicit functions --------------------------------------------------------------------- */

/* The status of a solver that gives v, made of its elements: solved. */
static gen_value status_of(scope *s, gen_value v)
{
    ir_type t = v.v->type;
    int64_t axes[IR_MAX_RANK];
    for (int k = 0; k < t.rank; k++)
        axes[k] = k;
    gen_value zero = gen_constant(s, &t, 0), size = gen_apply(s, "abs", 1, &v, NULL);
    gen_value bad = gen_apply(s, "lt", 2, (gen_value[]){size, zero}, NULL);
    ir_attr over[] = {[REDUCE_AXES] = {.n = t.rank, .ints = axes}};
    ir_attr to[] = {[CONVERT_DTYPE] = {.i = IR_i32}, [CONVERT_WEAK] = {.i = 0}};
    bad = gen_apply(s, "reduce_or", 1, &bad, over);
    return gen_apply(s, "convert_element_type", 1, &bad, to);
}

/* A graph over the operands of a solver that only multiplies, divides and reverses. With d one of
 * the constants it is x -> rev(d x), its inverse, its transpose, or the inverse of its transpose.
 * `status`: it gives a status, too. */
static ir_graph *diagonal(scope *s, int n, const gen_value *x, const char *op, bool before,
                          bool after, bool status)
{
    scope inner = scope_open(s->gen, s->depth + 1);
    gen_value v, d;
    for (int k = 0; k < n; k++) {
        v = pass_in(&inner, x[k]);
        d = k ? d : v;
    }
    ir_attr axis[] = {[REV_DIMENSIONS] = {.n = 1, .ints = (int64_t[]){0}}};
    if (before)
        v = gen_apply(&inner, "rev", 1, &v, axis);
    v = gen_apply(&inner, op, 2, (gen_value[]){v, d}, NULL);
    if (after)
        v = gen_apply(&inner, "rev", 1, &v, axis);
    gen_value out[2] = {v};
    if (status)
        out[1] = status_of(&inner, v);
    return scope_close(&inner, out, 1 + status);
}

/* Two floats of the same type: a diagonal whose entries are not near zero, and a vector. */
static void draw_system(scope *s, gen_value *d, gen_value *b)
{
    gen_value x = gen_any(s);
    for (int tries = 20; tries && !test_is_float(x.v); tries--)
        x = gen_any(s);
    if (!test_is_float(x.v))
        x = gen_of_dtype(s, x, gen_float(s->gen));
    ir_type t = x.v->type;
    gen_value away = gen_constant(s, &t, 0.7), size = gen_apply(s, "abs", 1, &x, NULL);
    *d = gen_apply(s, "add", 2, (gen_value[]){size, away}, NULL);
    *b = gen_of_type(s, &t);
}

static bool linear_solve(scope *s, const ir_op *op)
{
    gen_value x[2];
    draw_system(s, &x[0], &x[1]);
    bool turns = x[0].v->type.rank > 0, status = fuzz_chance(&s->gen->rng, 40);
    IR_AUTO_GRAPH matvec = diagonal(s, 2, x, "mul", false, turns, false);
    IR_AUTO_GRAPH solve = diagonal(s, 2, x, "div", turns, false, status);
    IR_AUTO_GRAPH back = diagonal(s, 2, x, "div", false, turns, status);
    ir_attr attr[] = {[LINEAR_SOLVE_SOLVE] = {.graph = solve},
                      [LINEAR_SOLVE_MATVEC] = {.graph = matvec},
                      [LINEAR_SOLVE_TRANSPOSE_SOLVE] = {.n = 1, .graphs = &back},
                      [LINEAR_SOLVE_NUM_CONSTS] = {.i = 1}};
    return !s->gen->broken && gen_emit(s, op, 2, x, attr) != NULL;
}

/* (d, h, x) -> d x - h, or d x^3 - h, which the exact root solves. */
static ir_graph *residual(scope *s, const gen_value *x, bool cubic)
{
    scope inner = scope_open(s->gen, s->depth + 1);
    gen_value d = pass_in(&inner, x[0]), h = pass_in(&inner, x[1]), v = pass_in(&inner, x[2]);
    if (cubic)
        v = gen_apply(&inner, "integer_pow", 1, &v, &(ir_attr){.i = 3});
    v = gen_apply(&inner, "mul", 2, (gen_value[]){d, v}, NULL);
    v = gen_apply(&inner, "sub", 2, (gen_value[]){v, h}, NULL);
    return scope_close(&inner, &v, 1);
}

static ir_graph *root_of(scope *s, const gen_value *x, bool cubic)
{
    scope inner = scope_open(s->gen, s->depth + 1);
    gen_value d = pass_in(&inner, x[0]), h = pass_in(&inner, x[1]), v;
    pass_in(&inner, x[2]);
    v = gen_apply(&inner, "div", 2, (gen_value[]){h, d}, NULL);
    v = cubic ? gen_apply(&inner, "cbrt", 1, &v, NULL) : v;
    return scope_close(&inner, &v, 1);
}

/* (d, h, x, b) -> v with (df/dx) v = b: d v, or 3 d x^2 v. It is its own transpose. */
static ir_graph *root_solver(scope *s, const gen_value *x, bool cubic)
{
    scope inner = scope_open(s->gen, s->depth + 1);
    gen_value d = pass_in(&inner, x[0]), at, v;
    pass_in(&inner, x[1]);
    at = pass_in(&inner, x[2]);
    v = pass_in(&inner, x[3]);
    if (cubic) {
        gen_value three = gen_constant(&inner, &at.v->type, 3);
        at = gen_apply(&inner, "square", 1, &at, NULL);
        at = gen_apply(&inner, "mul", 2, (gen_value[]){at, three}, NULL);
        d = gen_apply(&inner, "mul", 2, (gen_value[]){d, at}, NULL);
    }
    v = gen_apply(&inner, "div", 2, (gen_value[]){v, d}, NULL);
    return scope_close(&inner, &v, 1);
}

static bool root(scope *s, const ir_op *op)
{
    gen_value x[4];
    bool cubic = fuzz_chance(&s->gen->rng, 60);
    draw_system(s, &x[0], &x[1]);
    x[1] = gen_within(s, x[1], 0.3, 3);
    x[3] = x[2] = gen_constant(s, &x[0].v->type, 0.8);
    IR_AUTO_GRAPH solve = root_of(s, x, cubic);
    IR_AUTO_GRAPH f = residual(s, x, cubic);
    IR_AUTO_GRAPH back = root_solver(s, x, cubic);
    ir_attr attr[] = {[CUSTOM_ROOT_SOLVE] = {.graph = solve},
                      [CUSTOM_ROOT_F] = {.graph = f},
                      [CUSTOM_ROOT_TANGENT_SOLVE] = {.graph = back},
                      [CUSTOM_ROOT_TRANSPOSE_SOLVE] = {.graph = back},
                      [CUSTOM_ROOT_NUM_CONSTS] = {.i = 2}};
    return !s->gen->broken && gen_emit(s, op, 3, x, attr) != NULL;
}

/* ---- all of them --------------------------------------------------------------------------- */

static const struct {
    const ir_op *op;
    bool (*draw)(scope *s, const ir_op *op);
} draws[] = {{&op_call, call},
             {&op_checkpoint, checkpoint},
             {&op_recompute, checkpoint},
             {&op_custom_jvp_call, custom_jvp},
             {&op_custom_vjp_call, custom_vjp},
             {&op_cond, any_cond},
             {&op_while, loop},
             {&op_scan, scan},
             {&op_custom_linear_solve, linear_solve},
             {&op_custom_root, root}};

bool gen_control(scope *s, const ir_op *op)
{
    for (size_t k = 0; k < sizeof draws / sizeof *draws; k++)
        if (draws[k].op == op)
            return draws[k].draw(s, op);
    return gen_body(s, op);
}
