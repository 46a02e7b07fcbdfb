#!/usr/bin/env bash
# What a user may get wrong does not compile, and the compiler says what it is: each tests/mistakes/*.c is
# refused in the words that its first comment expects. What stands beside it in right/ compiles without a
# warning, also of those that the project itself does without.
#   tests/mistakes.sh
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
passed=0 failed=0
strict=(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror)

# compiles WITH [FLAG ...] FILE
compiles() { "$@" -I"$root/include" -fsyntax-only 2>&1; }

# verdict NAME COMMAND ...: the command's success
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

# refused COMPILER FILE: by an error in the words that the file expects, in gcc 12 a warning of -Wall
refused() {
    local said expected code=0
    expected=$(sed -n 's/^ \* says: \(.*\) \*\/$/\1/p' "$2")
    said=$(compiles "$1" -std=gnu17 "$2") || code=$?
    [ -n "$expected" ] && [ "$code" != 0 ] && grep -Eq "error: .*$expected" <<<"$said" || { echo "$said" >&2; false; }
}

# right COMPILER STANDARD FILE: without a word
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
        verdict "$cc has something to say of $file" right "$cc" gnu17 "$file"
    done
done
for cxx in "${CXX:-g++}" clang++; do
    command -v "$cxx" >/dev/null || continue
    strict=(-Wall -Wextra -Werror)
    for file in "$root"/tests/mistakes/right/*.cpp; do
        verdict "$cxx has something to say of $file" right "$cxx" c++17 "$file"
    done
done
echo "mistakes: $passed passed, $failed failed"
[ "$failed" = 0 ]
