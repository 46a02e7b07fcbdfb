/* Random equations of the primitives that combine elements by a body: reduce, reduce_window,
 * select_and_scatter, scatter_by, sort_by.
 *
 * The one idea: every body here is associative, and the initial values leave elements as they are,
 * because otherwise a derivative may group the elements differently.
 */
#include <string.h>

#include "ops/ops.h"
#include "ops/windows.h"
#include "tests/fuzz/generate.h"

enum { MOST = 2, ROOM = 2 + 2 * MOST + 1 }; /* arrays at once; operands */

/* What combines elements, and the operands that belong to it. */
typedef struct {
    int nconst, n;
    gen_value constant, x[MOST], init[MOST];
    ir_graph *body;
} combining;

static int below(scope *s, int n)
{
    return fuzz_below(&s->gen->rng, n);
}

static gen_value extreme(scope *s, ir_dtype d, bool least)
{
    ir_attr attr[] = {
        [LITERAL_VALUE] = {.scalar = (least ? ir_scalar_lowest : ir_scalar_highest)(d)},
        [LITERAL_DTYPE] = {.i = d},
        [LITERAL_WEAK] = {.i = 0}};
    return gen_apply(s, "literal", 0, NULL, attr);
}

static gen_value number(scope *s, ir_dtype d, double v)
{
    ir_type t = ir_type_scalar(d);
    return gen_constant(s, &t, v);
}

/* A scalar input of a body, with a value of its own at the sample. */
static gen_value scalar_input(scope *body, ir_dtype d)
{
    gen *g = body->gen;
    ir_type t = ir_type_scalar(d);
    test_array at = test_array_random(g->pool, &t, fuzz_bits(&g->rng), 0, 1);
    return scope_input(body, &at);
}

static gen_value pair(scope *s, const char *op, gen_value a, gen_value b)
{
    return gen_apply(s, op, 2, (gen_value[]){a, b}, NULL);
}

/* ---- bodies of one value ------------------------------------------------------------------------ */

/* a op b, or a + b + constant. */
static void combine_one(scope *s, const char *op, combining *c)
{
    scope body = scope_open(s->gen, s->depth + 1);
    gen_value constant = {0}, in[2];
    if (c->nconst)
        constant = scope_input(&body, &c->constant.at);
    for (int k = 0; k < 2; k++)
        in[k] = scalar_input(&body, (ir_dtype)c->x[0].v->type.dtype);
    bool crossed = below(s, 2);
    gen_value y = pair(&body, op, in[crossed], in[!crossed]);
    y = c->nconst ? pair(&body, op, y, constant) : y;
    c->body = scope_close(&body, &y, 1);
}

static void combine_bools(scope *s, combining *c)
{
    static const char *const ops[] = {"and", "or", "xor"};
    int k = below(s, 3);
    c->init[0] = number(s, IR_bool, k == 0);
    combine_one(s, ops[k], c);
}

static void combine_numbers(scope *s, combining *c)
{
    ir_dtype d = (ir_dtype)c->x[0].v->type.dtype;
    int k = below(s, ir_has_fraction(d) ? 5 : 3);
    if (k < 2) {
        c->init[0] = extreme(s, d, k);
        combine_one(s, k ? "max" : "min", c);
    } else if (k == 2) {
        c->init[0] = number(s, d, 0);
        combine_one(s, "add", c);
    } else if (k == 3) {
        c->x[0] = gen_within(s, c->x[0], -1, 1);
        c->init[0] = number(s, d, 1);
        combine_one(s, "mul", c);
    } else {
        ir_type t = ir_type_scalar(d);
        c->nconst = 1;
        c->constant = gen_of_type(s, &t);
        c->init[0] = gen_apply(s, "neg", 1, &c->constant, NULL);
        combine_one(s, "add", c);
    }
}

/* ---- bodies of two values ----------------------------------------------------------------------- */

/* The greater of two keys, and the number that belongs to it. */
static void combine_keys(scope *s, combining *c)
{
    ir_dtype d = (ir_dtype)c->x[0].v->type.dtype;
    ir_type places = ir_type_like(c->x[0].v->type, IR_i32);
    scope body = scope_open(s->gen, s->depth + 1);
    gen_value in[4], out[2];
    places.weak = false;
    c->x[1] = gen_of_type(s, &places);
    c->init[0] = extreme(s, d, true);
    c->init[1] = number(s, IR_i32, 0);
    for (int k = 0; k < 4; k++)
        in[k] = scalar_input(&body, k % 2 ? IR_i32 : d);
    gen_value left = pair(&body, "ge", in[0], in[2]);
    for (int k = 0; k < 2; k++)
        out[k] = gen_apply(&body, "select_n", 3, (gen_value[]){left, in[2 + k], in[k]}, NULL);
    c->body = scope_close(&body, out, 2);
}

/* The product of complex numbers: (a, b), (c, d) -> (ac - bd, ad + bc). */
static void combine_turns(scope *s, combining *c)
{
    ir_type t = c->x[0].v->type;
    ir_dtype d = (ir_dtype)t.dtype;
    scope body = scope_open(s->gen, s->depth + 1);
    gen_value in[4], product[2][2], out[2];
    c->x[1] = gen_of_type(s, &t);
    for (int k = 0; k < 2; k++) {
        c->x[k] = gen_within(s, c->x[k], -0.7, 0.7);
        c->init[k] = number(s, d, 1 - k);
    }
    for (int k = 0; k < 4; k++)
        in[k] = scalar_input(&body, d);
    for (int j = 0; j < 2; j++)
        for (int k = 0; k < 2; k++)
            product[j][k] = pair(&body, "mul", in[j], in[2 + k]);
    out[0] = pair(&body, "sub", product[0][0], product[1][1]);
    out[1] = pair(&body, "add", product[0][1], product[1][0]);
    c->body = scope_close(&body, out, 2);
}

/* Arrays, initial values and a body. */
static bool draw_combining(scope *s, combining *c)
{
    gen_value x = gen_any(s);
    ir_dtype d = (ir_dtype)x.v->type.dtype;
    bool two = d != IR_bool && below(s, 3) == 0;
    *c = (combining){.n = 1 + two, .x = {x}};
    if (ir_is_complex(d))
        return false;
    if (two)
        (ir_has_fraction(d) && below(s, 2) ? combine_turns : combine_keys)(s, c);
    else
        (d == IR_bool ? combine_bools : combine_numbers)(s, c);
    return !s->gen->broken;
}

/* Constants, arrays, and as many `others`; between them, `middle`, if it is given. */
static int operands(const combining *c, const gen_value *middle, const gen_value *others,
                    gen_value *in)
{
    int n = 0;
    if (c->nconst)
        in[n++] = c->constant;
    for (int k = 0; k < c->n; k++)
        in[n++] = c->x[k];
    if (middle)
        in[n++] = *middle;
    for (int k = 0; k < c->n; k++)
        in[n++] = others[k];
    return n;
}

static bool emit(scope *s, const ir_op *op, int n, const gen_value *in, const ir_attr *attr)
{
    return !s->gen->broken && gen_accepts(op, n, in, attr) && gen_emit(s, op, n, in, attr) != NULL;
}

/* ---- reduce ------------------------------------------------------------------------------------- */

static bool reduce(scope *s, const ir_op *op, const combining *c)
{
    int64_t axes[IR_MAX_RANK];
    gen_value in[ROOM];
    int n = 0;
    for (int d = 0; d < c->x[0].v->type.rank; d++)
        if (below(s, 3))
            axes[n++] = d;
    ir_attr attr[] = {[REDUCE_BY_AXES] = {.n = n, .ints = axes},
                      [REDUCE_BY_BODY] = {.graph = c->body},
                      [REDUCE_BY_NUM_CONSTS] = {.i = c->nconst}};
    return emit(s, op, operands(c, NULL, c->init, in), in, attr);
}

/* ---- windows ------------------------------------------------------------------------------------ */

typedef struct {
    int64_t list[WINDOW_NATTR][IR_MAX_RANK];
} windows_drawn;

/* dilated: may the array and the window be? */
static void draw_windows(scope *s, int rank, bool dilated, windows_drawn *w, ir_attr *attr)
{
    for (int d = 0; d < rank; d++) {
        int size = 1 + below(s, 3);
        w->list[WINDOW_SIZE][d] = size;
        w->list[WINDOW_STRIDES][d] = 1 + below(s, 2);
        w->list[WINDOW_LOW][d] = below(s, size);
        w->list[WINDOW_HIGH][d] = below(s, size);
        w->list[WINDOW_BASE][d] = 1 + (dilated && below(s, 4) == 0);
        w->list[WINDOW_DILATION][d] = 1 + (dilated && below(s, 4) == 0);
    }
    for (int k = 0; k < WINDOW_NATTR; k++)
        attr[k] = (ir_attr){.n = rank, .ints = w->list[k]};
}

static bool reduce_window(scope *s, const ir_op *op, const combining *c)
{
    windows_drawn w;
    ir_attr attr[WINDOW_BY_NATTR];
    gen_value in[ROOM];
    draw_windows(s, c->x[0].v->type.rank, true, &w, attr);
    attr[WINDOW_BY_BODY] = (ir_attr){.graph = c->body};
    attr[WINDOW_BY_NUM_CONSTS] = (ir_attr){.i = c->nconst};
    return emit(s, op, operands(c, NULL, c->init, in), in, attr);
}

/* a op b. */
static ir_graph *plain(scope *s, const char *op, ir_dtype d)
{
    scope body = scope_open(s->gen, s->depth + 1);
    gen_value a = scalar_input(&body, d), b = scalar_input(&body, d);
    gen_value y = pair(&body, op, a, b);
    return scope_close(&body, &y, 1);
}

static bool select_and_scatter(scope *s, const ir_op *op)
{
    windows_drawn w;
    ir_attr attr[SELECT_SCATTER_NATTR];
    gen_value x = gen_any(s);
    ir_type t = x.v->type;
    ir_dtype d = (ir_dtype)t.dtype;
    if (d == IR_bool || ir_is_complex(d))
        return false;
    draw_windows(s, t.rank, false, &w, attr);
    if (!gen_accepts(&op_reduce_window_max, 1, &x, attr))
        return false;
    IR_SCRATCH(memory);
    ir_infer q = {.op = &op_reduce_window_max, .nin = 1, .in = &t, .attr = attr, .memory = &memory};
    if (!ir_infer_types(&q))
        return false;
    ir_type source = q.out[0];
    source.weak = false;
    IR_AUTO_GRAPH select = plain(s, below(s, 2) ? "ge" : "le", d);
    IR_AUTO_GRAPH scatter = plain(s, "add", d);
    attr[SELECT_SCATTER_SELECT] = (ir_attr){.graph = select};
    attr[SELECT_SCATTER_SCATTER] = (ir_attr){.graph = scatter};
    gen_value in[] = {x, gen_of_type(s, &source), number(s, d, 0)};
    return emit(s, op, 3, in, attr);
}

/* ---- scatter_by --------------------------------------------------------------------------------- */

/* Rows of the arrays, some of them perhaps twice, are combined with others. */
static bool scatter_by(scope *s, const ir_op *op, const combining *c)
{
    ir_attr attr[SCATTER_BY_NATTR];
    gen_value in[ROOM], updates[MOST];
    ir_type t = c->x[0].v->type;
    int64_t rows = 1 + below(s, 4);
    ir_type at =
        ir_type_make(fuzz_chance(&s->gen->rng, 70) ? IR_i32 : IR_i64, 2, (int64_t[]){rows, 1});
    windows_attrs a = {.vector = 1,
                       .map = {1, {0}},
                       .collapsed = {1, {0}},
                       .mode = (windows_mode)below(s, WINDOWS_NMODE)};
    if (!t.rank)
        return false;
    for (int d = 1; d < t.rank; d++)
        a.offset.at[a.offset.n++] = d;
    t.dim[0] = rows;
    for (int k = 0; k < c->n; k++) {
        ir_type u = ir_type_make((ir_dtype)c->x[k].v->type.dtype, t.rank, t.dim);
        updates[k] = gen_of_type(s, &u);
    }
    windows_set_attrs(op, &a, attr);
    attr[SCATTER_BY_BODY] = (ir_attr){.graph = c->body};
    attr[SCATTER_BY_NUM_CONSTS] = (ir_attr){.i = c->nconst};
    gen_value indices = gen_of_type(s, &at);
    return emit(s, op, operands(c, &indices, updates, in), in, attr);
}

/* ---- sort_by ------------------------------------------------------------------------------------ */

/* By the first array, in either order, or by its distance from a constant. */
static ir_graph *comparator(scope *s, int n, const gen_value *x, const gen_value *from)
{
    scope body = scope_open(s->gen, s->depth + 1);
    gen_value c = {0}, key[2] = {{0}};
    if (from)
        c = scope_input(&body, &from->at);
    for (int j = 0; j < 2; j++)
        for (int k = 0; k < n; k++) {
            gen_value in = scalar_input(&body, (ir_dtype)x[k].v->type.dtype);
            key[j] = k ? key[j] : in;
        }
    for (int j = 0; j < 2 && from; j++) {
        key[j] = pair(&body, "sub", key[j], c);
        key[j] = gen_apply(&body, "abs", 1, &key[j], NULL);
    }
    gen_value less = pair(&body, below(s, 2) ? "lt" : "gt", key[0], key[1]);
    return scope_close(&body, &less, 1);
}

static bool sort_by(scope *s, const ir_op *op)
{
    gen_value in[1 + 2], *x = in;
    gen_value first = gen_any(s);
    ir_type t = first.v->type, c = ir_type_scalar((ir_dtype)t.dtype);
    int n = 1 + below(s, 2);
    bool near = ir_has_fraction((ir_dtype)t.dtype) && below(s, 3) == 0;
    if (!t.rank || ir_is_complex((ir_dtype)t.dtype))
        return false;
    if (near)
        *x++ = gen_of_type(s, &c);
    x[0] = first;
    t.dtype = below(s, 2) ? IR_i32 : t.dtype;
    t.weak = false;
    for (int k = 1; k < n; k++)
        x[k] = gen_of_type(s, &t);
    IR_AUTO_GRAPH less = comparator(s, n, x, near ? in : NULL);
    ir_attr attr[] = {[SORT_BY_DIMENSION] = {.i = below(s, t.rank)},
                      [SORT_BY_COMPARATOR] = {.graph = less},
                      [SORT_BY_NUM_CONSTS] = {.i = near}};
    return emit(s, op, near + n, in, attr);
}

/* ---- all of them -------------------------------------------------------------------------------- */

static bool draw_body(scope *s, const ir_op *op)
{
    static const struct {
        const ir_op *op;
        bool (*draw)(scope *s, const ir_op *op, const combining *c);
    } combine[] = {
        {&op_reduce, reduce}, {&op_reduce_window, reduce_window}, {&op_scatter_by, scatter_by}};
    if (op == &op_select_and_scatter)
        return select_and_scatter(s, op);
    if (op == &op_sort_by)
        return sort_by(s, op);
    for (size_t k = 0; k < sizeof combine / sizeof *combine; k++)
        if (combine[k].op == op) {
            combining c;
            bool ok = draw_combining(s, &c) && combine[k].draw(s, op, &c);
            ir_graph_release(c.body);
            return ok;
        }
    return false;
}

/* The first value drawn may not suit the primitive. */
bool gen_body(scope *s, const ir_op *op)
{
    enum { TRIES = 8 };
    for (int k = 0; k < TRIES && !s->gen->broken; k++)
        if (draw_body(s, op))
            return true;
    return false;
}
