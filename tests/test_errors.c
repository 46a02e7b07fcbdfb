/* Wrong use of the public header: every message says what was wrong in the user's terms and names
 * the line; nothing crashes; and of several errors the first is reported.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "jacquard.h"
#include "tests/handles.h"

typedef struct {
    jac a, b;
} Two;

/* As the bits of a variable that was never set may be. */
static const jac not_a_handle = {(const void *)0x7ffd12345678};

static jac cube(jac x)
{
    return jac_power(x, 3);
}
JAC_FN(cube, jac, (jac, x))

static jac total(jac x)
{
    return jac_sum(x);
}
JAC_FN(total, jac, (jac, x))

static jac weighted(Two p, jac x)
{
    return jac_add(jac_mul(p.a, x), p.b);
}
JAC_FN(weighted, jac, (Two, p), (jac, x))

static Two pair(jac x)
{
    return (Two){x, jac_add(x, 1)};
}
JAC_FN(pair, Two, (jac, x))

static jac gives_nothing(jac x)
{
    (void)x;
    return JAC_NULL;
}
JAC_FN(gives_nothing, jac, (jac, x))

static jac vec(int64_t n)
{
    return jac_ones(JAC_SHAPE(n));
}

Test(errors, message_names_shapes_and_line)
{
    FAILS_WITH(jac_add(vec(3), vec(4)), "f32[3] and f32[4]");
    int line = __LINE__ + 1;
    jac_add(vec(3), vec(4));
    char where[64];
    snprintf(where, sizeof where, "test_errors.c:%d: ", line);
    cr_assert(strstr(jac_error(), where), "%s", jac_error());
}

#define FAILS_HERE(call)                                                                           \
    do {                                                                                           \
        char here[64];                                                                             \
        snprintf(here, sizeof here, "test_errors.c:%d: ", __LINE__);                               \
        FAILS_WITH(call, here);                                                                    \
    } while (0)

/* The line is also right if nothing ran on it before the call. */
Test(errors, every_call_names_its_own_line)
{
    jac x = vec(3), out;
    FAILS_HERE(jac_call(JAC_NULL_FN, &x, &out));
    FAILS_HERE(jac_call(cube_fn, NULL, &out));
#ifdef __OPTIMIZE__ /* only with optimisation does the compiler know the size of x */
    FAILS_HERE(jac_call(weighted_fn, &x, &out));
#endif
    FAILS_HERE(jac_ndim(JAC_NULL) >= 0);
    FAILS_HERE(jac_dim(x, 1));
    FAILS_HERE(jac_size(JAC_NULL) >= 0);
    FAILS_HERE(jac_dtype_of(JAC_NULL));
    FAILS_HERE(jac_weak_type(JAC_NULL));
    FAILS_HERE(jac_str(JAC_NULL));
    FAILS_HERE(jac_print(JAC_NULL));
    FAILS_HERE(jac_retain(JAC_NULL));
    FAILS_HERE((jac_release(x), NULL));
    FAILS_HERE(jac_retain_fn(JAC_NULL_FN));
    FAILS_HERE((jac_release_fn(jac_jit(cube_fn)), NULL));
}

Test(errors, call_by_signature_names_where_its_function_is_from)
{
    char where[64];
    snprintf(where, sizeof where, "test_errors.c:%d: ", __LINE__ + 1);
    jac_fn jitted = jac_jit(cube_fn);
    jac_add(1, 2);
    FAILS_WITH(cube_call(jitted, JAC_NULL), where);
    snprintf(where, sizeof where, "test_errors.c:%d: ", pair_fn.face->at.line);
    FAILS_WITH(cube_call(pair_fn, vec(3)), where);
    snprintf(where, sizeof where, "test_errors.c:%d: ", cube_fn.face->at.line);
    FAILS_WITH(cube_call(JAC_NULL_FN, vec(3)), where);
    snprintf(where, sizeof where, "test_errors.c:%d: ", gives_nothing_fn.face->at.line);
    FAILS_WITH(jac_call1(gives_nothing_fn, vec(3)), where);
}

Test(errors, null_pointers_for_lists_and_results)
{
    jac x = vec(3), out = x;
    FAILS_WITH(jac_cond(true, cube_fn, cube_fn, NULL, &out),
               "null pointer was given for the operands");
    FAILS_WITH(jac_cond(true, cube_fn, cube_fn, &x, NULL), "null pointer was given for the result");
    FAILS_WITH(jac_switch_(JAC_AT, jac_asarray(0), 2, NULL, &x, (jac_out){&out, SIZE_MAX}),
               "there must be at least one branch");
    FAILS_WITH(jac_cond(x, cube_fn, cube_fn, &x, &out), "predicate must be a scalar");
    cr_assert(!jac_ok(out), "a failed call leaves null handles");
    FAILS_WITH(jac_concatenate(0, JAC_HANDLES(2, NULL)), "there must be at least one array");
    FAILS_WITH(jac_stack(0, JAC_HANDLES(2, NULL)), "there must be at least one array");
    jac m = jac_ones(JAC_SHAPE(3, 4));
    jac_dims null = {2, NULL}, negative = {-1, (int64_t[]){0}};
    FAILS_WITH(jac_array_of(JAC_F32, null, &x), "null pointer");
    FAILS_WITH(jac_zeros(null), "null pointer");
    FAILS_WITH(jac_reshape_(JAC_AT, m, null), "null pointer");
    FAILS_WITH(jac_transpose_(JAC_AT, m, null), "null pointer");
    FAILS_WITH(jac_slice(m, null, JAC_SHAPE(1, 1)), "null pointer");
    FAILS_WITH(jac_dynamic_slice(m, null, 0, 0), "null pointer");
    FAILS_WITH(jac_pad(m, 0, JAC_SHAPE(0, 0), null), "null pointer");
    FAILS_WITH(jac_broadcast_in_dim(m, JAC_SHAPE(3, 4), null), "null pointer");
    FAILS_WITH(jac_dot_general(m, m, null, JAC_AXES(1), JAC_AXES(), JAC_AXES()), "null pointer");
    FAILS_WITH(jac_vmap(cube_fn, negative), "a length of -1");
    FAILS_WITH(jac_grad_(JAC_AT, cube_fn, (jac_grad_opts){.argnums = null}), "null pointer");
    FAILS_WITH(jac_jacobian_(JAC_AT, cube_fn, true, negative), "a length of -1");
    FAILS_WITH(jac_scalar((jac_dtype)99, 1), "not a dtype");
    FAILS_WITH(jac_view(vec(3), (jac_dtype)99), "jac_view: 99 is not a dtype");
    FAILS_WITH(jac_random_randint(jac_random_PRNGKey(0), JAC_SHAPE(2), 0, 2.5),
               "maxval is ~f32[], but must be an integer");
    FAILS_WITH(jac_random_normal(jac_random_PRNGKey(0), JAC_SHAPE(2), (jac_dtype)99),
               "not a dtype");
}

Test(errors, first_error_of_an_expression_is_told)
{
    jac x = jac_exp(jac_reshape(jac_dot(vec(3), vec(4)), 2));
    cr_assert(!jac_ok(x));
    cr_assert(strstr(jac_error(), "dot"), "%s", jac_error());
    FAILS_WITH(jac_add(1, JAC_NULL), "null handle");
    cr_assert_eq(jac_item_f64(jac_add(1, 1)), 2);
    cr_assert_null(jac_error());
}

Test(errors, grad_of_what_is_no_scalar_loss)
{
    FAILS_WITH(jac_call1(jac_grad(cube_fn), vec(3)), "one float scalar, but it gives f32[3]");
    FAILS_WITH(jac_call1(jac_grad(total_fn), jac_array(JAC_SHAPE(2), (int32_t[]){1, 2})),
               "only floats");
    FAILS_WITH(jac_grad(cube_fn, 1), "it has 1 argument, but argument 1");
    FAILS_WITH(jac_call1(jac_grad(pair_fn), 1.0), "gives 2 values");
    FAILS_WITH(jac_call1(jac_grad(gives_nothing_fn), 1.0), "null handle");
}

Test(errors, vmap_over_axes_that_do_not_fit)
{
    FAILS_WITH(jac_call1(jac_vmap(cube_fn), 3.0), "no axis 0");
    FAILS_WITH(jac_call1(jac_vmap(cube_fn, JAC_AXES(1)), vec(3)), "no axis 1");
    FAILS_WITH(jac_call1(jac_vmap(weighted_fn, JAC_AXES(0, 0)), vec(3), vec(3), vec(4)),
               "argument 1");
    FAILS_WITH(jac_vmap(weighted_fn, JAC_AXES(0, 0, 0)), "in_axes has an entry for 3");
    FAILS_WITH(jac_call1(jac_vmap(cube_fn, JAC_AXES(JAC_NONE)), vec(3)), "axis_size");
    FAILS_WITH(jac_call1(jac_vmap(cube_fn, JAC_AXES(0), .out_axes = JAC_AXES(2)), vec(3)),
               "result 0");
    FAILS_WITH(jac_call1(jac_vmap(cube_fn, JAC_AXES(0), .out_axes = JAC_AXES(JAC_NONE)), vec(3)),
               "output 0");
    FAILS_WITH(jac_vmap(cube_fn, JAC_AXES(0), .out_axes = JAC_AXES(0, 0)),
               "out_axes has an entry for 2");
    jac deep = jac_ones(JAC_SHAPE(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1));
    FAILS_WITH(jac_call1(jac_jacrev(cube_fn), deep), "has more than 16 dimensions");
    FAILS_WITH(jac_call1(jac_jacfwd(cube_fn), deep), "has more than 16 dimensions");
}

Test(errors, calls_that_do_not_fit_the_signature)
{
    FAILS_WITH(jac_call1(cube_fn, 1.0, 2.0), "takes 1 handle, but is given 2");
    FAILS_WITH(jac_call1(pair_fn, 1.0), "gives 2");
    jac_error_clear();
    Two two = pair_call(cube_fn, vec(3));
    cr_assert(!jac_ok(two.a) && strstr(jac_error(), "gives 1"), "%s", jac_error());
    jac_error_clear();
    jac out = cube_call(cube_fn, JAC_NULL);
    cr_assert(!jac_ok(out) && strstr(jac_error(), "argument 0 is a null handle"), "%s",
              jac_error());
    FAILS_WITH(jac_call1(weighted_fn, vec(3), JAC_NULL, 1.0), "null handle");
    FAILS_WITH(jac_call1(weighted_fn, vec(3), not_a_handle, 1.0),
               "weighted: argument 0, leaf 1 is not a handle");
}

static jac escaped;
static jac leaks(jac x)
{
    escaped = jac_mul(x, 2);
    return escaped;
}
JAC_FN(leaks, jac, (jac, x))

static jac keeps(jac x)
{
    escaped = jac_retain(jac_mul(x, 2));
    return x;
}
JAC_FN(keeps, jac, (jac, x))

Test(errors, tracer_that_escaped)
{
    cr_assert(jac_ok(jac_call1(jac_jit(leaks_fn), 3.0)));
    FAILS_WITH(jac_add(escaped, 1), "only as a result or as state");
    cr_assert(jac_ok(jac_call1(jac_jit(keeps_fn), 3.0)));
    FAILS_WITH(jac_add(escaped, 1), "belongs to a trace that has ended");
    cr_assert_eq(jac_item_f64(jac_call1(jac_jit(leaks_fn), 4.0)), 8);
}

static jac always(jac x)
{
    return jac_lt(x, 10);
}
JAC_FN(always, jac, (jac, x))

static jac not_scalar(jac x)
{
    return jac_lt(jac_add(vec(2), x), 10);
}
JAC_FN(not_scalar, jac, (jac, x))

static jac widens(jac x)
{
    return jac_astype(x, JAC_F64);
}
JAC_FN(widens, jac, (jac, x))

static jac grows(jac x)
{
    return jac_stack(0, x, x);
}
JAC_FN(grows, jac, (jac, x))

static jac counted(jac i, jac x)
{
    return jac_add(x, i);
}
JAC_FN(counted, jac, (jac, i), (jac, x))

static jac widens_counted(jac i, jac x)
{
    (void)i;
    return widens(x);
}
JAC_FN(widens_counted, jac, (jac, i), (jac, x))

Test(errors, loop_whose_carry_changes_type)
{
    jac x = jac_scalar(JAC_F32, 1);
    FAILS_WITH(jac_while_loop(always_fn, widens_fn, x),
               "while_loop: carry 0 enters the body as f32[], but leaves as f64[]; it must keep "
               "its dtype");
    FAILS_WITH(jac_while_loop(always_fn, grows_fn, x), "leaves as f32[2]; it must keep its shape");
    FAILS_WITH(jac_fori_loop(0, 3, widens_counted_fn, x),
               "fori_loop: carry 0 enters the body as f32[], but leaves as f64[]");
    FAILS_WITH(jac_fori_loop(0, jac_scalar(JAC_I32, 3), widens_counted_fn, x),
               "fori_loop: carry 0 enters the body as f32[], but leaves as f64[]");
    FAILS_WITH(jac_while_loop(not_scalar_fn, cube_fn, x),
               "must give one bool[], but gives bool[2]");
    FAILS_WITH(jac_while_loop(cube_fn, cube_fn, x), "must give one bool[], but gives f32[]");
    FAILS_WITH(jac_while_loop(always_fn, counted_fn, x), "the body counted must take 1 handle");
    FAILS_WITH(jac_while_loop(always_fn, cube_fn, JAC_NULL), "initial value is a null handle");
    FAILS_WITH(jac_while_loop(always_fn, cube_fn, not_a_handle),
               "while_loop: leaf 0 of the initial value is not a handle");
    FAILS_WITH(jac_fori_loop(0, 3.5, counted_fn, x), "integer scalars");
    FAILS_WITH(jac_fori_loop(0, vec(2), counted_fn, x), "integer scalars");
}

static jac doubled_while(jac x)
{
    return jac_while_loop(always_fn, cube_fn, x);
}
JAC_FN(doubled_while, jac, (jac, x))

static jac for_ever(jac x)
{
    return jac_ge(x, 0);
}
JAC_FN(for_ever, jac, (jac, x))

static jac endless(jac x)
{
    return jac_while_loop(for_ever_fn, cube_fn, x);
}
JAC_FN(endless, jac, (jac, x))

JAC_DEF_ENV(jac, checkpointed, int64_t, (jac, x))
{
    return jac_checkpointed_while_loop(*env, always_fn, cube_fn, x);
}

JAC_DEF_ENV(jac, checkpointed_block, int64_t, (jac, x))
{
    JAC_CHECKPOINTED_WHILE (*env, x, always(x)) {
        x = cube(x);
    }
    return x;
}

Test(errors, loop_without_a_checkpoint)
{
    for (int64_t n = -1; n <= 0; n++) {
        FAILS_WITH(jac_call1(checkpointed_with(n), 2.0), "checkpoints must be at least 1");
        FAILS_WITH(jac_call1(checkpointed_block_with(n), 2.0), "checkpoints must be at least 1");
        FAILS_WITH(jac_call1(jac_jit(jac_grad(checkpointed_with(n))), 2.0),
                   "checkpoints must be at least 1");
        FAILS_WITH(jac_call1(jac_jit(checkpointed_block_with(n)), 2.0), "JAC_CHECKPOINTED_WHILE");
    }
    cr_assert_eq(jac_item_f64(jac_call1(jac_grad(checkpointed_with(1)), 2.0)), 9 * 256);
}

Test(errors, tape_of_an_endless_loop_ends_with_an_error)
{
    jac_tape_limit(1 << 20);
    FAILS_WITH(jac_call1(jac_grad(endless_fn), 1.0), "would take more than 1048576 bytes");
    FAILS_WITH(jac_call1(jac_jit(jac_grad(endless_fn)), 1.0), "would take more than 1048576 bytes");
    FAILS_WITH(jac_call1(jac_grad(endless_fn), 1.0), "jac_checkpointed_while_loop");
    FAILS_WITH(jac_call1(jac_grad(checkpointed_with(INT64_C(1) << 40)), 1.0),
               "1099511627776 checkpoints of 4 bytes are more than 1048576 bytes");
    FAILS_WITH(jac_call1(jac_jit(jac_grad(checkpointed_with(INT64_MAX))), 1.0), "ask for fewer");
    cr_assert_eq(jac_tape_bytes(), 0);
    jac_tape_limit(0);
    cr_assert_eq(jac_item_f64(jac_call1(jac_grad(doubled_while_fn), 2.0)), 9 * 256);
    cr_assert_eq(jac_tape_bytes(), 0);
}

struct none {
};

static Two counts(jac c, struct none nothing)
{
    (void)nothing;
    return (Two){jac_add(c, 1), c};
}
JAC_FN(counts, Two, (jac, c), (struct none, nothing))

Test(errors, scan_whose_length_nothing_tells)
{
    jac c = jac_scalar(JAC_F32, 0), ys;
    FAILS_WITH(jac_scan(counts_fn, &c, NULL, &ys), ".length is not given");
    c = jac_scalar(JAC_F32, 0);
    FAILS_WITH(jac_scan(counts_fn, &c, NULL, &ys, .length = -2),
               "scan: length must be at least 0, but is -2");
    c = jac_scalar(JAC_F32, 0);
    FAILS_WITH(jac_scan(counts_fn, &c, NULL, &ys, .length = 3, .unroll = -1),
               "scan: unroll must be at least 0, but is -1");
    c = jac_scalar(JAC_F32, 0);
    cr_assert(jac_scan(counts_fn, &c, NULL, &ys, .length = 3));
    cr_assert_eq(jac_item_f64(c), 3);
}

Test(errors, branches_that_do_not_agree)
{
    FAILS_WITH(jac_cond1(true, cube_fn, widens_fn, jac_scalar(JAC_F32, 1)),
               "is f32[] from cube, but f64[] from widens");
    FAILS_WITH(jac_cond1(true, cube_fn, counted_fn, 1.0), "counted takes 2 handles");
    FAILS_WITH(jac_cond1(vec(2), cube_fn, cube_fn, 1.0),
               "predicate must be a scalar, but is f32[2]");
    jac y;
    FAILS_WITH(jac_switch(0.5, JAC_FNS(cube_fn, cube_fn), (jac[]){vec(1)}, &y),
               "an integer scalar");
}

static Two two_tangents(jac x, jac t)
{
    return (Two){x, t};
}
JAC_FN(two_tangents, Two, (jac, x), (jac, t))

Test(errors, custom_jvp_whose_rule_does_not_fit)
{
    FAILS_WITH(jac_custom_jvp(cube_fn, cube_fn), "so its rule must take 2");
    FAILS_WITH(jac_call1(jac_custom_jvp(cube_fn, two_tangents_fn), 3), "only floats have tangents");
}

Test(errors, tangent_of_another_type)
{
    jac y, t;
    FAILS_WITH(jac_jvp(cube_fn, (jac[]){vec(3)}, (jac[]){vec(4)}, &y, &t),
               "f32[4], but must be f32[3]");
    FAILS_WITH(jac_jvp(total_fn, (jac[]){jac_array(JAC_SHAPE(1), (int32_t[]){1})}, (jac[]){vec(1)},
                       &y, &t),
               "an integer has no tangent");
    jac_fn back = jac_vjp(cube_fn, (jac[]){vec(3)}, &y);
    FAILS_WITH(jac_call1(back, vec(4)), "f32[4], but must be f32[3]");
}

static jac calls_itself(jac x);
JAC_FN(calls_itself, jac, (jac, x))
static jac calls_itself(jac x)
{
    return jac_call1(jac_grad(calls_itself_fn), x);
}

Test(errors, function_that_transforms_itself_without_end)
{
    FAILS_WITH(jac_call1(jac_grad(calls_itself_fn), 1.0), "nested more than");
}

static jac inner_error(jac x)
{
    jac_sin(x);
    return jac_call1(JAC_NULL_FN, x);
}
JAC_FN(inner_error, jac, (jac, x))

/* The name belongs to the line: a function that was traced does not leave its own behind. */
Test(errors, name_of_the_function_is_that_of_the_line)
{
    jac x = vec(3), out = x;
    FAILS_WITH(jac_call1(inner_error_fn, x), "jac_call1: a null function");
    FAILS_WITH(jac_call1(jac_grad(cube_fn), x), "grad of cube");
    FAILS_WITH(jac_while_loop(JAC_NULL_FN, cube_fn, x), "jac_while_loop: a null function");
    FAILS_WITH(jac_cond(true, cube_fn, JAC_NULL_FN, &x, &out), "jac_cond: a null function");
    FAILS_WITH(cube_call(JAC_NULL_FN, x), "cube_call: a null function");
    FAILS_WITH(jac_value_and_grad(JAC_NULL_FN), "jac_value_and_grad: a null function");
    FAILS_WITH(jac_jacfwd(JAC_NULL_FN), "jac_jacfwd: a null function");
    FAILS_WITH(jac_cg(JAC_NULL_FN, x), "cg: a null function");
    FAILS_WITH(jac_cg(JAC_NULL, x), "the matrix of a linear system is a null handle");
    FAILS_WITH(jac_item_i64(JAC_NULL), "jac_item_i64: ");
    FAILS_WITH(jac_print(JAC_NULL), "jac_print: ");
    FAILS_WITH((jac_release_fn(jac_jit(cube_fn)), false), "jac_release_fn: ");
}

/* A transformed function has another signature than the C function of its name. */
Test(errors, signature_of_a_transformed_function_names_where_it_was_made)
{
    jac x = vec(3);
    Two out;
    struct {
        jac a, b, c;
    } three;
    int line = __LINE__ + 1;
    jac_fn both = jac_grad(weighted_fn, 0, 1);
    char made[64];
    snprintf(made, sizeof made, "weighted (as transformed at test_errors.c:%d) ", line);
    FAILS_WITH(jac_call1(both, x), made);
    FAILS_WITH(jac_call1(both, x, x, x), "gives 3 handles, but must give one here");
    FAILS_WITH(jac_call(both, &three, &out), "gives 3 handles, but is given a struct of 2");
    FAILS_WITH(jac_call(both, &three, &out), made);
    FAILS_WITH(jac_call1(cube_fn, x, x), "jac_call1: cube takes 1 handle, but is given 2");
    FAILS_WITH(jac_cond1(true, cube_fn, cube_fn), "jac_cond1: cube takes 1 handle, but is given 0");
}

Test(errors, null_pointer_for_a_scope)
{
    jac *null = NULL;
    int passes = 0;
    jac kept;
    JAC_SCOPE (null, &kept) {
        kept = vec(3);
        passes++;
    }
    cr_expect_eq(passes, 1);
    cr_expect(strstr(jac_error(), "test_errors.c:") &&
                  strstr(jac_error(), "JAC_SCOPE: a null pointer was given for tree 0"),
              "%s", jac_error());
    cr_expect_eq(jac_size(kept), 3, "the other tree is kept");
    jac_error_clear();
}
