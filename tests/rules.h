/* Every rule of one equation against the mathematics: the derivative against differences, the
 * transpose against the inner product, the batch rule against a loop over the batch, simplification
 * and compilation against evaluation.
 */
#ifndef JACQUARD_TESTS_RULES_H
#define JACQUARD_TESTS_RULES_H

#include "tests/support.h"

/* The graph of one equation: operands "f64[2,3] i32[]", equation
 * "dynamic_slice[slice_sizes=[2,2]]", result "f64[2,2]". NULL with an error recorded. */
ir_graph *rules_graph(const char *operands, const char *equation, const char *result);
/* Checks all of the above, on random operands; integers among them go from -3 to 7. A difference
 * fails the test and says which rule it was. */
void rules_hold(const char *operands, const char *equation, const char *result);
/* Does the equation fail to be built, with an error that has `message` in it? */
void rules_refuse(const char *operands, const char *equation, const char *result,
                  const char *message);
/* The value of the equation on operands given as "f64[2] 1 2". `want` likewise; compared exactly.
 */
void rules_give(const char *equation, const char *want, int n, const char *const *operands);
#define GIVES(equation, want, ...)                                                                 \
    rules_give(equation, want, (int)(sizeof(const char *[]){__VA_ARGS__} / sizeof(char *)),        \
               (const char *[]){__VA_ARGS__})

#endif
