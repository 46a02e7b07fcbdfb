/* Convolutions of floats, as products of two matrices that are never formed: rows and columns are
 * the places and the features of the result, and tables say where their terms are (conv_tables.c).
 *
 * One of the two sides is the vector side: it is packed in panels of a few columns, and a term of a
 * panel is two vectors. The elements of the other side are read where they are, one by one, each
 * for a whole panel. Which side is which is chosen by what packing and storing cost. So a window of
 * many features is packed once, and the operand is never copied for each element of the window.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "ops/host/conv_blocks.h"
#include "ops/host/conv_tables.h"
#include "ops/host/conv_tiles.h"

/* TERMS: at most so many are added before the sum is added to the result. STRETCH: terms that are
 * packed at a time. PANEL_BYTES: panels that are used together fill half of a usual L2 cache at
 * most. ITEMS: pieces of work for each thread. FEW_ROWS: for so few, packing adjacent columns does
 * not pay; for FEWER, several panels are used together. LARGEST_PACKED: bytes. */
enum {
    TERMS = 1024,
    PANEL_BYTES = 192 << 10,
    ITEMS = 12,
    FEW_ROWS = 12,
    FEWER_ROWS = 4,
    LARGEST_PACKED = 1 << 28,
    STRETCH = 64
};

typedef struct {
    const host_conv *s;
    const conv_kernels *k;
    size_t element;
    conv_side rows, columns; /* of the scalar and of the vector side */
    const int32_t *row_term, *column_term, *packed_term;
    int64_t nterm, terms; /* terms: how many are added at a time */
    const char *scalar, *vector;
    char *to, *packed; /* packed: all panels, if they are packed before */
    int64_t scalar_group, vector_group;
    bool direct;            /* adjacent columns are read where they are */
    int64_t npanel, *panel; /* the first column of each panel, and of the one behind the last */
    int64_t panels, nblock, chunk, nchunk; /* panels of a block, rows of a chunk */
} job;

/* ---- panels ---------------------------------------------------------------------------------- */

static int panel_width(const job *b, int64_t p)
{
    return (int)(b->panel[p + 1] - b->panel[p]);
}

static bool is_adjacent(const int32_t *v, int64_t n)
{
    for (int64_t k = 1; k < n; k++)
        if (v[k] != v[0] + k)
            return false;
    return true;
}

/* Cuts the columns into panels; `lines`: so that the columns of each are adjacent. */
static bool cut_panels(job *b, ir_arena *memory, bool lines)
{
    int64_t n = b->columns.n, at = 0;
    b->panel = ir_alloc(memory, (size_t)(lines ? n + 1 : n / b->k->width + 2) * sizeof *b->panel);
    if (!b->panel)
        return false;
    while (at < n) {
        int64_t end = at + 1, most = n - at < b->k->width ? n : at + b->k->width;
        while (end < most && (!lines || b->columns.in[end] == b->columns.in[end - 1] + 1))
            end++;
        b->panel[b->npanel++] = at;
        at = end;
    }
    b->panel[b->npanel] = n;
    return true;
}

static size_t panel_bytes(const job *b, int64_t terms)
{
    return (size_t)(terms * b->k->width) * b->element;
}

static void pack(const job *b, int64_t group, int64_t p, int64_t term, int64_t n, char *to)
{
    b->k->pack(n, b->vector + group * b->vector_group * (int64_t)b->element, b->column_term + term,
               panel_width(b, p), b->columns.in + b->panel[p], to);
}

/* Packs whole panels; an item is a panel of a group. */
static uint8_t pack_panels(void *env, int64_t first, int64_t end, void *memory)
{
    const job *b = env;
    (void)memory;
    for (int64_t k = first; k < end; k++)
        pack(b, k / b->npanel, k % b->npanel, 0, b->nterm,
             b->packed + (size_t)k * panel_bytes(b, b->nterm));
    return 1;
}

/* The same; an item is some terms of all panels of a group. */
static uint8_t pack_terms(void *env, int64_t first, int64_t end, void *memory)
{
    const job *b = env;
    int64_t stretches = (b->nterm + STRETCH - 1) / STRETCH;
    (void)memory;
    for (int64_t k = first; k < end; k++) {
        int64_t group = k / stretches, term = k % stretches * STRETCH;
        int64_t n = b->nterm - term < STRETCH ? b->nterm - term : STRETCH;
        for (int64_t p = 0; p < b->npanel; p++)
            pack(b, group, p, term, n,
                 b->packed + (size_t)(group * b->npanel + p) * panel_bytes(b, b->nterm) +
                     panel_bytes(b, term));
    }
    return 1;
}

static bool pack_all(job *b)
{
    const int32_t *term = b->column_term, *column = b->columns.in;
    bool by_terms =
        b->nterm > 1 && b->columns.n > 1 &&
        labs((long)column[1] - column[0]) < labs((long)term[b->nterm - 1] - term[0]) / b->nterm;
    int64_t stretches = (b->nterm + STRETCH - 1) / STRETCH;
    return jac_host_parallel(by_terms ? pack_terms : pack_panels, b,
                             b->s->groups * (by_terms ? stretches : b->npanel), 0);
}

/* ---- tiles ----------------------------------------------------------------------------------- */

/* Adds n terms from `term` on to the rows `first` up to `end` in the panels of a block. */
static void add_terms(const job *b, int64_t group, int64_t p, int64_t np, int64_t first,
                      int64_t end, int64_t term, int64_t n, const char *panels)
{
    _Alignas(64) char tile[CONV_ROWS * CONV_MOST_WIDTH * sizeof(double)];
    int64_t size = (int64_t)b->element;
    const char *scalar = b->scalar + group * b->scalar_group * size;
    const char *vector = b->vector + group * b->vector_group * size;
    char *to = b->to + group * b->s->to_group * size;
    size_t step = b->packed ? panel_bytes(b, b->nterm) : panel_bytes(b, b->terms);
    for (int64_t r = first; r < end; r += CONV_ROWS) {
        int m = end - r < CONV_ROWS ? (int)(end - r) : CONV_ROWS;
        for (int64_t j = 0; j < np; j++) {
            int64_t c = b->panel[p + j];
            const char *v =
                b->direct ? vector + b->columns.in[c] * size : panels + (size_t)j * step;
            b->k->tile[m](n, scalar, b->rows.in + r, b->row_term + term, v,
                          b->direct ? b->column_term + term : b->packed_term, tile);
            b->k->put(tile, m, b->rows.to + r, panel_width(b, p + j), b->columns.to + c, term > 0,
                      to);
        }
    }
}

/* The same if columns are read where they are, and rows are few: some panels at a time. */
static void add_lines(const job *b, int64_t group, int64_t p, int64_t np, int64_t first,
                      int64_t end, int64_t term, int64_t n)
{
    _Alignas(64) char tile[CONV_ROWS * CONV_MOST_WIDTH * sizeof(double)];
    int64_t size = (int64_t)b->element;
    const char *scalar = b->scalar + group * b->scalar_group * size;
    const char *vector = b->vector + group * b->vector_group * size;
    char *to = b->to + group * b->s->to_group * size;
    for (int64_t r = first; r < end; r++)
        for (int64_t j = 0; j < np; j += CONV_ROWS) {
            int m = np - j < CONV_ROWS ? (int)(np - j) : CONV_ROWS;
            int32_t from[CONV_ROWS];
            for (int i = 0; i < m; i++)
                from[i] = b->columns.in[b->panel[p + j + i]];
            b->k->lines[m](n, vector, from, b->column_term + term, scalar + b->rows.in[r] * size,
                           b->row_term + term, tile);
            for (int i = 0; i < m; i++)
                b->k->put(tile + i * b->k->width * size, 1, b->rows.to + r,
                          panel_width(b, p + j + i), b->columns.to + b->panel[p + j + i], term > 0,
                          to);
        }
}

/* An item is a chunk of the rows with a block of the panels of a group. */
static uint8_t block_items(void *env, int64_t first, int64_t end, void *memory)
{
    const job *b = env;
    for (int64_t k = first; k < end; k++) {
        int64_t group = k / (b->nblock * b->nchunk), block = k / b->nchunk % b->nblock;
        int64_t r = k % b->nchunk * b->chunk, p = block * b->panels;
        int64_t last = r + b->chunk < b->rows.n ? r + b->chunk : b->rows.n;
        int64_t np = b->npanel - p < b->panels ? b->npanel - p : b->panels, term = 0;
        do {
            int64_t n = b->nterm - term < b->terms ? b->nterm - term : b->terms;
            const char *panels = memory;
            if (b->packed)
                panels = b->packed + (size_t)(group * b->npanel + p) * panel_bytes(b, b->nterm) +
                         panel_bytes(b, term);
            else if (!b->direct)
                for (int64_t j = 0; j < np; j++)
                    pack(b, group, p + j, term, n,
                         (char *)memory + (size_t)j * panel_bytes(b, b->terms));
            if (b->direct && b->rows.n <= FEWER_ROWS)
                add_lines(b, group, p, np, r, last, term, n);
            else
                add_terms(b, group, p, np, r, last, term, n, panels);
            term += n;
        } while (term < b->nterm);
    }
    return 1;
}

/* ---- the two sides --------------------------------------------------------------------------- */

enum { IN_CACHE = 1 << 17, PAGE = 1024 }; /* elements */

/* About how many cycles it takes if `columns` are the vector side. Terms of a row that are far
 * apart cost a miss each, if the rows do not fit in a cache. */
static double cost_of(const job *b, const conv_side *rows, const conv_side *columns,
                      const int32_t *row_term, bool direct)
{
    double m = (double)rows->n, n = (double)columns->n, k = (double)b->nterm, w = b->k->width;
    int64_t run = 1, some = columns->n < b->k->width ? columns->n : b->k->width;
    while (run < some && columns->in[run] == columns->in[0] + run)
        run++;
    double padded =
        direct ? n * w / (double)run : w * (double)((columns->n + b->k->width - 1) / b->k->width);
    double times = (double)((b->nterm + TERMS - 1) / TERMS), far = 0;
    double packing = direct ? 0 : run == some ? 0.2 : 1.2;
    double storing = is_adjacent(columns->to, run) ? 0.3 : 1.5;
    for (int64_t j = 1; j < b->nterm && m * k > IN_CACHE; j++)
        far += labs((long)row_term[j] - row_term[j - 1]) > PAGE;
    return m * padded * k / w + n * k * packing + m * n * times * storing +
           far * m / CONV_ROWS * 400;
}

/* slack: may a vector be read behind the end of lhs? */
static void choose_sides(job *b, const conv_tables *t, const char *lhs, bool slack, const char *rhs)
{
    const host_conv *s = b->s;
    bool direct =
        slack && t->feature.n <= FEW_ROWS && t->pixel.n > 1 && t->pixel.in[1] == t->pixel.in[0] + 1;
    bool places = cost_of(b, &t->feature, &t->pixel, t->rhs, direct) <
                  cost_of(b, &t->pixel, &t->feature, t->lhs, false);
    b->rows = places ? t->feature : t->pixel;
    b->columns = places ? t->pixel : t->feature;
    b->row_term = places ? t->rhs : t->lhs;
    b->column_term = places ? t->lhs : t->rhs;
    b->scalar = places ? rhs : lhs;
    b->vector = places ? lhs : rhs;
    b->scalar_group = places ? s->rhs_group : s->lhs_group;
    b->vector_group = places ? s->lhs_group : s->rhs_group;
    b->direct = places && direct;
}

/* How much is done at a time. */
static void choose_blocks(job *b)
{
    int64_t parts = (b->nterm + TERMS - 1) / TERMS, items = (int64_t)ITEMS * ir_thread_count();
    b->terms = parts ? (b->nterm + parts - 1) / parts : 1;
    b->panels = (int64_t)(PANEL_BYTES / panel_bytes(b, b->terms));
    int64_t most = (b->npanel * b->s->groups + items - 1) / items;
    if (!b->packed && b->panels > most)
        b->panels = most;
    if (b->panels < 1)
        b->panels = 1;
    b->nblock = (b->npanel + b->panels - 1) / b->panels;
    int64_t chunks = items / (b->nblock * b->s->groups);
    b->chunk = chunks > 1 ? (b->rows.n + chunks - 1) / chunks : b->rows.n;
    b->chunk = (b->chunk + CONV_ROWS - 1) / CONV_ROWS * CONV_ROWS;
    if (!b->packed && !b->direct && b->chunk < 16 * CONV_ROWS)
        b->chunk = 16 * CONV_ROWS;
    b->nchunk = (b->rows.n + b->chunk - 1) / b->chunk;
}

static bool out_of_memory(const host_conv *s)
{
    return ir_fail("conv_general_dilated: out of memory to lay out %lld groups of %lld by %lld "
                   "features of %s",
                   (long long)s->groups, (long long)s->features, (long long)s->channels,
                   ir_dtypes[s->dtype].name);
}

/* Where the terms of a packed panel are. */
static bool list_packed_terms(job *b, ir_arena *memory)
{
    int32_t *at = ir_alloc(memory, TERMS * sizeof *at);
    for (int k = 0; at && k < TERMS; k++)
        at[k] = k * b->k->width;
    return (b->packed_term = at) != NULL;
}

/* ---- one feature in each group ---------------------------------------------------------------- */

/* Are neighbouring groups adjacent everywhere? Then a vector has one element of each of some
 * groups. */
static bool is_depthwise(const host_conv *s)
{
    return s->features == 1 && s->groups >= conv_kernels_of[s->dtype]->width && s->lhs_group == 1 &&
           s->rhs_group == 1 && s->to_group == 1;
}

typedef struct {
    const conv_tables *t;
    const conv_kernels *k;
    size_t element;
    const char *lhs, *rhs;
    char *to;
    int64_t groups, npanel, panels; /* panels: how many are in an item */
    int32_t column[CONV_MOST_WIDTH];
} lanes_job;

/* m pixels of the groups of a panel. The last panel overlaps the one before. */
static void add_lanes(const lanes_job *b, int64_t pixel, int m, int64_t panel)
{
    _Alignas(64) char tile[CONV_ROWS * CONV_MOST_WIDTH * sizeof(double)];
    const conv_tables *t = b->t;
    int64_t w = b->k->width, size = (int64_t)b->element, g = panel * w;
    int64_t skip = g + w > b->groups ? g + w - b->groups : 0, term = 0;
    g -= skip;
    do {
        int64_t n = t->nterm - term < TERMS ? t->nterm - term : TERMS;
        b->k->lanes[m](n, b->lhs + g * size, t->pixel.in + pixel, t->lhs + term, b->rhs + g * size,
                       t->rhs + term, tile);
        b->k->put(tile + skip * size, m, t->pixel.to + pixel, (int)(w - skip), b->column, term > 0,
                  b->to + (g + skip) * size);
        term += n;
    } while (term < t->nterm);
}

static uint8_t lanes_items(void *env, int64_t first, int64_t end, void *memory)
{
    const lanes_job *b = env;
    int64_t nblock = b->npanel / b->panels, n = b->t->pixel.n;
    (void)memory;
    for (int64_t k = first; k < end; k++) {
        int64_t pixel = k / nblock * CONV_ROWS, p = k % nblock * b->panels;
        int m = n - pixel < CONV_ROWS ? (int)(n - pixel) : CONV_ROWS;
        for (int64_t j = 0; j < b->panels; j++)
            add_lanes(b, pixel, m, p + j);
    }
    return 1;
}

static bool run_lanes(const host_conv *s, const conv_tables *t, const char *lhs, const char *rhs,
                      char *to)
{
    const conv_kernels *k = conv_kernels_of[s->dtype];
    lanes_job b = {.t = t,
                   .k = k,
                   .element = ir_dtypes[s->dtype].size,
                   .lhs = lhs,
                   .rhs = rhs,
                   .to = to,
                   .groups = s->groups,
                   .npanel = (s->groups + k->width - 1) / k->width};
    int64_t tiles = (t->pixel.n + CONV_ROWS - 1) / CONV_ROWS;
    b.panels = tiles < (int64_t)ITEMS * ir_thread_count() ? 1 : b.npanel;
    for (int j = 0; j < k->width; j++)
        b.column[j] = j;
    return jac_host_parallel(lanes_items, &b, tiles * (b.npanel / b.panels), 0);
}

/* ---- a phase --------------------------------------------------------------------------------- */

static bool run_phase(const host_conv *s, const int64_t *low, int64_t number, const char *lhs,
                      bool slack, const char *rhs, char *to)
{
    IR_SCRATCH(memory);
    conv_tables t;
    if (!conv_tables_of(s, low, number, &memory, &t))
        return false;
    if (is_depthwise(s))
        return run_lanes(s, &t, lhs, rhs, to);
    job b = {.s = s,
             .k = conv_kernels_of[s->dtype],
             .element = ir_dtypes[s->dtype].size,
             .nterm = t.nterm,
             .to = to};
    choose_sides(&b, &t, lhs, slack, rhs);
    if (!b.rows.n || !b.columns.n || !s->groups)
        return true;
    if (!list_packed_terms(&b, &memory) || !cut_panels(&b, &memory, b.direct))
        return false;
    int64_t all = s->groups * b.npanel;
    bool window = b.vector == rhs;
    size_t bytes = (size_t)all * panel_bytes(&b, b.nterm);
    if (window && bytes && bytes <= LARGEST_PACKED && !(b.packed = ir_memory_take(bytes)))
        return out_of_memory(s);
    choose_blocks(&b);
    bool ok =
        (!b.packed || pack_all(&b)) &&
        jac_host_parallel(block_items, &b, s->groups * b.nblock * b.nchunk,
                          b.packed || b.direct ? 0 : (size_t)b.panels * panel_bytes(&b, b.terms));
    if (b.packed)
        ir_memory_give(b.packed, bytes);
    return ok;
}

/* If features are few, are lines of the left operand worth reading where they are? Then it needs
 * room behind it, and is copied. In the copy, each channel is a plane with such lines. */
static bool reads_lines(const host_conv *s, bool *planes)
{
    int64_t terms = s->channels;
    bool lines = false;
    *planes = false;
    for (int d = 0; d < s->rank; d++) {
        const host_conv_dim *v = &s->dim[d];
        bool follows = v->out > 4 && v->lhs_dilation % v->stride == 0;
        terms *= v->window;
        lines = lines || (v->lhs == 1 && follows);
        *planes = *planes || (v->lhs == s->lhs_channel * s->channels * s->groups && follows);
    }
    *planes = *planes && s->lhs_channel == 1 && s->channels > 4 && s->groups == 1;
    lines = (lines || *planes) && terms > 2 && s->features <= FEW_ROWS;
    *planes = *planes && lines;
    return lines;
}

bool conv_blocks(const host_conv *s, const void *lhs, const void *rhs, void *to)
{
    host_conv padded = *s;
    conv_margins m = conv_margins_of(s);
    size_t bytes = 0;
    char *copy = NULL;
    bool ok = true, planes, lines = reads_lines(s, &planes);
    if (m.any || lines) {
        bytes = (size_t)conv_padded_size(s, &m) * ir_dtypes[s->dtype].size + 64;
        copy = ir_memory_take(bytes);
        ok = (copy || out_of_memory(s)) && conv_pad(&padded, &m, planes, lhs, copy);
    }
    for (int64_t k = 0; ok && k < conv_nphase(s); k++)
        ok = run_phase(&padded, m.low, k, copy ? copy : lhs, copy != NULL, rhs, to);
    if (copy)
        ir_memory_give(copy, bytes);
    return ok;
}

bool conv_in_blocks(const host_conv *s)
{
    conv_margins m = conv_margins_of(s);
    int64_t padded = conv_padded_size(s, &m), rhs = s->groups * s->features * s->channels;
    int64_t to = s->groups * s->batch * s->features;
    if (!conv_kernels_of[s->dtype] || padded < 0 || padded > INT32_MAX)
        return false;
    for (int d = 0; d < s->rank; d++) {
        rhs *= s->dim[d].window;
        to *= s->dim[d].out;
    }
    return rhs <= INT32_MAX && to <= INT32_MAX;
}
