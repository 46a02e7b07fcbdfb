/* How lines of a length are transformed: the radices, and tables of roots of unity. Plans are kept,
 * because making the tables takes longer than a transform; the oldest that nobody uses is dropped
 * when they take too much memory.
 */
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "ops/host/fft.h"

/* ---- roots of unity -------------------------------------------------------------------------- */

/* e^(-2 pi i k / n) for 0 <= k < n is coarse[k / some] * fine[k % some], computed in long double.
 */
typedef struct {
    int64_t n, some;
    long double *memory, *coarse, *fine; /* real and imaginary parts by turns */
} roots_table;

static void unit(int64_t k, int64_t n, long double *to)
{
    /* in the first eighth of the circle, sine and cosine have no error from their argument */
    const long double turn = 6.283185307179586476925286766559005768L;
    int64_t eighth = 8 * k / n;
    long double part = (long double)(8 * k - eighth * n) / (8.0L * (long double)n);
    bool back = eighth % 2;
    if (back)
        part = 0.125L - part;
    long double c = cosl(turn * part), s = sinl(turn * part);
    if (back) { /* a - x for the next multiple a of a quarter: exchange */
        long double was = c;
        c = s, s = was;
    }
    long double quarter[4][2] = {{c, -s}, {-s, -c}, {-c, s}, {s, c}};
    memcpy(to, quarter[eighth / 2 % 4], sizeof *quarter);
}

static bool roots_open(roots_table *r, int64_t n)
{
    r->n = n;
    r->some = (int64_t)sqrt((double)n) + 1;
    r->memory = malloc(4 * (size_t)(r->some + 1) * sizeof *r->memory);
    if (!r->memory)
        return ir_fail("fft: out of memory for the roots of unity of order %lld", (long long)n);
    r->coarse = r->memory;
    r->fine = r->memory + 2 * (r->some + 1);
    for (int64_t k = 0; k <= r->some; k++) {
        unit(k * r->some % n, n, r->coarse + 2 * k);
        unit(k % n, n, r->fine + 2 * k);
    }
    return true;
}

static void store(bool wide, fft_pair to, int64_t at, long double re, long double im)
{
    if (wide) {
        ((double *)to.re)[at] = (double)re;
        ((double *)to.im)[at] = (double)im;
    } else {
        ((float *)to.re)[at] = (float)re;
        ((float *)to.im)[at] = (float)im;
    }
}

/* Writes root number k, which may be any. */
static void root(const roots_table *r, int64_t k, bool wide, fft_pair to, int64_t at)
{
    k %= r->n;
    const long double *a = r->coarse + 2 * (k / r->some), *b = r->fine + 2 * (k % r->some);
    store(wide, to, at, a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]);
}

/* ---- radices --------------------------------------------------------------------------------- */

/* Powers of two come first, so that the later passes have whole vectors side by side. */
static int radices(int64_t n, int64_t *to)
{
    int count = 0, twos = 0;
    for (; n % 2 == 0; n /= 2)
        twos++;
    for (; twos > 4 || twos == 3; twos -= 3)
        to[count++] = 8;
    for (; twos >= 2; twos -= 2)
        to[count++] = 4;
    if (twos)
        to[count++] = 2;
    for (int64_t r = 3; r <= FFT_MOST_RADIX; r += 2)
        for (; n % r == 0; n /= r)
            to[count++] = r;
    return n == 1 ? count : -1;
}

/* The least length that is at least n and a product of 2, 3 and 5, with an 8 if it is not short. */
static int64_t good_length(int64_t n)
{
    int64_t best = INT64_MAX;
    for (int64_t fives = 8; fives < 2 * n; fives *= 5)
        for (int64_t threes = fives; threes < 2 * n; threes *= 3) {
            int64_t m = threes;
            while (m < n)
                m *= 2;
            best = m < best ? m : best;
        }
    return best;
}

/* ---- tables ---------------------------------------------------------------------------------- */

/* Memory that is handed out from the front. */
typedef struct {
    char *at;
    size_t size; /* of a number */
    int64_t used;
} stock;

static void *take(stock *s, int64_t n)
{
    void *p = s->at ? s->at + s->used * (int64_t)s->size : NULL;
    s->used += (n + 7) / 8 * 8;
    return p;
}

static fft_pair take_pair(stock *s, int64_t n)
{
    void *re = take(s, n);
    return (fft_pair){re, take(s, n)};
}

/* Lays out the tables; called first to count, with no memory. */
static void lay_out(fft_plan *p, stock *s)
{
    for (int k = 0; k < p->npass; k++) {
        fft_pass *q = &p->pass[k];
        q->roots = take_pair(s, (q->radix - 1) * q->m * (q->spread ? q->before : 1));
        fft_pair circle = take_pair(s, q->radix);
        q->cosines = circle.re, q->sines = circle.im;
    }
    p->halves = take_pair(s, p->n / 2 + 1);
    if (p->inner) {
        p->chirp = take_pair(s, p->n);
        p->kernel = take_pair(s, p->inner->n);
    }
}

static void fill_pass(const fft_plan *p, const fft_pass *q, const roots_table *r)
{
    int64_t times = q->spread ? q->before : 1;
    for (int64_t k = 1; k < q->radix; k++)
        for (int64_t t = 0; t < q->m; t++)
            for (int64_t j = 0; j < times; j++)
                root(r, q->before * t * k, p->wide, q->roots, ((k - 1) * q->m + t) * times + j);
    fft_pair circle = {(void *)q->cosines, (void *)q->sines};
    for (int64_t k = 0; k < q->radix; k++) /* the sine of the positive angle */
        root(r, (q->radix - k) * (p->n / q->radix), p->wide, circle, k);
}

static bool fill_halves(const fft_plan *p)
{
    roots_table r;
    if (!roots_open(&r, 2 * p->n))
        return false;
    for (int64_t k = 0; k <= p->n / 2; k++)
        root(&r, k, p->wide, p->halves, k);
    free(r.memory);
    return true;
}

/* chirp[k] = e^(-i pi k^2 / n); kernel: the conjugate of the transform of 1 / (m chirp[|k|]). */
static bool fill_chirp(const fft_plan *p)
{
    roots_table r;
    int64_t m = p->inner->n, square = 0;
    size_t size = p->wide ? sizeof(double) : sizeof(float);
    char *memory = calloc(4 * (size_t)m, size);
    fft_pair line = {memory, memory + m * (int64_t)size};
    fft_pair scratch = {memory + 2 * m * (int64_t)size, memory + 3 * m * (int64_t)size};
    if (!memory)
        return ir_fail("fft: out of memory for a line of %lld elements", (long long)p->n);
    if (!roots_open(&r, 2 * p->n)) {
        free(memory);
        return false;
    }
    for (int64_t k = 0; k < p->n; square = (square + 2 * k + 1) % (2 * p->n), k++) {
        root(&r, square, p->wide, p->chirp, k);
        root(&r, 2 * p->n - square, p->wide, line, k);
        if (k)
            root(&r, 2 * p->n - square, p->wide, line, m - k);
    }
    fft_run(p->inner, 1, line, p->kernel, scratch);
    for (int64_t k = 0; k < m; k++)
        if (p->wide)
            store(true, p->kernel, k, ((double *)p->kernel.re)[k] / (long double)m,
                  -((double *)p->kernel.im)[k] / (long double)m);
        else
            store(false, p->kernel, k, ((float *)p->kernel.re)[k] / (long double)m,
                  -((float *)p->kernel.im)[k] / (long double)m);
    free(r.memory);
    free(memory);
    return true;
}

static bool fill(fft_plan *p)
{
    roots_table r;
    if (!roots_open(&r, p->n))
        return false;
    for (int k = 0; k < p->npass; k++)
        fill_pass(p, &p->pass[k], &r);
    free(r.memory);
    return fill_halves(p) && (!p->inner || fill_chirp(p));
}

/* ---- plans ----------------------------------------------------------------------------------- */

static void destroy(fft_plan *p)
{
    if (!p)
        return;
    if (p->inner)
        destroy((fft_plan *)p->inner);
    free(p->memory);
    free(p);
}

static fft_plan *make(int64_t n, bool wide)
{
    int64_t radix[FFT_MOST_PASSES], before = 1;
    fft_plan *p = calloc(1, sizeof *p);
    stock s = {NULL, wide ? sizeof(double) : sizeof(float), 0};
    if (!p) {
        ir_fail("fft: out of memory");
        return NULL;
    }
    p->n = n;
    p->wide = wide;
    p->npass = radices(n, radix);
    if (p->npass < 0) {
        p->npass = 0;
        p->inner = make(good_length(2 * n - 1), wide);
    }
    for (int k = 0; k < p->npass; before *= radix[k++])
        p->pass[k] = (fft_pass){.radix = radix[k],
                                .m = n / before / radix[k],
                                .before = before,
                                .spread = before < 32 / (int64_t)s.size};
    lay_out(p, &s);
    p->bytes = s.used * (int64_t)s.size;
    s = (stock){p->memory = malloc((size_t)p->bytes), s.size, 0};
    if (!p->memory)
        ir_fail("fft: out of memory for the tables of a line of %lld elements", (long long)n);
    else
        lay_out(p, &s);
    if (!p->memory || (radices(n, radix) < 0 && !p->inner) || !fill(p)) {
        destroy(p);
        return NULL;
    }
    return p;
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static fft_plan *plans; /* the last used one is the first */

/* Takes the plan out of the list; NULL if it is not there. */
static fft_plan *pick(int64_t n, bool wide)
{
    for (fft_plan **at = &plans; *at; at = &(*at)->next)
        if ((*at)->n == n && (*at)->wide == wide) {
            fft_plan *p = *at;
            *at = p->next;
            return p;
        }
    return NULL;
}

/* Drops plans that are not in use and that the ones before them leave no memory for. */
static void trim(void)
{
    const int64_t most = 64 << 20;
    int64_t bytes = 0;
    for (fft_plan **at = &plans; *at;) {
        fft_plan *p = *at;
        bytes += p->bytes + (p->inner ? p->inner->bytes : 0);
        if (bytes <= most || p->users) {
            at = &p->next;
            continue;
        }
        *at = p->next;
        destroy(p);
    }
}

static fft_plan *use(fft_plan *p)
{
    if (p) {
        p->users++;
        p->next = plans;
        plans = p;
        trim();
    }
    return p;
}

const fft_plan *fft_plan_for(int64_t n, bool wide)
{
    ir_lock(&lock);
    fft_plan *p = use(pick(n, wide));
    ir_unlock(&lock);
    if (p || !(p = make(n, wide)))
        return p;
    ir_lock(&lock);
    use(p);
    ir_unlock(&lock);
    return p;
}

void fft_drop(const fft_plan *p)
{
    ir_lock(&lock);
    ((fft_plan *)p)->users--;
    ir_unlock(&lock);
}
