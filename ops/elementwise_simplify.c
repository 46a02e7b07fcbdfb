/* Exact simplifications of elementwise equations. The value that replaces a result has the same
 * bits for all operands, including NaNs and zeros of either sign. So x + 0 stays, because it turns
 * -0 into +0; x - 0 is replaced by x; and x * 0 stays for floats. */
#include "ops/elementwise.h"

/* The scalar that every element of v equals, or NULL if that is not known. */
static const ir_scalar *filled(const ir_value *v)
{
    while (v->eqn && v->eqn->op->role == IR_ROLE_BROADCAST_IN_DIM)
        v = v->eqn->in[0];
    return v->eqn && v->eqn->op->role == IR_ROLE_LITERAL ? &v->eqn->attr[LITERAL_VALUE].scalar
                                                         : NULL;
}

static bool is_full_of(const ir_value *v, double number)
{
    const ir_scalar *s = filled(v);
    return s && s->bits == ir_scalar_of(v->type.dtype, number).bits;
}

static bool all_ones(const ir_value *v)
{
    const ir_scalar *s = filled(v);
    const ir_dtype_info *info = &ir_dtypes[v->type.dtype];
    uint64_t ones = info->kind == IR_KIND_BOOL ? 1 : ~(uint64_t)0 >> (64 - info->bits);
    return s && s->bits == ones;
}

static bool give(ir_value **y, ir_value *v)
{
    y[0] = v;
    return true;
}

/* For a commutative primitive: if one operand is full of `number`, gives the other one. */
static bool give_beside(ir_value *const *x, double number, ir_value **y)
{
    if (is_full_of(x[1], number))
        return give(y, x[0]);
    return is_full_of(x[0], number) && give(y, x[1]);
}

bool simplify_add(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    (void)g, (void)e;
    return give_beside(x, ir_has_fraction(x[0]->type.dtype) ? -0.0 : 0, y);
}

bool simplify_sub(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    (void)g, (void)e;
    return is_full_of(x[1], 0.0) && give(y, x[0]);
}

bool simplify_mul(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    (void)g, (void)e;
    if (give_beside(x, 1, y))
        return true;
    if (ir_has_fraction(x[0]->type.dtype))
        return false;
    return is_full_of(x[0], 0) ? give(y, x[0]) : is_full_of(x[1], 0) && give(y, x[1]);
}

/* A factor that is not 0 leaves only the product. */
bool simplify_mul_tangent(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    (void)e;
    const ir_scalar *s = filled(x[0]);
    if (!s || is_full_of(x[0], 0) || is_full_of(x[0], -0.0))
        return false;
    y[0] = is_full_of(x[0], 1) ? x[1] : ir_emit1(g, &op_mul, 2, x, NULL);
    return y[0] != NULL;
}

bool simplify_div(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    (void)g, (void)e;
    return is_full_of(x[1], 1) && give(y, x[0]);
}

/* f(f(x)) = x */
bool simplify_involution(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    (void)g;
    return x[0]->eqn && x[0]->eqn->op == e->op && give(y, x[0]->eqn->in[0]);
}

/* f(f(x)) = f(x) */
bool simplify_idempotent(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    (void)g;
    return x[0]->eqn && x[0]->eqn->op == e->op && give(y, x[0]);
}

/* max(x, x) = x = min(x, x) */
bool simplify_lattice(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    (void)g, (void)e;
    return x[0] == x[1] && give(y, x[0]);
}

bool simplify_and(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    (void)g, (void)e;
    for (int k = 0; k < 2; k++)
        if (all_ones(x[k]) || x[0] == x[1])
            return give(y, x[1 - k]);
        else if (is_full_of(x[k], 0))
            return give(y, x[k]);
    return false;
}

bool simplify_or(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    (void)g, (void)e;
    for (int k = 0; k < 2; k++)
        if (is_full_of(x[k], 0) || x[0] == x[1])
            return give(y, x[1 - k]);
        else if (all_ones(x[k]))
            return give(y, x[k]);
    return false;
}

bool simplify_xor(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    (void)g, (void)e;
    return give_beside(x, 0, y);
}

bool simplify_shift(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    (void)g, (void)e;
    return is_full_of(x[1], 0) && give(y, x[0]);
}

bool simplify_identity(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    (void)g, (void)e;
    return give(y, x[0]);
}

bool simplify_integer_pow(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    (void)g;
    return e->attr[INTEGER_POW_Y].i == 1 && give(y, x[0]);
}

bool simplify_select_n(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    int last = e->nin - 2;
    const ir_scalar *which = filled(x[0]);
    if (which) {
        int64_t k = ir_scalar_i64(x[0]->type.dtype, *which);
        return give(y, x[1 + (k < 0 ? 0 : k > last ? last : k)]);
    }
    for (int k = 1; k <= last; k++)
        if (x[k + 1] != x[1])
            return last == 1 && select_windows(g, x, y);
    return give(y, x[1]);
}

/* Does every value of `from` survive conversion to `to` and back? */
static bool embeds(ir_dtype from, ir_dtype to)
{
    const ir_dtype_info *a = &ir_dtypes[from], *b = &ir_dtypes[to];
    if (a->kind == IR_KIND_BOOL)
        return true;
    if (b->kind == IR_KIND_FLOAT) /* subnormals go `digits` below the least normal */
        return b->digits >= a->digits && b->most >= a->most &&
               b->least - b->digits <= a->least - a->digits &&
               (a->kind == IR_KIND_FLOAT || a->digits <= b->most);
    return a->kind != IR_KIND_FLOAT && b->kind != IR_KIND_BOOL && b->bits >= a->bits;
}

bool simplify_convert(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    (void)g;
    ir_dtype from = x[0]->type.dtype, to = (ir_dtype)e->attr[CONVERT_DTYPE].i;
    if (from == to)
        return give(y, x[0]);
    const ir_eqn *inner = x[0]->eqn;
    if (!inner || inner->op != e->op || inner->in[0]->type.dtype != to)
        return false;
    return embeds(to, from) && give(y, inner->in[0]);
}

bool simplify_bitcast(ir_graph *g, const ir_eqn *e, ir_value *const *x, ir_value **y)
{
    (void)g;
    ir_dtype to = (ir_dtype)e->attr[CONVERT_DTYPE].i;
    if (x[0]->type.dtype == to)
        return give(y, x[0]);
    const ir_eqn *inner = x[0]->eqn;
    return inner && inner->op == e->op && inner->in[0]->type.dtype == to && give(y, inner->in[0]);
}
