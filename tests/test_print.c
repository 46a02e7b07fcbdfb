/* Printed arrays against NumPy's output, which tests/golden/print.py wrote. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "jacquard.h"
#include "tests/support.h"

static test_array ramp(test_pool *p, const char *text)
{
    ir_type t;
    cr_assert(test_type_read(&text, &t));
    test_array a = test_array_new(p, &t);
    for (int64_t k = 0; k < ir_type_count(&t); k++)
        test_set(&a, k,
                 t.dtype == IR_bool ? k % 3 == 0 : (double)k * (t.dtype == IR_f32 ? 0.5 : 1));
    return a;
}

static jac read_array(const char *text)
{
    TEST_POOL(p);
    test_array a = !strncmp(text, "ramp ", 5) ? ramp(&p, text + 5) : test_array_read(&p, text);
    return jac_array_of((jac_dtype)(a.type.dtype + 1), ((jac_dims){a.type.rank, a.type.dim}),
                        (const void *)a.data);
}

/* The lines that begin with a bar, up to the next case, at which *line then stands. */
static char *read_wanted(FILE *f, char **line, size_t *room)
{
    char *want = NULL;
    size_t size;
    FILE *to = open_memstream(&want, &size);
    for (int n = 0; getline(line, room, f) > 0 && **line == '|'; n++) {
        (*line)[strcspn(*line, "\n")] = 0;
        fprintf(to, "%s%s", n ? "\n" : "", *line + 1);
    }
    if (feof(f))
        **line = 0;
    fclose(to);
    return want;
}

Test(print, arrays_read_as_numpy_prints_them)
{
    FILE *f = fopen(JAC_TEST_DATA "/print_cases.txt", "r");
    cr_assert(f);
    char *line = NULL;
    size_t room = 0;
    int n = 0;
    cr_assert(getline(&line, &room, f) > 0);
    while (!strncmp(line, "case ", 5))
        JAC_SCOPE () {
            line[strcspn(line, "\n")] = 0;
            char *array = strdup(line + 5), *want = read_wanted(f, &line, &room);
            char *got = jac_str(read_array(array));
            cr_expect_str_eq(got, want, "%.100s\nprints as\n%s\nwanted\n%s", array, got, want);
            free(got);
            free(want);
            free(array);
            n++;
        }
    cr_assert_gt(n, 150);
    free(line);
    fclose(f);
}

Test(print, a_number_reads_as_its_array)
{
    char *s = jac_str(jac_of_f64(0.1)), *i = jac_str(jac_of_i64(-3)),
         *b = jac_str(jac_of_bool(true));
    cr_expect_str_eq(s, "0.1");
    cr_expect_str_eq(i, "-3");
    cr_expect_str_eq(b, "True");
    free(s);
    free(i);
    free(b);
}

static char *traced_text;

static jac look(jac x)
{
    traced_text = jac_str(jac_add(x, 1));
    return x;
}
JAC_FN(look, jac, (jac, x))

Test(print, a_traced_value_reads_as_its_type)
{
    cr_assert(jac_ok(jac_call1(jac_jit(look_fn), jac_ones(JAC_SHAPE(2, 3)))));
    cr_expect_str_eq(traced_text, "f32[2,3]");
    free(traced_text);
}

Test(print, a_null_handle_is_an_error_and_not_a_crash)
{
    cr_expect_null(jac_str(JAC_NULL));
    cr_expect(jac_error());
    jac_error_clear();
    cr_expect_not(jac_print(JAC_NULL));
}
