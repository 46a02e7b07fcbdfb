/* The library's own version, for programs that were compiled with another header. */
#include "include/jacquard.h"

#define TEXT_(x) #x
#define TEXT(x)  TEXT_(x)

const char *jac_version(void)
{
    return TEXT(JAC_VERSION_MAJOR) "." TEXT(JAC_VERSION_MINOR) "." TEXT(JAC_VERSION_PATCH);
}
