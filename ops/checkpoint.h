/* What a checkpoint may keep for its derivative, beside its operands: its parameter `policy`. */
#ifndef JACQUARD_OPS_CHECKPOINT_H
#define JACQUARD_OPS_CHECKPOINT_H

enum { CHECKPOINT_NOTHING, CHECKPOINT_DOTS, CHECKPOINT_EVERYTHING }; /* as JAC_SAVE_NOTHING ... */

#endif
