/* Runs StableHLO programs, as text or bytecode, each of which checks its own results.
 *
 *   jacquard_stablehlo [--interpret] [--rewrite [--written DIR]] [--verbose] [--known FILE]
 * FILE|DIR...
 *
 * A text may hold several programs, separated by lines "// -----". A program is skipped if it needs
 * something that the library does not have. At the end there are the numbers of programs that
 * passed, failed and were skipped, with reasons. With --rewrite, each program is written as text,
 * and what is read from that is run; --written keeps the texts in a folder. Exits with 1 if one
 * failed. --known names a file with programs that must fail, because what they expect is wrong.
 */
#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "exchange/stablehlo/bytecode/bytecode.h"
#include "tests/stablehlo/stablehlo.h"

typedef struct {
    char *name, *why;
} outcome;

static struct {
    stablehlo_how how;
    bool verbose;
    int passed, nfailed, nskipped;
    outcome *failed, *skipped;
    char *known;   /* the text of the file that --known names */
    int nknown;    /* programs that failed and are in it */
    int surprises; /* programs that passed and are in it */
} all;

static char *copy(const char *s)
{
    char *c = strdup(s);
    if (!c)
        abort();
    return c;
}

static void note(outcome **list, int *n, const char *name, const char *why)
{
    *list = realloc(*list, (size_t)(*n + 1) * sizeof **list);
    if (!*list)
        abort();
    (*list)[(*n)++] = (outcome){copy(name), copy(why)};
}

static char *read_text(const char *path, size_t *n)
{
    FILE *f = fopen(path, "rb");
    size_t room = 1 << 20;
    char *text = f ? malloc(room + 1) : NULL;
    if (!text)
        return NULL;
    for (*n = 0; (*n += fread(text + *n, 1, room - *n, f)) == room;)
        if (!(text = realloc(text, (room *= 2) + 1)))
            abort();
    text[*n] = 0;
    fclose(f);
    return text;
}

/* Does a line of the file begin with the program's name, without its folder? */
static bool is_known(const char *name)
{
    const char *slash = strrchr(name, '/'), *base = slash ? slash + 1 : name;
    size_t n = strlen(base);
    for (const char *line = all.known; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (!strncmp(line, base, n) && line[n] == ' ')
            return true;
    }
    return false;
}

/* Adds k to the name where a file holds several programs. */
static void run_program(const char *path, int k, bool several, const char *text, size_t n)
{
    char name[512], why[2048];
    if (several)
        snprintf(name, sizeof name, "%s:%d", path, k);
    else
        snprintf(name, sizeof name, "%s", path);
    switch (stablehlo_run(name, text, n, all.how, why, sizeof why)) {
    case STABLEHLO_PASSED:
        all.passed++;
        if (is_known(name)) {
            printf("%s passes, although it is known to be wrong\n", name);
            all.surprises++;
        }
        break;
    case STABLEHLO_FAILED:
        all.nknown += is_known(name);
        note(&all.failed, &all.nfailed, name, why);
        break;
    case STABLEHLO_SKIPPED:
        note(&all.skipped, &all.nskipped, name, why);
        break;
    case STABLEHLO_EMPTY:
        break;
    }
}

static void run_text(const char *path, char *text)
{
    static const char mark[] = "// -----";
    bool several = strstr(text, mark);
    int k = 1;
    for (char *from = text; from; k++) {
        char *end = strstr(from, mark);
        run_program(path, k, several, from, end ? (size_t)(end - from) : strlen(from));
        from = end ? end + sizeof mark - 1 : NULL;
    }
}

static void run_file(const char *path)
{
    size_t n;
    hlo_text bytecode;
    char *text = read_text(path, &n);
    if (!text) {
        note(&all.failed, &all.nfailed, path, "it cannot be read");
        return;
    }
    if (hlo_is_bytecode(text, n, &bytecode))
        run_program(path, 1, false, text, n);
    else
        run_text(path, text);
    free(text);
}

static bool ends_with(const char *name, const char *end)
{
    size_t n = strlen(name), m = strlen(end);
    return n >= m && !strcmp(name + n - m, end);
}

static int keep(const struct dirent *e)
{
    return e->d_name[0] != '.' &&
           (ends_with(e->d_name, ".mlir") || ends_with(e->d_name, ".bc") || e->d_type == DT_DIR);
}

static void run_path(const char *path)
{
    struct stat st;
    struct dirent **entry;
    if (stat(path, &st) || !S_ISDIR(st.st_mode)) {
        run_file(path);
        return;
    }
    int n = scandir(path, &entry, keep, alphasort);
    for (int k = 0; k < n; k++) {
        char below[1024];
        snprintf(below, sizeof below, "%s/%s", path, entry[k]->d_name);
        run_path(below);
        free(entry[k]);
    }
    if (n >= 0)
        free(entry);
}

/* What comes behind the place "path:line:column: ". Of a missing element type, which many
 * operations have, only that. The length is *n. */
static const char *reason(const outcome *o, int *n)
{
    const char *s = strstr(o->why, ": "), *type = strstr(o->why, "the element type");
    s = type ? type : s ? s + 2 : o->why;
    const char *end = strstr(s, ", in ");
    *n = (int)(end ? (size_t)(end - s) : strlen(s));
    return s;
}

static int by_reason(const void *a, const void *b)
{
    int n, m;
    const char *s = reason(a, &n), *t = reason(b, &m);
    int order = strncmp(s, t, (size_t)(n < m ? n : m));
    return order ? order : n - m;
}

static int by_count(const void *a, const void *b)
{
    return ((const int *)b)[0] - ((const int *)a)[0];
}

/* The reasons why programs were skipped, the most frequent first. */
static void print_groups(void)
{
    qsort(all.skipped, (size_t)all.nskipped, sizeof *all.skipped, by_reason);
    int(*group)[2] = calloc((size_t)all.nskipped + 1, sizeof *group), n = 0;
    for (int k = 0; group && k < all.nskipped; k++) {
        if (!k || by_reason(&all.skipped[k - 1], &all.skipped[k]) != 0)
            group[n++][1] = k;
        group[n - 1][0]++;
    }
    if (group)
        qsort(group, (size_t)n, sizeof *group, by_count);
    for (int k = 0; k < n; k++) {
        int length;
        const char *s = reason(&all.skipped[group[k][1]], &length);
        printf("%5d  %.*s\n", group[k][0], length, s);
    }
    free(group);
}

static void forget(outcome *list, int n)
{
    for (int k = 0; k < n; k++) {
        free(list[k].name);
        free(list[k].why);
    }
    free(list);
}

int main(int argc, char **argv)
{
    int npath = 0;
    for (int k = 1; k < argc; k++) {
        if (!strcmp(argv[k], "--interpret"))
            all.how.interpret = true;
        else if (!strcmp(argv[k], "--rewrite"))
            all.how.rewrite = true;
        else if (!strcmp(argv[k], "--written") && k + 1 < argc)
            all.how.written = argv[++k];
        else if (!strcmp(argv[k], "--verbose"))
            all.verbose = true;
        else if (!strcmp(argv[k], "--known") && k + 1 < argc)
            all.known = read_text(argv[++k], &(size_t){0});
        else
            argv[1 + npath++] = argv[k];
    }
    for (int k = 0; k < npath; k++)
        run_path(argv[1 + k]);
    if (!npath) {
        fprintf(stderr, "usage: jacquard_stablehlo [--interpret] [--rewrite [--written DIR]] "
                        "[--verbose] [--known FILE] FILE|DIR...\n");
        return 2;
    }
    if (all.nskipped)
        printf("skipped:\n");
    print_groups();
    for (int k = 0; all.verbose && k < all.nskipped; k++)
        printf("skipped %s: %s\n", all.skipped[k].name, all.skipped[k].why);
    for (int k = 0; k < all.nfailed; k++)
        printf("%s %s: %s\n", is_known(all.failed[k].name) ? "failed, as it must," : "FAILED",
               all.failed[k].name, all.failed[k].why);
    printf("%d passed, %d failed, %d skipped\n", all.passed, all.nfailed, all.nskipped);
    int failed = all.nfailed - all.nknown + all.surprises;
    forget(all.failed, all.nfailed);
    forget(all.skipped, all.nskipped);
    free(all.known);
    return failed ? 1 : 0;
}
