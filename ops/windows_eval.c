/* Walks the windows of a gather or a scatter, for the interpreter: some windows at a time, and of
 * these, runs of elements that are adjacent on both sides. */
#include <string.h>

#include "ops/windows.h"

/* Dimensions that are walked together, the last one fastest. */
typedef struct {
    int n;
    int64_t size[IR_MAX_RANK], at[IR_MAX_RANK];
} odometer;

/* Goes on to the next place; false after the last one. */
static bool turn(odometer *o)
{
    for (int k = o->n - 1; k >= 0; k--) {
        if (++o->at[k] < o->size[k])
            return true;
        o->at[k] = 0;
    }
    return false;
}

typedef struct {
    const windows *p;
    const void *indices;
    odometer which, within;          /* which window; which run of it */
    int64_t w_step[IR_MAX_RANK];     /* by dimension of `which` */
    int64_t index_step[IR_MAX_RANK]; /* ... in the indices */
    int64_t x_step[IR_MAX_RANK];     /* ... in x, if it is a batching dimension; or 0 */
    int64_t run, x_run[IR_MAX_RANK], w_run[IR_MAX_RANK];            /* by dimension of `within` */
    int64_t component_step, most[IR_MAX_RANK], stride[IR_MAX_RANK]; /* by component: in x */
} walk;

static void add_window_dim(walk *k, int64_t n, int64_t in_x, int64_t in_w)
{
    odometer *o = &k->within;
    k->x_run[o->n] = in_x;
    k->w_run[o->n] = in_w;
    o->size[o->n++] = n;
}

/* Takes the last dimensions within a window for the run, as long as they are adjacent. */
static void find_run(walk *k)
{
    odometer *o = &k->within;
    for (k->run = 1; o->n; o->n--) {
        int last = o->n - 1;
        bool adjacent = k->x_run[last] == k->run && k->w_run[last] == k->run;
        if (!adjacent && o->size[last] != 1)
            break;
        k->run *= o->size[last];
    }
}

static walk walk_of(const windows *p, const void *indices)
{
    walk k = {.p = p, .indices = indices, .component_step = 1};
    int64_t x[IR_MAX_RANK], w[IR_MAX_RANK], index[IR_MAX_RANK];
    dense_strides(p->x, x);
    dense_strides(p->w, w);
    dense_strides(p->index, index);
    if (p->vector < p->index->rank)
        k.component_step = index[p->vector];
    for (int j = 0; j < p->w->rank; j++) {
        if (p->along[j] >= 0) {
            add_window_dim(&k, p->w->dim[j], x[p->along[j]], w[j]);
            continue;
        }
        odometer *o = &k.which;
        k.w_step[o->n] = w[j];
        k.index_step[o->n] = index[p->picks[j]];
        for (int d = 0; d < p->x->rank; d++)
            if (p->batch[d] == p->picks[j])
                k.x_step[o->n] = x[d];
        o->size[o->n++] = p->w->dim[j];
    }
    for (int d = 0; d < p->x->rank; d++)
        if (p->component[d] >= 0) {
            k.most[p->component[d]] = p->x->dim[d] - p->size[d];
            k.stride[p->component[d]] = x[d];
        }
    find_run(&k);
    return k;
}

/* The offset in x of the window whose index vector begins at element `at` of the indices; -1 if the
 * window is not within x. */
static int64_t start_of(const walk *k, int64_t at)
{
    ir_dtype dtype = k->p->index->dtype;
    int64_t offset = 0;
    for (int j = 0; j < k->p->ncomponent; j++) {
        int64_t from = at + j * k->component_step, most = k->most[j], start;
        if (k->p->mode == WINDOWS_CLIP)
            start = index_read(dtype, k->indices, from, most);
        else if ((start = index_value(dtype, k->indices, from)) < 0 || start > most)
            return -1;
        offset += start * k->stride[j];
    }
    return offset;
}

/* The offsets of the next windows; false after the last ones. */
static bool next_windows(walk *k, int64_t *in_x, int64_t *in_w, int64_t *n)
{
    odometer *o = &k->which;
    int64_t most = k->p->slide ? 1 : WINDOWS_SOME;
    int last = o->n - 1;
    bool more = true;
    *n = 0;
    while (more && *n < most) {
        int64_t index = 0, x = 0, w = 0, some = 1;
        for (int j = 0; j < o->n; j++) {
            index += o->at[j] * k->index_step[j];
            x += o->at[j] * k->x_step[j];
            w += o->at[j] * k->w_step[j];
        }
        if (last >= 0) { /* the rest of the row, if there is room for it */
            some = o->size[last] - o->at[last];
            some = some < most - *n ? some : most - *n;
            o->at[last] += some - 1;
        }
        for (int64_t i = 0; i < some; i++, ++*n) {
            int64_t start = start_of(k, index);
            in_x[*n] = start < 0 ? -1 : start + x;
            in_w[*n] = w;
            if (last >= 0) {
                index += k->index_step[last];
                x += k->x_step[last];
                w += k->w_step[last];
            }
        }
        more = turn(o);
    }
    return more;
}

void windows_each(const windows *p, const void *indices, void (*f)(const windows_some *s),
                  void *env)
{
    if (!ir_type_count(p->w))
        return;
    int64_t in_x[WINDOWS_SOME], in_w[WINDOWS_SOME];
    walk k = walk_of(p, indices);
    windows_some s = {.p = p, .run = k.run, .in_x = in_x, .in_w = in_w, .env = env};
    for (bool more = true; more;) {
        more = next_windows(&k, in_x, in_w, &s.n);
        do {
            s.x_at = s.w_at = 0;
            for (int j = 0; j < k.within.n; j++) {
                s.x_at += k.within.at[j] * k.x_run[j];
                s.w_at += k.within.at[j] * k.w_run[j];
            }
            f(&s);
        } while (turn(&k.within));
    }
}
