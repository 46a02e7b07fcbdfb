/* Prints the schedule as text: steps with their residences and buffers, then the buffers. Values
 * are identified by block and id. */
#include "jit/schedule/schedule.h"

static void print_value(FILE *f, const jit_block *b, const ir_value *v)
{
    const jit_slot *slot = jit_slot_of(b, v);
    fprintf(f, "%%%u: %s", v->id, ir_type_tmp(&v->type));
    if (slot->res == JIT_REGISTER)
        fprintf(f, " reg");
    else if (slot->res == JIT_MEMORY || slot->res == JIT_VIEW)
        fprintf(f, " b%d", jit_buffer_of(b, (ir_value *)v));
}

static void print_fused(FILE *f, const jit_block *b, const ir_value *v, const jit_step *t,
                        int depth);

/* Prints a step's expression. Fused producers are nested in parentheses, down to a depth. */
static void print_expression(FILE *f, const jit_block *b, const ir_eqn *e, const jit_step *t,
                             int depth)
{
    fprintf(f, "%s", e->op->name);
    for (int k = 0; k < e->nin; k++) {
        fputc(' ', f);
        print_fused(f, b, e->in[k], t, depth);
    }
}

static void print_fused(FILE *f, const jit_block *b, const ir_value *v, const jit_step *t,
                        int depth)
{
    if (jit_slot_of(b, v)->res != JIT_FUSED) {
        fprintf(f, "%%%u", v->id);
        return;
    }
    if (depth == 0) {
        fprintf(f, "(...)");
        return;
    }
    fputc('(', f);
    print_expression(f, b, v->eqn, t, depth - 1);
    fputc(')', f);
}

static void print_block(FILE *f, const jit_block *b, int indent);

static void print_step(FILE *f, const jit_block *b, const jit_step *t, int indent)
{
    fprintf(f, "%*s%d: %s", indent, "", t->begin, jit_kind_of(t)->name);
    if (jit_kind_of(t)->over_space)
        fprintf(f, " over %s%s", ir_ints_tmp(t->space.dim, t->space.rank),
                t->reduced ? " reducing" : "");
    if (t->strips)
        fprintf(f, ", with %d to %d, %lld rows at a time", t->strips->first->begin,
                t->strips->last->begin, (long long)t->strips->width);
    fputc('\n', f);
    for (int k = 0; k < t->nroot; k++) {
        fprintf(f, "%*s", indent + 4, "");
        print_value(f, b, t->root[k]);
        if (!t->nblock) {
            fprintf(f, " = ");
            print_expression(f, b, t->root[k]->eqn, t, 12);
        }
        if (t->carry && k < t->ncarry && t->carry[k].in_memory)
            fprintf(f,
                    t->carry[k].in_place ? " in place b%d"
                    : t->carry[k].swaps  ? " swapping b%d b%d"
                                         : " in b%d, next in b%d",
                    t->carry[k].a, t->carry[k].b);
        fputc('\n', f);
    }
    for (int k = 0; k < t->nblock; k++) {
        fprintf(f, "%*s%s\n", indent + 2, "", jit_kind_of(t)->block_name(k));
        print_block(f, t->block[k], indent + 4);
    }
}

static void print_block(FILE *f, const jit_block *b, int indent)
{
    for (int k = 0; k < b->g->nin; k++) {
        fprintf(f, "%*sin ", indent, "");
        print_value(f, b, b->g->in[k]);
        fputc('\n', f);
    }
    for (const jit_step *t = b->first; t; t = t->next)
        print_step(f, b, t, indent);
    for (int k = 0; k < b->g->nout; k++) {
        ir_value *v = b->g->out[k];
        fprintf(f, "%*sout ", indent, "");
        print_value(f, b, v);
        if (b->dest[k] >= 0 && b->dest[k] != jit_buffer_of(b, v))
            fprintf(f, " copied to b%d", b->dest[k]);
        fputc('\n', f);
    }
}

void jit_schedule_print(FILE *f, const jit_schedule *s)
{
    int temporaries = 0;
    for (int k = 0; k < s->nbuffer; k++)
        temporaries += s->buffer[k].kind == JIT_BUF_ARENA && s->buffer[k].first >= 0;
    fprintf(f, "schedule %s: %d kernels, %d temporaries, arena of %zu bytes\n", s->g->name,
            s->nkernel, temporaries, s->arena_bytes);
    print_block(f, s->top, 2);
    for (int k = 0; k < s->nbuffer; k++) {
        const jit_buffer *b = &s->buffer[k];
        if (b->kind == JIT_BUF_INPUT)
            fprintf(f, "  b%d: input %d\n", k, b->index);
        else if (b->kind == JIT_BUF_OUTPUT && b->donor)
            fprintf(f, "  b%d: output %d over input %u\n", k, b->index, b->donor->v->index);
        else if (b->kind == JIT_BUF_OUTPUT)
            fprintf(f, "  b%d: output %d\n", k, b->index);
        else if (b->kind == JIT_BUF_POINTER)
            fprintf(f, "  b%d: pointer\n", k);
        else if (b->kind == JIT_BUF_STACK)
            fprintf(f, "  b%d: stack, %zu bytes\n", k, b->bytes);
        else if (b->first >= 0)
            fprintf(f, "  b%d: arena at %zu, %zu bytes, time %d to %d\n", k, b->offset, b->bytes,
                    b->first, b->last);
    }
}
