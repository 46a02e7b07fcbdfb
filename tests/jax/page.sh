#!/usr/bin/env bash
# Runs the programs of docs/jax.md: the one in C, then the one in Python on Jacquard and on XLA.
#   tests/jax/page.sh BUILD_DIR PYTHON
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=$(cd "$1" && pwd)
python=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# block LANGUAGE: prints the first code block in that language.
block() {
    awk -v fence="\`\`\`$1" '/^```$/ { here = 0 } here { print } $0 == fence { here = ++seen == 1 }' \
        "$root/docs/jax.md"
}

cd "$work"
block c >valley.c
block python >valley.py
cc -std=gnu17 -I"$root/include" valley.c -L"$build" -ljacquard -Wl,-rpath,"$build" -o valley
./valley >/dev/null
for platform in jacquard cpu; do
    printed=$(JAX_PLATFORMS=$platform "$python" valley.py)
    [ "$printed" = "[Array([396., 200.], dtype=float32)]" ] ||
        { echo "error: on $platform the program of docs/jax.md prints $printed" >&2; exit 1; }
done
