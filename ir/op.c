/* The registry of primitives. The parser looks them up by name, the transformations by role. */
#include <pthread.h>
#include <string.h>

#include "ir/ir.h"

enum { MAX_OPS = 512, SLOTS = 1024 };

static const ir_op *ops[MAX_OPS];
static int nops;
static const ir_op *by_role[IR_NROLE];
static const ir_op *slots[SLOTS]; /* a hash table by name, with open addressing */
static pthread_mutex_t registering = PTHREAD_MUTEX_INITIALIZER;

static unsigned name_hash(const char *name, size_t len)
{
    unsigned h = 2166136261u;
    for (size_t k = 0; k < len; k++)
        h = (h ^ (unsigned char)name[k]) * 16777619u;
    return h;
}

static unsigned slot_of(const char *name, size_t len)
{
    unsigned s = name_hash(name, len) % SLOTS;
    while (slots[s] && !(strlen(slots[s]->name) == len && !memcmp(slots[s]->name, name, len)))
        s = (s + 1) % SLOTS;
    return s;
}

void ir_op_register(const ir_op *op)
{
    ir_lock(&registering);
    unsigned s = slot_of(op->name, strlen(op->name));
    if (!slots[s] && nops < MAX_OPS) {
        slots[s] = op;
        ops[nops++] = op;
        if (op->role)
            by_role[op->role] = op;
    }
    ir_unlock(&registering);
}

const ir_op *ir_op_find(const char *name, size_t len)
{
    return slots[slot_of(name, len)];
}

const ir_op *ir_op_at(int k)
{
    return k >= 0 && k < nops ? ops[k] : NULL;
}

const ir_op *ir_op_role(ir_role role)
{
    return by_role[role];
}

bool ir_op_nests(const ir_op *op)
{
    for (int k = 0; k < ir_nattr(op); k++)
        if (op->attrs[k].kind == IR_ATTR_GRAPH || op->attrs[k].kind == IR_ATTR_GRAPHS)
            return true;
    return false;
}

bool ir_has_factor(const ir_value *v)
{
    const ir_eqn *e = v->eqn;
    for (; e && !e->op->factor; e = e->in[0]->eqn)
        if (e->op->role != IR_ROLE_TRANSPOSE && e->op->role != IR_ROLE_BROADCAST_IN_DIM &&
            e->op->role != IR_ROLE_CONVERT)
            return false;
    return e != NULL;
}

ir_value **ir_copy_factor(ir_graph *into, const ir_eqn *e, ir_value *const *x)
{
    if (!e->op->factor)
        return ir_copy_eqn(into, e, x);
    ir_value *y = e->op->factor(into, e, x);
    return y ? &y->eqn->out[y->index] : NULL;
}

/* ---- shorthands through roles ------------------------------------------------------------ */

ir_value *ir_literal(ir_graph *g, ir_dtype d, ir_scalar v, bool weak)
{
    ir_attr attr[] = {
        [LITERAL_VALUE] = {.scalar = v}, [LITERAL_DTYPE] = {.i = d}, [LITERAL_WEAK] = {.i = weak}};
    return ir_emit1(g, ir_op_role(IR_ROLE_LITERAL), 0, NULL, attr);
}

ir_value *ir_add_any(ir_graph *g, ir_value *a, ir_value *b)
{
    if (!a || !b)
        return a ? a : b;
    return ir_emit1(g, ir_op_role(ir_is_tape(&a->type) ? IR_ROLE_TAPE_ADD : IR_ROLE_ADD), 2,
                    (ir_value *[]){a, b}, NULL);
}

ir_value *ir_full(ir_graph *g, const ir_type *t, ir_scalar v)
{
    ir_value *x = ir_literal(g, t->dtype, v, t->weak);
    if (t->rank == 0 || !x)
        return x;
    ir_attr attr[] = {
        [BROADCAST_SHAPE] = {.n = t->rank, .ints = t->dim}, [BROADCAST_DIMS] = {.n = 0}};
    return ir_emit1(g, ir_op_role(IR_ROLE_BROADCAST_IN_DIM), 1, &x, attr);
}

ir_value *ir_zeros(ir_graph *g, const ir_type *t)
{
    if (ir_is_tape(t)) {
        ir_attr attr[] = {[EMPTY_TAPE_DTYPE] = {.i = t->dtype},
                          [EMPTY_TAPE_SHAPE] = {.n = t->rank, .ints = t->dim}};
        return ir_emit1(g, ir_op_role(IR_ROLE_EMPTY_TAPE), 0, NULL, attr);
    }
    return ir_full(g, t, (ir_scalar){0});
}
