/* Random programs, and what must hold of each of them.
 *
 * The one idea: a program is a graph with its inputs, and every transformation makes a program of a
 * program. So the generator makes a program from the table of primitives, some transformations are
 * applied to it, and the same checks hold of whatever has come out. Everything is drawn from a
 * seed; a program that fails a check is shrunk, and written as text that can be run again.
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
/* 0 ... n - 1; 0 for n = 0. */
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
    test_arrays in; /* where it is evaluated */
} fuzz_program;

void fuzz_program_free(fuzz_program *p); /* the graph; arrays go with their pool */
/* The program of a seed. False with an error recorded if a primitive refused what its own infer
 * rule had accepted. */
bool fuzz_generate(test_pool *p, uint64_t seed, fuzz_program *out);
/* How often each primitive was made, by its place in the table; set to where to count, or NULL. */
enum { FUZZ_OPS = 256 };
extern uint64_t *fuzz_made;

/* ---- steps.c: transformations of a program --------------------------------------------------- */

typedef struct {
    const char *name;
    /* False with an error recorded. */
    bool (*apply)(test_pool *p, fuzz_rng *r, const fuzz_program *in, fuzz_program *out);
} fuzz_step;
extern const fuzz_step fuzz_steps[];  /* ended by a NULL name */
int fuzz_step_find(const char *name); /* -1: there is none */
/* Was the error recorded last one of the refusals that are documented? */
bool fuzz_refused(void);
/* Batches every input at an axis drawn, or not (-1); the first slice of each is the input itself.
 * axis_out is drawn too. */
int64_t fuzz_batch_size(fuzz_rng *r);
ir_graph *fuzz_batch(test_pool *p, fuzz_rng *r, const fuzz_program *in, int64_t size, int *axis_in,
                     int *axis_out, test_arrays *batched);
/* x, so often along a new axis. */
test_array fuzz_repeated(test_pool *p, const test_array *x, int axis, int64_t size);
/* A random array for each float among the values. */
test_arrays fuzz_directions(test_pool *p, fuzz_rng *r, ir_value *const *v, int n);

/* ---- compare.c, rewrite.c ---------------------------------------------------------------------
 */

/* Are the results of g what they should be, up to rounding? Where they are not, g is evaluated with
 * its sums off by some units in the last place: what that changes as much is no error. */
bool fuzz_agree(test_pool *p, const char *what, const ir_graph *g, const test_arrays *in,
                const test_arrays *got, const test_arrays *want);
/* g with results of sums and products off by a few units in the last place, at random. */
ir_graph *fuzz_jitter(const ir_graph *g, fuzz_rng *r);
/* g with what has a derivative of its own called as any function is. */
ir_graph *fuzz_plain(const ir_graph *g);
/* g with what two lanes that have the same inputs compute together (psum, pmax, pmin over an axis of
 * this name, axis_index) and yet is the same: in place of some of its values, those
 * themselves; linearly: only by psum and axis_index, so that what is linear stays so. */
ir_graph *fuzz_pooled(const ir_graph *g, fuzz_rng *r, bool linearly);
const char *fuzz_lanes(void);
/* What was complained about since the last call; "" if nothing was. */
const char *fuzz_complaints(void);

/* ---- checks.c ---------------------------------------------------------------------------------
 */

typedef enum { FUZZ_PASS, FUZZ_SKIP, FUZZ_FAIL } fuzz_verdict;
typedef struct {
    const char *name;
    int percent; /* of the programs it is done on */
    fuzz_verdict (*run)(test_pool *p, fuzz_rng *r, fuzz_program *program);
    const char *says;
} fuzz_check;
extern const fuzz_check fuzz_checks[]; /* ended by a NULL name */
/* How often each check came to each verdict; set to where to count, or NULL. */
enum { FUZZ_CHECKS = 16 };
extern uint64_t (*fuzz_done)[3];
int fuzz_check_find(const char *name);

/* ---- case.c: a program, the steps applied to it, and the check ---------------------------------
 */

enum { FUZZ_STEPS = 4 };
typedef struct {
    uint64_t seed; /* of all that is drawn besides the program */
    int step[FUZZ_STEPS], nstep;
    int check; /* -1: all of them, as drawn */
    fuzz_program program;
} fuzz_case;

/* The case of a seed, with every check. */
bool fuzz_case_draw(test_pool *p, uint64_t seed, fuzz_case *out);
/* Does the steps, then the check. `at` is told before each what comes: a step's index, or
 * FUZZ_STEPS + the check's; may be NULL. *failed is the check that failed. */
fuzz_verdict fuzz_case_run(const fuzz_case *c, void (*at)(int), int *failed);
/* Does only step 0: the case of its result and the steps left. */
bool fuzz_case_advance(test_pool *p, const fuzz_case *c, fuzz_case *out);
void fuzz_case_write(FILE *f, const fuzz_case *c, const char *comment);
bool fuzz_case_read(test_pool *p, const char *path, fuzz_case *out);

/* ---- shrink.c ----------------------------------------------------------------------------------
 */

/* Makes c smaller for as long as fails(c) holds, at most for so many seconds. */
void fuzz_shrink(test_pool *p, fuzz_case *c, bool (*fails)(const fuzz_case *c, void *env),
                 void *env, double seconds);

/* ---- cost.c ------------------------------------------------------------------------------------
 */

/* What gradients cost (tests/cost/cost.h): of n programs from the seed on, and of the functions
 * there; as tables to f. False if one of the functions is above the bound. */
bool fuzz_cost_report(FILE *f, uint64_t seed, int n);

#endif
