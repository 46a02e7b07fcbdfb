/* The functions of distributions of one variable, called by name.
 *
 * A function that a distribution lacks is made of the others: pdf of logpdf, logcdf of cdf, and so
 * on. Where x is outside of the support, z is replaced by a point inside before anything is
 * computed, so that the derivatives are 0 there and not NaN.
 */
#include <string.h>

#include "ops/ops.h"
#include "runtime/stats/stats.h"

static const char *const names[ST_FUNCTIONS] = {
    [ST_LOGPDF] = "logpdf", [ST_PDF] = "pdf", [ST_CDF] = "cdf",
    [ST_LOGCDF] = "logcdf", [ST_SF] = "sf",   [ST_LOGSF] = "logsf",
    [ST_PPF] = "ppf",       [ST_ISF] = "isf", [ST_ENTROPY] = "entropy"};

/* A call of one function. loc and scale are null handles if they are left out. */
typedef struct {
    const st_distribution *d;
    jac x, shape[ST_SHAPES], loc, scale;
} call;

/* ---- finding the function -------------------------------------------------------------------------- */

static const st_distribution *find_in(const st_distribution *rows, const char *function)
{
    for (; rows->name; rows++) {
        size_t n = strlen(rows->name);
        if (!strncmp(function, rows->name, n) && function[n] == '_')
            return rows;
    }
    return NULL;
}

/* Is `word` among the words of the list? */
static bool listed(const char *list, const char *word)
{
    size_t n = strlen(word);
    for (const char *at = list; (at = strstr(at, word)); at += n)
        if ((at == list || at[-1] == ' ') && (!at[n] || at[n] == ' '))
            return true;
    return false;
}

static bool find(const char *function, const st_distribution **d, int *which)
{
    *d = find_in(st_continuous, function);
    if (!*d)
        *d = find_in(st_discrete, function);
    const char *word = *d ? function + strlen((*d)->name) + 1 : "";
    if (!*d || !listed((*d)->has, word))
        return ir_fail("there is no function %s", function);
    for (*which = 0; *which < ST_FUNCTIONS - 1; ++*which)
        if (!strcmp(word, names[*which]) ||
            (*which <= ST_PDF && !strcmp(word, *which == ST_PDF ? "pmf" : "logpmf")))
            break;
    return true;
}

/* ---- what all have in common ------------------------------------------------------------------------ */

static jac standard(const call *c)
{
    jac z = jac_ok(c->loc) ? jac_sub(c->x, c->loc) : c->x;
    return jac_ok(c->scale) ? jac_div(z, c->scale) : z;
}

static jac moved(const call *c, jac z)
{
    jac x = jac_ok(c->scale) ? jac_mul(z, c->scale) : z;
    return jac_ok(c->loc) ? jac_add(x, c->loc) : x;
}

/* f(z), but `below` and `above` outside of the support. */
static jac in_support(const call *c, st_function f, double below, double above)
{
    const st_distribution *d = c->d;
    jac z = standard(c), under = jac_lt(z, d->low), over = jac_gt(z, d->high);
    if (!isinf(d->low))
        z = st_where(under, z, d->inside);
    if (!isinf(d->high))
        z = st_where(over, z, d->inside);
    jac y = f(z, c->shape);
    if (!isinf(d->low))
        y = st_where(under, y, below);
    return isinf(d->high) ? y : st_where(over, y, above);
}

static jac log_density(const call *c)
{
    const st_distribution *d = c->d;
    jac y = in_support(c, d->function[ST_LOGPDF], -INFINITY, -INFINITY);
    return jac_ok(c->scale) ? jac_sub(y, jac_log(c->scale)) : y;
}

static jac quantile(const call *c, st_function f)
{
    jac bad = jac_logical_or(jac_lt(c->x, 0), jac_gt(c->x, 1));
    jac z = f(st_where(bad, c->x, 0.5), c->shape);
    return st_where(bad, moved(c, z), NAN);
}

static jac computed(const call *c, int which)
{
    const st_function *f = c->d->function;
    switch (which) {
    case ST_LOGPDF:
        return log_density(c);
    case ST_PDF:
        return jac_exp(log_density(c));
    case ST_CDF:
        return f[ST_CDF] ? in_support(c, f[ST_CDF], 0, 1) : jac_exp(computed(c, ST_LOGCDF));
    case ST_SF:
        return f[ST_SF] ? in_support(c, f[ST_SF], 1, 0) : jac_exp(computed(c, ST_LOGSF));
    case ST_LOGCDF:
        return f[ST_LOGCDF] ? in_support(c, f[ST_LOGCDF], -INFINITY, 0)
                            : jac_log(computed(c, ST_CDF));
    case ST_LOGSF:
        return f[ST_LOGSF] ? in_support(c, f[ST_LOGSF], 0, -INFINITY) : jac_log(computed(c, ST_SF));
    case ST_ENTROPY:
        return f[ST_ENTROPY](JAC_NULL, c->shape);
    default:
        return quantile(c, f[which]);
    }
}

/* ---- arguments ---------------------------------------------------------------------------------------- */

/* The most arguments: x, the shape, loc and scale. */
enum { MOST = 1 + ST_SHAPES + 2 };

static bool read_arguments(const char *function, const st_distribution *d, int which, int n,
                           const jac *given, call *c)
{
    int first = which != ST_ENTROPY, least = first + d->shapes;
    bool plain =
        d->discrete && (which == ST_CDF || which == ST_PPF) && !strcmp(d->name, "bernoulli");
    int most = least + (plain ? 0 : (int)d->moved);
    if (n < least || n > most)
        return ir_fail("%s: it takes from %d to %d arguments, but %d are given", function, least,
                       most, n);
    jac x[MOST];
    memcpy(x, given, (size_t)n * sizeof *x);
    if (!np_are_handles(n, x) || !rt_promote(n, x, true))
        return false;
    for (int k = 0; k < n; k++) {
        ir_type t;
        if (!rt_type_of(x[k], &t) || !np_is_real(function, &t))
            return false;
    }
    if (!rt_broadcast(function, n, x))
        return false;
    *c = (call){.d = d, .x = first ? x[0] : JAC_NULL};
    for (int k = 0; k < d->shapes; k++)
        c->shape[k] = x[first + k];
    c->loc = n > least ? x[least] : JAC_NULL;
    c->scale = n > least + 1 ? x[least + 1] : JAC_NULL;
    return true;
}

jac jac_stats_(const jac_loc *at, const char *function, int n, const jac *x)
{
    unsigned m = rt_begin_as(at, function);
    const st_distribution *d;
    int which = 0;
    call c;
    if (!find(function, &d, &which) || !read_arguments(function, d, which, n, x, &c))
        return rt_end(m, JAC_NULL);
    jac y = computed(&c, which);
    if (d->strict && jac_ok(c.scale))
        y = st_where(jac_le(c.scale, 0), y, NAN);
    return rt_end(m, y);
}
