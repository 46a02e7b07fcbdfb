/* Runs programs in StableHLO's text form for another process (harness.py), over stdin and stdout.
 *
 * A request is a text and its arguments; the answer is a status and the results, or why there are
 * none. Each request runs in a child process with a time limit, so that no program can end this
 * one. Numbers are native: an array is its dtype's name in 8 bytes, its rank and dimensions as
 * int64_t, and its elements; lengths are int64_t.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "exchange/stablehlo/load.h"

typedef enum { DONE, UNSUPPORTED, FAILED, ENDED } status;
enum { MOST_ARRAYS = 1024 };

static void get(void *to, size_t n)
{
    if (fread(to, 1, n, stdin) != n)
        exit(0);
}

static int64_t get_number(void)
{
    int64_t n;
    get(&n, sizeof n);
    return n;
}

static void put(const void *from, size_t n)
{
    if (fwrite(from, 1, n, stdout) != n)
        exit(1);
}

static void put_number(int64_t n)
{
    put(&n, sizeof n);
}

static void put_failure(status s, const char *why)
{
    put_number(s);
    put_number((int64_t)strlen(why));
    put(why, strlen(why));
}

/* NULL with an error if the library does not have the dtype, or there is no memory. */
static rt_array *get_array(void)
{
    char name[9] = "";
    ir_dtype d = IR_f32;
    ir_type t = {0};
    get(name, 8);
    int64_t rank = get_number();
    for (int64_t d = 0; d < rank; d++) {
        int64_t n = get_number();
        if (d < IR_MAX_RANK)
            t.dim[d] = n;
    }
    t.rank = (uint8_t)(rank < IR_MAX_RANK ? rank : IR_MAX_RANK);
    int64_t bytes = get_number();
    bool known = ir_dtype_find(name, strlen(name), &d);
    t.dtype = d;
    rt_array *a = known && (size_t)bytes == ir_type_bytes(&t) ? rt_array_new(&t) : NULL;
    if (a) {
        get(a->data, (size_t)bytes);
        return a;
    }
    for (; bytes > 0; bytes--)
        getchar();
    if (!ir_error())
        ir_fail("an argument has the dtype %s", name);
    return NULL;
}

static void put_array(const rt_array *a)
{
    char name[8] = "";
    memcpy(name, ir_dtypes[a->type.dtype].name, strlen(ir_dtypes[a->type.dtype].name));
    put(name, 8);
    put_number(a->type.rank);
    for (int d = 0; d < a->type.rank; d++)
        put_number(a->type.dim[d]);
    put_number((int64_t)ir_type_bytes(&a->type));
    put(a->data, ir_type_bytes(&a->type));
}

static void put_results(int n, const jac *out)
{
    const rt_array *a[MOST_ARRAYS];
    for (int k = 0; k < n; k++)
        if (!(a[k] = rt_concrete(out[k], "serve"))) {
            put_failure(FAILED, ir_error());
            return;
        }
    put_number(DONE);
    put_number(n);
    for (int k = 0; k < n; k++)
        put_array(a[k]);
}

static void answer(hlo_module *m, const char *text, size_t n, bool interpret, int narg,
                   rt_array **arg)
{
    static const int ones[MOST_ARRAYS] = {[0 ... MOST_ARRAYS - 1] = 1};
    hlo_program p;
    bool unsupported = false;
    jac in[MOST_ARRAYS], out[MOST_ARRAYS];
    if (!hlo_parse(m, text, n) || !hlo_program_make(m, NULL, &p, NULL, NULL, &unsupported)) {
        put_failure(unsupported ? UNSUPPORTED : FAILED, ir_error());
        return;
    }
    if (p.narg != narg || p.g->nout > MOST_ARRAYS) {
        put_failure(FAILED, "the program takes another number of arguments");
        return;
    }
    for (int k = 0; k < narg; k++)
        in[k] = rt_wrap_array(arg[k]);
    int nout = p.g->nout;
    jac_fn f = hlo_program_function(NULL, &p, "main", narg, ones, nout);
    if (jac_call_(JAC_AT, interpret ? f : jac_jit(f), in, (size_t)narg * sizeof *in,
                  (jac_out){out, (size_t)nout * sizeof *out}))
        put_results(nout, out);
    else
        put_failure(FAILED, ir_error());
}

static void run(const char *text, size_t n, bool interpret, int narg, rt_array **arg)
{
    hlo_module m = {.path = "program", .text = text};
    bool known = true;
    for (int k = 0; k < narg; k++)
        known = known && arg[k];
    rt_begin_as(NULL, NULL);
    jac_enable_x64(true);
    if (known)
        answer(&m, text, n, interpret, narg, arg);
    else
        put_failure(UNSUPPORTED, ir_error());
    fflush(stdout);
    _exit(0);
}

static void serve(bool interpret, unsigned seconds)
{
    rt_array *arg[MOST_ARRAYS];
    size_t n = (size_t)get_number();
    char *text = malloc(n + 1);
    if (!text)
        exit(1);
    get(text, n);
    text[n] = 0;
    int narg = (int)get_number();
    if (narg > MOST_ARRAYS)
        exit(1);
    for (int k = 0; k < narg; k++)
        arg[k] = get_array();
    fflush(stdout);
    pid_t child = fork();
    int how = 0;
    if (child == 0) {
        alarm(seconds);
        run(text, n, interpret, narg, arg);
    }
    if (child < 0 || waitpid(child, &how, 0) < 0) {
        put_failure(ENDED, "no process");
    } else if (WIFSIGNALED(how)) {
        put_failure(ENDED, WTERMSIG(how) == SIGALRM ? "it took too long" : "it crashed");
    } else if (WEXITSTATUS(how)) {
        put_failure(ENDED, "it ended");
    }
    fflush(stdout);
    for (int k = 0; k < narg; k++)
        if (arg[k])
            rt_array_release(arg[k]);
    jac_error_clear();
    free(text);
}

int main(int argc, char **argv)
{
    enum { SECONDS = 60 };
    bool interpret = argc > 1 && !strcmp(argv[1], "--interpret");
    for (;;)
        serve(interpret, SECONDS);
}
