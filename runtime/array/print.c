/* Prints arrays as NumPy 2.4 does with its default options.
 *
 * First, every element shown becomes a cell of text. The form of a cell depends on all elements
 * (either all have an exponent or none has, and decimal points line up). Then the cells are laid
 * out in brackets.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/runtime.h"

enum {
    PRECISION = 8,    /* most digits after the point */
    THRESHOLD = 1000, /* larger arrays show only their edges */
    EDGE = 3,         /* elements shown at each edge of an axis */
    LINE = 75,        /* columns */
};

/* ---- a text buffer -------------------------------------------------------------------------- */

typedef struct {
    char *at;
    size_t n, cap;
    bool failed; /* memory ran out */
} text;

static void put(text *t, const char *s, size_t n)
{
    if (!t->failed && t->n + n + 1 > t->cap) {
        size_t cap = 2 * (t->n + n) + 64;
        char *at = ir_resize(t->at, cap);
        t->failed = !at;
        t->at = at ? at : t->at;
        t->cap = at ? cap : t->cap;
    }
    if (t->failed)
        return;
    memcpy(t->at + t->n, s, n);
    t->n += n;
    t->at[t->n] = '\0';
}

static void put_str(text *t, const char *s)
{
    put(t, s, strlen(s));
}

static void put_many(text *t, char c, int n)
{
    while (n-- > 0)
        put(t, &c, 1);
}

/* ---- decimal digits ------------------------------------------------------------------------- */

/* The decimal number 0.d0 d1 d2 ... times 10^(exp + 1), without trailing zeros. */
typedef struct {
    char digits[24];
    int n, exp;
} decimal;

/* The first n digits of |v|, correctly rounded. */
static decimal rounded(double v, int n)
{
    char s[48];
    decimal d = {.n = n};
    snprintf(s, sizeof s, "%.*e", n - 1, fabs(v));
    d.digits[0] = s[0];
    if (n > 1)
        memcpy(d.digits + 1, s + 2, (size_t)n - 1);
    d.exp = atoi(strchr(s, 'e') + 1);
    return d;
}

static decimal trimmed(decimal d)
{
    while (d.n > 1 && d.digits[d.n - 1] == '0')
        d.n--;
    return d;
}

/* v rounded to the nearest number of the dtype. */
static double in_dtype(ir_dtype of, double v)
{
    return ir_scalar_f64(of, ir_scalar_of(of, v));
}

static bool reads_back(const decimal *d, double v, ir_dtype of)
{
    char s[48];
    snprintf(s, sizeof s, "%.1s.%.*se%d", d->digits, d->n - 1, d->digits + 1, d->exp);
    double read = of == IR_f64 ? strtod(s, NULL) : (double)strtof(s, NULL);
    return in_dtype(of, read) == fabs(v);
}

/* The next larger decimal with the same number of digits. */
static decimal next_up(decimal d)
{
    int k = d.n - 1;
    while (k >= 0 && d.digits[k] == '9')
        d.digits[k--] = '0';
    if (k >= 0) {
        d.digits[k]++;
        return d;
    }
    d.digits[0] = '1'; /* 99...9 becomes 100...0 */
    d.exp++;
    return d;
}

/* The shortest decimal that reads back as v. The numbers just below a power of two are closer
 * together than those above it. So for a power of two the nearest decimal may not read back as v
 * although the next larger one does, and both are tried. */
static decimal shortest(double v, ir_dtype of)
{
    int exp;
    bool power_of_two = v != 0 && frexp(fabs(v), &exp) == 0.5;
    for (int n = 1; n < 17; n++) {
        decimal d = rounded(v, n), up = next_up(d);
        if (reads_back(&d, v, of))
            return trimmed(d);
        if (power_of_two && reads_back(&up, v, of))
            return trimmed(up);
    }
    return trimmed(rounded(v, 17));
}

/* ---- floats --------------------------------------------------------------------------------- */

/* The text of one number: integer part with sign, digits after the point, exponent. */
typedef struct {
    char whole[32], frac[32], exp[8];
} parts;

static parts positional(double v, ir_dtype of, int precision)
{
    decimal d = shortest(v, of);
    if (d.n - 1 - d.exp > precision)
        d = trimmed(rounded(v, d.exp + 1 + precision));
    parts p = {0};
    const char *sign = signbit(v) ? "-" : "";
    if (d.exp < 0) {
        snprintf(p.whole, sizeof p.whole, "%s0", sign);
        snprintf(p.frac, sizeof p.frac, "%.*s%.*s", -d.exp - 1, "0000", d.n, d.digits);
        return p;
    }
    int whole = d.exp + 1;
    snprintf(p.whole, sizeof p.whole, "%s%.*s", sign, d.n < whole ? d.n : whole, d.digits);
    for (int k = d.n; k < whole; k++)
        strcat(p.whole, "0");
    if (d.n > whole)
        snprintf(p.frac, sizeof p.frac, "%.*s", d.n - whole, d.digits + whole);
    return p;
}

/* Writes v in scientific form with `least` to `most` digits after the point. Digits beyond the
 * shortest decimal are those of the exact value, not zeros. */
static parts scientific(double v, ir_dtype of, int least, int most)
{
    decimal d = shortest(v, of);
    if (d.n - 1 > most)
        d = trimmed(rounded(v, most + 1));
    if (d.n - 1 < least)
        d = rounded(v, least + 1);
    parts p = {0};
    snprintf(p.whole, sizeof p.whole, "%s%c", signbit(v) ? "-" : "", d.digits[0]);
    snprintf(p.frac, sizeof p.frac, "%.*s", d.n - 1, d.digits + 1);
    snprintf(p.exp, sizeof p.exp, "%+03d", d.exp);
    return p;
}

/* The form in which all floats of an array are written. */
typedef struct {
    ir_dtype of;
    bool exponent;
    bool plus;            /* a number that is not negative has the sign + */
    int whole, frac, exp; /* width of each part */
} float_form;

/* How many decimal digits the dtype can represent. */
static int precision_of(ir_dtype d)
{
    return (int)((ir_dtypes[d].digits - 1) * 0.30103);
}

static bool wants_exponent(int n, const double *v, ir_dtype of)
{
    double least = INFINITY, greatest = 0;
    for (int k = 0; k < n; k++)
        if (isfinite(v[k]) && v[k] != 0) {
            least = fmin(least, fabs(v[k]));
            greatest = fmax(greatest, fabs(v[k]));
        }
    if (greatest == 0)
        return false;
    double ratio = in_dtype(of, greatest / least), small = in_dtype(of, 1e-4);
    double large = pow(10, fmin(PRECISION, precision_of(of)));
    return greatest >= large || least < small || ratio > 1000;
}

static parts float_parts(const float_form *f, double v)
{
    parts p =
        f->exponent ? scientific(v, f->of, f->frac, PRECISION) : positional(v, f->of, PRECISION);
    if (f->plus && !signbit(v)) {
        memmove(p.whole + 1, p.whole, sizeof p.whole - 1);
        p.whole[0] = '+';
    }
    return p;
}

static int larger(int a, size_t b)
{
    return a > (int)b ? a : (int)b;
}

static const char *not_finite(double v, bool plus)
{
    const char *s = isnan(v) ? "+nan" : v < 0 ? "-inf" : "+inf";
    return s + (*s == '+' && !plus);
}

static float_form form_of(int n, const double *v, ir_dtype of, bool plus)
{
    float_form f = {.of = of, .exponent = wants_exponent(n, v, of), .plus = plus};
    for (int k = 0; k < n; k++) {
        if (!isfinite(v[k]))
            continue;
        parts p = float_parts(&f, v[k]);
        f.whole = larger(f.whole, strlen(p.whole));
        f.frac = larger(f.frac, strlen(p.frac));
        f.exp = larger(f.exp, strlen(p.exp));
    }
    /* Infinities and NaN may extend past the decimal point. */
    int after = f.frac + 1 + (f.exponent ? f.exp + 1 : 0);
    for (int k = 0; k < n; k++)
        if (!isfinite(v[k]) && (int)strlen(not_finite(v[k], plus)) - after > f.whole)
            f.whole = (int)strlen(not_finite(v[k], plus)) - after;
    return f;
}

/* Writes the exponent with as many digits as the longest one has. */
static void put_exponent(text *t, const float_form *f, const parts *p)
{
    put(t, "e", 1);
    put(t, p->exp, 1);
    put_many(t, '0', f->exp - (int)strlen(p->exp));
    put_str(t, p->exp + 1);
}

static void put_float(text *t, const float_form *f, double v)
{
    if (!isfinite(v)) {
        const char *s = not_finite(v, f->plus);
        put_many(t, ' ', f->whole + 1 + f->frac + (f->exponent ? f->exp + 1 : 0) - (int)strlen(s));
        put_str(t, s);
        return;
    }
    parts p = float_parts(f, v);
    put_many(t, ' ', f->whole - (int)strlen(p.whole));
    put_str(t, p.whole);
    put(t, ".", 1);
    put_str(t, p.frac);
    put_many(t, ' ', f->frac - (int)strlen(p.frac));
    if (f->exponent)
        put_exponent(t, f, &p);
}

/* Writes a float that is not part of an array, with all its digits. whole: what ends the text of a
 * whole number. */
static void put_float_alone(text *t, double v, ir_dtype of, const char *whole)
{
    if (!isfinite(v)) {
        put_str(t, not_finite(v, false));
        return;
    }
    double size = fabs(v);
    double large = of == IR_f64 ? 1e16 : pow(10, precision_of(of));
    bool exponent = size != 0 && (size < 1e-4 || size >= large);
    parts p = exponent ? scientific(v, of, 0, 24) : positional(v, of, 24);
    put_str(t, p.whole);
    if (p.frac[0]) {
        put(t, ".", 1);
        put_str(t, p.frac);
    } else if (!exponent) {
        put_str(t, whole);
    }
    if (exponent) {
        put(t, "e", 1);
        put_str(t, p.exp);
    }
}

/* ---- cells ---------------------------------------------------------------------------------- */

typedef struct {
    const rt_array *a;
    bool edges; /* only the edges of each axis are shown */
    int n;
    int64_t *shown; /* indices of the elements shown, in row-major order */
    text cells;     /* the cells one after another, each ending in a zero byte */
    const char *next;
    text out;
} printer;

static bool hides(const printer *p, int axis)
{
    return p->edges && p->a->type.dim[axis] > 2 * EDGE;
}

static bool list_shown(printer *p, int axis, int64_t first)
{
    const ir_type *t = &p->a->type;
    if (axis == t->rank) {
        if ((p->n & (p->n - 1)) == 0) {
            size_t bytes = (size_t)(p->n ? 2 * p->n : 1) * sizeof *p->shown;
            int64_t *shown = ir_resize(p->shown, bytes);
            if (!shown)
                return false;
            p->shown = shown;
        }
        p->shown[p->n++] = first;
        return true;
    }
    for (int64_t k = 0; k < t->dim[axis]; k++) {
        if (hides(p, axis) && k == EDGE)
            k = t->dim[axis] - EDGE;
        if (!list_shown(p, axis + 1, first * t->dim[axis] + k))
            return false;
    }
    return true;
}

static ir_scalar element(const rt_array *a, int64_t k)
{
    ir_scalar s = {0};
    size_t size = ir_dtypes[a->type.dtype].size;
    memcpy(&s, (const char *)a->data + (size_t)k * size, size);
    return s;
}

/* Cells of float dtypes that NumPy lacks. In Python ml_dtypes prints them, each by itself. */
static void foreign_cells(printer *p, ir_dtype d)
{
    for (int k = 0; k < p->n; k++) {
        char s[40];
        double v = ir_scalar_f64(d, element(p->a, p->shown[k]));
        snprintf(s, sizeof s, "%g", v);
        put_str(&p->cells, isfinite(v) ? s : not_finite(v, false));
        put(&p->cells, "", 1);
    }
}

static void float_cells(printer *p, ir_dtype d)
{
    if (ir_dtypes[d].npy[0] != 'f') {
        foreign_cells(p, d);
        return;
    }
    IR_SCRATCH(scratch);
    double *v = ir_alloc(&scratch, (size_t)p->n * sizeof *v);
    p->cells.failed = !v;
    if (!v)
        return;
    for (int k = 0; k < p->n; k++)
        v[k] = ir_scalar_f64(d, element(p->a, p->shown[k]));
    float_form f = form_of(p->n, v, d, false);
    for (int k = 0; k < p->n; k++) {
        if (p->a->type.rank)
            put_float(&p->cells, &f, v[k]);
        else
            put_float_alone(&p->cells, v[k], d, ".0");
        put(&p->cells, "", 1);
    }
}

/* Writes a complex number that is not part of an array. */
static void put_complex_alone(text *t, double re, double im, ir_dtype of)
{
    bool both = re != 0 || signbit(re);
    if (both) {
        put_str(t, "(");
        put_float_alone(t, re, of, "");
        put_str(t, signbit(im) && !isnan(im) ? "" : "+");
    }
    put_float_alone(t, im, of, "");
    put_str(t, both ? "j)" : "j");
}

/* The real parts have one form, the imaginary parts another; each j follows its last digit. */
static void complex_cells(printer *p, ir_dtype d)
{
    IR_SCRATCH(scratch);
    ir_dtype of = ir_part(d);
    double *re = ir_alloc(&scratch, 2 * (size_t)p->n * sizeof *re), *im = re + p->n;
    p->cells.failed = !re;
    if (!re)
        return;
    for (int k = 0; k < p->n; k++)
        for (int part = 0; part < 2; part++) {
            ir_scalar s = {0};
            size_t size = ir_dtypes[of].size;
            memcpy(&s, (const char *)p->a->data + (size_t)(2 * p->shown[k] + part) * size, size);
            (part ? im : re)[k] = ir_scalar_f64(of, s);
        }
    float_form forms[] = {form_of(p->n, re, of, false), form_of(p->n, im, of, true)};
    for (int k = 0; k < p->n; k++) {
        if (!p->a->type.rank) {
            put_complex_alone(&p->cells, re[k], im[k], of);
            put(&p->cells, "", 1);
            continue;
        }
        put_float(&p->cells, &forms[0], re[k]);
        size_t from = p->cells.n;
        put_float(&p->cells, &forms[1], im[k]);
        size_t to = p->cells.n;
        while (!p->cells.failed && to > from && p->cells.at[to - 1] == ' ')
            to--;
        put(&p->cells, " ", 1);
        if (!p->cells.failed)
            p->cells.at[to] = 'j';
        put(&p->cells, "", 1);
    }
}

static int integer_text(char *s, size_t room, ir_dtype d, ir_scalar v)
{
    if (d == IR_bool)
        return snprintf(s, room, "%s", v.v_bool ? "True" : "False");
    if (ir_dtypes[d].kind == IR_KIND_UINT) /* the unused high bits are zero */
        return snprintf(s, room, "%" PRIu64, v.v_u64);
    return snprintf(s, room, "%" PRId64, ir_scalar_i64(d, v));
}

static void integer_cells(printer *p, ir_dtype d)
{
    char s[32];
    int width = d == IR_bool && p->a->type.rank ? 5 : 0;
    for (int k = 0; k < p->n; k++)
        width = larger(width, (size_t)integer_text(s, sizeof s, d, element(p->a, p->shown[k])));
    for (int k = 0; k < p->n; k++) {
        int n = integer_text(s, sizeof s, d, element(p->a, p->shown[k]));
        put_many(&p->cells, ' ', width - n);
        put(&p->cells, s, (size_t)n + 1);
    }
}

/* ---- layout --------------------------------------------------------------------------------- */

static const char *next_cell(printer *p)
{
    const char *cell = p->next;
    p->next += strlen(cell) + 1;
    return cell;
}

static void strip_blanks(text *t)
{
    while (t->n && t->at[t->n - 1] == ' ')
        t->n--;
}

/* Appends a cell to the row. It starts a new line if it does not fit, unless it is the first. */
static void put_cell(text *out, const char *cell, int indent, int width, int *column)
{
    int n = (int)strlen(cell);
    if (*column > indent) {
        put(out, " ", 1);
        ++*column;
        if (*column + n > width) {
            strip_blanks(out);
            put(out, "\n", 1);
            put_many(out, ' ', indent);
            *column = indent;
        }
    }
    put(out, cell, (size_t)n);
    *column += n;
}

static void put_row(printer *p, int axis)
{
    int64_t n = p->a->type.dim[axis];
    int indent = axis + 1, column = indent, width = LINE - axis - 1;
    for (int64_t k = 0; k < n; k++) {
        if (hides(p, axis) && k == EDGE) {
            put_cell(&p->out, "...", indent, width, &column);
            k = n - EDGE;
        }
        put_cell(&p->out, next_cell(p), indent, width, &column);
    }
}

static void put_axis(printer *p, int axis)
{
    int rank = p->a->type.rank, left = rank - axis;
    int64_t n = p->a->type.dim[axis];
    put(&p->out, "[", 1);
    if (left == 1)
        put_row(p, axis);
    for (int64_t k = 0; left > 1 && k < n; k++) {
        if (k > 0) {
            put_many(&p->out, '\n', left - 1);
            put_many(&p->out, ' ', axis + 1);
        }
        if (hides(p, axis) && k == EDGE) {
            put_str(&p->out, "...");
            k = n - EDGE - 1;
            continue;
        }
        put_axis(p, axis + 1);
    }
    put(&p->out, "]", 1);
}

static char *array_text(const rt_array *a)
{
    IR_C_NUMBERS;
    int64_t count = ir_type_count(&a->type);
    ir_dtype d = a->type.dtype;
    printer p = {.a = a, .edges = count > THRESHOLD};
    if (count == 0) {
        put_str(&p.out, "[]");
        return p.out.at;
    }
    bool ok = list_shown(&p, 0, 0);
    if (ok)
        (ir_is_complex(d)     ? complex_cells
         : ir_has_fraction(d) ? float_cells
                              : integer_cells)(&p, d);
    ok = ok && !p.cells.failed;
    p.next = p.cells.at;
    if (ok && a->type.rank == 0)
        put_str(&p.out, p.cells.at);
    else if (ok)
        put_axis(&p, 0);
    free(p.cells.at);
    free(p.shown);
    if (ok && !p.out.failed)
        return p.out.at;
    free(p.out.at);
    return NULL;
}

char *jac_str_(const jac_loc *at, jac x)
{
    rt_at(at);
    const rt_slot *s = rt_slot_of(x);
    if (!s)
        return NULL;
    if (s->kind == RT_TRACED) {
        text t = {0};
        put_str(&t, ir_type_tmp(&s->value->type));
        return t.at;
    }
    const rt_array *a = rt_concrete(x, "jac_str");
    return a ? array_text(a) : NULL;
}

bool jac_print_(const jac_loc *at, jac x)
{
    rt_at(at);
    char *s = jac_str_(NULL, x);
    bool ok = s && puts(s) >= 0;
    if (s && !ok)
        ir_fail("jac_print: cannot write to standard output");
    free(s);
    return ok;
}
