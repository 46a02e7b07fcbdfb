/* Numbers are printed and read with a point where the program's locale has a comma. */
#include <criterion/criterion.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "include/jacquard.h"
#include "ir/ir.h"
#include "tests/comma.h"

static void init(void)
{
    cr_assert(test_comma(), "there is no locale with decimal commas");
}

TestSuite(locale, .init = init, .timeout = 60);

JAC_DEF(jac, weigh, (jac, x))
{
    return jac_sum(jac_mul(x, 1.5));
}

static jac three(void)
{
    return jac_array(JAC_SHAPE(3), (float[]){1.5f, 2.25f, 1e-10f});
}

static void expect_no_comma(char *text)
{
    cr_assert(text);
    for (char *c = text; (c = strchr(c, ',')); c++)
        cr_expect(c == text || !strchr("0123456789", c[-1]) || !strchr("0123456789", c[1]), "%s",
                  text);
    free(text);
}

Test(locale, arrays_print_with_points)
{
    char *s = jac_str(three());
    cr_expect_str_eq(s, "[1.50e+00 2.25e+00 1.00e-10]");
    free(s);
    s = jac_str(jac_asarray(0.1));
    cr_expect_str_eq(s, "0.1");
    free(s);
    s = jac_str(jac_full(JAC_SHAPE(1), 0.15625, JAC_BF16));
    cr_expect_str_eq(s, "[0.15625]");
    free(s);
}

Test(locale, graphs_and_drawings_have_points)
{
    jac x = three();
    char *drawing = jac_make_dot(weigh_fn, &x);
    cr_expect(strstr(drawing, "label=\"1.5\""), "%s", drawing);
    free(drawing);
    char *text = jac_make_jaxpr(weigh_fn, &x);
    ir_graph *g = ir_parse(text, "text");
    cr_expect(g, "%s", jac_error());
    ir_graph_release(g);
    free(text);
    g = ir_parse("graph f() {\n  a: f64[] = literal[value=2.5, dtype=f64, weak=false]\n"
                 "  return a\n}\n",
                 "text");
    cr_assert(g, "%s", jac_error());
    double y = 0;
    cr_assert(ir_eval(g, NULL, (void *[]){&y}));
    cr_expect_eq(y, 2.5);
    ir_graph_release(g);
}

Test(locale, errors_have_points)
{
    cr_expect_not(jac_ok(jac_arange(0.5, 2.5, (double)NAN)));
    cr_expect(strstr(jac_error(), "from 0.5 to 2.5"), "%s", jac_error());
}

Test(locale, the_profile_has_points)
{
    char *text = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&text, &size);
    cr_assert(jac_profile_start());
    cr_assert(jac_ok(jac_call1(jac_jit(weigh_fn), three())), "%s", jac_error());
    cr_assert(jac_profile_stop());
    cr_assert(jac_profile_print(f));
    fclose(f);
    expect_no_comma(text);
}

Test(locale, the_program_keeps_its_locale)
{
    free(jac_str(three()));
    char text[8];
    snprintf(text, sizeof text, "%.1f", 1.5);
    cr_expect_str_eq(text, "1,5");
    cr_expect_str_eq(setlocale(LC_NUMERIC, NULL), "comma");
}
