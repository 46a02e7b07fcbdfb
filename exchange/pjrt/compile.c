/* Compiling a module: StableHLO as bytecode or text becomes a program.
 *
 * A serialised executable is what it was compiled from: the options and the module, with their
 * sizes in front. Loading it compiles again; machine code is kept by the library's own cache
 * (JACQUARD_CACHE_DIR).
 */
#include "exchange/pjrt/options.h"

#include <stdlib.h>

static pjrt_error *out_of_memory(void)
{
    return pjrt_fail(PJRT_RESOURCE_EXHAUSTED, "out of memory");
}

/* ---- saved ------------------------------------------------------------------------------------------ */

static const char magic[8] = "JACPJRT1";

typedef struct {
    char magic[8];
    uint64_t noptions, ncode;
} header;

static bool save(pjrt_executable *x, const char *options, size_t noptions, const char *code,
                 size_t ncode)
{
    header h = {.noptions = noptions, .ncode = ncode};
    memcpy(h.magic, magic, sizeof magic);
    x->nsaved = sizeof h + noptions + ncode;
    if (!(x->saved = malloc(x->nsaved)))
        return false;
    memcpy(x->saved, &h, sizeof h);
    if (noptions)
        memcpy(x->saved + sizeof h, options, noptions);
    memcpy(x->saved + sizeof h + noptions, code, ncode);
    return true;
}

/* ---- donated arguments ----------------------------------------------------------------------------- */

/* The attributes of an argument say that its buffer may be overwritten. */
static bool is_donated(const hlo_attr *attrs)
{
    const hlo_attr *donor = hlo_find(attrs, "jax.buffer_donor");
    return hlo_find(attrs, "tf.aliasing_output") || (donor && donor->i);
}

static bool find_donated(pjrt_executable *x, const hlo_function *f)
{
    int k = 0;
    if (!(x->donated = calloc((size_t)x->nin + 1, 1)))
        return false;
    bool any = false;
    for (const hlo_attr *a = f->arg_attrs ? f->arg_attrs->first : NULL; a && k < x->source.narg;
         a = a->next, k++)
        any |= x->donated[k] = a->kind == HLO_DICT && is_donated(a);
    if (!any) {
        free(x->donated);
        x->donated = NULL;
    }
    return true;
}

/* ---- what is asked of it ---------------------------------------------------------------------------- */

static bool describe(pjrt_executable *x)
{
    const ir_graph *g = x->source.g;
    size_t n = (size_t)x->nout, most = n > (size_t)x->source.narg ? n : (size_t)x->source.narg,
           ndim = 0;
    for (size_t k = 0; k < n; k++)
        ndim += (size_t)g->out[k]->type.rank;
    x->types = malloc((n + 1) * sizeof *x->types);
    x->ranks = malloc((n + 1) * sizeof *x->ranks);
    x->dims = malloc((ndim + 1) * sizeof *x->dims);
    x->kinds = malloc((most + 1) * sizeof *x->kinds);
    x->kind_sizes = malloc((most + 1) * sizeof *x->kind_sizes);
    if (!x->types || !x->ranks || !x->dims || !x->kinds || !x->kind_sizes)
        return false;
    int64_t *dim = x->dims;
    for (size_t k = 0; k < n; k++) {
        const ir_type *t = &g->out[k]->type;
        x->types[k] = pjrt_type_of(t->dtype);
        x->ranks[k] = (size_t)t->rank;
        memcpy(dim, t->dim, (size_t)t->rank * sizeof *dim);
        dim += t->rank;
    }
    for (size_t k = 0; k < most; k++) {
        x->kinds[k] = pjrt_memory_kind;
        x->kind_sizes[k] = strlen(pjrt_memory_kind);
    }
    jit_stats stats;
    ir_hash128 hash = jit_last_stats(&stats) ? stats.hash : ir_graph_hash(g);
    snprintf(x->fingerprint, sizeof x->fingerprint, "%016llx%016llx", (unsigned long long)hash.hi,
             (unsigned long long)hash.lo);
    return true;
}

/* ---- compiling --------------------------------------------------------------------------------------- */

void pjrt_executable_release(pjrt_executable *x)
{
    if (!x || atomic_fetch_sub(&x->refs, 1) != 1)
        return;
    jit_release(x->program);
    hlo_program_drop(&x->source);
    free(x->name);
    free(x->donated);
    free(x->types);
    free(x->dims);
    free(x->ranks);
    free(x->kinds);
    free(x->kind_sizes);
    free(x->saved);
    free(x);
}

static pjrt_error *build(pjrt_executable *x, hlo_module *m, const char *code, size_t ncode)
{
    bool unsupported;
    if (!hlo_read(m, code, ncode))
        return pjrt_failed(PJRT_INVALID_ARGUMENT);
    if (!hlo_program_make(m, NULL, &x->source, NULL, NULL, &unsupported))
        return pjrt_failed(unsupported ? PJRT_UNIMPLEMENTED : PJRT_INVALID_ARGUMENT);
    const hlo_function *f = hlo_choose(m, NULL);
    hlo_text name = m->name.n ? m->name : f->name;
    x->nin = x->source.g->nin;
    x->nout = x->source.g->nout;
    if (!(x->name = strndup(name.at, name.n)) || !find_donated(x, f))
        return out_of_memory();
    x->program = jit_compile(x->source.g, &(jit_options){.donated = x->donated});
    if (!x->program)
        return pjrt_failed(PJRT_INTERNAL);
    x->taken = x->donated ? jit_taken(x->program) : NULL;
    return describe(x) ? NULL : out_of_memory();
}

static pjrt_error *compile(const char *code, size_t ncode, const char *options, size_t noptions,
                           pjrt_executable **to)
{
    pjrt_options o = pjrt_read_options(options, noptions);
    if (o.replicas * o.partitions > 1)
        return pjrt_fail(PJRT_UNIMPLEMENTED,
                         "a program of %s and %s is not supported: it must run on one device",
                         ir_count_tmp(o.replicas, "replica"),
                         ir_count_tmp(o.partitions, "partition"));
    pjrt_executable *x = calloc(1, sizeof *x);
    if (!x)
        return out_of_memory();
    atomic_init(&x->refs, 1);
    ir_error_clear();
    const ir_loc *was = ir_loc_set(NULL);
    hlo_module m = {.path = "stablehlo", .text = code};
    pjrt_error *error = build(x, &m, code, ncode);
    ir_arena_free(&m.arena);
    ir_loc_set(was);
    if (!error && !save(x, options, noptions, code, ncode))
        error = out_of_memory();
    if (error)
        pjrt_executable_release(x);
    else
        *to = x;
    return error;
}

static pjrt_error *check_format(const pjrt_program *p)
{
    if (p->format_size == 4 && !memcmp(p->format, "mlir", 4))
        return NULL;
    return pjrt_fail(PJRT_UNIMPLEMENTED, "programs must have the format mlir, but not %.*s",
                     (int)p->format_size, p->format);
}

/* Takes the reference to x, also if it fails. */
static pjrt_error *load(const pjrt_client *c, pjrt_executable *x, const char *options,
                        size_t noptions, pjrt_loaded **to)
{
    pjrt_options o = pjrt_read_options(options, noptions);
    pjrt_error *error = NULL;
    pjrt_loaded *l = calloc(1, sizeof *l);
    if (o.device >= (int64_t)c->ndevice)
        error = pjrt_fail(PJRT_INVALID_ARGUMENT, "there is no device %lld; there are %zu",
                          (long long)o.device, c->ndevice);
    if (error || !l) {
        free(l);
        pjrt_executable_release(x);
        return error ? error : out_of_memory();
    }
    int id = o.device < 0 ? 0 : (int)o.device;
    l->executable = x;
    l->device = c->device[id];
    /* one replica, one computation, which is on the device */
    char *p = l->assignment;
    unsigned n = id < 128 ? 1 : 2;
    memcpy(p, (char[]){8, 1, 16, 1, 26, (char)(n + 2), 10, (char)n}, 8);
    p[8] = (char)(id < 128 ? id : id | 128);
    p[9] = (char)(id >> 7);
    l->nassignment = 8 + n;
    *to = l;
    return NULL;
}

API(Client_Compile)
{
    pjrt_executable *x = NULL;
    pjrt_error *error = check_format(a->program);
    if (!error)
        error = compile(a->program->code, a->program->code_size, a->compile_options,
                        a->compile_options_size, &x);
    return error ? error
                 : load(a->client, x, a->compile_options, a->compile_options_size, &a->executable);
}

API(Compile)
{
    pjrt_error *error = check_format(a->program);
    return error ? error
                 : compile(a->program->code, a->program->code_size, a->compile_options,
                           a->compile_options_size, &a->executable);
}

API(Client_Load)
{
    atomic_fetch_add(&a->executable->refs, 1);
    return load(a->client, a->executable, a->compile_options, a->compile_options_size, &a->loaded);
}

API(Executable_DeserializeAndLoad)
{
    header h = {0};
    pjrt_executable *x = NULL;
    if (a->size >= sizeof h)
        memcpy(&h, a->bytes, sizeof h);
    size_t rest = a->size - sizeof h;
    if (memcmp(h.magic, magic, sizeof magic) != 0 || h.noptions > rest ||
        h.ncode != rest - h.noptions)
        return pjrt_fail(PJRT_INVALID_ARGUMENT, "the bytes are not an executable of this plug-in");
    const char *options = a->bytes + sizeof h;
    pjrt_error *error = compile(options + h.noptions, h.ncode, options, h.noptions, &x);
    return error ? error : load(a->client, x, options, h.noptions, &a->loaded);
}
