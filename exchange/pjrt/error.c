/* Errors: a code and a text. */
#include "exchange/pjrt/plugin.h"

#include <stdarg.h>
#include <stdlib.h>

static const pjrt_error no_memory = {.code = PJRT_RESOURCE_EXHAUSTED};

static pjrt_error *make(pjrt_code code, const char *text)
{
    size_t n = strlen(text) + 1;
    pjrt_error *e = malloc(sizeof *e + n);
    if (!e)
        return (pjrt_error *)&no_memory;
    *e = (pjrt_error){.code = code};
    memcpy(e->text, text, n);
    return e;
}

pjrt_error *pjrt_fail(pjrt_code code, const char *fmt, ...)
{
    char text[2000];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    return make(code, text);
}

pjrt_error *pjrt_failed(pjrt_code code)
{
    pjrt_error *e = make(code, ir_error() ? ir_error() : "out of memory");
    ir_error_clear();
    return e;
}

pjrt_error *pjrt_error_copy(const pjrt_error *e)
{
    return e ? make(e->code, e == &no_memory ? "out of memory" : e->text) : NULL;
}

API(Error_Destroy)
{
    if (a->error != &no_memory)
        free(a->error);
    return NULL;
}

API(Error_Message)
{
    a->message = a->error == &no_memory ? "out of memory" : a->error->text;
    a->message_size = strlen(a->message);
    return NULL;
}

API(Error_GetCode)
{
    a->code = a->error->code;
    return NULL;
}

API(Error_ForEachPayload)
{
    (void)a; /* an error has a text and nothing else */
    return NULL;
}
