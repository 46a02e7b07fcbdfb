/* The library's own version, which may differ from that of the header a program was built with. */
#include "include/jacquard.h"

#define TEXT_(x) #x
#define TEXT(x)  TEXT_(x)

const char *jac_version(void)
{
    return TEXT(JAC_VERSION_MAJOR) "." TEXT(JAC_VERSION_MINOR) "." TEXT(JAC_VERSION_PATCH);
}
