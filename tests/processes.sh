#!/usr/bin/env bash
# What only whole programs show: linking, unloading, another LLVM (docs/reliability.md). processes.sh BUILD
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
build=$(realpath "${1:-build/release}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LD_LIBRARY_PATH=$build${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH} JACQUARD_NUM_THREADS=4
cc=(gcc -std=gnu17 -D_GNU_SOURCE -Wall -Werror -Iinclude)

"${cc[@]}" tests/processes/alone.c -o "$work/alone" -L"$build" -ljacquard
"$work/alone"

"${cc[@]}" -shared -fPIC tests/processes/plug.c -o "$work/plug.so" -L"$build" -ljacquard
"${cc[@]}" tests/processes/unload.c -o "$work/unload" -lpthread -ldl
"$work/unload" "$work/plug.so"

ours=$(ldd "$build/libjacquard.so" | awk '/libLLVM/ {print $3; exit}')
for other in /usr/lib/*/libLLVM-1[0-9].so.1 /usr/lib/*/libLLVM.so.[0-9]*; do
    [ -f "$other" ] && [ "$(realpath "$other")" != "$(realpath "$ours")" ] || continue
    "${cc[@]}" tests/processes/order.c "$build/libjacquard.a" -o "$work/order" "$other" "$ours" -lxxhash \
        -lm -lpthread -ldl 2>"$work/said" || continue # the other one may lack libraries here
    code=0
    "$work/order" 2>"$work/said" || code=$?
    if [ $code -ne 0 ] && [ $code -ne 2 ]; then
        echo "with $other before $ours the program ended with $code:"
        cat "$work/said"
        exit 1
    fi
done
echo "processes: all hold"
