/* Arrays, comparisons and transformations of whole graphs for the tests. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "jit/jit.h"
#include "tests/support.h"

/* ---- memory ------------------------------------------------------------------------------- */

void *test_alloc(test_pool *p, size_t bytes)
{
    if (p->n == p->cap) {
        p->cap = p->cap ? 2 * p->cap : 64;
        p->block = ir_resize(p->block, (size_t)p->cap * sizeof *p->block);
    }
    void *block = malloc(bytes ? bytes : 1);
    cr_assert(block, "out of memory");
    memset(block, 0xA5, bytes);
    return p->block[p->n++] = block;
}

void test_pool_free(test_pool *p)
{
    for (int k = 0; k < p->ntape; k++)
        ir_tape_release(*p->tape[k]);
    for (int k = 0; k < p->n; k++)
        free(p->block[k]);
    free(p->tape);
    free(p->block);
    *p = (test_pool){0};
}

#ifdef __SANITIZE_ADDRESS__
/* Criterion's runner keeps 48 bytes of its own until it ends, which is not our leak. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libcriterion";
}
#endif

/* ---- arrays ------------------------------------------------------------------------------- */

static char *element(const test_array *a, int64_t k)
{
    return (char *)a->data + (size_t)k * ir_dtypes[a->type.dtype].size;
}

static ir_scalar scalar_at(const test_array *a, int64_t k)
{
    ir_scalar s = {0}; /* of a complex number, its real part */
    memcpy(&s, element(a, k), ir_dtypes[ir_part(a->type.dtype)].size);
    return s;
}

/* A complex array as one of floats, with a last axis of 2; any other as it is. */
static test_array parts_of(const test_array *a)
{
    test_array parts = *a;
    if (ir_is_complex(a->type.dtype)) {
        parts.type.dtype = ir_part(a->type.dtype);
        cr_assert(a->type.rank < IR_MAX_RANK, "no dimension is left for the parts");
        parts.type.dim[parts.type.rank++] = 2;
    }
    return parts;
}

test_array test_array_new(test_pool *p, const ir_type *t)
{
    test_array a = {*t, test_alloc(p, ir_type_bytes(t))};
    if (ir_is_tape(t)) {
        p->tape = ir_resize(p->tape, (size_t)(p->ntape + 1) * sizeof *p->tape);
        *(p->tape[p->ntape++] = a.data) = NULL;
    }
    return a;
}

bool test_type_read(const char **text, ir_type *out)
{
    const char *s = *text, *bracket = strchr(s, '[');
    ir_dtype d;
    if (!bracket || !ir_dtype_find(s, (size_t)(bracket - s), &d))
        return false;
    *out = ir_type_scalar(d);
    s = bracket + 1;
    while (*s != ']') {
        char *end;
        int64_t n = strtoll(s, &end, 10);
        if (end == s || out->rank == IR_MAX_RANK)
            return false;
        out->dim[out->rank++] = n;
        s = *end == ',' ? end + 1 : end;
    }
    *text = s + 1;
    return true;
}

static ir_scalar number_read(ir_dtype d, const char *s, char **end)
{
    ir_scalar v = {0};
    switch (ir_dtypes[d].kind) {
    case IR_KIND_FLOAT:
        v = ir_scalar_of(d, d == IR_f64 ? strtod_l(s, end, ir_c_locale())
                                    : (double)strtof_l(s, end, ir_c_locale()));
        break;
    case IR_KIND_INT:
        v = ir_scalar_of_int(d, strtoll(s, end, 10));
        break;
    default:
        v.bits = strtoull(s, end, 10);
    }
    return v;
}

test_array test_array_read(test_pool *p, const char *text)
{
    ir_type t;
    const char *s = text;
    cr_assert(test_type_read(&s, &t), "no array: %.60s", text);
    test_array a = test_array_new(p, &t), parts = parts_of(&a);
    ir_dtype part = parts.type.dtype;
    for (int64_t k = 0; k < ir_type_count(&parts.type); k++) {
        char *end;
        ir_scalar v = number_read(part, s, &end);
        cr_assert(end != s, "no element %lld: %.60s", (long long)k, text);
        memcpy(element(&parts, k), &v, ir_dtypes[part].size);
        s = end;
    }
    cr_assert(s[strspn(s, " \n")] == 0, "more elements than %s has: %.60s", ir_type_tmp(&t), text);
    return a;
}

static bool npy_header(const char *header, ir_type *t)
{
    const char *descr = strstr(header, "'descr': '"), *shape = strstr(header, "'shape': (");
    if (!descr || !shape || !strstr(header, "'fortran_order': False"))
        return false;
    for (int d = 0; d < IR_NDTYPE; d++)
        if (*ir_dtypes[d].npy && !strncmp(descr + 11, ir_dtypes[d].npy, strlen(ir_dtypes[d].npy))) {
            *t = ir_type_scalar((ir_dtype)d);
            char *end;
            for (const char *s = shape + 10; *s != ')' && t->rank < IR_MAX_RANK; s = end) {
                t->dim[t->rank++] = strtoll(s, &end, 10);
                end += strspn(end, ", ");
                if (end == s)
                    return false;
            }
            return true;
        }
    return false;
}

test_array test_array_npy(test_pool *p, const char *path)
{
    FILE *f = fopen(path, "rb");
    cr_assert(f, "%s cannot be opened", path);
    unsigned char head[10];
    char header[4096] = {0};
    ir_type t;
    bool ok = fread(head, 1, sizeof head, f) == sizeof head && !memcmp(head, "\x93NUMPY\1", 7);
    size_t n = ok ? (size_t)head[8] | (size_t)head[9] << 8 : 0;
    ok = ok && n < sizeof header && fread(header, 1, n, f) == n && npy_header(header, &t);
    cr_assert(ok, "%s is not a .npy file of a known kind", path);
    test_array a = test_array_new(p, &t);
    ok = fread(a.data, 1, ir_type_bytes(&t), f) == ir_type_bytes(&t);
    fclose(f);
    cr_assert(ok, "%s is too short for %s", path, ir_type_tmp(&t));
    return a;
}

test_array test_array_random(test_pool *p, const ir_type *t, uint64_t seed, double lo, double hi)
{
    test_array a = test_array_new(p, t), parts = parts_of(&a);
    for (int64_t k = 0; k < ir_type_count(&parts.type); k++) {
        /* splitmix64: each state is mixed by itself, so that neighbouring seeds give unrelated
         * numbers. */
        uint64_t z = seed += 0x9E3779B97F4A7C15u;
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
        z = (z ^ z >> 27) * 0x94D049BB133111EBu;
        z ^= z >> 31;
        double v = lo + (hi - lo) * ((double)(z >> 11) * 0x1p-53);
        test_set(&parts, k, ir_has_fraction(t->dtype) ? v : round(v));
    }
    return a;
}

double test_get(const test_array *a, int64_t k)
{
    return ir_scalar_f64(a->type.dtype, scalar_at(a, k));
}

void test_set(test_array *a, int64_t k, double v)
{
    ir_scalar s = ir_scalar_of(a->type.dtype, v);
    memset(element(a, k), 0, ir_dtypes[a->type.dtype].size);
    memcpy(element(a, k), &s, ir_dtypes[ir_part(a->type.dtype)].size);
}

test_array test_array_slice(test_pool *p, const test_array *a, int axis, int64_t index)
{
    ir_type t = {.dtype = a->type.dtype};
    int64_t inner = 1, outer = 1;
    for (int d = 0; d < a->type.rank; d++) {
        if (d != axis)
            t.dim[t.rank++] = a->type.dim[d];
        if (d != axis)
            *(d < axis ? &outer : &inner) *= a->type.dim[d];
    }
    test_array s = test_array_new(p, &t);
    size_t run = (size_t)inner * ir_dtypes[t.dtype].size;
    for (int64_t o = 0; o < outer && run; o++)
        memcpy(element(&s, o * inner), element(a, (o * a->type.dim[axis] + index) * inner), run);
    return s;
}

void test_arrays_add(test_pool *p, test_arrays *to, test_array a)
{
    test_array *at = test_alloc(p, (size_t)(to->n + 1) * sizeof *at);
    if (to->n)
        memcpy(at, to->at, (size_t)to->n * sizeof *at);
    at[to->n] = a;
    *to = (test_arrays){to->n + 1, at};
}

test_arrays test_arrays_join(test_pool *p, const test_arrays *a, const test_arrays *b)
{
    test_arrays all = {a->n + b->n, test_alloc(p, (size_t)(a->n + b->n) * sizeof *all.at)};
    if (a->n)
        memcpy(all.at, a->at, (size_t)a->n * sizeof *a->at);
    if (b->n)
        memcpy(all.at + a->n, b->at, (size_t)b->n * sizeof *b->at);
    return all;
}

double test_dot(const test_arrays *a, const test_arrays *b)
{
    double sum = 0;
    for (int k = 0; k < a->n; k++) {
        bool pairs = ir_is_complex(a->at[k].type.dtype);
        test_array x = parts_of(&a->at[k]), y = parts_of(&b->at[k]);
        for (int64_t i = 0; i < ir_type_count(&x.type); i++)
            sum += (pairs && i % 2 ? -1 : 1) * test_get(&x, i) * test_get(&y, i);
    }
    return sum;
}

/* ---- comparison --------------------------------------------------------------------------- */

bool test_fail(const char *what, const char *fmt, ...)
{
    char why[2000];
    va_list args;
    va_start(args, fmt);
    vsnprintf(why, sizeof why, fmt, args);
    va_end(args);
    const char *error = ir_error();
    cr_expect(false, "%s: %s%s%s", what, why, error ? ": " : "", error ? error : "");
    ir_error_clear();
    return false;
}

/* Maps floats to integers of the same order; -0 and +0 both become 0. */
static double ordinal(ir_dtype d, ir_scalar s)
{
    uint64_t sign = (uint64_t)1 << (ir_dtypes[d].bits - 1);
    double magnitude = (double)(s.bits & (sign - 1));
    return s.bits & sign ? -magnitude : magnitude;
}

double test_ulps(ir_dtype d, ir_scalar a, ir_scalar b)
{
    bool nan_a = isnan(ir_scalar_f64(d, a)), nan_b = isnan(ir_scalar_f64(d, b));
    if (nan_a || nan_b)
        return nan_a && nan_b ? 0 : INFINITY;
    /* Neighbouring f64 numbers differ in bits that a double cannot hold, so the integers are
     * compared. */
    if (d == IR_f64 && (a.v_i64 < 0) == (b.v_i64 < 0))
        return a.bits > b.bits ? (double)(a.bits - b.bits) : (double)(b.bits - a.bits);
    return fabs(ordinal(d, a) - ordinal(d, b));
}

/* The difference relative to the allowed one: more than 1 is too much. */
static double excess(ir_dtype d, ir_scalar got, ir_scalar want, test_tolerance tol)
{
    if (got.bits == want.bits)
        return 0;
    if (!ir_has_fraction(d))
        return INFINITY;
    double a = ir_scalar_f64(d, got), b = ir_scalar_f64(d, want);
    if (isnan(a) && isnan(b))
        return 0;
    if (tol.kind == TEST_EXACT || isnan(a) || isnan(b))
        return INFINITY;
    if (tol.kind == TEST_ULP)
        return a == b ? INFINITY : test_ulps(d, got, want) / tol.bound;
    if (isinf(a) || isinf(b))
        return a == b ? 0 : INFINITY;
    return fabs(a - b) / (tol.bound * fmax(1, fabs(b)));
}

static const char *number_text(ir_dtype d, ir_scalar v, char buf[40])
{
    if (ir_has_fraction(d))
        snprintf(buf, 40, "%.*g", (int)(ir_dtypes[d].digits * 0.30103) + 2, ir_scalar_f64(d, v));
    else if (ir_dtypes[d].kind == IR_KIND_INT)
        snprintf(buf, 40, "%lld", (long long)ir_scalar_i64(d, v));
    else
        snprintf(buf, 40, "%llu", (unsigned long long)v.bits);
    return buf;
}

static const char *place_text(const ir_type *t, int64_t k)
{
    int64_t at[IR_MAX_RANK];
    for (int d = t->rank; d-- > 0; k /= t->dim[d])
        at[d] = k % t->dim[d];
    return ir_ints_tmp(at, t->rank);
}

/* Compares slice by slice; missing slices of the shorter one count as zeros. */
static bool tapes_close(const char *what, const test_array *got, const test_array *want,
                        test_tolerance tol)
{
    const ir_tape *a = *(ir_tape **)got->data, *b = *(ir_tape **)want->data;
    ir_type slice = want->type;
    slice.rank--;
    memmove(slice.dim, want->type.dim + 1, slice.rank * sizeof slice.dim[0]);
    void *zeros = ir_new(ir_type_bytes(&slice) + 1);
    int64_t n = ir_tape_length(a) > ir_tape_length(b) ? ir_tape_length(a) : ir_tape_length(b);
    bool ok = true;
    for (int64_t k = 0; k < n && ok; k++) {
        void *x = ir_tape_at(a, k), *y = ir_tape_at(b, k);
        ok = test_close(what, &(test_array){slice, x ? x : zeros},
                        &(test_array){slice, y ? y : zeros}, tol);
    }
    free(zeros);
    return ok;
}

bool test_close(const char *what, const test_array *got, const test_array *want, test_tolerance tol)
{
    if (ir_same_type(&got->type, &want->type) && ir_is_tape(&want->type))
        return tapes_close(what, got, want, tol);
    test_array got_parts = parts_of(got), want_parts = parts_of(want);
    if (!ir_same_type(&got_parts.type, &want_parts.type))
        return test_fail(what, "the result is %s, wanted %s", ir_type_tmp(&got->type),
                         ir_type_tmp(&want->type));
    got = &got_parts, want = &want_parts;
    ir_dtype d = want->type.dtype;
    int64_t worst = -1, bad = 0, count = ir_type_count(&want->type);
    double worst_excess = 1;
    for (int64_t k = 0; k < count; k++) {
        double x = excess(d, scalar_at(got, k), scalar_at(want, k), tol);
        bad += x > 1;
        if (x > worst_excess) {
            worst_excess = x;
            worst = k;
        }
    }
    if (worst < 0)
        return true;
    char a[40], b[40], off[60] = "";
    if (ir_has_fraction(d))
        snprintf(off, sizeof off, ", off by %g ulp",
                 test_ulps(d, scalar_at(got, worst), scalar_at(want, worst)));
    return test_fail(what, "%lld of %lld elements of %s are wrong: at %s got %s, wanted %s%s",
                     (long long)bad, (long long)count, ir_type_tmp(&want->type),
                     place_text(&want->type, worst), number_text(d, scalar_at(got, worst), a),
                     number_text(d, scalar_at(want, worst), b), off);
}

bool test_close_all(const char *what, const test_arrays *got, int first, const test_arrays *want,
                    test_tolerance tol)
{
    if (got->n - first != want->n)
        return test_fail(what, "%d results, wanted %d", got->n - first, want->n);
    bool ok = true;
    for (int k = 0; k < want->n; k++) {
        char which[600];
        snprintf(which, sizeof which, "%s, output %d", what, k);
        ok = test_close(which, &got->at[first + k], &want->at[k], tol) && ok;
    }
    return ok;
}

/* ---- graphs ------------------------------------------------------------------------------- */

/* Does the graph take the array at this input? An optimised graph takes the parts of complex
 * numbers. */
static bool fits(const ir_value *input, const test_array *a)
{
    test_array parts = parts_of(a);
    return ir_same_type(&a->type, &input->type) || ir_same_type(&parts.type, &input->type);
}

/* Checks that the arrays have the types that the graph takes, and allocates its results. */
static bool prepare(test_pool *p, const ir_graph *g, const test_arrays *in, test_arrays *out,
                    const void ***ins, void ***outs)
{
    if (in->n != g->nin)
        return ir_fail("a graph of %d inputs is given %d", g->nin, in->n);
    *ins = test_alloc(p, (size_t)in->n * sizeof **ins);
    *outs = test_alloc(p, (size_t)g->nout * sizeof **outs);
    *out = (test_arrays){g->nout, test_alloc(p, (size_t)g->nout * sizeof *out->at)};
    for (int k = 0; k < in->n; k++) {
        if (!fits(g->in[k], &in->at[k]))
            return ir_fail("input %d of the graph is %s, and is given %s", k,
                           ir_type_tmp(&g->in[k]->type), ir_type_tmp(&in->at[k].type));
        (*ins)[k] = in->at[k].data;
    }
    for (int k = 0; k < g->nout; k++) {
        out->at[k] = test_array_new(p, &g->out[k]->type);
        (*outs)[k] = out->at[k].data;
    }
    return true;
}

bool test_eval(test_pool *p, const ir_graph *g, const test_arrays *in, test_arrays *out)
{
    const void **ins;
    void **outs;
    return prepare(p, g, in, out, &ins, &outs) && ir_eval(g, ins, outs);
}

bool test_jit(test_pool *p, ir_graph *g, const test_arrays *in, test_arrays *out)
{
    return test_jit_as(p, g, in, out, NULL);
}

bool test_jit_as(test_pool *p, ir_graph *g, const test_arrays *in, test_arrays *out,
                 const jit_options *options)
{
    const void **ins;
    void **outs;
    if (!prepare(p, g, in, out, &ins, &outs))
        return false;
    jit_program *program = jit_compile(g, options);
    bool ok = program && jit_run(program, ins, outs);
    jit_release(program);
    return ok;
}

/* Copies the input to the output's buffer. */
static void take(test_array *out, const test_array *in, const void **ins, void **outs)
{
    memcpy(out->data, in->data, ir_type_bytes(&in->type));
    *ins = *outs = out->data;
}

bool test_jit_donating(test_pool *p, ir_graph *g, const test_arrays *in, test_arrays *out,
                       int *taken)
{
    const void **ins;
    void **outs;
    if (!prepare(p, g, in, out, &ins, &outs))
        return false;
    uint8_t *all = test_alloc(p, (size_t)g->nin + 1);
    memset(all, 1, (size_t)g->nin);
    jit_program *program = jit_compile(g, &(jit_options){.donated = all});
    const int *over = program ? jit_taken(program) : NULL;
    for (int j = 0; over && j < g->nout; j++)
        if (over[j] >= 0) {
            take(&out->at[j], &in->at[over[j]], &ins[over[j]], &outs[j]);
            if (taken)
                ++*taken;
        }
    bool ok = program && jit_run(program, ins, outs);
    jit_release(program);
    return ok;
}

static int count_floats(ir_value *const *v, int n)
{
    int floats = 0;
    for (int k = 0; k < n; k++)
        floats += test_is_float(v[k]);
    return floats;
}

ir_graph *test_jvp(const ir_graph *g)
{
    bool *in = ir_new((size_t)(g->nin + g->nout) + 1), *out = in + g->nin;
    for (int k = 0; k < g->nin; k++)
        in[k] = test_is_float(g->in[k]);
    for (int k = 0; k < g->nout; k++)
        out[k] = test_is_float(g->out[k]);
    ir_graph *made = ir_jvp(g, in, out);
    free(in);
    return made;
}

/* Combines the first half of a linearized function with the transpose of the second:
 * known(x) -> y, residuals; back(residuals, ct of y) -> ct of x. */
static ir_graph *compose_vjp(const ir_graph *g, const ir_graph *known, const ir_graph *back,
                             int nres)
{
    ir_graph *made = ir_graph_like(g, g->name);
    int nct = count_floats(g->out, g->nout);
    ir_value **kept = ir_new((size_t)(known->nout + nct + back->nout) * sizeof *kept);
    ir_value **back_out = kept + known->nout + nct;
    bool ok = ir_splice(made, known, made->in, kept);
    for (int k = 0, n = 0; k < g->nout; k++)
        if (test_is_float(g->out[k]))
            kept[g->nout + nres + n++] = ir_input(made, &g->out[k]->type);
    ok = ok && ir_splice(made, back, kept + g->nout, back_out);
    /* The residuals are not needed any more, so the cotangents take their places behind the
     * outputs. */
    if (ok) {
        memmove(kept + g->nout, back_out, (size_t)back->nout * sizeof *kept);
        ir_outputs(made, kept, g->nout + back->nout);
    }
    free(kept);
    if (ok)
        return made;
    ir_graph_release(made);
    return NULL;
}

int test_vjp_halves(const ir_graph *g, ir_graph **forward, ir_graph **backward)
{
    *forward = *backward = NULL;
    IR_AUTO_GRAPH jvp = test_jvp(g);
    if (!jvp)
        return -1;
    int ntangent = jvp->nin - g->nin;
    bool *unknown = ir_new((size_t)(jvp->nin + jvp->nout) + 1), *out = unknown + jvp->nin;
    for (int k = 0; k < jvp->nin; k++)
        unknown[k] = k >= g->nin;
    for (int k = 0; k < jvp->nout; k++)
        out[k] = k >= g->nout;
    IR_AUTO_GRAPH rest = NULL;
    int nres = ir_partial_eval(jvp, unknown, out, forward, &rest);
    for (int k = 0; k < g->nout && nres >= 0; k++)
        if (out[k])
            nres = ir_fail("output %d itself was taken for unknown by partial evaluation", k) - 1;
    free(unknown);
    if (nres < 0)
        return -1;
    bool *linear = ir_new((size_t)(nres + ntangent) + 1);
    for (int k = 0; k < ntangent; k++)
        linear[nres + k] = true;
    *backward = ir_transpose(rest, linear);
    free(linear);
    return *backward ? nres : -1;
}

ir_graph *test_vjp(const ir_graph *g)
{
    IR_AUTO_GRAPH forward = NULL;
    IR_AUTO_GRAPH backward = NULL;
    int nres = test_vjp_halves(g, &forward, &backward);
    return nres < 0 ? NULL : compose_vjp(g, forward, backward, nres);
}

static test_array copy(test_pool *p, const test_array *a)
{
    test_array b = test_array_new(p, &a->type);
    memcpy(b.data, a->data, ir_type_bytes(&a->type));
    return b;
}

/* `in`, with each float array moved by step times its tangent. */
static test_arrays moved(test_pool *p, const test_arrays *in, const test_arrays *tangent,
                         double step)
{
    test_arrays at = {in->n, test_alloc(p, (size_t)in->n * sizeof *at.at)};
    for (int k = 0, n = 0; k < in->n; k++) {
        at.at[k] = copy(p, &in->at[k]);
        if (!ir_has_fraction(in->at[k].type.dtype))
            continue;
        test_array x = parts_of(&at.at[k]), t = parts_of(&tangent->at[n]);
        for (int64_t i = 0; i < ir_type_count(&x.type); i++)
            test_set(&x, i, test_get(&x, i) + step * test_get(&t, i));
        n++;
    }
    return at;
}

bool test_differences(test_pool *p, const ir_graph *g, const test_arrays *in,
                      const test_arrays *tangent, double h, test_arrays *out)
{
    static const double at[] = {-2, -1, 1, 2}, weight[] = {1. / 12, -8. / 12, 8. / 12, -1. / 12};
    test_arrays f[4];
    for (int s = 0; s < 4; s++) {
        test_arrays x = moved(p, in, tangent, at[s] * h);
        if (!test_eval(p, g, &x, &f[s]))
            return false;
    }
    *out = (test_arrays){0};
    for (int k = 0; k < g->nout; k++) {
        if (!test_is_float(g->out[k]))
            continue;
        test_array d = test_array_new(p, &g->out[k]->type), parts = parts_of(&d);
        for (int64_t i = 0; i < ir_type_count(&parts.type); i++) {
            double sum = 0;
            for (int s = 0; s < 4; s++) {
                test_array y = parts_of(&f[s].at[k]);
                sum += weight[s] * test_get(&y, i);
            }
            test_set(&parts, i, sum / h);
        }
        test_arrays_add(p, out, d);
    }
    return true;
}

/* For AddressSanitizer: a request for more memory than there is gives NULL, as malloc gives. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1";
}
