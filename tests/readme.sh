#!/usr/bin/env bash
# The program in README.md: builds it with nothing but the public header and the shared library, and compares what
# it prints with what README.md says.
#   tests/readme.sh BUILD_DIR
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# block LANGUAGE: the first code block of that language.
block() {
    awk -v fence="\`\`\`$1" '/^```$/ && here { exit } here { print } $0 == fence { here = 1 }' "$root/README.md"
}

block c >"$work/neuron.c"
block text >"$work/expected.txt"
[ -s "$work/expected.txt" ] || { echo "error: README.md does not say what its program prints" >&2; exit 1; }
cc -std=gnu17 -Wall -Wextra -Werror -I"$root/include" "$work/neuron.c" -L"$build" -ljacquard \
    -Wl,-rpath,"$build" -o "$work/neuron"
for way in 0 1; do
    JACQUARD_DISABLE_JIT=$way "$work/neuron" >"$work/printed.txt"
    diff "$work/expected.txt" "$work/printed.txt" >&2 || { echo "error: the program in README.md prints something else" >&2; exit 1; }
done
echo "readme: 2 passed, 0 failed"
