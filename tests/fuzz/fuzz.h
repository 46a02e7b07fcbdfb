/* Random programs, and the checks that each of them must pass.
 *
 * The one idea: a program is a graph with its inputs, and every transformation turns a program into
 * a program. The generator makes a program from the table of primitives, some transformations are
 * applied to it, and the result must pass the same checks. A seed determines everything. A program
 * that fails a check is shrunk, and written as text that can be run again.
 */
#ifndef JACQUARD_FUZZ_H
#define JACQUARD_FUZZ_H

#include "tests/support.h"

/* ---- draws: a stream of numbers from a seed ------------------------------------------------- */

typedef struct {
    uint64_t state;
} fuzz_rng;

static inline uint64_t fuzz_bits(fuzz_rng *r)
{
    uint64_t z = r->state += 0x9E3779B97F4A7C15u; /* splitmix64 */
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}
/* A number from 0 to n - 1; 0 for n = 0. */
static inline int fuzz_below(fuzz_rng *r, int64_t n)
{
    return n > 0 ? (int)(fuzz_bits(r) % (uint64_t)n) : 0;
}
static inline bool fuzz_chance(fuzz_rng *r, int percent)
{
    return fuzz_below(r, 100) < percent;
}
static inline double fuzz_uniform(fuzz_rng *r, double lo, double hi)
{
    return lo + (hi - lo) * ((double)(fuzz_bits(r) >> 11) * 0x1p-53);
}

/* ---- generate.c, generate_ops.c, generate_control.c ----------------------------------------- */

typedef struct {
    ir_graph *g;
    test_arrays in; /* the inputs at which it is evaluated */
} fuzz_program;

void fuzz_program_free(fuzz_program *p); /* releases the graph; arrays are freed with their pool */
/* Makes the program for a seed. False with an error recorded if a primitive refused an equation
 * that its own infer rule had accepted. */
bool fuzz_generate(test_pool *p, uint64_t seed, fuzz_program *out);
/* Where to count how often each primitive was made, by its position in the table; or NULL. */
enum { FUZZ_OPS = 256 };
extern uint64_t *fuzz_made;

/* ---- steps.c: transformations of a program --------------------------------------------------- */

typedef struct {
    const char *name;
    /* False with an error recorded. */
    bool (*apply)(test_pool *p, fuzz_rng *r, const fuzz_program *in, fuzz_program *out);
} fuzz_step;
extern const fuzz_step fuzz_steps[];  /* ended by a NULL name */
int fuzz_step_find(const char *name); /* -1 if there is none */
/* Is the last recorded error one of the documented refusals? */
bool fuzz_refused(void);
/* Batches every input at a random axis, or not at all (-1). The first slice of each is the input
 * itself. axis_out is random too. */
int64_t fuzz_batch_size(fuzz_rng *r);
ir_graph *fuzz_batch(test_pool *p, fuzz_rng *r, const fuzz_program *in, int64_t size, int *axis_in,
                     int *axis_out, test_arrays *batched);
/* x repeated n times along a new axis. */
test_array fuzz_repeated(test_pool *p, const test_array *x, int axis, int64_t size);
/* A random array for each value of a float dtype. */
test_arrays fuzz_directions(test_pool *p, fuzz_rng *r, ir_value *const *v, int n);

/* ---- compare.c, rewrite.c -------------------------------------------------------------------- */

/* The error that rounding may leave in a result of a dtype, relative to it. */
double fuzz_rounding(ir_dtype d);
/* The float dtype of the fewest digits that g computes in; f64 if it computes in none. */
ir_dtype fuzz_coarsest(const ir_graph *g);
/* Are the results of g right, up to rounding? If one is not, g is evaluated again with its sums
 * wrong by a few units in the last place; a result that moves as far by this counts as right. */
bool fuzz_agree(test_pool *p, const char *what, const ir_graph *g, const test_arrays *in,
                const test_arrays *got, const test_arrays *want);
/* g with the results of sums and products wrong by a few random units in the last place. */
ir_graph *fuzz_jitter(const ir_graph *g, fuzz_rng *r);
/* g with functions that have a custom derivative called like any other function. */
ir_graph *fuzz_plain(const ir_graph *g);
/* g with some of its values replaced by collectives (psum, pmax, pmin over the axis of this name,
 * axis_index) which give the same value if both lanes have the same inputs. If `linearly`, only
 * psum and axis_index are used, so that linear graphs stay linear. */
ir_graph *fuzz_pooled(const ir_graph *g, fuzz_rng *r, bool linearly);
const char *fuzz_lanes(void);
/* The complaints since the last call; "" if there are none. */
const char *fuzz_complaints(void);

/* ---- checks.c, check_orders.c, check_stablehlo.c -------------------------------------------------------------------------------- */

typedef enum { FUZZ_PASS, FUZZ_SKIP, FUZZ_FAIL } fuzz_verdict;
typedef struct {
    const char *name;
    int percent; /* the percentage of programs on which it is done */
    fuzz_verdict (*run)(test_pool *p, fuzz_rng *r, fuzz_program *program);
    const char *says;
} fuzz_check;
extern const fuzz_check fuzz_checks[]; /* ended by a NULL name */
/* The verdict after a transformation or an evaluation has failed. */
fuzz_verdict fuzz_no_result(const char *what);
/* What one lane has of arrays that carry a batch at axis[k] (-1: all of it). */
test_arrays fuzz_slices(test_pool *p, const test_arrays *a, const int *axis, int64_t lane);
fuzz_verdict fuzz_check_orders(test_pool *p, fuzz_rng *r, fuzz_program *f);
fuzz_verdict fuzz_check_stablehlo(test_pool *p, fuzz_rng *r, fuzz_program *f);
/* Where to count how often each check reached each verdict; or NULL. */
enum { FUZZ_CHECKS = 16 };
extern uint64_t (*fuzz_done)[3];
int fuzz_check_find(const char *name);

/* ---- case.c: a program, the steps applied to it, and the check ------------------------------- */

enum { FUZZ_STEPS = 4 };
typedef struct {
    uint64_t seed; /* determines all draws besides the program */
    int step[FUZZ_STEPS], nstep;
    int check; /* -1: all checks that a draw selects */
    fuzz_program program;
} fuzz_case;

/* The case for a seed, with all checks. */
bool fuzz_case_draw(test_pool *p, uint64_t seed, fuzz_case *out);
/* Does the steps, then the check. If `at` is not NULL, it receives the index of each step, or
 * FUZZ_STEPS plus the index of the check, before it begins. *failed is the check that failed. */
fuzz_verdict fuzz_case_run(const fuzz_case *c, void (*at)(int), int *failed);
/* Does only step 0. Gives the case made of its result and the remaining steps. */
bool fuzz_case_advance(test_pool *p, const fuzz_case *c, fuzz_case *out);
void fuzz_case_write(FILE *f, const fuzz_case *c, const char *comment);
bool fuzz_case_read(test_pool *p, const char *path, fuzz_case *out);

/* ---- shrink.c -------------------------------------------------------------------------------- */

/* Makes c smaller while fails(c) holds, for at most `seconds`. */
void fuzz_shrink(test_pool *p, fuzz_case *c, bool (*fails)(const fuzz_case *c, void *env),
                 void *env, double seconds);

/* ---- cost.c ---------------------------------------------------------------------------------- */

/* Writes to f, as tables, what gradients cost (tests/cost/cost.h) for n programs from the seed on
 * and for the functions there. False if one of the functions is above the bound. */
bool fuzz_cost_report(FILE *f, uint64_t seed, int n);

#endif
