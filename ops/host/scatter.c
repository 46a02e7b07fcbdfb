/* scatter_add: adds updates to an array at given indices, one after the other. An index that occurs
 * twice is added to twice. The result may be in the operand's own memory.
 */
#include <string.h>

#include "ops/host/host.h"
#include "ops/scalar/arith.h"

int64_t host_read_indices(const host_places *p, const void *indices, int64_t batch, int64_t from,
                          int64_t *index)
{
    int64_t n = p->m - from < HOST_SOME_INDICES ? p->m - from : HOST_SOME_INDICES;
    for (int64_t k = 0; k < n; k++)
        index[k] = index_read(p->index_dtype, indices, batch * p->m + from + k, p->n - 1);
    return n;
}

#define SCATTER_CASE(d, T, U)                                                                      \
    case IR_##d: {                                                                                 \
        T *y = to;                                                                                 \
        const T *u = from;                                                                         \
        for (int64_t k = 0; k < n; k++)                                                            \
            for (int64_t i = 0; i < w->inner; i++, u++)                                            \
                y[index[k] * w->inner + i] = jk_add_##d(y[index[k] * w->inner + i], *u);           \
        break;                                                                                     \
    }

/* Adds n updates of one batch element, in order. */
static void add_part(const host_places *w, ir_dtype d, void *to, int64_t n, const int64_t *index,
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
    if (parts && x_bytes && out[0] != in[0])
        memcpy(out[0], in[0], parts * x_bytes);
    if (!parts || !u_bytes)
        return true;
    int64_t index[HOST_SOME_INDICES];
    const char *from = in[2];
    char *to = out[0];
    for (int64_t b = 0; b < p.batch; b++)
        for (int64_t o = 0; o < p.outer; o++, to += x_bytes)
            for (int64_t k = 0, n; k < p.m; k += n) {
                n = host_read_indices(&p, in[1], b, k, index);
                add_part(&p, d, to, n, index, from);
                from += (size_t)(n * p.inner) * size;
            }
    return true;
}
