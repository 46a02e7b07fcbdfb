/* Reads environment variables: integers, numbers of bytes, yes or no, and words from a list.
 *
 * In a program that runs with the rights of another user (set-user-ID) no variable counts: the user
 * who starts it must not choose which files it writes.
 *
 * An invalid value counts as not set. It is reported on stderr, once per process for each variable.
 */
#include <ctype.h>
#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ir/ir.h"

static bool said_before(const char *name)
{
    enum { MOST = 16 };
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    static const char *said[MOST];
    static int n;
    ir_lock(&lock);
    bool before = n == MOST;
    for (int k = 0; k < n; k++)
        before = before || !strcmp(said[k], name);
    if (!before)
        said[n++] = name;
    ir_unlock(&lock);
    return before;
}

void ir_env_say(const char *name, const char *fmt, ...)
{
    if (said_before(name))
        return;
    IR_C_NUMBERS;
    char text[512];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    fprintf(stderr, "jacquard: %s %s\n", name, text);
}

static const char *value_of(const char *name)
{
    const char *text = secure_getenv(name);
    return text && *text ? text : NULL;
}

/* ---- numbers --------------------------------------------------------------------------------- */

/* Parses digits and, if `bytes`, an optional unit after them. False if anything else is there. */
static bool parse(const char *text, bool bytes, int64_t *to)
{
    static const char unit[] = "KMGT";
    if (!isdigit((unsigned char)*text))
        return false;
    char *end;
    errno = 0;
    int64_t n = strtoll(text, &end, 10);
    const char *u = bytes && *end ? strchr(unit, toupper((unsigned char)*end)) : NULL;
    if (errno || (u && __builtin_mul_overflow(n, (int64_t)1024 << 10 * (u - unit), &n)))
        return false;
    *to = n;
    return !end[u != NULL];
}

int64_t ir_env_count(const char *name, int64_t least, int64_t most, int64_t otherwise)
{
    int64_t n;
    const char *text = value_of(name);
    if (!text)
        return otherwise;
    if (parse(text, false, &n) && n >= least && n <= most)
        return n;
    ir_env_say(name, "must be a whole number from %lld to %lld; %s is not, and is ignored",
               (long long)least, (long long)most, text);
    return otherwise;
}

int64_t ir_env_bytes(const char *name, int64_t least, int64_t otherwise)
{
    int64_t n;
    const char *text = value_of(name);
    if (!text)
        return otherwise;
    if (parse(text, true, &n) && n >= least)
        return n;
    ir_env_say(name,
               "must be a number of bytes, at least %lld, such as 500M or 2G; %s is not, "
               "and is ignored",
               (long long)least, text);
    return otherwise;
}

/* ---- words ----------------------------------------------------------------------------------- */

bool ir_env_yes(const char *name)
{
    static const char *const word[] = {"0", "false", "no", "off", "1", "true", "yes", "on"};
    enum { WORDS = sizeof word / sizeof *word };
    const char *text = value_of(name);
    for (int k = 0; text && k < WORDS; k++)
        if (!strcasecmp(text, word[k]))
            return k >= WORDS / 2;
    if (text)
        ir_env_say(name,
                   "must be 1 or 0 (true or false, yes or no, on or off); %s is neither, and is "
                   "ignored",
                   text);
    return false;
}

int ir_env_word(const char *name, const char *const *word)
{
    const char *text = value_of(name);
    if (!text)
        return -1;
    char all[256];
    size_t len = 0;
    for (int k = 0; word[k]; k++) {
        if (!strcmp(text, word[k]))
            return k;
        if (len < sizeof all)
            len += (size_t)snprintf(all + len, sizeof all - len, "%s%s", k ? ", " : "", word[k]);
    }
    ir_env_say(name, "must be one of %s; %s is not, and is ignored", all, text);
    return -1;
}

unsigned ir_env_list(const char *name, const char *first, const char *second)
{
    const char *const word[] = {"0", first, second};
    unsigned found = 0;
    for (const char *at = secure_getenv(name); at && *at; at += *at != 0) {
        size_t len = strcspn(at, ", ");
        int k = 2;
        while (k >= 0 && (strlen(word[k]) != len || memcmp(word[k], at, len) != 0))
            k--;
        if (k >= 0)
            found |= (unsigned)k; /* the words' bits are 1 and 2 */
        else if (len)
            ir_env_say(name, "must be a list of %s and %s; %.*s is neither, and is ignored", first,
                       second, (int)len, at);
        at += len;
    }
    return found;
}
