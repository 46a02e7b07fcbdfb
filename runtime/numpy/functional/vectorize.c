/* jac_vectorize: maps a function over the leading dimensions of its arguments, by one vmap for each of them. An
 * argument whose dimension is 1, or missing, where another's is not, is not mapped there.
 */
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "runtime/numpy/numpy.h"

enum { MOST = 15, MOST_NAMES = 16, NAME = 16 };

/* The dimensions that the function sees, as numbers of names. */
typedef struct {
    int rank[MOST];
    int dim[MOST][IR_MAX_RANK];
    int nnames;
    char name[MOST_NAMES][NAME];
} signature;

/* ---- the signature ------------------------------------------------------------------------------------------ */

static const char *skip(const char *p)
{
    while (*p == ' ')
        p++;
    return p;
}

static bool add_name(signature *s, int arg, const char *p, size_t n)
{
    int k = 0;
    while (k < s->nnames && (strlen(s->name[k]) != n || strncmp(s->name[k], p, n)))
        k++;
    if (n >= NAME || k == MOST_NAMES || s->rank[arg] == IR_MAX_RANK)
        return false;
    if (k == s->nnames) {
        memcpy(s->name[k], p, n);
        s->name[s->nnames++][n] = 0;
    }
    s->dim[arg][s->rank[arg]++] = k;
    return true;
}

/* Reads "(n, m)"; NULL if it is not there. */
static const char *read_dims(signature *s, int arg, const char *p)
{
    p = skip(p);
    if (*p++ != '(')
        return NULL;
    for (p = skip(p); *p != ')'; p = skip(p)) {
        const char *from = p;
        while (isalnum((unsigned char)*p) || *p == '_')
            p++;
        if (p == from || !add_name(s, arg, from, (size_t)(p - from)))
            return NULL;
        p = skip(p);
        if (*p == ',')
            p++;
        else if (*p != ')')
            return NULL;
    }
    return p + 1;
}

/* What stands behind the arrow is not needed: the results say what they are. */
static bool read_signature(signature *s, const char *text, int nargs)
{
    const char *p = text;
    for (int k = 0; k < nargs && p; k++) {
        p = read_dims(s, k, p);
        p = p ? skip(p) : NULL;
        if (p && k + 1 < nargs)
            p = *p == ',' ? p + 1 : NULL;
    }
    p = p ? skip(p) : NULL;
    return (p && p[0] == '-' && p[1] == '>') ||
           ir_fail("vectorize: the signature \"%s\" must have %d argument%s, as in \"(n),(n)->()\"", text, nargs,
                   nargs == 1 ? "" : "s");
}

/* ---- the call ------------------------------------------------------------------------------------------------ */

typedef struct {
    int n;
    jac x[MOST];
    ir_type t[MOST];
    int loops; /* dimensions that are mapped over */
    int64_t loop[IR_MAX_RANK];
} arguments;

static bool check_names(const signature *s, const arguments *a)
{
    int64_t size[MOST_NAMES];
    for (int k = 0; k < s->nnames; k++)
        size[k] = -1;
    for (int k = 0; k < a->n; k++)
        for (int j = 0; j < s->rank[k]; j++) {
            int64_t *known = &size[s->dim[k][j]], n = a->t[k].dim[a->t[k].rank - s->rank[k] + j];
            if (*known >= 0 && *known != n)
                return ir_fail("vectorize: dimension %s is %" PRId64 ", but argument %d is %s", s->name[s->dim[k][j]],
                               *known, k, ir_type_tmp(&a->t[k]));
            *known = n;
        }
    return true;
}

/* The leading dimensions, broadcast. */
static bool loops(const signature *s, arguments *a)
{
    a->loops = 0;
    for (int k = 0; k < a->n; k++) {
        int own = a->t[k].rank - s->rank[k];
        if (own < 0)
            return ir_fail("vectorize: argument %d must have at least %d dimensions, but is %s", k, s->rank[k],
                           ir_type_tmp(&a->t[k]));
        a->loops = own > a->loops ? own : a->loops;
    }
    for (int j = 0; j < a->loops; j++)
        a->loop[j] = 1;
    for (int k = 0; k < a->n; k++) {
        int own = a->t[k].rank - s->rank[k];
        for (int j = 0; j < own; j++) {
            int64_t *all = &a->loop[a->loops - own + j], n = a->t[k].dim[j];
            if (*all != 1 && n != 1 && *all != n)
                return ir_fail("vectorize: argument %d is %s, whose leading dimensions do not broadcast with the others",
                               k, ir_type_tmp(&a->t[k]));
            *all = *all == 1 ? n : *all;
        }
    }
    return true;
}

/* Drops the leading dimensions of size 1, and says which of the others are mapped. */
static bool drop_ones(const signature *s, arguments *a, bool mapped[IR_MAX_RANK][MOST])
{
    for (int k = 0; k < a->n; k++) {
        int own = a->t[k].rank - s->rank[k], n = 0;
        int64_t dims[IR_MAX_RANK];
        for (int j = 0; j < a->loops; j++) {
            int at = j - (a->loops - own);
            mapped[j][k] = at >= 0 && a->t[k].dim[at] != 1;
            if (mapped[j][k])
                dims[n++] = a->t[k].dim[at];
        }
        for (int j = own; j < a->t[k].rank; j++)
            dims[n++] = a->t[k].dim[j];
        if (n != a->t[k].rank && !jac_ok(a->x[k] = rt_reshape(a->x[k], n, dims)))
            return false;
    }
    return true;
}

static void run(const void *env, const void *args, void *result)
{
    const rt_function *f = env;
    const signature *s = f->data;
    arguments a = {.n = f->face.nargs};
    bool mapped[IR_MAX_RANK][MOST], ok = true;
    jac *out = result;
    for (int k = 0; k < a.n && ok; k++) {
        a.x[k] = ((const jac *)args)[k];
        ok = rt_promote(1, &a.x[k], false) && rt_type_of(a.x[k], &a.t[k]);
    }
    ok = ok && loops(s, &a) && check_names(s, &a) && drop_ones(s, &a, mapped);
    jac_fn each = rt_fn_of(f->inner);
    for (int j = a.loops - 1; j >= 0 && ok; j--) {
        int64_t axes[MOST];
        for (int k = 0; k < a.n; k++)
            axes[k] = mapped[j][k] ? 0 : JAC_NONE;
        each = jac_vmap(each, ((jac_dims){a.n, axes}), .axis_size = a.loop[j]);
        ok = jac_ok(each);
    }
    ok = ok && jac_call_(NULL, each, a.x, SIZE_MAX, rt_out(out));
    for (int k = 0; k < f->face.result_leaves && !ok; k++)
        out[k] = JAC_NULL;
}

jac_fn jac_vectorize_(const jac_loc *at, jac_fn fn, const char *text)
{
    rt_at(at);
    const struct jac_function *f = rt_fn(fn);
    if (!f)
        return JAC_NULL_FN;
    signature s = {0};
    bool single = f->nargs <= MOST;
    for (int k = 0; k < f->nargs && single; k++)
        single = f->arg_leaves[k] == 1;
    if (!single || f->nargs == 0) {
        ir_fail("vectorize: each argument of %s must be a single array, and there must be one", f->name);
        return JAC_NULL_FN;
    }
    if (text && !read_signature(&s, text, f->nargs))
        return JAC_NULL_FN;
    rt_function *made = rt_function_new(f->name, at, f->nargs, f->arg_leaves, f->result_leaves, sizeof s);
    if (!made)
        return JAC_NULL_FN;
    memcpy(made->data, &s, sizeof s);
    made->inner = rt_fn_retain(f);
    made->face.apply = run;
    made->face.env = made;
    return rt_wrap_function(made);
}
