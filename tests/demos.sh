#!/usr/bin/env bash
# Each demo, interpreted and compiled, must print what the same program printed in JAX
# (tests/golden/demo_*.txt, written by tests/golden/demos.py), and must reject wrong use.
#   tests/demos.sh DIR_OF_PROGRAMS
set -euo pipefail
golden=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/golden
passed=0 failed=0

# same NAME PROGRAM [OPTION ...]: compares the output with the golden file called NAME
same() {
    local name=$1 program=$2
    shift 2
    for how in "" --interpret; do
        # shellcheck disable=SC2086
        if "$programs/$program" "$@" $how | diff "$golden/demo_$name.txt" - >&2; then
            passed=$((passed + 1))
        else
            echo "error: $program $* $how differs from JAX" >&2
            failed=$((failed + 1))
        fi
    done
}

# refuses STATUS PATTERN PROGRAM [OPTION ...]: checks the exit status and that stderr matches PATTERN
refuses() {
    local status=$1 pattern=$2 program=$3 said code=0
    shift 3
    said=$("$programs/$program" "$@" 2>&1 >/dev/null) || code=$?
    if [ "$code" = "$status" ] && grep -q "$pattern" <<<"$said"; then
        passed=$((passed + 1))
    else
        echo "error: $program $*: status $code, said: $said" >&2
        failed=$((failed + 1))
    fi
}

programs=$1
same neuron neuron
same neuron neuron --whole
same neuron_relu neuron --activation relu
same neuron_tanh neuron --activation tanh
same sampler sampler
same conditional_expectation conditional_expectation
same bisection bisection
same bisection_x64 bisection --x64
same fixed_point fixed_point
same implicit implicit
same implicit_a_minus_3 implicit --a -3
same hvp hvp
same pagerank pagerank
refuses 1 "do not differ in sign" bisection --from 3 --to 4
refuses 2 "no number" bisection --from three
refuses 2 "no such option" neuron --speed 3
refuses 2 "sigmoid, relu or tanh" neuron --activation gelu
refuses 1 "ends in .svg or .png" neuron --plot loss.gif
echo "demos: $passed passed, $failed failed"
[ "$failed" = 0 ]
