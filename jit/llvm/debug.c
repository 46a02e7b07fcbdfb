/* Records which line of the user's program each instruction comes from (JACQUARD_DEBUG), so that
 * LLVM can generate DWARF.
 *
 * While the module is emitted, instructions are only marked: the builder's location is that of the
 * current equation, and its line is the equation's number. At the end, when it is known which
 * instruction is in which function, each mark becomes a line of the user's file. A function is
 * named after the graph, followed by the primitives that it computes, unless it is the whole
 * program. Code that the user wrote in a function called by the traced one is shown as inlined
 * there.
 */
#include <stdlib.h>
#include <string.h>

#include <llvm-c/DebugInfo.h>

#include "jit/llvm/debug.h"
#include "jit/llvm/target.h"

enum { NAME_SIZE = 96, FEW_NAMES = 5 };

/* An equation that was emitted. */
typedef struct {
    const ir_eqn *e;
    LLVMMetadataRef mark;
    LLVMValueRef fn; /* the last function found to contain it; `at` is its location there */
    LLVMMetadataRef at;
} origin;

/* A C function that made equations. */
typedef struct {
    const char *file, *func;
    LLVMMetadataRef scope;
} caller;

struct jit_debug_lines {
    LLVMDIBuilderRef di;
    LLVMMetadataRef type;
    ptrmap number; /* by equation */
    int norigin, ncaller;
    origin *origin;
    caller *caller;
    /* the traced function */
    const char *name;
    ir_loc main;
    LLVMMetadataRef file, whole;
};

static LLVMMetadataRef file_of(jit_debug_lines *d, const char *path)
{
    return LLVMDIBuilderCreateFile(d->di, path, strlen(path), "", 0);
}

static LLVMMetadataRef scope_new(jit_debug_lines *d, const char *name, LLVMMetadataRef file,
                                 int line, bool local)
{
    return LLVMDIBuilderCreateFunction(d->di, file, name, strlen(name), "", 0, file, (unsigned)line,
                                       d->type, local, true, (unsigned)line, LLVMDIFlagZero, true);
}

/* ---- the beginning -------------------------------------------------------------------------- */

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && !strcmp(a, b));
}

static bool is_known(const ir_loc *loc)
{
    return loc && loc->file && *loc->file;
}

/* The first line written in the traced function itself; if there is none, the first line of any. */
static ir_loc find_main(jit_emit *em)
{
    const ir_graph *g = em->s->g;
    ptrmap place = {0};
    const ir_eqn **e = jit_list_eqns(g, &place);
    const ir_loc *found = NULL;
    em->failed |= !e;
    for (size_t k = 0; e && k < place.used; k++) {
        const ir_loc *loc = e[k]->loc;
        if (!is_known(loc))
            continue;
        bool own = same_text(loc->func, g->name);
        if (own || !found)
            found = loc;
        if (own)
            break;
    }
    free(e);
    ptrmap_free(&place);
    return found ? *found : (ir_loc){"unknown", 0, NULL};
}

static void add_flag(jit_emit *em, const char *name, unsigned value)
{
    LLVMAddModuleFlag(em->mod, LLVMModuleFlagBehaviorWarning, name, strlen(name),
                      LLVMValueAsMetadata(LLVMConstInt(em->i32, value, false)));
}

void jit_debug_begin(jit_emit *em)
{
    static const char producer[] = "Jacquard";
    enum { DWARF = 4 }; /* the version that object_lines.c reads */
    jit_debug_lines *d = em->debug = ir_alloc(&em->mem, sizeof *d);
    d->number.mem = &em->mem;
    d->name = em->s->g->name;
    d->main = find_main(em);
    add_flag(em, "Debug Info Version", LLVMDebugMetadataVersion());
    add_flag(em, "Dwarf Version", DWARF);
    d->di = LLVMCreateDIBuilder(em->mod);
    d->file = file_of(d, d->main.file);
    LLVMDIBuilderCreateCompileUnit(d->di, LLVMDWARFSourceLanguageC11, d->file, producer,
                                   sizeof producer - 1, true, "", 0, 0, "", 0,
                                   LLVMDWARFEmissionFull, 0, false, false, "", 0, "", 0);
    d->type = LLVMDIBuilderCreateSubroutineType(d->di, d->file, NULL, 0, LLVMDIFlagZero);
    d->whole = scope_new(d, d->name, d->file, d->main.line, false);
}

/* ---- marks ---------------------------------------------------------------------------------- */

static LLVMMetadataRef mark_of(jit_emit *em, const ir_eqn *e)
{
    jit_debug_lines *d = em->debug;
    const ptrmap_entry *known = ptrmap_find(&d->number, e);
    if (known)
        return d->origin[known->lo].mark;
    int n = d->norigin++;
    if (!(n & (n - 1)))
        d->origin = ir_grow(&em->mem, d->origin, (size_t)n * sizeof *d->origin,
                            (size_t)(n ? 2 * n : 1) * sizeof *d->origin);
    ptrmap_put(&d->number, e, (uint64_t)n, 0);
    d->origin[n] = (origin){.e = e};
    return d->origin[n].mark =
               LLVMDIBuilderCreateDebugLocation(em->cx, (unsigned)n + 1, 0, d->whole, NULL);
}

LLVMMetadataRef jit_debug_mark(jit_emit *em, const ir_eqn *e)
{
    LLVMMetadataRef was = LLVMGetCurrentDebugLocation2(em->b);
    if (e && is_known(e->loc))
        LLVMSetCurrentDebugLocation2(em->b, mark_of(em, e));
    return was;
}

void jit_debug_unmark(jit_emit *em, LLVMMetadataRef was)
{
    LLVMSetCurrentDebugLocation2(em->b, was);
}

/* ---- the end: from marks to lines ----------------------------------------------------------- */

static origin *origin_of(jit_debug_lines *d, LLVMValueRef instruction)
{
    LLVMMetadataRef mark = LLVMInstructionGetDebugLoc(instruction);
    return mark ? &d->origin[LLVMDILocationGetLine(mark) - 1] : NULL;
}

static bool is_own(const jit_debug_lines *d, const ir_loc *loc)
{
    return same_text(loc->func, d->name) && same_text(loc->file, d->main.file);
}

static LLVMMetadataRef caller_scope(jit_emit *em, const ir_loc *loc)
{
    jit_debug_lines *d = em->debug;
    for (int k = 0; k < d->ncaller; k++)
        if (same_text(d->caller[k].file, loc->file) && same_text(d->caller[k].func, loc->func))
            return d->caller[k].scope;
    int n = d->ncaller++;
    if (!(n & (n - 1)))
        d->caller = ir_grow(&em->mem, d->caller, (size_t)n * sizeof *d->caller,
                            (size_t)(n ? 2 * n : 1) * sizeof *d->caller);
    d->caller[n] = (caller){
        loc->file, loc->func,
        scope_new(d, loc->func ? loc->func : d->name, file_of(d, loc->file), loc->line, true)};
    return d->caller[n].scope;
}

/* rest: the location of code that comes from no equation. Code from other functions is inlined
 * there. */
static LLVMMetadataRef location_of(jit_emit *em, origin *o, LLVMMetadataRef scope,
                                   LLVMMetadataRef rest)
{
    jit_debug_lines *d = em->debug;
    const ir_loc *loc = o->e->loc;
    if (o->at)
        return o->at;
    bool own = is_own(d, loc);
    return o->at = LLVMDIBuilderCreateDebugLocation(em->cx, (unsigned)loc->line, 0,
                                                    own ? scope : caller_scope(em, loc),
                                                    own ? NULL : rest);
}

/* Appends a primitive's name, if it is new and there is room. */
static void add_name(char name[NAME_SIZE], size_t begin, int *n, const char *op)
{
    size_t used = strlen(name), len = strlen(op);
    for (const char *at = name + begin; (at = strstr(at, op)); at++)
        if (at[-1] == '.' && (at[len] == '.' || !at[len]))
            return;
    if (*n < FEW_NAMES && used + len + 2 < NAME_SIZE) {
        snprintf(name + used, NAME_SIZE - used, ".%s", op);
        ++*n;
    }
}

/* Names the function after what it computes. Returns its first line; 0 if nothing in it comes from
 * an equation. */
static int look_at(jit_emit *em, LLVMValueRef fn, char name[NAME_SIZE])
{
    jit_debug_lines *d = em->debug;
    int line = 0, n = 0;
    bool own = false;
    size_t begin = (size_t)snprintf(name, NAME_SIZE / 2, "%s", d->name);
    begin = begin < NAME_SIZE / 2 ? begin : NAME_SIZE / 2 - 1;
    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(fn); b; b = LLVMGetNextBasicBlock(b))
        for (LLVMValueRef i = LLVMGetFirstInstruction(b); i; i = LLVMGetNextInstruction(i)) {
            origin *o = origin_of(d, i);
            if (!o || o->fn == fn)
                continue;
            o->fn = fn;
            o->at = NULL;
            if (!own)
                line = (own = is_own(d, o->e->loc)) ? o->e->loc->line : d->main.line;
            bool control = ir_nested(o->e, 0) != NULL;
            if (!control && (o->e->op->role == IR_ROLE_NONE || o->e->op->role == IR_ROLE_ADD))
                add_name(name, begin, &n, o->e->op->name);
        }
    return line;
}

static void place_function(jit_emit *em, LLVMValueRef fn, bool whole)
{
    jit_debug_lines *d = em->debug;
    char name[NAME_SIZE];
    int line = look_at(em, fn, name);
    if (!line && !whole)
        return;
    if (!whole)
        LLVMSetValueName2(fn, name, strlen(name));
    LLVMMetadataRef scope = whole ? d->whole : scope_new(d, name, d->file, line, true);
    LLVMSetSubprogram(fn, scope);
    LLVMMetadataRef rest = LLVMDIBuilderCreateDebugLocation(em->cx, (unsigned)line, 0, scope, NULL);
    for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(fn); b; b = LLVMGetNextBasicBlock(b))
        for (LLVMValueRef i = LLVMGetFirstInstruction(b); i; i = LLVMGetNextInstruction(i)) {
            origin *o = origin_of(d, i);
            LLVMInstructionSetDebugLoc(i, o ? location_of(em, o, scope, rest) : rest);
        }
}

/* Lets stack walkers get past the function, by unwind tables or by frame pointers. */
static void keep_frame(jit_emit *em, LLVMValueRef fn)
{
    enum { AT_EACH_INSTRUCTION = 2 };
    static const char key[] = "frame-pointer", all[] = "all", tables[] = "uwtable";
    unsigned kind = LLVMGetEnumAttributeKindForName(tables, sizeof tables - 1);
    LLVMAddAttributeAtIndex(fn, LLVMAttributeFunctionIndex,
                            LLVMCreateEnumAttribute(em->cx, kind, AT_EACH_INSTRUCTION));
    LLVMAddAttributeAtIndex(
        fn, LLVMAttributeFunctionIndex,
        LLVMCreateStringAttribute(em->cx, key, sizeof key - 1, all, sizeof all - 1));
}

void jit_debug_end(jit_emit *em, LLVMValueRef whole)
{
    jit_debug_lines *d = em->debug;
    for (LLVMValueRef f = LLVMGetFirstFunction(em->mod); f; f = LLVMGetNextFunction(f)) {
        if (LLVMIsDeclaration(f))
            continue;
        place_function(em, f, f == whole);
        keep_frame(em, f);
    }
    LLVMDIBuilderFinalize(d->di);
}

void jit_debug_free(jit_emit *em)
{
    if (em->debug && em->debug->di)
        LLVMDisposeDIBuilder(em->debug->di);
}
