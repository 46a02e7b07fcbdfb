/* Random bits, and the sum that draws from an interval need. */
#include "exchange/stablehlo/write/write.h"

static int two(hw_writer *w, const char *name, int a, int b)
{
    return hw_op(w, name, hw_type_of(w, a), 2, (int[]){a, b}, "%s", "");
}

static int rotate(hw_writer *w, int x, int by)
{
    const ir_type t = *hw_type_of(w, x);
    int left = two(w, "stablehlo.shift_left", x, hw_number(w, &t, by));
    int right = two(w, "stablehlo.shift_right_logical", x, hw_number(w, &t, 32 - by));
    return two(w, "stablehlo.or", left, right);
}

/* Twenty rounds in groups of four, and a part of the key after each group; see
 * ops/scalar/threefry.h. */
bool hw_emit_threefry(hw_writer *w, const hw_row *row, const ir_eqn *e, const int *in, int *out)
{
    static const int by[2][4] = {{13, 15, 26, 6}, {17, 29, 16, 24}};
    (void)row;
    const ir_type *t = &e->out[0]->type;
    int key[3] = {in[0], in[1], hw_number(w, t, 0x1BD11BDA)};
    for (int k = 0; k < 2; k++)
        key[2] = two(w, "stablehlo.xor", key[2], key[k]);
    int x = two(w, "stablehlo.add", in[2], key[0]), y = two(w, "stablehlo.add", in[3], key[1]);
    for (int group = 0; group < 5; group++) {
        for (int k = 0; k < 4; k++) {
            x = two(w, "stablehlo.add", x, y);
            y = two(w, "stablehlo.xor", rotate(w, y, by[group % 2][k]), x);
        }
        x = two(w, "stablehlo.add", x, key[(group + 1) % 3]);
        y = two(w, "stablehlo.add", y, key[(group + 2) % 3]);
        y = two(w, "stablehlo.add", y, hw_number(w, t, group + 1));
    }
    out[0] = x;
    out[1] = y;
    return x >= 0 && y >= 0;
}

/* a b + c, rounded once: of f32, in f64, which holds the product exactly. */
bool hw_emit_fma(hw_writer *w, const hw_row *row, const ir_eqn *e, const int *in, int *out)
{
    (void)row;
    const ir_type *t = &e->out[0]->type;
    ir_type wide = ir_type_like(*t, IR_f64);
    int x[3];
    if (t->dtype != IR_f32)
        return hw_fail(w, "only that of f32 can be rounded once");
    for (int k = 0; k < 3; k++)
        x[k] = hw_op(w, "stablehlo.convert", &wide, 1, in + k, "%s", "");
    int sum = two(w, "stablehlo.add", two(w, "stablehlo.multiply", x[0], x[1]), x[2]);
    return (out[0] = hw_op(w, "stablehlo.convert", t, 1, &sum, "%s", "")) >= 0;
}
