/* einsum: sums of products whose axes are named by letters.
 *
 * An operand is an array with a label for each axis. The one idea: apply three kinds of steps until
 * one operand is left: take a diagonal (if a label occurs twice in one operand), sum over an axis
 * (if its label occurs in no other operand and not in the output), multiply two operands. Each step
 * gives labelled operands again. An ellipsis stands for special labels, counted from the right.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ops/ops.h"
#include "runtime/numpy/numpy.h"

enum { ELLIPSIS = 128, NLABEL = ELLIPSIS + IR_MAX_RANK };

typedef struct {
    int n;
    uint8_t at[2 * IR_MAX_RANK];
} labels;

typedef struct {
    jac x;
    labels l;
} operand;

typedef struct {
    const char *text; /* the subscripts, for messages */
    int n;
    operand *in;
    labels out;
    int64_t size[NLABEL]; /* of each label; -1: not in use */
} einsum;

static int find(const labels *l, int label)
{
    for (int k = 0; k < l->n; k++)
        if (l->at[k] == label)
            return k;
    return -1;
}

static bool has(const labels *l, int label)
{
    return find(l, label) >= 0;
}

/* ---- reading the subscripts ----------------------------------------------------------------- */

/* Reads one term, up to a comma, an arrow or the end. An ellipsis stands for as many axes as `rank`
 * has beyond the letters. In the output (rank -1) it stands for all `wide` labels that ellipses in
 * the operands stood for. */
static bool read_term(const char *text, const char **at, int rank, int wide, labels *l)
{
    const char *p = *at;
    int letters = 0, dots = -1;
    for (; *p && *p != ',' && *p != '-'; p++) {
        bool letter = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z');
        if (*p == ' ')
            continue;
        if (letter && letters < IR_MAX_RANK) {
            l->at[letters++] = (uint8_t)*p;
        } else if (dots < 0 && !strncmp(p, "...", 3)) {
            dots = letters;
            p += 2;
        } else {
            return letter ? ir_fail("einsum \"%s\": a term has more than %d letters", text,
                                    IR_MAX_RANK)
                          : ir_fail("einsum \"%s\": '%c' is not allowed there", text, *p);
        }
    }
    *at = p;
    l->n = letters;
    if (dots < 0)
        return true;
    int more = rank < 0 ? wide : rank - letters;
    if (more < 0 || letters + more > IR_MAX_RANK)
        return true; /* the check of the number of axes reports this */
    memmove(l->at + dots + more, l->at + dots, (size_t)(letters - dots));
    for (int k = 0; k < more; k++)
        l->at[dots + k] = (uint8_t)(ELLIPSIS + more - 1 - k);
    l->n = letters + more;
    return true;
}

/* A label's name in a message. */
static const char *label_name(int label)
{
    static _Thread_local char name[4];
    if (label >= ELLIPSIS)
        return "...";
    name[0] = name[2] = '\'';
    name[1] = (char)label;
    return name;
}

/* Records the sizes of an operand's axes; size 1 broadcasts. */
static bool note_sizes(einsum *s, int k, const ir_type *t)
{
    const labels *l = &s->in[k].l;
    if (l->n != t->rank)
        return ir_fail("einsum \"%s\": term %d names %d ax%s, but operand %d is %s", s->text, k,
                       l->n, l->n == 1 ? "is" : "es", k, ir_type_tmp(t));
    for (int j = 0; j < l->n; j++) {
        int64_t *size = &s->size[l->at[j]];
        if (*size >= 0 && *size != t->dim[j] && *size != 1 && t->dim[j] != 1)
            return ir_fail("einsum \"%s\": %s is of size %" PRId64 " in operand %d, %s, but of "
                           "size %" PRId64 " before",
                           s->text, label_name(l->at[j]), t->dim[j], k, ir_type_tmp(t), *size);
        if (*size < 0 || *size == 1)
            *size = t->dim[j];
    }
    return true;
}

/* The output that NumPy assumes if none is written: the axes of the ellipses, then the letters that
 * occur once, in alphabetical order. */
static void implicit_output(einsum *s)
{
    int times[NLABEL] = {0};
    for (int k = 0; k < s->n; k++)
        for (int j = 0; j < s->in[k].l.n; j++)
            times[s->in[k].l.at[j]]++;
    for (int label = NLABEL - 1; label >= ELLIPSIS; label--)
        if (times[label] && s->out.n < IR_MAX_RANK)
            s->out.at[s->out.n++] = (uint8_t)label;
    for (int label = 0; label < ELLIPSIS; label++)
        if (times[label] == 1 && s->out.n < IR_MAX_RANK)
            s->out.at[s->out.n++] = (uint8_t)label;
}

static bool check_output(const einsum *s)
{
    for (int k = 0; k < s->out.n; k++) {
        int label = s->out.at[k];
        if (s->size[label] < 0)
            return ir_fail("einsum \"%s\": the output names %s, which no operand has", s->text,
                           label_name(label));
        if (find(&s->out, label) != k)
            return ir_fail("einsum \"%s\": the output names %s twice", s->text, label_name(label));
    }
    return true;
}

static bool check_terms(const einsum *s)
{
    int terms = 1;
    for (const char *p = s->text; *p && *p != '-'; p++)
        terms += *p == ',';
    return terms == s->n || ir_fail("einsum \"%s\": there %s %d term%s for %d operand%s", s->text,
                                    terms == 1 ? "is" : "are", terms, terms == 1 ? "" : "s", s->n,
                                    s->n == 1 ? "" : "s");
}

static bool read_subscripts(einsum *s)
{
    const char *p = s->text;
    int wide = 0;
    if (!check_terms(s))
        return false;
    for (int k = 0; k < s->n; k++) {
        ir_type t;
        if (!rt_type_of(s->in[k].x, &t) || !read_term(s->text, &p, t.rank, 0, &s->in[k].l) ||
            !note_sizes(s, k, &t))
            return false;
        p += *p == ',';
    }
    while (wide < IR_MAX_RANK && s->size[ELLIPSIS + wide] >= 0)
        wide++;
    if (!*p) {
        implicit_output(s);
        return true;
    }
    if (strncmp(p, "->", 2))
        return ir_fail("einsum \"%s\": '-' must be followed by '>'", s->text);
    p += 2;
    if (!read_term(s->text, &p, -1, wide, &s->out))
        return false;
    return *p ? ir_fail("einsum \"%s\": unexpected '%c' after the output", s->text, *p)
              : check_output(s);
}

/* ---- simplifying an operand ----------------------------------------------------------------- */

static void drop_label(labels *l, int axis)
{
    memmove(l->at + axis, l->at + axis + 1, (size_t)(l->n - axis - 1));
    l->n--;
}

/* Replaces axes a and b, which have the same size, by their diagonal as the last axis. */
static bool take_diagonal(operand *o, int a, int b)
{
    ir_type t;
    if (!rt_type_of(o->x, &t))
        return false;
    int64_t n = t.dim[a], shape[IR_MAX_RANK], from[IR_MAX_RANK] = {0}, by[IR_MAX_RANK];
    int rank = t.rank - 1;
    for (int k = 0, j = 0; k < t.rank; k++)
        if (k != a && k != b)
            shape[j++] = t.dim[k];
    for (int k = 0; k < rank; k++)
        by[k] = 1;
    /* In a flattened n by n matrix, the diagonal is every (n+1)th element. */
    shape[rank - 1] = n * n;
    by[rank - 1] = n + 1;
    o->x = np_move_axis(np_move_axis(o->x, a, t.rank - 1), b - 1, t.rank - 1);
    o->x = jac_ok(o->x) ? rt_reshape(o->x, rank, shape) : JAC_NULL;
    jac_dims start = {rank, from}, limit = {rank, shape}, strides = {rank, by};
    o->x = jac_slice(o->x, start, limit, strides);
    int label = o->l.at[a];
    drop_label(&o->l, b);
    drop_label(&o->l, a);
    o->l.at[o->l.n++] = (uint8_t)label;
    return jac_ok(o->x);
}

static bool take_diagonals(einsum *s, int k)
{
    operand *o = &s->in[k];
    ir_type t;
    for (int b = 1; b < o->l.n; b++) {
        int a = find(&o->l, o->l.at[b]);
        if (a == b)
            continue;
        if (!rt_type_of(o->x, &t))
            return false;
        if (t.dim[a] != t.dim[b])
            return ir_fail("einsum \"%s\": %s stands for sizes %" PRId64 " and %" PRId64
                           " in operand %d",
                           s->text, label_name(o->l.at[b]), t.dim[a], t.dim[b], k);
        if (!take_diagonal(o, a, b))
            return false;
        b = 0;
    }
    return true;
}

/* Drops axes of size 1 whose label has a larger size elsewhere: broadcasting makes them
 * redundant. */
static bool drop_singletons(const einsum *s, operand *o)
{
    ir_type t;
    int64_t axes[IR_MAX_RANK];
    int n = 0;
    if (!rt_type_of(o->x, &t))
        return false;
    for (int k = 0; k < t.rank; k++)
        if (t.dim[k] == 1 && s->size[o->l.at[k]] != 1)
            axes[n++] = k;
    for (int k = n; k-- > 0;)
        drop_label(&o->l, (int)axes[k]);
    if (n)
        o->x = jac_squeeze_(NULL, o->x, (jac_dims){n, axes});
    return jac_ok(o->x);
}

static bool needed_elsewhere(const einsum *s, int label, int k, int other)
{
    if (has(&s->out, label))
        return true;
    for (int j = 0; j < s->n; j++)
        if (j != k && j != other && has(&s->in[j].l, label))
            return true;
    return false;
}

static bool sum_alone(const einsum *s, int k)
{
    operand *o = &s->in[k];
    int64_t axes[IR_MAX_RANK];
    int n = 0;
    for (int j = 0; j < o->l.n; j++)
        if (!needed_elsewhere(s, o->l.at[j], k, k))
            axes[n++] = j;
    for (int j = n; j-- > 0;)
        drop_label(&o->l, (int)axes[j]);
    ir_type t;
    if (n && rt_type_of(o->x, &t)) /* sum in the product's own dtype, also for bools */
        o->x = rt_reduce(t.dtype == IR_bool ? &op_reduce_or : &op_reduce_sum, o->x, n, axes);
    return jac_ok(o->x);
}

/* ---- multiplying two operands --------------------------------------------------------------- */

/* How two operands share their labels: positions of the axes in each operand, and the labels of the
 * product, which are the batch labels, the rest of a, the rest of b. */
typedef struct {
    int nbatch, ncontract, nfree[2];
    int64_t batch[2][IR_MAX_RANK], contract[2][IR_MAX_RANK], free[2][IR_MAX_RANK];
    labels l;
} sharing;

static sharing share(const einsum *s, int a, int b)
{
    sharing h = {0};
    const labels *l[] = {&s->in[a].l, &s->in[b].l};
    for (int k = 0; k < l[0]->n; k++) {
        int label = l[0]->at[k], j = find(l[1], label);
        if (j < 0) {
            h.free[0][h.nfree[0]++] = k;
        } else if (needed_elsewhere(s, label, a, b)) {
            h.batch[0][h.nbatch] = k;
            h.batch[1][h.nbatch++] = j;
        } else {
            h.contract[0][h.ncontract] = k;
            h.contract[1][h.ncontract++] = j;
        }
    }
    for (int k = 0; k < l[1]->n; k++)
        if (!has(l[0], l[1]->at[k]))
            h.free[1][h.nfree[1]++] = k;
    for (int k = 0; k < h.nbatch; k++)
        h.l.at[h.l.n++] = l[0]->at[h.batch[0][k]];
    for (int side = 0; side < 2; side++)
        for (int k = 0; k < h.nfree[side]; k++)
            h.l.at[h.l.n++] = l[side]->at[h.free[side][k]];
    return h;
}

/* Moves the operand's batch axes to the front, and inserts axes of size 1 where the other operand
 * has axes of its own. The two can then be multiplied elementwise. */
static jac spread(jac x, const sharing *h, int side)
{
    ir_type t;
    int64_t axes[IR_MAX_RANK], shape[2 * IR_MAX_RANK];
    int n = 0, rank = 0;
    for (int k = 0; k < h->nbatch; k++)
        axes[n++] = h->batch[side][k];
    for (int k = 0; k < h->nfree[side]; k++)
        axes[n++] = h->free[side][k];
    x = jac_transpose_(NULL, x, (jac_dims){n, axes});
    if (!jac_ok(x) || !rt_type_of(x, &t))
        return JAC_NULL;
    for (int k = 0; k < h->nbatch; k++)
        shape[rank++] = t.dim[k];
    for (int from = 0; from < 2; from++)
        for (int k = 0; k < h->nfree[from]; k++)
            shape[rank++] = from == side ? t.dim[h->nbatch + k] : 1;
    return jac_reshape_(NULL, x, (jac_dims){rank, shape});
}

static bool multiply(einsum *s, int a, int b)
{
    sharing h = share(s, a, b);
    if (h.l.n > IR_MAX_RANK)
        return ir_fail("einsum \"%s\": a product of two operands has %d axes; at most %d are "
                       "possible",
                       s->text, h.l.n, IR_MAX_RANK);
    operand *x = &s->in[a], *y = &s->in[b];
    x->x = h.ncontract ? jac_dot_general(x->x, y->x, ((jac_dims){h.ncontract, h.contract[0]}),
                                         ((jac_dims){h.ncontract, h.contract[1]}),
                                         ((jac_dims){h.nbatch, h.batch[0]}),
                                         ((jac_dims){h.nbatch, h.batch[1]}))
                       : jac_mul(spread(x->x, &h, 0), spread(y->x, &h, 1));
    x->l = h.l;
    *y = s->in[--s->n];
    return jac_ok(x->x);
}

static double elements(const einsum *s, const labels *l)
{
    double n = 1;
    for (int k = 0; k < l->n; k++)
        n *= (double)s->size[l->at[k]];
    return n;
}

/* Picks the two operands whose product leaves the fewest elements in total; of equal choices the
 * first. */
static void choose_pair(const einsum *s, int *a, int *b)
{
    double best = 0;
    *a = 0, *b = 1;
    for (int i = 0; i < s->n && s->n > 2; i++)
        for (int j = i + 1; j < s->n; j++) {
            sharing h = share(s, i, j);
            double grows = elements(s, &h.l) - elements(s, &s->in[i].l) - elements(s, &s->in[j].l);
            if ((i == 0 && j == 1) || grows < best) {
                best = grows;
                *a = i, *b = j;
            }
        }
}

/* ---- the whole sum -------------------------------------------------------------------------- */

static jac in_order(const operand *o, const labels *out)
{
    int64_t axes[IR_MAX_RANK];
    bool same = true;
    for (int k = 0; k < out->n; k++) {
        axes[k] = find(&o->l, out->at[k]);
        same = same && axes[k] == k;
    }
    return same ? o->x : rt_transpose(o->x, axes);
}

static jac run(einsum *s)
{
    for (int k = 0; k < s->n; k++)
        if (!take_diagonals(s, k) || !drop_singletons(s, &s->in[k]))
            return JAC_NULL;
    for (int k = 0; k < s->n; k++)
        if (!sum_alone(s, k))
            return JAC_NULL;
    while (s->n > 1) {
        int a, b;
        choose_pair(s, &a, &b);
        if (!multiply(s, a, b))
            return JAC_NULL;
    }
    return in_order(&s->in[0], &s->out);
}

jac jac_einsum_(const jac_loc *at, const char *subscripts, jac_handles x)
{
    IR_SCRATCH(scratch);
    unsigned m = rt_begin(at);
    int n = x.x && x.n > 0 && x.n <= INT_MAX ? (int)x.n : 0;
    if (!subscripts || !n) {
        ir_fail("einsum: there are no %s", subscripts ? "operands" : "subscripts");
        return rt_end(m, JAC_NULL);
    }
    einsum s = {.text = subscripts, .n = n};
    s.in = ir_alloc(&scratch, (size_t)n * sizeof *s.in);
    jac *v = ir_alloc(&scratch, (size_t)n * sizeof *v);
    if (!s.in || !v)
        return rt_end(m, JAC_NULL);
    memcpy(v, x.x, (size_t)n * sizeof *v);
    memset(s.size, -1, sizeof s.size);
    bool ok = rt_promote(n, v, false);
    for (int k = 0; k < n; k++)
        s.in[k].x = v[k];
    jac y = ok && read_subscripts(&s) ? run(&s) : JAC_NULL;
    return rt_end(m, y);
}
