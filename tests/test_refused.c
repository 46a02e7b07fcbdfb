/* Graphs given as text whose nested graphs do not fit: each primitive says which and how. The
 * library never makes such graphs, but files and programs that write text may. */
#include "ops/ops.h"
#include "tests/compiled.h"
#include "tests/rules.h"

TestSuite(refused, .init = ops_init);

/* Nested graphs. */
#define ONE(a)      "graph (x: " a ") {\n return x\n}"
#define FIRST(a, b) "graph (x: " a ", y: " b ") {\n return x\n}"
#define LAST(a, b)  "graph (x: " a ", y: " b ") {\n return y\n}"
#define BOTH(a, b)  "graph (x: " a ", y: " b ") {\n return x, y\n}"
#define NONE(a)     "graph (x: " a ") {\n return\n}"

static void linear_solve(const char *operands, const char *solve, const char *matvec,
                         const char *back, int nconst, const char *message)
{
    char text[1200];
    snprintf(text, sizeof text,
             "custom_linear_solve[solve=%s, matvec=%s, transpose_solve=[%s], num_consts=%d]", solve,
             matvec, back, nconst);
    rules_refuse(operands, text, "f64[]", message);
}

Test(refused, a_linear_solve_whose_graphs_do_not_fit)
{
    const char *good = LAST("f64[]", "f64[]");
    linear_solve("f64[] f64[]", good, good, good, 2, "2 constants leave no vector among 2");
    linear_solve("f64[] f64[]", good, good, good, -1, "-1 constants leave no vector");
    linear_solve("f64[] i32[]", LAST("f64[]", "i32[]"), LAST("f64[]", "i32[]"), "", 1,
                 "value 0 of the vector is i32[], but only floats");
    linear_solve("f64[] f64[]", NONE("f64[]"), good, "", 1,
                 "solve takes 1 values, but 2 are given");
    linear_solve("f64[2] f64[]", LAST("f64[2]", "f64[]"), FIRST("f64[2]", "f64[]"), "", 1,
                 "matvec takes f64[] as value 0 of the vector, but gives f64[2]");
    linear_solve("f64[] f64[]", good, BOTH("f64[]", "f64[]"), "", 1,
                 "for a vector of 1 values, matvec gives 2");
    char two[600];
    snprintf(two, sizeof two, "%s, %s", good, good);
    linear_solve("f64[] f64[]", good, good, two, 1, "there are 2 transpose_solve functions");
    linear_solve("f64[] f64[]", good, good, BOTH("f64[]", "f64[]"), 1,
                 "transpose_solve gives after the vector must be a status, i32[], but is f64[]");
}

static void root(const char *solve, const char *f, const char *tangent, const char *back,
                 const char *message)
{
    char text[1200];
    snprintf(text, sizeof text,
             "custom_root[solve=%s, f=%s, tangent_solve=%s, transpose_solve=%s, num_consts=0]",
             solve, f, tangent, back);
    rules_refuse("f64[]", text, "f64[]", message);
}

Test(refused, a_root_whose_graphs_do_not_fit)
{
    const char *one = ONE("f64[]"), *two = LAST("f64[]", "f64[]");
    root(one, ONE("f32[]"), two, two, "f takes f32[] as its input 0, but is given f64[]");
    root(NONE("f64[]"), one, two, two, "solve of a vector of 1 values gives 0");
    root(one, "graph (x: f64[]) {\n return x, x\n}", two, two,
         "f takes an x of 1 values, but gives 2");
    root(one, one, one, two, "tangent_solve takes 1 values, but 2 are given");
    root(one, one, two, LAST("f64[]", "f64[2]"),
         "transpose_solve takes f64[2] as its input 1, but is given f64[]");
}

Test(refused, a_cond_whose_branches_do_not_fit)
{
    rules_refuse("i32[] f64[]", "cond[branches=[]]", "f64[]", "at least one branch");
    rules_refuse("f64[] f64[]", "cond[branches=[" ONE("f64[]") "]]", "f64[]",
                 "the index must be i32[], but is f64[]");
    rules_refuse("i32[] f64[]", "cond[branches=[" ONE("f64[]") ", " NONE("f64[]") "]]", "f64[]",
                 "branch 0 gives 1 values, branch 1 gives 0");
    rules_refuse("i32[] f64[] f64[2]",
                 "cond[branches=[" FIRST("f64[]", "f64[2]") ", " LAST("f64[]", "f64[2]") "]]",
                 "f64[]", "output 0 is f64[] in branch 0, but f64[2] in branch 1");
}

Test(refused, a_custom_derivative_whose_graphs_do_not_fit)
{
    rules_refuse("f64[]", "custom_jvp_call[graph=" ONE("f64[]") ", jvp=" ONE("f64[]") "]", "f64[]",
                 "of 1 inputs and 1 outputs needs a jvp of 2 and 2, but its jvp has 1 and 1");
    rules_refuse("f64[]", "custom_jvp_call[graph=" ONE("f64[]") ", jvp=" BOTH("f32[]", "f64[]") "]",
                 "f64[]", "output 0 is f64[] in the function, but f32[] in its jvp");
    const char *
        one = "graph=" ONE("f64[]"),
       *wrong[][4] = {
           {ONE("f64[]"), BOTH("f64[]", "f64[]"), "do not fit a backward function of 2 inputs",
            NULL},
           {LAST("f64[]", "f64[]"), ONE("f64[]"), "needs a forward function of as many inputs",
            NULL},
           {ONE("f32[]"), ONE("f64[]"), "input 0 is f64[] in the function, but f32[] in its", NULL},
           {ONE("f64[]"), ONE("f32[]"), "output 0 is f64[], but the backward function takes f32[]",
            NULL},
           {"graph (x: f64[]) {\n return x, x\n}", LAST("f32[]", "f64[]"),
            "residual 0 leaves the forward function as f64[], but enters the backward one as f32[]",
            NULL}};
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
        char text[800];
        snprintf(text, sizeof text, "custom_vjp_call[%s, fwd=%s, bwd=%s]", one, wrong[k][0],
                 wrong[k][1]);
        rules_refuse("f64[]", text, "f64[]", wrong[k][2]);
    }
    rules_refuse("f64[]", "custom_vjp_lin[bwd=" BOTH("f64[]", "f64[]") "]", "f64[]",
                 "takes 2 values and gives 2, which does not fit 1 operands");
    rules_refuse("f64[] f32[]", "custom_vjp_lin[bwd=" LAST("f64[]", "f64[]") "]", "f64[]",
                 "operand 1 is f32[], but must be f64[]");
}

static void loop(const char *operands, const char *cond, const char *body, const char *numbers,
                 const char *message)
{
    char text[1200];
    snprintf(text, sizeof text, "while[cond=%s, body=%s, %s]", cond, body, numbers);
    rules_refuse(operands, text, "f64[]", message);
}

Test(refused, a_while_whose_graphs_do_not_fit)
{
    const char *zero = "cond_nconsts=0, body_nconsts=0", *lt = "graph (x: f64[]) {\n"
                                                               " c: bool[] = lt x x\n return c\n}";
    loop("f64[]", lt, ONE("f64[]"), "cond_nconsts=1, body_nconsts=1",
         "1 and 1 constants do not fit 1 operands");
    loop("f64[]", lt, LAST("f64[]", "f64[]"), zero,
         "needs a condition of 1 inputs and a body of 1, but they have 1 and 2");
    loop("f64[]", ONE("f64[]"), ONE("f64[]"), zero,
         "the condition must give one bool[], but gives f64[]");
    loop("f64[]", NONE("f64[]"), ONE("f64[]"), zero,
         "the condition must give one bool[], but gives nothing");
    loop("f64[]", lt, NONE("f64[]"), zero, "the body takes a carry of 1 values, but gives 0");
    loop("f64[] f64[]", lt, FIRST("f32[]", "f64[]"), "cond_nconsts=0, body_nconsts=1",
         "constant 0 of the body is f32[], but f64[] is given");
    loop("f64[2] f64[]", lt, FIRST("f64[2]", "f64[]"), "cond_nconsts=0, body_nconsts=1",
         "carry 0 enters the body as f64[], but leaves as f64[2]");
    loop("f64[]", lt, ONE("f64[]"), "cond_nconsts=0, body_nconsts=0, checkpoints=-1",
         "checkpoints must be at least 1, or 0 for a tape, but is -1");
    loop("f64[]", lt, "graph (x: f64[]) {\n return x, x\n}",
         "cond_nconsts=0, body_nconsts=0, checkpoints=2",
         "with checkpoints, the body can give nothing but the carry");
}

static void scan(const char *operands, const char *body, const char *numbers, const char *message)
{
    char text[1200];
    snprintf(text, sizeof text, "scan[body=%s, %s]", body, numbers);
    rules_refuse(operands, text, "f64[]", message);
}

Test(refused, a_scan_whose_graphs_do_not_fit)
{
#define DEEP "f64[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]"
    const char *one = ONE("f64[]");
    scan("f64[]", one, "length=3, num_consts=0, num_carry=1, reverse=false, checkpoints=-1",
         "checkpoints must be at least 1, or 0 for residuals, but is -1");
    scan("f64[]", one, "length=3, num_consts=0, num_carry=1, reverse=false, checkpoints=2",
         "with checkpoints, a scan must go forwards, take its length as an operand");
    scan("f64[] i64[]", one, "length=-1, num_consts=0, num_carry=1, reverse=true, checkpoints=2",
         "with checkpoints, a scan must go forwards");
    scan("f64[] f64[]", one, "length=-1, num_consts=0, num_carry=1, reverse=false",
         "a length that is an operand must be i64[], but is f64[]");
    scan("f64[]", one, "length=3, num_consts=-1, num_carry=1, reverse=false",
         "length 3, -1 constants and 1 carries do not fit 1 operands");
    scan("f64[] f64[2]", FIRST("f64[]", "f64[]"),
         "length=3, num_consts=0, num_carry=1, reverse=false",
         "xs 0 is f64[2], but its leading axis must be the length, 3");
    scan("f64[2] f64[]", FIRST("f64[2]", "f64[]"),
         "length=3, num_consts=1, num_carry=1, reverse=false",
         "carry 0 enters the body as f64[], but leaves as f64[2]");
    scan(DEEP " f64[]", "graph (x: " DEEP ", y: f64[]) {\n return y, x\n}",
         "length=3, num_consts=1, num_carry=1, reverse=false",
         "at each step, has too many dimensions to be stacked");
}

Test(refused, sizes_that_no_array_can_have)
{
    rules_refuse("f64[2] f64[]", "pad[low=[9223372036854775807], high=[0], interior=[0]]", "f64[2]",
                 "are too large for f64[2]");
    rules_refuse("f64[2] f64[]", "pad[low=[0], high=[0], interior=[4611686018427387904]]", "f64[2]",
                 "are too large for f64[2]");
    rules_refuse("", "concatenate[dimension=0]", "f64[]", "takes at least one operand");
}

static void lanes(const char *operand, const char *whole, const char *strip, int size,
                  const char *axes, const char *message)
{
    char text[800];
    snprintf(text, sizeof text, "lanes[whole=%s, strip=%s, size=%d, axes=[%s]]", whole, strip, size,
             axes);
    rules_refuse(operand, text, "f64[4]", message);
}

Test(refused, lanes_whose_strips_do_not_fit)
{
    const char *four = ONE("f64[4]");
    lanes("f64[4]", four, ONE("f64[]"), 4, "", "1 operands, but the strip has 1 inputs");
    lanes("f64[4]", NONE("f64[4]"), NONE("f64[]"), 4, "0", "it has no results");
    lanes("f64[4]", four, ONE("f64[8]"), 4, "0", "there are 4 lanes, but strips of 8");
    lanes("f64[4]", four, ONE("f64[]"), 0, "0", "there are 0 lanes, but strips of 0");
    lanes("f64[4]", four, ONE("f64[2]"), 3, "0", "operand 0, f64[4], does not have 3 lanes");
    lanes("f64[4]", four, ONE("f32[]"), 4, "0",
          "operand 0 of the strip should be f64[], but is f32[]");
}

Test(refused, an_axis_index_of_something)
{
    rules_refuse("f64[]", "axis_index[axis_name=i]", "i32[]",
                 "it takes no operand, but 1 are given");
}
