/* Declarations shared by the files that generate programs.
 *
 * The one idea: while a graph is built, each of its values is also computed for one sample of the
 * inputs. So the generator sees an operand's value before it takes its logarithm, and keeps all
 * values in a moderate range. In the body of a loop the sample is the first step.
 */
#ifndef JACQUARD_FUZZ_GENERATE_H
#define JACQUARD_FUZZ_GENERATE_H

#include "tests/fuzz/fuzz.h"

/* A value of the graph, and its elements at the sample. */
typedef struct {
    ir_value *v;
    test_array at;
    bool read; /* read by an equation or as an output */
} gen_value;

typedef struct {
    fuzz_rng rng;
    test_pool *pool;
    unsigned floats; /* bit set of the float dtypes used */
    int64_t most;    /* the most elements of an array */
    bool wild;       /* NaNs and infinities are used like any number */
    int left;        /* how many equations may still be made */
    bool broken;     /* a primitive refused an equation that its infer rule had accepted */
} gen;

/* A graph under construction, and the values in it that may be used. */
typedef struct {
    gen *gen;
    ir_graph *g;
    gen_value *at;
    int n, cap;
    int depth; /* of nesting */
} scope;

/* ---- generate.c ------------------------------------------------------------------------------ */

scope scope_open(gen *gen, int depth);
gen_value scope_input(scope *s, const test_array *at);
/* Appends random equations until `budget` is spent. */
void scope_fill(scope *s, int budget);
/* Ends the graph. */
ir_graph *scope_close(scope *s, const gen_value *out, int n);

/* Would infer accept it? The result types are discarded. */
bool gen_accepts(const ir_op *op, int n, const gen_value *x, const ir_attr *attr);
/* Appends the equation and evaluates it. Results within bounds may be used from now on. Returns the
 * results (from the pool), or NULL if the equation was refused, which ends the generation. */
gen_value *gen_emit(scope *s, const ir_op *op, int n, const gen_value *x, const ir_attr *attr);
/* The same for a primitive given by name, with one result. */
gen_value gen_apply(scope *s, const char *op, int n, const gen_value *x, const ir_attr *attr);
/* The result of a primitive of one or two operands; the first operand if it cannot be applied. */
gen_value gen_one(scope *s, const ir_op *op, gen_value x);
gen_value gen_two(scope *s, const ir_op *op, gen_value x, gen_value y);
gen_value gen_constant(scope *s, const ir_type *t, double v);

gen_value gen_any(scope *s);                       /* a random value, late ones more often */
gen_value gen_unread(scope *s);                    /* one that nothing has read yet, if possible */
gen_value gen_of_type(scope *s, const ir_type *t); /* found or made */
gen_value gen_of_dtype(scope *s, gen_value x, ir_dtype d); /* x, converted if necessary */
/* Brings a float into [lo, hi], smoothly or by clamping, unless it is already there. */
gen_value gen_within(scope *s, gen_value x, double lo, double hi);
gen_value gen_clamp(scope *s, gen_value x, double lo, double hi);
ir_dtype gen_dtype(gen *g); /* one of the dtypes in use */
ir_dtype gen_float(gen *g); /* one of the float dtypes in use */
ir_type gen_shape(gen *g, ir_dtype d);
void gen_range(const test_array *a, double *lo, double *hi); /* if one is NaN: lo > hi */

/* ---- generate_ops.c -------------------------------------------------------------------------- */

/* Appends an equation of the primitive with random operands and parameters. False if the primitive
 * accepted none of those tried. */
bool gen_op(scope *s, const ir_op *op);

/* ---- generate_windows.c ---------------------------------------------------------------------- */

/* Appends equations that overwrite windows of a random value, and perhaps choose whether to. */
void gen_windows(scope *s);

/* ---- generate_indices.c ---------------------------------------------------------------------- */

/* Appends the equations of a random x[...] or x.at[...] of a random value. */
void gen_indices(scope *s);

/* ---- generate_complex.c ---------------------------------------------------------------------- */

/* Appends equations that go from a random real value to complex ones, and back. */
void gen_complex(scope *s);

/* ---- generate_linalg.c ----------------------------------------------------------------------- */

/* Appends equations that make a matrix of random values, and one of a primitive on matrices. */
void gen_matrices(scope *s);

/* ---- generate_bodies.c ----------------------------------------------------------------------- */

/* Appends an equation of a primitive that combines elements by a graph; false for any other. */
bool gen_body(scope *s, const ir_op *op);

/* ---- generate_control.c ---------------------------------------------------------------------- */

/* The same for a primitive with graphs among its parameters. */
bool gen_control(scope *s, const ir_op *op);

#endif
