/* The parameter `policy` of checkpoint: what is kept for the derivative besides the operands. */
#ifndef JACQUARD_OPS_CHECKPOINT_H
#define JACQUARD_OPS_CHECKPOINT_H

enum { CHECKPOINT_NOTHING, CHECKPOINT_DOTS, CHECKPOINT_EVERYTHING }; /* like JAC_SAVE_NOTHING ... */

#endif
