/* Checks all rules of one equation: the derivative against finite differences, the transpose
 * against the inner product, the batch rule against a loop over the batch, and simplification and
 * compiled code against evaluation.
 */
#ifndef JACQUARD_TESTS_RULES_H
#define JACQUARD_TESTS_RULES_H

#include "tests/support.h"

/* A graph of one equation, given as text: operands "f64[2,3] i32[]", equation
 * "dynamic_slice[slice_sizes=[2,2]]", result "f64[2,2]". NULL with an error recorded. */
ir_graph *rules_graph(const char *operands, const char *equation, const char *result);
/* Checks all of the above on random operands; integers are from -3 to 7. If a rule is wrong, the
 * test fails with a message that names the rule. */
void rules_hold(const char *operands, const char *equation, const char *result);
/* Checks that the equation is refused with an error that contains `message`. */
void rules_refuse(const char *operands, const char *equation, const char *result,
                  const char *message);
/* Checks the equation's exact value. Operands and `want` are given as "f64[2] 1 2". */
void rules_give(const char *equation, const char *want, int n, const char *const *operands);
#define GIVES(equation, want, ...)                                                                 \
    rules_give(equation, want, (int)(sizeof(const char *[]){__VA_ARGS__} / sizeof(char *)),        \
               (const char *[]){__VA_ARGS__})

#endif
