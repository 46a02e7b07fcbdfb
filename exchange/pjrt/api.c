/* The table of functions, which is all that the library exports. */
#include "exchange/pjrt/plugin.h"

API(Plugin_Initialize)
{
    (void)a;
    return NULL;
}

/* What the caller may send: it chooses the version of StableHLO by these. */
API(Plugin_Attributes)
{
    static const int64_t newest[] = {1, 20, 0}, oldest[] = {0, 9, 0};
#define NAMED(text) .struct_size = sizeof(pjrt_named), .name = text, .name_size = sizeof text - 1
    static const pjrt_named attributes[] = {
        {NAMED("xla_version"), .kind = PJRT_INT64, .int64 = 2, .value_size = 1},
        {NAMED("stablehlo_current_version"), .kind = PJRT_INT64_LIST, .int64_list = newest,
         .value_size = 3},
        {NAMED("stablehlo_minimum_version"), .kind = PJRT_INT64_LIST, .int64_list = oldest,
         .value_size = 3},
    };
    a->attributes = attributes;
    a->num_attributes = sizeof attributes / sizeof *attributes;
    return NULL;
}

const pjrt_api *GetPjrtApi(void)
{
    static const pjrt_api api = {.struct_size = sizeof api,
                                 .version = {sizeof api.version, NULL, PJRT_MAJOR, PJRT_MINOR},
#define F(name, ...) .name = pjrt_##name,
                                 PJRT_FUNCTIONS(F)
#undef F
    };
    return &api;
}
