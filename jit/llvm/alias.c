/* Alias information that lets LLVM vectorise without run-time checks: within one loop nest,
 * accesses to different buffers never overlap. This holds only within a nest, because over a whole
 * function buffers share the arena's memory. So each nest has its own alias domain, with one scope
 * per buffer. The two buffers of a swapping carry count as one: what a nest reads was written
 * through the other pointer in the previous iteration, and LLVM compares such accesses too. It does
 * not if the nest is alone in its function, so a nest with both is outlined (outline.c).
 */
#include <stdio.h>
#include <string.h>

#include "jit/llvm/alias.h"

int jit_swap_of(const jit_emit *em, int buffer)
{
    const jit_buffer *b = &em->s->buffer[buffer];
    return b->kind == JIT_BUF_POINTER ? b->a : -1;
}

void jit_note_access(jit_emit *em, LLVMValueRef access, int buffer)
{
    if (em->accesses.n == em->accesses.cap) {
        em->accesses.cap = em->accesses.cap ? 2 * em->accesses.cap : 32;
        em->accesses.at =
            ir_grow(&em->mem, em->accesses.at, (size_t)em->accesses.n * sizeof *em->accesses.at,
                    (size_t)em->accesses.cap * sizeof *em->accesses.at);
    }
    int swap = em->f->alone || buffer < 0 ? -1 : jit_swap_of(em, buffer);
    em->accesses.at[em->accesses.n++] = (jit_access){access, swap < 0 ? buffer : swap};
}

static LLVMMetadataRef named_node(jit_emit *em, const char *kind, int k, LLVMMetadataRef domain)
{
    char name[32];
    int len = snprintf(name, sizeof name, "%s%d.%d", kind, em->f->nscope, k);
    LLVMMetadataRef ops[2] = {LLVMMDStringInContext2(em->cx, name, (size_t)len), domain};
    return LLVMMDNodeInContext2(em->cx, ops, domain ? 2 : 1);
}

static void attach(jit_emit *em, LLVMValueRef access, const char *kind, LLVMMetadataRef *scope,
                   int n)
{
    LLVMMetadataRef list = LLVMMDNodeInContext2(em->cx, scope, (size_t)n);
    unsigned id = LLVMGetMDKindIDInContext(em->cx, kind, (unsigned)strlen(kind));
    LLVMSetMetadata(access, id, LLVMMetadataAsValue(em->cx, list));
}

void jit_end_accesses(jit_emit *em)
{
    int *buffers = ir_alloc(&em->mem, (size_t)(em->accesses.n + 1) * sizeof *buffers), n = 0;
    for (int k = 0; k < em->accesses.n; k++) {
        int j = 0;
        while (j < n && buffers[j] != em->accesses.at[k].buffer)
            j++;
        if (j == n)
            buffers[n++] = em->accesses.at[k].buffer;
    }
    if (n > 1) {
        LLVMMetadataRef domain = named_node(em, "loop", 0, NULL);
        LLVMMetadataRef *scope = ir_alloc(&em->mem, (size_t)(2 * n) * sizeof *scope);
        for (int j = 0; j < n; j++)
            scope[j] = named_node(em, "buffer", j, domain);
        for (int k = 0; k < em->accesses.n; k++) {
            LLVMMetadataRef own = NULL, *others = scope + n;
            int m = 0;
            for (int j = 0; j < n; j++)
                if (buffers[j] == em->accesses.at[k].buffer)
                    own = scope[j];
                else
                    others[m++] = scope[j];
            attach(em, em->accesses.at[k].access, "alias.scope", &own, 1);
            attach(em, em->accesses.at[k].access, "noalias", others, m);
        }
    }
    em->f->nscope++;
    em->accesses.n = 0;
}
