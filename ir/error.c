/* The one recorded error of each thread, and the location in the user's C code that it names.
 *
 * The first error is kept until it is cleared, because later ones usually follow from it.
 */
#include <stdarg.h>
#include <string.h>

#include "ir/ir.h"

static _Thread_local char message[2048];
static _Thread_local bool failed;
static _Thread_local unsigned failures;
static _Thread_local size_t start; /* of the message, behind the location */
static _Thread_local const ir_loc *here;

bool(ir_fail)(const char *fmt, ...)
{
    failures++;
    if (failed)
        return false;
    failed = true;
    IR_C_NUMBERS;
    size_t n = 0;
    if (here && here->file) {
        const char *slash = strrchr(here->file, '/');
        n = (size_t)snprintf(message, sizeof message, "%s:%d: ", slash ? slash + 1 : here->file,
                             here->line);
        if (n >= sizeof message)
            n = sizeof message - 1;
    }
    start = n;
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(message + n, sizeof message - n, fmt, ap);
    va_end(ap);
    return false;
}

void ir_error_name(const ir_error_mark *since, const char *inner, const char *outer)
{
    size_t n = strlen(inner), m = strlen(outer), left = sizeof message - start - 1;
    char *text = message + start;
    if (since->failed || !failed || strncmp(text, inner, n) || (text[n] != ' ' && text[n] != ':') ||
        m > left)
        return;
    size_t length = strlen(text);
    length = length > left - m ? left - m : length;
    memmove(text + m, text, length);
    memcpy(text, outer, m);
    text[m + length] = 0;
}

const char *ir_error(void)
{
    return failed ? message : NULL;
}

unsigned ir_fail_count(void)
{
    return failures;
}

ir_error_mark ir_error_mark_(void)
{
    return (ir_error_mark){failed, failures};
}

void ir_error_forget(const ir_error_mark *since)
{
    failed = since->failed;
    failures = since->failures;
}

void ir_error_clear(void)
{
    failed = false;
}

const ir_loc *ir_loc_set(const ir_loc *loc)
{
    const ir_loc *was = here;
    here = loc;
    return was;
}

const ir_loc *ir_loc_get(void)
{
    return here;
}
