/* Interned names: each text is stored once, so names can be compared as pointers. A program has few
 * (its axes and functions), so they are never freed. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "ir/ir.h"

static struct {
    char **at;
    int n, cap;
} names;
static pthread_mutex_t naming = PTHREAD_MUTEX_INITIALIZER;

static const char *find(const char *text, size_t len)
{
    for (int k = 0; k < names.n; k++)
        if (strlen(names.at[k]) == len && (!len || !memcmp(names.at[k], text, len)))
            return names.at[k];
    return NULL;
}

static const char *add(const char *text, size_t len)
{
    if (names.n == names.cap) {
        int cap = names.cap ? 2 * names.cap : 16;
        char **grown = ir_resize(names.at, (size_t)cap * sizeof *grown);
        if (!grown)
            return NULL;
        names.at = grown;
        names.cap = cap;
    }
    char *copy = ir_new(len + 1);
    if (!copy)
        return NULL;
    if (len)
        memcpy(copy, text, len);
    return names.at[names.n++] = copy;
}

const char *ir_name(const char *text, size_t len)
{
    ir_lock(&naming);
    const char *known = find(text, len);
    if (!known)
        known = add(text, len);
    ir_unlock(&naming);
    return known;
}

bool ir_is_word(const char *text)
{
    for (const char *c = text; *c; c++) {
        bool letter = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || *c == '_';
        if (!letter && !(c > text && *c >= '0' && *c <= '9'))
            return false;
    }
    return *text;
}
