/* Elementwise primitives: operations with the same operands, and formulas. */
#include "exchange/stablehlo/write/write.h"

#include <math.h>
#include <stdlib.h>

bool hw_emit_plain(hw_writer *w, const hw_row *row, const ir_eqn *e, const int *in, int *out)
{
    return (out[0] = hw_op(w, row->name, &e->out[0]->type, e->nin, in, "%s", "")) >= 0;
}

/* A formula is a row of words for a machine with a stack: x and y push an operand, a number pushes
 * a constant, dup and swap move what is on top, and any other word is an operation that replaces
 * its operands, one or, with a 2 in front, two. */
bool hw_emit_formula(hw_writer *w, const hw_row *row, const ir_eqn *e, const int *in, int *out)
{
    enum { DEEP = 8 };
    const ir_type *t = &e->out[0]->type;
    int stack[DEEP], n = 0;
    char word[60], name[80], *end;
    const char *s = row->name;
    while (*s) {
        size_t length = strcspn(s, " ");
        memcpy(word, s, length);
        word[length] = 0;
        s += length + strspn(s + length, " ");
        IR_C_NUMBERS;
        double number = strtod(word, &end);
        if (!strcmp(word, "x") || !strcmp(word, "y")) {
            stack[n++] = in[*word - 'x'];
        } else if (!*end) {
            stack[n++] = hw_number(w, t, number);
        } else if (!strcmp(word, "dup")) {
            stack[n] = stack[n - 1];
            n++;
        } else if (!strcmp(word, "swap")) {
            int top = stack[n - 1];
            stack[n - 1] = stack[n - 2];
            stack[n - 2] = top;
        } else {
            int operands = *word == '2' ? 2 : 1;
            snprintf(name, sizeof name, "%s%s", strchr(word, '.') ? "" : "stablehlo.",
                     word + (operands == 2));
            n -= operands;
            stack[n] = hw_op(w, name, t, operands, stack + n, "%s", "");
            n++;
        }
        if (stack[n - 1] < 0)
            return false;
    }
    out[0] = stack[0];
    return true;
}

bool hw_emit_copy(hw_writer *w, const hw_row *row, const ir_eqn *e, const int *in, int *out)
{
    (void)w, (void)row;
    for (int k = 0; k < e->nout; k++)
        out[k] = in[k];
    return true;
}

bool hw_emit_compare(hw_writer *w, const hw_row *row, const ir_eqn *e, const int *in, int *out)
{
    return (out[0] = hw_op(w, "stablehlo.compare", &e->out[0]->type, 2, in,
                           "comparison_direction = #stablehlo<comparison_direction %s>",
                           row->name)) >= 0;
}

/* A product, but x if that is 0 and y infinite. */
bool hw_emit_mul_tangent(hw_writer *w, const hw_row *row, const ir_eqn *e, const int *in, int *out)
{
    static const char equal[] = "comparison_direction = #stablehlo<comparison_direction EQ>";
    (void)row;
    const ir_type *t = &e->out[0]->type;
    ir_type truth = ir_type_like(*t, IR_bool);
    int zero = hw_number(w, t, 0), infinity = hw_number(w, t, HUGE_VAL);
    int size = hw_op(w, "stablehlo.abs", t, 1, in + 1, "%s", "");
    int both[] = {hw_op(w, "stablehlo.compare", &truth, 2, (int[]){in[0], zero}, "%s", equal),
                  hw_op(w, "stablehlo.compare", &truth, 2, (int[]){size, infinity}, "%s", equal)};
    int keep = hw_op(w, "stablehlo.and", &truth, 2, both, "%s", "");
    int product = hw_op(w, "stablehlo.multiply", t, 2, in, "%s", "");
    out[0] = hw_op(w, "stablehlo.select", t, 3, (int[]){keep, in[0], product}, "%s", "");
    return out[0] >= 0;
}

bool hw_emit_literal(hw_writer *w, const hw_row *row, const ir_eqn *e, const int *in, int *out)
{
    (void)row, (void)in;
    return (out[0] = hw_constant(w, &e->out[0]->type, e->attr[LITERAL_VALUE].scalar)) >= 0;
}

/* select_n(which, case 0, case 1, ...) */
bool hw_emit_select(hw_writer *w, const hw_row *row, const ir_eqn *e, const int *in, int *out)
{
    (void)row;
    const ir_type *t = &e->out[0]->type;
    if (e->in[0]->type.dtype == IR_bool)
        return (out[0] = hw_op(w, "stablehlo.select", t, 3, (int[]){in[0], in[2], in[1]}, "%s",
                               "")) >= 0;
    out[0] = in[1];
    ir_type truth = ir_type_like(e->in[0]->type, IR_bool);
    for (int k = 1; k < e->nin - 1; k++) {
        int number = hw_number(w, &e->in[0]->type, k);
        int later = hw_op(w, "stablehlo.compare", &truth, 2, (int[]){in[0], number},
                          "comparison_direction = #stablehlo<comparison_direction GE>");
        out[0] = hw_op(w, "stablehlo.select", t, 3, (int[]){later, in[1 + k], out[0]}, "%s", "");
    }
    return out[0] >= 0;
}

bool hw_emit_clamp(hw_writer *w, const hw_row *row, const ir_eqn *e, const int *in, int *out)
{
    (void)row;
    return (out[0] = hw_op(w, "stablehlo.clamp", &e->out[0]->type, 3, in, "%s", "")) >= 0;
}

/* Products, as JAX makes them. */
bool hw_emit_integer_pow(hw_writer *w, const hw_row *row, const ir_eqn *e, const int *in, int *out)
{
    (void)row;
    const ir_type *t = &e->out[0]->type;
    int64_t n = e->attr[INTEGER_POW_Y].i;
    uint64_t left = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
    int square = in[0], made = -1;
    for (; left; left >>= 1) {
        if (left & 1)
            made = made < 0 ? square
                            : hw_op(w, "stablehlo.multiply", t, 2, (int[]){made, square}, "%s", "");
        if (left > 1)
            square = hw_op(w, "stablehlo.multiply", t, 2, (int[]){square, square}, "%s", "");
    }
    if (made < 0 || n < 0) {
        int one = hw_number(w, t, 1);
        made = made < 0 ? one : hw_op(w, "stablehlo.divide", t, 2, (int[]){one, made}, "%s", "");
    }
    return (out[0] = made) >= 0;
}

bool hw_emit_round(hw_writer *w, const hw_row *row, const ir_eqn *e, const int *in, int *out)
{
    (void)row;
    const char *name =
        e->attr[ROUND_METHOD].i ? "stablehlo.round_nearest_even" : "stablehlo.round_nearest_afz";
    return (out[0] = hw_op(w, name, &e->out[0]->type, 1, in, "%s", "")) >= 0;
}

bool hw_emit_reduce_precision(hw_writer *w, const hw_row *row, const ir_eqn *e, const int *in,
                              int *out)
{
    (void)row;
    return (out[0] = hw_op(w, "stablehlo.reduce_precision", &e->out[0]->type, 1, in,
                           "exponent_bits = %lld : i32, mantissa_bits = %lld : i32",
                           (long long)e->attr[PRECISION_EXPONENT].i,
                           (long long)e->attr[PRECISION_MANTISSA].i)) >= 0;
}
