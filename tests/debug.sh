#!/usr/bin/env bash
# With JACQUARD_DEBUG, gdb and perf must show the user's functions, files and lines for compiled code.
# Skipped where these programs are missing or not permitted.
#   tests/debug.sh PROGRAM      (tests/debug/program.c)
set -euo pipefail
program=$(realpath "$1")
source=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/debug/program.c
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0
export JACQUARD_NUM_THREADS=1 DEBUGINFOD_URLS=

# line WORDS: prints the number of the source line that has WORDS as a comment
line() { grep -n "/\* $1 \*/" "$source" | cut -d: -f1; }

# says WHAT PATTERN: checks that $work/said has a line that matches PATTERN
says() {
    if grep -Eq "$2" "$work/said"; then
        passed=$((passed + 1))
    else
        echo "error: $1: nothing like '$2' in" >&2
        cat "$work/said" >&2
        failed=$((failed + 1))
    fi
}

look_with_gdb() {
    # Stops in a BLAS function called by compiled code, and at lines that only compiled code runs,
    # because the functions have already been traced.
    JACQUARD_DEBUG=gdb gdb -q -nx -batch -ex 'set pagination off' -ex 'set confirm off' \
        -ex 'set breakpoint pending on' \
        -ex 'break compiled' -ex run -ex 'break cblas_sgemm' -ex continue -ex backtrace \
        -ex delete -ex 'break squash' -ex continue -ex 'backtrace 3' \
        -ex delete -ex "break program.c:$(line 'in the loop')" -ex continue -ex 'backtrace 3' \
        -ex delete -ex continue "$program" >"$work/said" 2>&1 </dev/null || true
    if grep -Eqi 'could not trace|ptrace: operation not permitted' "$work/said"; then
        echo "debug: skipped: gdb may not trace processes here"
        return
    fi
    says "gdb, below the BLAS" " in energy \(\) at .*program\.c:$(line 'the product')"
    says "gdb, below that" "main \(.*\) at .*program\.c:"
    says "gdb, at a function" "squash \(\) at .*program\.c:$(line 'in squash')"
    says "gdb, at its caller" "#1 .*energy\.[a-z_.]* \(\) at .*program\.c:"
    says "gdb, at a line" "escape \(\) at .*program\.c:$(line 'in the loop')"
    says "gdb, at the end" "exited normally"
}

look_with_perf() {
    if ! perf record -q -k 1 -e cpu-clock -o "$work/perf.data" true >/dev/null 2>&1; then
        echo "debug: skipped: perf is not there, or may not count here"
        return
    fi
    JITDUMPDIR=$work JACQUARD_DEBUG=perf perf record -q -k 1 -e cpu-clock -F 5000 \
        -o "$work/perf.data" "$program" 60 >/dev/null
    perf inject --jit -i "$work/perf.data" -o "$work/inject.data"
    perf report -i "$work/inject.data" -s symbol,srcline --symbol-filter=escapes --stdio \
        >"$work/said" 2>/dev/null
    says "perf, of a function" "escapes\.[a-z_.]+ +program\.c:"
    says "perf, of its line" "escapes\.[a-z_.]+ +program\.c:$(line 'in the loop')"
}

if command -v gdb >/dev/null; then
    look_with_gdb
else
    echo "debug: skipped: gdb is not installed"
fi
look_with_perf
echo "debug: $passed passed, $failed failed"
[ "$failed" = 0 ]
