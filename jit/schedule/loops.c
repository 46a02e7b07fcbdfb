/* How the operands and results of control equations match the inputs and outputs of their blocks.
 */
#include "jit/schedule/schedule.h"

jit_loop jit_loop_of(const jit_step *t)
{
    const ir_attr *attr = t->e->attr;
    if (t->kind == JIT_STEP_WHILE) {
        int nconst = (int)(attr[2].i + attr[3].i);
        int ncarry = t->e->nin - nconst;
        return (jit_loop){t->block[1], nconst, ncarry, (int)attr[3].i, 0, t->e->nout - ncarry};
    }
    int nconst = (int)attr[2].i, ncarry = (int)attr[3].i;
    int length = attr[1].i == IR_DYNAMIC; /* is the last operand */
    return (jit_loop){
        t->block[0],        nconst, ncarry, nconst, t->e->nin - nconst - ncarry - length,
        t->e->nout - ncarry};
}

int jit_operand_of(const jit_step *t, int block, int input)
{
    const ir_attr *attr = t->e->attr;
    if (t->kind == JIT_STEP_COND)
        return input + 1;
    if (t->kind == JIT_STEP_SCAN || t->kind == JIT_STEP_LANES)
        return input;
    int cond_consts = (int)attr[2].i, body_consts = (int)attr[3].i;
    if (block == 0) /* the condition: its constants, then the carry */
        return input < cond_consts ? input : input + body_consts;
    return input + cond_consts;
}
