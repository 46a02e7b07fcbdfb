/* Reads an index from an array of any integer dtype. */
#include "ops/host/host.h"
#include "ops/scalar/each.h"

#define READ_CASE(d, T, U)                                                                         \
    case IR_##d: {                                                                                 \
        T v = ((const T *)indices)[at];                                                            \
        return !(v > 0) ? 0 : (uint64_t)v < (uint64_t)most ? (int64_t)v : most;                    \
    }

int64_t index_read(ir_dtype d, const void *indices, int64_t at, int64_t most)
{
    switch (d) {
        EACH_int(READ_CASE) default : return 0;
    }
}

#define VALUE_CASE(d, T, U)                                                                        \
    case IR_##d: {                                                                                 \
        T v = ((const T *)indices)[at];                                                            \
        return v > 0 && (uint64_t)v >> 63 ? INT64_MAX : (int64_t)v;                                \
    }

int64_t index_value(ir_dtype d, const void *indices, int64_t at)
{
    switch (d) {
        EACH_int(VALUE_CASE) default : return 0;
    }
}
