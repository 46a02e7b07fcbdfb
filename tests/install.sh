#!/usr/bin/env bash
# Tests the installed library as other projects use it: installs the given build, moves it elsewhere, and
# uses it in every way that README.md describes.
#   tests/install.sh BUILD_DIR
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

# check WHAT COMMAND [ARGUMENT ...]: runs the command, which must succeed
check() {
    local what=$1
    shift
    if "$@" >"$work/said" 2>&1; then
        passed=$((passed + 1))
    else
        echo "error: $what" >&2
        cat "$work/said" >&2
        failed=$((failed + 1))
    fi
}

# prints PROGRAM: does it print 6?
prints() { [ "$(LD_LIBRARY_PATH=${pc%/*} "$1")" = 6 ]; }

# closed ARCHIVE: are its global symbols all public ones?
closed() { ! nm -g --defined-only "$1" | awk 'NF == 3 { print $3 }' | grep -v '^jac_'; }

# no_paths: does no file of the package and no library contain a path of this machine?
no_paths() {
    ! grep -rnE '"/[a-z]|[ ;=]/(usr|opt|home|work|tmp|root)/' "$prefix" --include='*.cmake' --include='*.pc' &&
        ! readelf -d "$prefix"/lib*/libjacquard.so "$prefix"/lib/*/libjacquard.so 2>/dev/null | grep -E 'R(UN)?PATH'
}

cmake --install "$1" --prefix "$work/first" --component runtime >/dev/null
check "the runtime is the shared library and nothing else" \
    test -z "$(find "$work/first" ! -type d ! -name 'libjacquard.so.*')"
cmake --install "$1" --prefix "$work/first" --component development >/dev/null
prefix=$work/moved
mv "$work/first" "$prefix"
pc=$(dirname "$(find "$prefix" -name jacquard.pc)")
export PKG_CONFIG_PATH=$pc
check "what is installed holds no path of this machine" no_paths
for archive in "${pc%/*}"/libjacquard*.a; do
    check "$archive has global symbols that are not jac_*" closed "$archive"
done
check "the SONAME is that of the minor version" \
    grep -q "libjacquard.so.$(pkg-config --modversion jacquard | cut -d. -f1,2)\]" \
    <(readelf -d "${pc%/*}/libjacquard.so")

# With CMake: each component alone, both, none named; and versions and components that must be rejected.
for components in shared static "shared;static" ""; do
    rm -rf "$work/build"
    check "find_package with components '$components'" cmake -S "$here/outside" -B "$work/build" -G Ninja \
        -DCMAKE_PREFIX_PATH="$prefix" "-DCOMPONENTS=$components"
    check "a program found by components '$components' builds" cmake --build "$work/build"
    for program in "$work"/build/outside_*; do
        check "$program prints 6" prints "$program"
    done
done
for wrong in "-DVERSION=0.0" "-DVERSION=1.0" "-DCOMPONENTS=sharp"; do
    if cmake -S "$here/outside" -B "$work/wrong" -G Ninja -DCMAKE_PREFIX_PATH="$prefix" "$wrong" >"$work/said" 2>&1; then
        echo "error: find_package accepts $wrong" >&2
        failed=$((failed + 1))
    else
        passed=$((passed + 1))
    fi
    rm -rf "$work/wrong"
done

# With pkg-config.
# shellcheck disable=SC2046
check "pkg-config, shared" cc -std=gnu17 "$here/outside/outside.c" $(pkg-config --cflags --libs jacquard) \
    -o "$work/shared"
check "pkg-config's shared program prints 6" prints "$work/shared"
static=$(pkg-config --static --cflags --libs jacquard)
# shellcheck disable=SC2086
check "pkg-config, static" cc -std=gnu17 "$here/outside/outside.c" ${static/-ljacquard/-l:libjacquard.a} -o "$work/static"
check "pkg-config's static program prints 6 without the shared library" test "$("$work/static")" = 6
# shellcheck disable=SC2086
check "a program with functions named like the library's own" \
    cc -std=gnu17 "$here/outside/clash.c" ${static/-ljacquard/-l:libjacquard.a} -o "$work/clash"
check "it runs" "$work/clash"

# From C++.
if command -v "${CXX:-g++}" >/dev/null; then
    printf '#include <jacquard.h>\nint main() { return puts(jac_version()) < 0 || jac_error() || jac_live_bytes(); }\n' >"$work/plus.cpp"
    # shellcheck disable=SC2046
    check "a C++ program links" "${CXX:-g++}" "$work/plus.cpp" $(pkg-config --cflags --libs jacquard) -o "$work/plus"
    check "the C++ program runs" env LD_LIBRARY_PATH="${pc%/*}" "$work/plus"
fi

# As a subdirectory: the outer project's settings must not change. (tests/added_op.sh builds such a project.)
check "add_subdirectory leaves the outer project's settings alone" \
    cmake -S "$here/outside/within" -B "$work/within" -G Ninja -DJACQUARD="$here/.."

echo "outside: $passed passed, $failed failed"
[ "$failed" = 0 ]
