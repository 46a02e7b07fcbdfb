/* Calls of what is not StableHLO: checks, and targets that a compiler must know. */
#include <stdlib.h>

#include "exchange/stablehlo/build.h"

/* ---- checks -------------------------------------------------------------------------------------- */

static bool push_check(hlo_frame *f, hlo_check c)
{
    if (f->ncheck == f->check_room) {
        int more = f->check_room ? 2 * f->check_room : 4;
        hlo_check *grown = ir_grow(f->b->arena, f->check, (size_t)f->ncheck * sizeof *grown,
                                   (size_t)more * sizeof *grown);
        if (!grown)
            return false;
        f->check = grown;
        f->check_room = more;
    }
    f->check[f->ncheck++] = c;
    return true;
}

static double float_or(const hlo_op *op, const char *key, double otherwise)
{
    const hlo_attr *a = hlo_find(&op->attrs, key);
    char text[40];
    if (!a || (a->kind != HLO_FLOAT && a->kind != HLO_INT) || a->text.n >= sizeof text)
        return otherwise;
    memcpy(text, a->text.at, a->text.n);
    text[a->text.n] = 0;
    IR_C_NUMBERS;
    return strtod(text, NULL);
}

static bool emit_check(hlo_frame *f, const hlo_op *op, hlo_text name, const ir_value *got,
                       const ir_value *expected)
{
    static const struct {
        const char *name;
        hlo_check_kind kind;
    } kinds[] = {{"check.expect_eq", HLO_EXPECT_EQ},
                 {"check.expect_eq_const", HLO_EXPECT_EQ},
                 {"check.expect_close", HLO_EXPECT_CLOSE},
                 {"check.expect_almost_eq", HLO_EXPECT_ALMOST_EQ},
                 {"check.expect_almost_eq_const", HLO_EXPECT_ALMOST_EQ}};
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        if (hlo_is(name, kinds[k].name)) {
            if (!got || !expected || !ir_same_type(&got->type, &expected->type))
                return hlo_op_fail(f, op, "two values of one type are expected");
            if (!f->b->checks)
                return true;
            if (f->outer)
                return hlo_unsupported(f, op, "in a region");
            return push_check(f, (hlo_check){.kind = kinds[k].kind,
                                             .at = op->at,
                                             .least = hlo_int_or(op, "min_ulp_difference", 0),
                                             .most = hlo_int_or(op, "max_ulp_difference", 3),
                                             .tolerance = float_or(op, "tolerance", 1e-3),
                                             .got = got,
                                             .expected = expected});
        }
    return hlo_unsupported(f, op, "@%.*s", HLO_SHOW(name));
}

/* check.expect_eq %a, %b, or check.expect_eq_const %a, dense<...>: the attribute has the operand's
 * type. */
bool hlo_emit_check(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                    ir_value **y)
{
    (void)y;
    if (row->noperand == 2)
        return emit_check(f, op, op->name, x[0], x[1]);
    if (!f->b->checks)
        return true;
    const hlo_attr *a = hlo_find(&op->attrs, "value");
    if (!a || a->kind != HLO_DENSE)
        return hlo_op_fail(f, op, "an expected value such as dense<0> is missing");
    hlo_op *constant = ir_alloc(f->b->arena, sizeof *constant);
    hlo_value *v = ir_alloc(f->b->arena, sizeof *v);
    if (!constant || !v)
        return false;
    *constant = (hlo_op){
        .name = {"stablehlo.constant", 18}, .at = op->at, .nresult = 1, .attrs = op->attrs};
    *v = (hlo_value){.type = op->operand[0]->type, .op = constant};
    constant->result = ir_dup(f->b->arena, &v, sizeof v);
    return constant->result && emit_check(f, op, op->name, x[0], hlo_get(f, v));
}

/* ---- targets ------------------------------------------------------------------------------------- */

/* They say how an array is spread over devices. Here there is one. */
static const char *const identities[] = {"Sharding",
                                         "SPMDFullToShardShape",
                                         "SPMDShardToFullShape",
                                         "annotate_device_placement",
                                         "xla.sdy.FuncResultSharding",
                                         "xla.sdy.GlobalToLocalShape",
                                         "xla.sdy.LocalToGlobalShape"};

bool hlo_emit_custom_call(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                          ir_value **y)
{
    char name[80];
    hlo_text target = hlo_read_word(op, "call_target_name");
    target = target.n ? target : hlo_read_word(op, "callee");
    if (!target.n)
        return hlo_op_fail(f, op, "the attribute call_target_name is missing");
    if (target.n > 6 && !memcmp(target.at, "check.", 6))
        return emit_check(f, op, target, op->noperand == 2 ? x[0] : NULL,
                          op->noperand == 2 ? x[1] : NULL);
    for (size_t k = 0; k < sizeof identities / sizeof *identities; k++)
        if (hlo_is(target, identities[k]) && op->noperand == 1 && op->nresult == 1) {
            y[0] = x[0];
            return true;
        }
    if (hlo_is(target, "ApproxTopK"))
        return hlo_emit_approx_top_k(f, op, x, y);
    bool known, ok = hlo_emit_lapack(f, op, target, x, y, &known);
    if (known || !ok)
        return ok;
    if (target.n > 5 && !memcmp(target.at, "mhlo.", 5)) { /* an operation of CHLO */
        snprintf(name, sizeof name, "chlo.%.*s", (int)(target.n - 5 < 60 ? target.n - 5 : 60),
                 target.at + 5);
        row = hlo_row_of((hlo_text){name, strlen(name)});
        if (row && row->noperand == op->noperand && row->nresult == op->nresult)
            return row->emit(f, op, row, x, y);
    }
    return hlo_unsupported(f, op, "@%.*s", HLO_SHOW(target));
}
