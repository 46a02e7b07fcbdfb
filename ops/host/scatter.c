/* scatter_add: adds updates to an array at given indices, one after the other. An index that occurs
 * twice is added to twice.
 */
#include <stdlib.h>
#include <string.h>

#include "ops/host/host.h"
#include "ops/scalar/arith.h"

int64_t *host_read_indices(const host_places *p, const void *indices)
{
    int64_t count = p->batch * p->m;
    int64_t *index = malloc((size_t)(count ? count : 1) * sizeof *index);
    for (int64_t k = 0; index && k < count; k++)
        index[k] = index_read(p->index_dtype, indices, k, p->n - 1);
    return index;
}

#define SCATTER_CASE(d, T, U)                                                                      \
    case IR_##d: {                                                                                 \
        T *y = to;                                                                                 \
        const T *u = from;                                                                         \
        for (int64_t k = 0; k < w->m; k++)                                                         \
            for (int64_t i = 0; i < w->inner; i++, u++)                                            \
                y[index[k] * w->inner + i] = jk_add_##d(y[index[k] * w->inner + i], *u);           \
        break;                                                                                     \
    }

/* Adds the updates of one batch element, in order. */
static void add_part(const host_places *w, ir_dtype d, void *to, const int64_t *index,
                     const void *from)
{
    switch (d) {
        EACH_num(SCATTER_CASE) default : break;
    }
}

bool jac_host_scatter_add(const int64_t *numbers, const void *const *in, void *const *out)
{
    host_places p;
    memcpy(&p, numbers, sizeof p);
    ir_dtype d = p.dtype;
    size_t size = ir_dtypes[d].size, parts = (size_t)(p.batch * p.outer);
    size_t x_bytes = (size_t)(p.n * p.inner) * size, u_bytes = (size_t)(p.m * p.inner) * size;
    if (parts && x_bytes)
        memcpy(out[0], in[0], parts * x_bytes);
    if (!parts || !u_bytes)
        return true;
    int64_t *index = host_read_indices(&p, in[1]);
    if (!index)
        return ir_fail("scatter_add: out of memory for %lld indices", (long long)(p.batch * p.m));
    const char *from = in[2];
    char *to = out[0];
    for (int64_t b = 0; b < p.batch; b++)
        for (int64_t o = 0; o < p.outer; o++, from += u_bytes, to += x_bytes)
            add_part(&p, d, to, index + b * p.m, from);
    free(index);
    return true;
}
