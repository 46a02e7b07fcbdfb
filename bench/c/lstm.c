/* Row 15 by hand: a network of diagonal LSTM layers over a sequence, and its gradient in
 * reverse. */
#include <math.h>
#include <string.h>

#include "bench/adbench.h"
#include "bench/c/c.h"
#include "bench/c/vector.h"

/* A row has one number for each bit, is padded to B = 16 and lives in vectors. */
enum { B = 16, V = B / VD, MAX_LAYERS = 8, DATA = 0, NUMBERS, TAPE };

typedef struct {
    vd v[V];
} bits;

#define EACH for (int i = 0; i < V; i++)

static inline bits sigmoid(bits x)
{
    EACH x.v[i] = 1 / (1 + VD_(exp)(-x.v[i]));
    return x;
}

static inline bits tangent(bits x)
{
    EACH x.v[i] = VD_(tanh)(x.v[i]);
    return x;
}

/* x w + b */
static inline bits affine(bits x, const bits *w, const bits *b)
{
    EACH x.v[i] = x.v[i] * w->v[i] + b->v[i];
    return x;
}

typedef struct {
    int layers, n, width;
    bits main[2 * MAX_LAYERS][4], extra[3], state[2 * MAX_LAYERS];
    bits *sequence; /* [n] */
    bits used;      /* 1 for real bits, 0 for the padding */
} network;

/* The residuals of one layer at one character. */
typedef struct {
    bits x, hidden, cell, gate[4], squashed;
} layer_tape;

static inline double total(bits x)
{
    double s = 0;
    for (int k = 0; k < B; k++)
        s += x.v[k / VD][k % VD];
    return s;
}

/* Processes one character: updates the state, and returns the last layer's hidden vector. */
static inline bits forward(const network *p, bits *state, bits x, layer_tape *tape)
{
    for (int l = 0; l < p->layers; l++) {
        const bits *w = p->main[2 * l], *b = p->main[2 * l + 1];
        layer_tape t = {.x = x, .hidden = state[2 * l], .cell = state[2 * l + 1]};
        t.gate[0] = sigmoid(affine(x, &w[0], &b[0]));
        t.gate[1] = sigmoid(affine(t.hidden, &w[1], &b[1]));
        t.gate[2] = sigmoid(affine(x, &w[2], &b[2]));
        t.gate[3] = tangent(affine(t.hidden, &w[3], &b[3]));
        bits cell = t.cell;
        EACH cell.v[i] = cell.v[i] * t.gate[0].v[i] + t.gate[1].v[i] * t.gate[3].v[i];
        t.squashed = tangent(cell);
        EACH x.v[i] = t.gate[2].v[i] * t.squashed.v[i];
        state[2 * l] = x;
        state[2 * l + 1] = cell;
        if (tape)
            tape[l] = t;
    }
    return x;
}

/* exp(y) for the real bits, and their sum plus 2 */
static inline double normaliser(const network *p, bits y, bits *e)
{
    EACH e->v[i] = VD_(exp)(y.v[i]) * p->used.v[i];
    return total(*e) + 2;
}

static double loss(const network *p, layer_tape *tape, bits *last)
{
    bits state[2 * MAX_LAYERS];
    double sum = 0;
    memcpy(state, p->state, sizeof state);
    for (int t = 0; t + 1 < p->n; t++) {
        bits x = p->sequence[t], gold = p->sequence[t + 1], e, each;
        EACH x.v[i] *= p->extra[0].v[i];
        x = forward(p, state, x, tape ? tape + t * p->layers : NULL);
        if (last)
            last[t] = x;
        bits y = affine(x, &p->extra[1], &p->extra[2]);
        double norm = log(normaliser(p, y, &e));
        EACH each.v[i] = gold.v[i] * (y.v[i] - norm);
        sum += total(each);
    }
    return -sum / (double)((p->n - 1) * p->width);
}

/* The reverse of one layer: updates the cotangents of hidden and cell, returns that of x. */
static inline bits back(const layer_tape *t, const bits *w, bits up, bits *d_hidden, bits *d_cell,
                        bits (*g)[4])
{
    bits x;
    EACH
    {
        vd f = t->gate[0].v[i], in = t->gate[1].v[i], out = t->gate[2].v[i], c = t->gate[3].v[i];
        vd s = t->squashed.v[i], h = up.v[i] + d_hidden->v[i];
        vd cell = d_cell->v[i] + h * out * (1 - s * s);
        vd d[4] = {cell * t->cell.v[i] * f * (1 - f), cell * c * in * (1 - in),
                   h * s * out * (1 - out), cell * in * (1 - c * c)};
        for (int k = 0; k < 4; k++) {
            g[0][k].v[i] += d[k] * (k % 2 ? t->hidden.v[i] : t->x.v[i]);
            g[1][k].v[i] += d[k];
        }
        x.v[i] = d[0] * w[0].v[i] + d[2] * w[2].v[i];
        d_hidden->v[i] = d[1] * w[1].v[i] + d[3] * w[3].v[i];
        d_cell->v[i] = cell * f;
    }
    return x;
}

static void gradient(const network *p, layer_tape *tape, bits *last, bits g[2 * MAX_LAYERS][4],
                     bits g_extra[3])
{
    bits d[2 * MAX_LAYERS];
    double scale = -1 / (double)((p->n - 1) * p->width);
    loss(p, tape, last);
    memset(d, 0, sizeof d);
    for (int t = p->n - 1; t-- > 0;) {
        bits gold = p->sequence[t + 1], e, up;
        bits y = affine(last[t], &p->extra[1], &p->extra[2]);
        double norm = normaliser(p, y, &e), golden = total(gold);
        EACH
        {
            vd dy = scale * (gold.v[i] - golden / norm * e.v[i]);
            g_extra[1].v[i] += dy * last[t].v[i];
            g_extra[2].v[i] += dy;
            up.v[i] = dy * p->extra[1].v[i];
        }
        for (int l = p->layers; l-- > 0;)
            up = back(&tape[t * p->layers + l], p->main[2 * l], up, &d[2 * l], &d[2 * l + 1],
                      &g[2 * l]);
        EACH g_extra[0].v[i] += up.v[i] * p->sequence[t].v[i];
    }
}

/* ---- in and out ------------------------------------------------------------------------------ */

static void pad(bits *to, const double *from, int width)
{
    double x[B] = {0};
    memcpy(x, from, (size_t)width * sizeof *x);
    memcpy(to, x, sizeof x);
}

static network *make(c_case *c)
{
    adbench_lstm l = adbench_read_lstm(c->size);
    network *p = c->buffer[DATA] = aligned_alloc(64, (sizeof *p + 63) & ~(size_t)63);
    int w = (int)l.bits;
    *p = (network){.layers = (int)l.layers, .n = (int)l.characters, .width = w};
    for (int k = 0; k < 2 * p->layers; k++) {
        for (int j = 0; j < 4; j++)
            pad(&p->main[k][j], l.main + (k * 4 + j) * w, w);
        pad(&p->state[k], l.state + k * w, w);
    }
    for (int k = 0; k < 3; k++)
        pad(&p->extra[k], l.extra + k * w, w);
    p->sequence = c->buffer[NUMBERS] = aligned_alloc(64, (size_t)p->n * sizeof(bits));
    for (int k = 0; k < p->n; k++)
        pad(&p->sequence[k], l.sequence + k * w, w);
    for (int k = 0; k < w; k++)
        p->used.v[k / VD][k % VD] = 1;
    free(l.numbers);
    return p;
}

static void make_lstm(c_case *c)
{
    make(c);
    c_result(c, 0, DIGEST_F64, 1);
}

static void run_lstm(c_case *c)
{
    *(double *)c->result[0].elements = loss(c->buffer[DATA], NULL, NULL);
}

static void make_lstm_grad(c_case *c)
{
    network *p = make(c);
    c->buffer[TAPE] = aligned_alloc(64, (size_t)(p->n * p->layers) * sizeof(layer_tape));
    c->buffer[TAPE + 1] = aligned_alloc(64, (size_t)p->n * sizeof(bits));
    c_result(c, 0, DIGEST_F64, 2 * p->layers * 4 * p->width);
    c_result(c, 1, DIGEST_F64, 3 * p->width);
}

static void run_lstm_grad(c_case *c)
{
    network *p = c->buffer[DATA];
    bits g[2 * MAX_LAYERS][4], g_extra[3];
    size_t row = (size_t)p->width * sizeof(double);
    memset(g, 0, sizeof g);
    memset(g_extra, 0, sizeof g_extra);
    gradient(p, c->buffer[TAPE], c->buffer[TAPE + 1], g, g_extra);
    char *out = (char *)c->result[0].elements;
    for (int k = 0; k < 8 * p->layers; k++)
        memcpy(out + (size_t)k * row, &g[k / 4][k % 4], row);
    for (int k = 0; k < 3; k++)
        memcpy((char *)c->result[1].elements + (size_t)k * row, &g_extra[k], row);
}

const c_work c_lstm[] = {
    {"lstm", make_lstm, run_lstm}, {"lstm_grad", make_lstm_grad, run_lstm_grad}, {0}};
