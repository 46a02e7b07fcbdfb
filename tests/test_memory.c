/* Memory for arrays and arenas (ir/memory.c, ir/arena.c): requests that are too large, and blocks
 * that are kept for later ones. */
#include <criterion/criterion.h>
#include <setjmp.h>
#include <string.h>

#include "ir/ir.h"

enum { MANY = 40 };

Test(memory, a_request_for_more_than_there_is_gives_null)
{
    cr_expect_null(ir_memory_take(SIZE_MAX));
    cr_expect_null(ir_memory_take(SIZE_MAX / 2));
    void *p = ir_memory_take(0);
    cr_expect(p);
    ir_memory_give(p, 0);
    ir_memory_give(NULL, 100);
}

Test(memory, an_arena_says_what_it_cannot_allocate)
{
    IR_SCRATCH(a);
    cr_expect_null(ir_alloc(&a, SIZE_MAX));
    cr_expect(strstr(ir_error(), "out of memory: cannot allocate 18446744073709551615 bytes"), "%s",
              ir_error());
    ir_error_clear();
    cr_expect_null(ir_alloc(&a, SIZE_MAX - 40));
    cr_expect_null(ir_alloc(&a, SIZE_MAX / 2));
    cr_expect_null(ir_dup(&a, "x", SIZE_MAX / 2));
    ir_error_clear();
    char *text = ir_strdup(&a, "it still works");
    cr_expect_str_eq(text, "it still works");
}

Test(memory, an_arena_with_an_exit_leaves_by_it)
{
    static ir_arena a;
    static volatile int passed;
    jmp_buf exit;
    a.exit = &exit;
    if (!setjmp(exit)) {
        ir_alloc(&a, 100);
        passed = 1;
        ir_alloc(&a, SIZE_MAX / 2);
        passed = 2;
    }
    cr_expect_eq(passed, 1);
    cr_expect(ir_error());
    ir_arena_free(&a);
}

/* Blocks of different sizes, more than are kept, and one that is larger than all that is kept.
 * Pages that nobody writes take no memory. */
Test(memory, blocks_that_are_given_back_can_be_taken_again)
{
    char *p[MANY];
    for (int round = 0; round < 2; round++) {
        for (int k = 0; k < MANY; k++) {
            p[k] = ir_memory_take((size_t)(k + 1) << 20);
            cr_assert(p[k]);
            *p[k] = (char)k;
        }
        for (int k = 0; k < MANY; k++) {
            cr_expect_eq(*p[k], k, "two blocks overlap");
            ir_memory_give(p[k], (size_t)(k + 1) << 20);
        }
    }
    void *large = ir_memory_take((size_t)1 << 36);
    if (large) /* it depends on how the machine commits memory */
        ir_memory_give(large, (size_t)1 << 36);
    char *again = ir_memory_take((size_t)MANY << 20);
#ifndef __SANITIZE_ADDRESS__
    cr_expect_eq(again, p[MANY - 1], "the block given last is not taken again");
#endif
    ir_memory_give(again, (size_t)MANY << 20);
}
