#!/usr/bin/env bash
# Builds the program in README.md with only the public header and the shared library, and compares its output with
# README.md; the same with the pages listed below. The other pieces of C in README.md must compile.
#   tests/readme.sh BUILD_DIR
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# block LANGUAGE N [FILE]: prints the Nth code block in that language.
block() {
    awk -v fence="\`\`\`$1" -v n="$2" '/^```$/ { here = 0 } here { print } $0 == fence { here = ++seen == n }' \
        "$root/${3:-README.md}"
}

block c 1 >"$work/neuron.c"
block text 1 >"$work/expected.txt"
[ -s "$work/expected.txt" ] || { echo "error: README.md does not say what its program prints" >&2; exit 1; }
cc -std=gnu17 -Wall -Wextra -Werror -I"$root/include" "$work/neuron.c" -L"$build" -ljacquard \
    -Wl,-rpath,"$build" -o "$work/neuron"
for way in 0 1; do
    JACQUARD_DISABLE_JIT=$way "$work/neuron" >"$work/printed.txt"
    diff "$work/expected.txt" "$work/printed.txt" >&2 || { echo "error: the program in README.md prints something else" >&2; exit 1; }
done
{
    echo '#include <jacquard.h>'
    block c 2 # definitions
    block c 3
    echo 'void inside(jac_fn f_fn, jac x) {'
    block c 4 # statements
    echo '(void)text, (void)dot; }'
} >"$work/pieces.c"
cc -std=gnu17 -Wall -Wextra -Werror -Wno-unused-function -fsyntax-only -I"$root/include" "$work/pieces.c"
for piece in newton_with hvp_with jac_make_jaxpr; do
    grep -q "${piece%_with}" "$work/pieces.c" || { echo "error: README.md has no $piece" >&2; exit 1; }
done
for page in linalg fft jax ode stats special; do
    block c 1 "docs/$page.md" >"$work/$page.c"
    block text 1 "docs/$page.md" >"$work/expected.txt"
    cc -std=gnu17 -Wall -Wextra -Werror -I"$root/include" "$work/$page.c" -L"$build" -ljacquard \
        -Wl,-rpath,"$build" -o "$work/$page"
    (cd "$work" && "./$page" >printed.txt) # docs/jax.md writes a file
    diff "$work/expected.txt" "$work/printed.txt" >&2 ||
        { echo "error: the program in docs/$page.md prints something else" >&2; exit 1; }
done
echo "readme: 9 passed, 0 failed"
