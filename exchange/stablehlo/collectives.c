/* Collectives: operations between the processes that run one program, which are replicas and, of
 * each, partitions.
 *
 * All processes are the lanes of one named axis: process r * partitions + p is partition p of
 * replica r. Each process gathers the operands of all along the axis, and takes those of its group;
 * where they are depends on its own number. Batching over the axis (interpreter.run_parallel here,
 * or the caller) makes one program for all processes. With one process there is no axis.
 */
#include "exchange/stablehlo/reduce.h"

/* The groups of processes between which an operation works. */
typedef struct {
    int64_t nprocess, size;
    int64_t *member;   /* [nprocess, size]: the group of each process */
    int64_t *position; /* [nprocess]: its place in its group; -1: it is in none */
} groups;

static int64_t nprocess(const hlo_builder *b)
{
    return b->replicas * b->partitions;
}

/* ---- which processes belong together ----------------------------------------------------------- */

/* The integers of replica_groups and the like, which have `columns` in a row. */
static bool read_table(hlo_frame *f, const hlo_op *op, const char *key, int64_t **v, int64_t *rows,
                       int64_t *columns)
{
    const hlo_attr *a = hlo_find(&op->attrs, key);
    if (!a || a->kind != HLO_DENSE || !a->type)
        return hlo_op_fail(f, op, "the attribute %s = dense<...> is missing", key);
    const ir_type *t = &a->type->type;
    if (a->type->why || t->rank != 2 || t->dtype != IR_i64)
        return hlo_op_fail(f, op, "%s must be a matrix of i64, but is %.*s", key,
                           HLO_SHOW(a->type->text));
    int64_t n = ir_type_count(t);
    *rows = t->dim[0];
    *columns = t->dim[1];
    if (!(*v = ir_alloc(f->b->arena, (size_t)(n + 1) * sizeof **v)) ||
        !hlo_dense_read(f->b->module, a, t, *v))
        return false;
    if (hlo_dense_splat(f->b->module, a, t))
        for (int64_t k = 1; k < n; k++)
            (*v)[k] = (*v)[0];
    return true;
}

/* The number in #stablehlo.channel_handle<handle = 1, type = 0>; 0 if there is none. */
static int64_t channel(const hlo_op *op)
{
    const hlo_attr *a = hlo_find(&op->attrs, "channel_handle");
    if (!a)
        return hlo_int_or(op, "channel_id", 0);
    for (size_t k = 0; k + 6 < a->text.n; k++)
        if (!memcmp(a->text.at + k, "handle", 6)) {
            for (k += 6; k < a->text.n && (a->text.at[k] == ' ' || a->text.at[k] == '='); k++)
                ;
            int64_t v = 0;
            for (; k < a->text.n && a->text.at[k] >= '0' && a->text.at[k] <= '9' && v < 1 << 20;
                 k++)
                v = 10 * v + a->text.at[k] - '0';
            return v;
        }
    return a->kind == HLO_INT ? a->i : 0;
}

/* Whose numbers the groups hold: REPLICA: replicas, which work together for each partition; BOTH:
 * replicas, with all their partitions; PARTITION: partitions, for each replica; PROCESS: processes.
 */
typedef enum { REPLICA, BOTH, PARTITION, PROCESS } numbering;

static bool add_group(hlo_frame *f, const hlo_op *op, groups *to, const int64_t *member)
{
    for (int64_t k = 0; k < to->size; k++) {
        int64_t process = member[k];
        if (process < 0 || process >= to->nprocess)
            return hlo_op_fail(f, op, "its groups have process %lld, but there are %lld",
                               (long long)process, (long long)to->nprocess);
        if (to->position[process] >= 0)
            return hlo_op_fail(f, op, "process %lld is in two of its groups", (long long)process);
        to->position[process] = k;
        memcpy(to->member + process * to->size, member, (size_t)to->size * sizeof *member);
    }
    return true;
}

/* One group of the attribute, for each replica or partition that it does not name. */
static bool expand_group(hlo_frame *f, const hlo_op *op, numbering by, const int64_t *row,
                         int64_t n, groups *to, int64_t *member)
{
    int64_t r = f->b->replicas, p = f->b->partitions;
    int64_t times = by == REPLICA ? p : by == PARTITION ? r : 1;
    for (int64_t t = 0; t < times; t++) {
        for (int64_t k = 0; k < to->size; k++) {
            int64_t v = row[k % n];
            if (v < 0 || v >= (by == PARTITION ? p : by == PROCESS ? r * p : r))
                return hlo_unsupported(f, op,
                                       "a group with the number %lld, of %lld replicas and "
                                       "%lld partitions,",
                                       (long long)v, (long long)r, (long long)p);
            member[k] = by == REPLICA     ? v * p + t
                        : by == BOTH      ? v * p + k / n
                        : by == PARTITION ? t * p + v
                                          : v;
        }
        if (!add_group(f, op, to, member))
            return false;
    }
    return true;
}

static bool read_groups(hlo_frame *f, const hlo_op *op, numbering by, groups *to)
{
    int64_t *v, rows, n;
    if (!read_table(f, op, "replica_groups", &v, &rows, &n))
        return false;
    int64_t every = by == PARTITION ? f->b->partitions
                    : by == PROCESS ? nprocess(f->b)
                                    : f->b->replicas;
    if (!rows || !n) { /* no groups: all work together */
        rows = 1;
        n = every;
        if (!(v = ir_alloc(f->b->arena, (size_t)n * sizeof *v)))
            return false;
        for (int64_t k = 0; k < n; k++)
            v[k] = k;
    }
    int64_t count = nprocess(f->b), size = by == BOTH ? n * f->b->partitions : n;
    if (size > count)
        return hlo_op_fail(f, op, "a group of %lld, but the number of processes is %lld",
                           (long long)size, (long long)count);
    *to = (groups){.nprocess = count,
                   .size = size,
                   .member = ir_alloc(f->b->arena, (size_t)(count * size) * sizeof(int64_t)),
                   .position = ir_alloc(f->b->arena, (size_t)count * sizeof(int64_t))};
    int64_t *member = ir_alloc(f->b->arena, (size_t)size * sizeof *member);
    if (!to->member || !to->position || !member)
        return false;
    for (int64_t k = 0; k < count; k++)
        to->position[k] = -1;
    for (int64_t k = 0; k < count * size; k++)
        to->member[k] = 0;
    for (int64_t g = 0; g < rows; g++)
        if (!expand_group(f, op, by, v + g * n, n, to, member))
            return false;
    return true;
}

/* The numbering that the attributes say; `between` is what a channel means. */
static numbering numbered(const hlo_op *op, numbering between)
{
    const hlo_attr *global = hlo_find(&op->attrs, "use_global_device_ids");
    if (global && (global->kind == HLO_UNIT || global->i))
        return PROCESS;
    return channel(op) > 0 ? between : REPLICA;
}

static bool all_have_one(hlo_frame *f, const hlo_op *op, const groups *g)
{
    for (int64_t k = 0; k < g->nprocess; k++)
        if (g->position[k] < 0)
            return hlo_op_fail(f, op, "process %lld is in none of its groups", (long long)k);
    return true;
}

/* ---- values of other processes ----------------------------------------------------------------- */

static ir_value *own_number(hlo_frame *f)
{
    if (nprocess(f->b) == 1)
        return b_const_int(f->g, IR_i32, 0);
    ir_attr attr[] = {[COLLECTIVE_AXIS_NAME] = {.name = f->b->axis_name}};
    return ir_emit1(f->g, &op_axis_index, 0, NULL, attr);
}

/* v[k * step] for the process k that runs. */
static ir_value *own_entry(hlo_frame *f, const int64_t *v, int64_t step)
{
    int64_t n = nprocess(f->b);
    bool same = true;
    for (int64_t k = 1; k < n; k++)
        same = same && v[k * step] == v[0];
    ir_value *y = b_const_int(f->g, IR_i32, v[0]), *own = same ? NULL : own_number(f);
    for (int64_t k = 1; own && k < n; k++)
        if (v[k * step] != v[(k - 1) * step]) /* from here on */
            y = b_select(f->g, b_ge(f->g, own, b_const_int(f->g, IR_i32, k)),
                         b_const_int(f->g, IR_i32, v[k * step]), y);
    return y;
}

/* x of all processes, along a new dimension 0. */
static ir_value *gather_all(hlo_frame *f, ir_value *x)
{
    int64_t n = nprocess(f->b), dim[IR_MAX_RANK + 1] = {1};
    if (n == 1) {
        memcpy(dim + 1, x->type.dim, (size_t)x->type.rank * sizeof *dim);
        return b_reshape(f->g, x, x->type.rank + 1, dim);
    }
    ir_attr attr[] = {[COLLECTIVE_AXIS_NAME] = {.name = f->b->axis_name},
                      [LANES_AT_AXIS] = {.i = 0},
                      [LANES_AT_SIZE] = {.i = n},
                      [LANES_AT_TILED] = {.i = false}};
    return ir_emit1(f->g, &op_all_gather, 1, &x, attr);
}

/* A part of x: `size` elements of dimension `axis` from `start`, an i32. */
static ir_value *part_of(hlo_frame *f, ir_value *x, int axis, ir_value *start, int64_t size)
{
    ir_value *at[IR_MAX_RANK + 1];
    int64_t dim[IR_MAX_RANK + 1];
    if (!x || !start)
        return NULL;
    for (int d = 0; d < x->type.rank; d++) {
        at[d] = d == axis ? start : b_const_int(f->g, IR_i32, 0);
        dim[d] = d == axis ? size : x->type.dim[d];
    }
    return b_dynamic_slice(f->g, x, at, dim);
}

/* The operand of process number `from`, of all that were gathered. */
static ir_value *of_process(hlo_frame *f, ir_value *all, ir_value *from)
{
    ir_value *one = part_of(f, all, 0, from, 1);
    return one ? b_reshape(f->g, one, one->type.rank - 1, one->type.dim + 1) : NULL;
}

/* The operands of the members of the own group, in order. */
static bool of_members(hlo_frame *f, const groups *g, ir_value *x, ir_value **member)
{
    ir_value *all = x && x->type.rank < IR_MAX_RANK ? gather_all(f, x) : NULL;
    for (int64_t k = 0; k < g->size; k++)
        if (!all || !(member[k] = of_process(f, all, own_entry(f, g->member + k, g->size))))
            return all ? false
                       : ir_fail("an array of %d dimensions cannot be gathered", IR_MAX_RANK);
    return true;
}

/* Reads the groups, makes room for their members, and checks an attribute that is a dimension. */
static ir_value **begin(hlo_frame *f, const hlo_op *op, numbering between, groups *g)
{
    return read_groups(f, op, numbered(op, between), g) && all_have_one(f, op, g)
               ? ir_alloc(f->b->arena, (size_t)g->size * sizeof(ir_value *))
               : NULL;
}

static bool read_dimension(hlo_frame *f, const hlo_op *op, const char *key, const ir_value *x,
                           int64_t *dim)
{
    if (!hlo_read_int(f, op, key, NULL, dim))
        return false;
    return (*dim >= 0 && *dim < x->type.rank) ||
           hlo_op_fail(f, op, "%s is %lld, but the operand is %s", key, (long long)*dim,
                       ir_type_tmp(&x->type));
}

/* Its dimension `dim` must be a multiple of the members. */
static bool check_parts(hlo_frame *f, const hlo_op *op, const ir_value *x, int64_t dim,
                        int64_t parts)
{
    return x->type.dim[dim] % parts == 0 ||
           hlo_op_fail(f, op, "dimension %lld of %s cannot be cut into %lld parts", (long long)dim,
                       ir_type_tmp(&x->type), (long long)parts);
}

/* ---- the operations ---------------------------------------------------------------------------- */

bool hlo_emit_all_gather(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                         ir_value **y)
{
    groups g;
    int64_t dim;
    (void)row;
    ir_value **member = begin(f, op, BOTH, &g);
    if (!member || op->noperand != op->nresult)
        return member && hlo_op_fail(f, op, "it gives as many results as it takes operands");
    for (int k = 0; k < op->noperand; k++)
        if (!read_dimension(f, op, "all_gather_dim", x[k], &dim) ||
            !of_members(f, &g, x[k], member) ||
            !(y[k] = b_concatenate(f->g, (int)g.size, member, (int)dim)))
            return false;
    return true;
}

static ir_value *combine_members(hlo_frame *f, const hlo_op *op, const groups *g, ir_value *x,
                                 ir_value **member)
{
    IR_SCRATCH(scratch);
    HLO_AUTO_BODY body = {0};
    if (!hlo_read_region(f, op, op->first, 1, 1, &scratch, &body) || !of_members(f, g, x, member))
        return NULL;
    ir_value *y = member[0];
    for (int64_t k = 1; y && k < g->size; k++)
        if (!hlo_combine(f, op, &body, &y, &member[k], &y))
            return NULL;
    return y;
}

bool hlo_emit_all_reduce(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                         ir_value **y)
{
    groups g;
    (void)row;
    ir_value **member = begin(f, op, BOTH, &g);
    if (!member || op->noperand != op->nresult)
        return member && hlo_op_fail(f, op, "it gives as many results as it takes operands");
    for (int k = 0; k < op->noperand; k++)
        if (!(y[k] = combine_members(f, op, &g, x[k], member)))
            return false;
    return true;
}

bool hlo_emit_reduce_scatter(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                             ir_value **y)
{
    groups g;
    int64_t dim;
    (void)row;
    ir_value **member = begin(f, op, BOTH, &g);
    if (!member || !read_dimension(f, op, "scatter_dimension", x[0], &dim) ||
        !check_parts(f, op, x[0], dim, g.size))
        return false;
    int64_t size = x[0]->type.dim[dim] / g.size;
    ir_value *all = combine_members(f, op, &g, x[0], member);
    ir_value *start = b_mul(f->g, own_entry(f, g.position, 1), b_const_int(f->g, IR_i32, size));
    return (y[0] = part_of(f, all, (int)dim, start, size)) != NULL;
}

bool hlo_emit_all_to_all(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                         ir_value **y)
{
    groups g;
    int64_t from, to;
    (void)row;
    ir_value **member = begin(f, op, PARTITION, &g);
    if (!member || op->noperand != op->nresult)
        return member && hlo_op_fail(f, op, "it gives as many results as it takes operands");
    ir_value *own = own_entry(f, g.position, 1);
    for (int k = 0; k < op->noperand; k++) {
        if (!read_dimension(f, op, "split_dimension", x[k], &from) ||
            !read_dimension(f, op, "concat_dimension", x[k], &to) ||
            !check_parts(f, op, x[k], from, g.size) || !of_members(f, &g, x[k], member))
            return false;
        int64_t size = x[k]->type.dim[from] / g.size;
        ir_value *start = b_mul(f->g, own, b_const_int(f->g, IR_i32, size));
        for (int64_t m = 0; m < g.size; m++)
            if (!(member[m] = part_of(f, member[m], (int)from, start, size)))
                return false;
        if (!(y[k] = b_concatenate(f->g, (int)g.size, member, (int)to)))
            return false;
    }
    return true;
}

/* x where the process gets something, by a table with -1 where it does not. */
static ir_value *or_zeros(hlo_frame *f, ir_value *x, const int64_t *source)
{
    int64_t n = nprocess(f->b), *gets = ir_alloc(f->b->arena, (size_t)n * sizeof *gets);
    bool all = gets != NULL;
    for (int64_t k = 0; gets && k < n; k++)
        all = (gets[k] = source[k] >= 0) && all;
    if (!x || !gets || all)
        return gets ? x : NULL;
    ir_value *some = b_ne(f->g, own_entry(f, gets, 1), b_const_int(f->g, IR_i32, 0));
    some = some ? b_broadcast_in_dim(f->g, some, x->type.rank, x->type.dim, NULL) : NULL;
    return b_select(f->g, some, x, ir_zeros(f->g, &x->type));
}

/* y = x of process source[k], or zeros if that is -1. */
static bool fetch(hlo_frame *f, int64_t *source, ir_value *x, ir_value **y)
{
    int64_t n = nprocess(f->b), *from = ir_alloc(f->b->arena, (size_t)n * sizeof *from);
    for (int64_t k = 0; from && k < n; k++)
        from[k] = source[k] < 0 ? 0 : source[k];
    ir_value *all = from ? gather_all(f, x) : NULL;
    return all && (*y = or_zeros(f, of_process(f, all, own_entry(f, from, 1)), source)) != NULL;
}

bool hlo_emit_collective_permute(hlo_frame *f, const hlo_op *op, const hlo_row *row,
                                 ir_value *const *x, ir_value **y)
{
    int64_t *v, rows, columns, n = nprocess(f->b), p = f->b->partitions;
    int64_t *source = ir_alloc(f->b->arena, (size_t)n * sizeof *source);
    (void)row;
    if (!source || !read_table(f, op, "source_target_pairs", &v, &rows, &columns))
        return false;
    bool between_partitions = channel(op) > 0;
    int64_t most = between_partitions ? p : f->b->replicas, times = n / most;
    for (int64_t k = 0; k < n; k++)
        source[k] = -1;
    for (int64_t k = 0; k < rows; k++) {
        if (columns != 2 || v[2 * k] < 0 || v[2 * k] >= most || v[2 * k + 1] < 0 ||
            v[2 * k + 1] >= most)
            return hlo_op_fail(f, op, "source_target_pairs must have pairs of numbers below %lld",
                               (long long)most);
        for (int64_t t = 0; t < times; t++) {
            int64_t to = between_partitions ? t * p + v[2 * k + 1] : v[2 * k + 1] * p + t;
            if (source[to] >= 0)
                return hlo_op_fail(f, op, "two sources have the target %lld",
                                   (long long)v[2 * k + 1]);
            source[to] = between_partitions ? t * p + v[2 * k] : v[2 * k] * p + t;
        }
    }
    return fetch(f, source, x[0], &y[0]);
}

bool hlo_emit_collective_broadcast(hlo_frame *f, const hlo_op *op, const hlo_row *row,
                                   ir_value *const *x, ir_value **y)
{
    groups g;
    (void)row;
    if (!read_groups(f, op, numbered(op, PARTITION), &g))
        return false;
    int64_t *source = ir_alloc(f->b->arena, (size_t)g.nprocess * sizeof *source);
    for (int64_t k = 0; source && k < g.nprocess; k++)
        source[k] = g.position[k] < 0 ? -1 : g.member[k * g.size];
    return source && fetch(f, source, x[0], &y[0]);
}

static bool emit_number(hlo_frame *f, bool replica, ir_value **y)
{
    ir_value *own = own_number(f), *p = b_const_int(f->g, IR_i32, f->b->partitions);
    return (y[0] = b_convert(f->g, (replica ? b_div : b_rem)(f->g, own, p), IR_u32)) != NULL;
}

bool hlo_emit_partition_id(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                           ir_value **y)
{
    (void)op, (void)row, (void)x;
    return emit_number(f, false, y);
}

bool hlo_emit_replica_id(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                         ir_value **y)
{
    (void)op, (void)row, (void)x;
    return emit_number(f, true, y);
}

/* ---- running a function on several processes ----------------------------------------------------- */

/* programs = [[@f, @f], [@f, @f]]: a row for each replica, an entry for each partition. */
static bool read_programs(hlo_frame *f, const hlo_op *op, hlo_text *callee, int64_t *replicas,
                          int64_t *partitions)
{
    const hlo_attr *programs = hlo_find(&op->attrs, "programs");
    if (!programs || programs->kind != HLO_LIST || !programs->n || !programs->first->n)
        return hlo_op_fail(f, op, "the attribute programs = [[@function]] is missing");
    *replicas = programs->n;
    *partitions = programs->first->n;
    *callee = programs->first->first->text;
    for (const hlo_attr *row = programs->first; row; row = row->next) {
        if (row->kind != HLO_LIST || row->n != *partitions)
            return hlo_op_fail(f, op, "each row of programs must have %lld functions",
                               (long long)*partitions);
        for (const hlo_attr *a = row->first; a; a = a->next) {
            if (a->kind != HLO_SYMBOL)
                return hlo_op_fail(f, op, "programs must be functions");
            if (a->text.n != callee->n || memcmp(a->text.at, callee->at, callee->n))
                return hlo_unsupported(f, op, "processes that run different functions");
        }
    }
    return true;
}

/* Operand j of all processes, along a new dimension 0. */
static ir_value *stacked(hlo_frame *f, ir_value *const *x, int64_t n, int step)
{
    ir_value **part = ir_alloc(f->b->arena, (size_t)n * sizeof *part);
    for (int64_t k = 0; part && k < n; k++) {
        const ir_type *t = &x[k * step]->type;
        int64_t dim[IR_MAX_RANK + 1] = {1};
        memcpy(dim + 1, t->dim, (size_t)t->rank * sizeof *dim);
        if (t->rank == IR_MAX_RANK || !ir_same_type(t, &x[0]->type) ||
            !(part[k] = b_reshape(f->g, x[k * step], t->rank + 1, dim)))
            return NULL;
    }
    return part ? b_concatenate(f->g, (int)n, part, 0) : NULL;
}

bool hlo_emit_run_parallel(hlo_frame *f, const hlo_op *op, const hlo_row *row, ir_value *const *x,
                           ir_value **y)
{
    hlo_builder *b = f->b;
    hlo_text callee;
    (void)row;
    if (nprocess(b) > 1)
        return hlo_op_fail(f, op, "a process cannot start others");
    if (!read_programs(f, op, &callee, &b->replicas, &b->partitions))
        return false;
    int64_t n = nprocess(b);
    const hlo_function *fn = hlo_find_function(b->module, callee);
    bool ok = fn && op->noperand == n * fn->narg && op->nresult == n * fn->nresult;
    if (!ok)
        hlo_op_fail(f, op, "%lld times @%.*s does not take %d operands and give %d", (long long)n,
                    HLO_SHOW(callee), op->noperand, op->nresult);
    int nconstant = 0;
    const hlo_value *const *constant = NULL;
    ir_graph *one = ok ? hlo_function_graph(f, fn, &nconstant, &constant) : NULL;
    b->replicas = b->partitions = 1;
    if (!one)
        return false;
    int *axis = ir_alloc(b->arena, (size_t)(one->nin + one->nout + 1) * sizeof *axis);
    ir_value **in = ir_alloc(b->arena, (size_t)(one->nin + one->nout + 1) * sizeof *in);
    for (int k = 0; axis && in && k < one->nin; k++) {
        axis[k] = k < fn->narg ? 0 : -1;
        in[k] = k < fn->narg ? stacked(f, x + k, n, fn->narg) : hlo_get(f, constant[k - fn->narg]);
        if (!in[k])
            return false;
    }
    for (int k = 0; axis && k < one->nout; k++)
        axis[one->nin + k] = 0;
    ir_batching over = {.size = n, .axis_name = b->axis_name};
    IR_AUTO_GRAPH all = axis && in ? ir_vmap(one, &over, axis, axis + one->nin) : NULL;
    if (!all || !ir_splice(f->g, all, in, in + one->nin))
        return false;
    for (int64_t k = 0; k < n; k++)
        for (int j = 0; j < fn->nresult; j++)
            if (!(y[k * fn->nresult + j] =
                      of_process(f, in[one->nin + j], b_const_int(f->g, IR_i32, k))))
                return false;
    return true;
}
