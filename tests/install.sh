#!/usr/bin/env bash
# Installs the build given into a fresh prefix and builds a program outside the project against it in
# two ways: by find_package(Jacquard) and by pkg-config.
#   tests/install.sh BUILD_DIR
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cmake --install "$1" --prefix "$work/prefix" >/dev/null

cmake -S "$here/outside" -B "$work/build" -G Ninja -DCMAKE_PREFIX_PATH="$work/prefix" >/dev/null
cmake --build "$work/build" >/dev/null
for how in shared static; do
    [ "$("$work/build/outside_$how")" = 6 ] || { echo "error: the $how program prints something else" >&2; exit 1; }
done

pc=$(dirname "$(find "$work/prefix" -name jacquard.pc)")
flags=$(PKG_CONFIG_PATH=$pc pkg-config --cflags --libs jacquard)
# shellcheck disable=SC2086
cc -std=gnu17 "$here/outside/outside.c" $flags -o "$work/outside"
[ "$(LD_LIBRARY_PATH=$(dirname "$pc") "$work/outside")" = 6 ] || { echo "error: pkg-config's program prints something else" >&2; exit 1; }
echo "outside: 3 passed, 0 failed"
