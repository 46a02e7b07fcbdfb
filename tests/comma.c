/* A locale with decimal commas, which needs nothing to be installed: the file that localedef would
 * make for LC_NUMERIC, written as glibc reads it. */
#include "tests/comma.h"

#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct {
    uint32_t magic, nfield, field[6]; /* the offset of each field */
    char point[2], thousands[2], grouping[4];
    uint32_t wide_point, wide_thousands;
    char codeset[8];
} file = {0x20031114, 6, {32, 34, 36, 40, 44, 48}, ",", ".", "\3\3", ',', '.', "UTF-8"};

bool test_comma(void)
{
    char dir[] = "/tmp/jacquard-comma-XXXXXX", path[64];
    if (!mkdtemp(dir))
        return false;
    snprintf(path, sizeof path, "%s/comma", dir);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/comma/LC_NUMERIC", dir);
    FILE *f = fopen(path, "wb");
    bool ok = f && fwrite(&file, sizeof file, 1, f) == 1 && !fclose(f);
    setenv("LOCPATH", dir, 1);
    ok = ok && setlocale(LC_NUMERIC, "comma");
    unlink(path);
    snprintf(path, sizeof path, "%s/comma", dir);
    rmdir(path);
    rmdir(dir);
    char text[8];
    snprintf(text, sizeof text, "%.1f", 1.5);
    return ok && !strcmp(text, "1,5");
}

/* JACQUARD_TEST_COMMA=1 runs each test in this locale. */
__attribute__((constructor)) static void wish(void)
{
    if (getenv("JACQUARD_TEST_COMMA") && !test_comma()) {
        fprintf(stderr, "there is no locale with decimal commas\n");
        _exit(1);
    }
}
