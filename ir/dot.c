/* Draws a graph for Graphviz (dot -Tsvg).
 *
 * An equation is a box that shows its primitive and parameters. An arrow is labelled with the type
 * of the value that flows along it. A nested graph is a frame beside its equation. A constant is
 * drawn again at each use, so that no long arrow crosses the picture for a number.
 */
#include <stdlib.h>
#include <string.h>

#include "ir/ir.h"

typedef struct {
    FILE *f;
    int nodes, frames; /* how many have been drawn; also the next one's number */
} drawing;

#define INK  "#24292f"
#define PALE "#6e7781"

static void put_escaped(FILE *f, const char *s, size_t n)
{
    for (size_t k = 0; k < n && s[k]; k++) {
        const char *as = s[k] == '<' ? "&lt;" : s[k] == '>' ? "&gt;" : s[k] == '&' ? "&amp;" : NULL;
        if (as)
            fputs(as, f);
        else
            fputc((unsigned char)s[k] < 0x20 || s[k] == '"' ? ' ' : s[k], f);
    }
}

static bool is_graph_kind(ir_attr_kind kind)
{
    return kind == IR_ATTR_GRAPH || kind == IR_ATTR_GRAPHS;
}

/* Writes the parameters, one per line; long ones are cut short. */
static void put_params(drawing *d, const ir_eqn *e)
{
    enum { MOST = 36 };
    for (int k = 0, n = ir_nattr(e->op); k < n; k++) {
        char *text = NULL;
        size_t size = 0;
        FILE *m = is_graph_kind(e->op->attrs[k].kind) ? NULL : open_memstream(&text, &size);
        if (!m)
            continue;
        ir_print_attr(m, e, k);
        if (fclose(m))
            continue;
        fputs("<br/><font point-size=\"9\" color=\"" PALE "\">", d->f);
        put_escaped(d->f, text, MOST);
        fprintf(d->f, "%s</font>", size > MOST ? "..." : "");
        free(text);
    }
}

static bool is_literal(const ir_value *v)
{
    return v->eqn && v->eqn->op->role == IR_ROLE_LITERAL;
}

/* Draws an arrow to a node from the node that computes v. A constant gets a new node. */
static void put_arrow(drawing *d, const ir_value *v, const int *node, int to)
{
    int from = node[v->id];
    if (is_literal(v)) {
        ir_dtype t = v->type.dtype;
        from = d->nodes++;
        fprintf(d->f, "n%d [shape=plaintext, height=0.2, label=\"%.6g\"];\n", from,
                ir_scalar_f64(t, v->eqn->attr[LITERAL_VALUE].scalar));
    }
    fprintf(d->f, "n%d -> n%d [label=\" ", from, to);
    if (v->eqn && v->eqn->nout > 1)
        fprintf(d->f, "%u: ", v->index);
    fprintf(d->f, "%s\"];\n", ir_type_tmp(&v->type));
}

static void put_ends(drawing *d, int node, const char *what, int k, const char *fill)
{
    fprintf(d->f, "n%d [shape=ellipse, fillcolor=\"%s\", color=\"" PALE "\", label=\"%s %d\"];\n",
            node, fill, what, k);
}

static int put_frame(drawing *d, const ir_graph *g, const char *title, int depth);

/* Draws a frame for each nested graph, with a dashed line to its equation. */
static void put_nested(drawing *d, const ir_eqn *e, int node, int depth)
{
    for (int k = 0, n = ir_nattr(e->op); k < n; k++) {
        ir_attr_kind kind = e->op->attrs[k].kind;
        int count = kind == IR_ATTR_GRAPH ? 1 : kind == IR_ATTR_GRAPHS ? e->attr[k].n : 0;
        for (int j = 0; j < count; j++) {
            const ir_graph *g = kind == IR_ATTR_GRAPH ? e->attr[k].graph : e->attr[k].graphs[j];
            char title[96];
            int len = snprintf(title, sizeof title, "%s: %s", e->op->name, e->op->attrs[k].name);
            if (kind == IR_ATTR_GRAPHS && len < (int)sizeof title)
                snprintf(title + len, sizeof title - (size_t)len, " %d", j);
            int frame = d->frames, first = put_frame(d, g, title, depth + 1);
            if (first < 0)
                return;
            fprintf(d->f,
                    "n%d -> n%d [lhead=cluster%d, style=dashed, arrowhead=none, color=\"" PALE
                    "\"];\n",
                    node, first, frame);
        }
    }
}

static void put_eqn(drawing *d, const ir_eqn *e, int *node, int depth)
{
    int me = d->nodes++;
    fprintf(d->f, "n%d [label=<<b>%s</b>", me, e->op->name);
    put_params(d, e);
    fputs(">];\n", d->f);
    for (int k = 0; k < e->nin; k++)
        put_arrow(d, e->in[k], node, me);
    for (int k = 0; k < e->nout; k++)
        node[e->out[k]->id] = me;
    put_nested(d, e, me, depth);
}

/* Draws a graph as a frame. Returns the number of a node in it, or -1 with an error. */
static int put_frame(drawing *d, const ir_graph *g, const char *title, int depth)
{
    IR_SCRATCH(scratch);
    int *node = ir_alloc(&scratch, g->nvalue * sizeof *node);
    if (!node)
        return -1;
    int anchor = d->nodes++;
    fprintf(d->f,
            "subgraph cluster%d {\nstyle=\"rounded,filled\"; fillcolor=\"%s\"; color=\"#d0d7de\";\n"
            "label=<<b>",
            d->frames++, depth % 2 ? "#f6f8fa" : "#ffffff");
    put_escaped(d->f, title, SIZE_MAX);
    fprintf(d->f, "</b>>;\nn%d [shape=point, style=invis];\n", anchor);
    for (int k = 0; k < g->nin; k++) {
        node[g->in[k]->id] = d->nodes++;
        put_ends(d, node[g->in[k]->id], "in", k, "#ddf4ff");
    }
    IR_EACH_EQN (e, g) {
        if (e->op->role != IR_ROLE_LITERAL)
            put_eqn(d, e, node, depth);
    }
    for (int k = 0; k < g->nout; k++) {
        int out = d->nodes++;
        put_ends(d, out, "out", k, "#dafbe1");
        put_arrow(d, g->out[k], node, out);
    }
    fputs("}\n", d->f);
    return anchor;
}

void ir_print_dot(FILE *f, const ir_graph *g)
{
    IR_C_NUMBERS;
    drawing d = {.f = f};
    fputs("digraph {\ncompound=true; ranksep=0.35; nodesep=0.3; fontname=\"Helvetica\"; "
          "fontcolor=\"" INK "\"; fontsize=12;\n"
          "node [shape=box, style=\"rounded,filled\", fillcolor=\"#fff8c5\", color=\"#d4a72c\", "
          "fontname=\"Helvetica\", fontcolor=\"" INK "\", fontsize=12, height=0.3, "
          "margin=\"0.12,0.05\"];\n"
          "edge [color=\"#57606a\", arrowsize=0.6, fontname=\"Helvetica\", fontsize=9, "
          "fontcolor=\"" PALE "\"];\n",
          f);
    put_frame(&d, g, g->name, 0);
    fputs("}\n", f);
}
