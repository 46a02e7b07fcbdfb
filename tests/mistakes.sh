#!/usr/bin/env bash
# Common mistakes must not compile, and the compiler's message must say what is wrong: each tests/mistakes/*.c
# must give the error that its first comment expects. The files in tests/mistakes/right/ must compile without
# warnings, including some that the project itself does not enable.
#   tests/mistakes.sh
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
passed=0 failed=0
strict=(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror)

# compiles WITH [FLAG ...] FILE
compiles() { "$@" -I"$root/include" -fsyntax-only 2>&1; }

# verdict NAME COMMAND ...: counts whether the command succeeds
verdict() {
    local name=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
    else
        echo "error: $name" >&2
        failed=$((failed + 1))
    fi
}

# refused COMPILER FILE: does the compiler give an error with the words that the file expects?
refused() {
    local said expected code=0
    expected=$(sed -n 's/^ \* says: \(.*\) \*\/$/\1/p' "$2")
    said=$(compiles "$1" -std=gnu17 "$2") || code=$?
    [ -n "$expected" ] && [ "$code" != 0 ] && grep -Eq "error: .*$expected" <<<"$said" || { echo "$said" >&2; false; }
}

# right COMPILER STANDARD FILE: does the file compile without any message?
right() {
    local said
    said=$(compiles "$1" -std="$2" "${strict[@]}" "$3") && [ -z "$said" ] || { echo "$said" >&2; false; }
}

for cc in "${CC:-gcc}" clang clang-14 clang-19; do
    command -v "$cc" >/dev/null || continue
    for file in "$root"/tests/mistakes/*.c; do
        verdict "$cc compiles $file, or says something else" refused "$cc" "$file"
    done
    for file in "$root"/tests/mistakes/right/*.c; do
        for standard in gnu17 c17; do
            verdict "$cc -std=$standard has something to say of $file" right "$cc" "$standard" "$file"
        done
    done
done
for cxx in "${CXX:-g++}" clang++; do
    command -v "$cxx" >/dev/null || continue
    strict=(-Wall -Wextra -Wpedantic -Werror)
    for file in "$root"/tests/mistakes/right/*.cpp; do
        verdict "$cxx has something to say of $file" right "$cxx" c++17 "$file"
    done
done
echo "mistakes: $passed passed, $failed failed"
[ "$failed" = 0 ]
