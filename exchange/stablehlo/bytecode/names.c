/* VHLO's operations by the names and attributes that StableHLO gives them. VHLO has a version of
 * each operation behind its name, and keeps the fields of StableHLO's compound attributes apart. */
#include "exchange/stablehlo/bytecode/bytecode.h"

/* VHLO also holds the functions of the dialect func. */
static const char *const functions[] = {"func", "call", "return"};

/* add_v1: without _v1 */
static hlo_text without_version(hlo_text name)
{
    size_t n = name.n;
    while (n && name.at[n - 1] >= '0' && name.at[n - 1] <= '9')
        n--;
    bool versioned = n < name.n && n > 2 && name.at[n - 1] == 'v' && name.at[n - 2] == '_';
    return versioned ? (hlo_text){name.at, n - 2} : name;
}

bc_name bc_operation_name(bc_cursor *c, hlo_text dialect, hlo_text name)
{
    bc_name made = {.vhlo = hlo_is(dialect, "vhlo"), .name = name};
    hlo_text to = made.vhlo ? (hlo_text){"stablehlo", 9} : dialect,
             what = made.vhlo ? without_version(name) : name;
    for (size_t k = 0; k < sizeof functions / sizeof *functions; k++)
        if (made.vhlo && hlo_is(what, functions[k]))
            to = (hlo_text){"func", 4};
    made.stablehlo = bc_say(c, "%.*s.%.*s", (int)to.n, to.at, (int)what.n, what.at);
    return made;
}

/* ---- compound attributes ---------------------------------------------------------------------------- */

/* The attribute that is made of the operation's, which are its fields. */
static const struct {
    const char *operation, *attribute;
} compounds[] = {
    {"stablehlo.dot_general", "dot_dimension_numbers"},
    {"stablehlo.gather", "dimension_numbers"},
    {"stablehlo.dynamic_gather", "dimension_numbers"},
    {"stablehlo.scatter", "scatter_dimension_numbers"},
};

/* ---- convolution ------------------------------------------------------------------------------------ */

/* The fields that say what the dimensions of an array are: two with letters, and a list of the
 * others. */
static const struct {
    char letter[2];
    const char *field[2], *rest;
} arrays[] = {
    {"bf", {"input_batch_dimension", "input_feature_dimension"}, "input_spatial_dimensions"},
    {"io",
     {"kernel_input_feature_dimension", "kernel_output_feature_dimension"},
     "kernel_spatial_dimensions"},
    {"bf", {"output_batch_dimension", "output_feature_dimension"}, "output_spatial_dimensions"},
};

/* The k-th of the integers that an attribute holds; -1 if there are not so many. */
static int64_t integer_of(const hlo_attr *a, int64_t k)
{
    int64_t i = -1;
    if (a && a->kind == HLO_INT && k == 0)
        return a->i;
    if (a && a->kind == HLO_DENSE && a->text.n >= 8 * (size_t)(k + 1))
        memcpy(&i, a->text.at + 8 * k, sizeof i);
    for (const hlo_attr *item = a && a->kind == HLO_LIST ? a->first : NULL; item; item = item->next)
        if (!k--)
            return item->kind == HLO_INT ? item->i : -1;
    return i;
}

/* [b, f, 0, 1]: what the dimension at each place is. */
static hlo_attr *places(bc_cursor *c, const hlo_op *op, size_t array)
{
    const hlo_attr *rest = hlo_find(&op->attrs, arrays[array].rest);
    hlo_attr *list = bc_room(c, 1, sizeof *list);
    if (!list)
        return NULL;
    *list = (hlo_attr){.kind = HLO_LIST};
    for (int64_t place = 0; place < IR_MAX_RANK; place++) {
        hlo_attr what = {.kind = HLO_UNIT};
        for (int k = 0; k < 2; k++)
            if (integer_of(hlo_find(&op->attrs, arrays[array].field[k]), 0) == place)
                what = (hlo_attr){.kind = HLO_WORD, .text = {&arrays[array].letter[k], 1}};
        for (int64_t k = 0; k < IR_MAX_RANK; k++)
            if (integer_of(rest, k) == place)
                what = (hlo_attr){.kind = HLO_INT, .i = k};
        if (what.kind == HLO_UNIT)
            break;
        bc_append(c, list, (hlo_text){"", 0}, &what);
    }
    return list;
}

static void join_convolution(bc_cursor *c, hlo_op *op)
{
    static const char key[] = "dimension_numbers";
    hlo_attr *list[3];
    for (size_t k = 0; k < 3; k++)
        if (!(list[k] = places(c, op, k)))
            return;
    list[0]->pair = list[1];
    list[1]->pair = list[2];
    bc_append(c, &op->attrs, (hlo_text){key, sizeof key - 1}, list[0]);
}

void bc_join_attributes(bc_cursor *c, hlo_op *op)
{
    if (hlo_is(op->name, "stablehlo.convolution"))
        join_convolution(c, op);
    for (size_t k = 0; k < sizeof compounds / sizeof *compounds; k++)
        if (hlo_is(op->name, compounds[k].operation)) {
            const char *key = compounds[k].attribute;
            hlo_attr fields = op->attrs;
            bc_append(c, &op->attrs, (hlo_text){key, strlen(key)}, &fields);
        }
}
