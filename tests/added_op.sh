#!/usr/bin/env bash
# Follows docs/design.md, "Adding an op", literally: applies its steps to a copy of the tree, builds the
# library, and runs programs that use the new ops interpreted, compiled, differentiated and batched.
#   tests/added_op.sh
#
# A step is one of these, on one line:
#   In `FILE`, below|above `TEXT`:     the next code block goes below or above the line that contains TEXT
#   In `FILE`, write `NEW` for `OLD`.
#   Copy `FILE` to `FILE`.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/tree
mkdir "$tree"
cp -r "$root"/{CMakeLists.txt,cmake,include,ir,jit,ops,runtime,examples} "$tree"

fail() {
    echo "error: docs/design.md: $*" >&2
    exit 1
}

# insert FILE below|above TEXT BLOCK: inserts BLOCK below the first line that contains TEXT, or above the last.
insert() {
    grep -qF -- "$3" "$1" || fail "'$3' is not in $1"
    WHERE=$2 TEXT=$3 BLOCK=$4 awk '
        { line[NR] = $0 }
        index($0, ENVIRON["TEXT"]) && (ENVIRON["WHERE"] == "above" || !at) { at = NR }
        END {
            for (k = 1; k <= NR; k++) {
                if (k == at && ENVIRON["WHERE"] == "above") printf "%s", ENVIRON["BLOCK"]
                print line[k]
                if (k == at && ENVIRON["WHERE"] == "below") printf "%s", ENVIRON["BLOCK"]
            }
        }' "$1" >"$work/edited"
    cp "$work/edited" "$1"
}

# replace FILE OLD NEW: replaces the first OLD.
replace() {
    local text
    text=$(cat "$1")
    [[ $text == *"$2"* ]] || fail "'$2' is not in $1"
    printf '%s\n' "${text/"$2"/"$3"}" >"$1"
}

cd "$tree"
t='`([^`]+)`'
steps=0 file='' block='' inside=false
while IFS= read -r line; do
    if $inside && [[ $line == '```' ]]; then
        insert "$file" "$where" "$text" "$block"
        inside=false file='' block=''
    elif $inside; then
        block+=$line$'\n'
    elif [[ $line == '```'* && -n $file ]]; then
        inside=true
    elif [[ $line =~ In\ $t,\ (below|above)\ $t: ]]; then
        file=${BASH_REMATCH[1]} where=${BASH_REMATCH[2]} text=${BASH_REMATCH[3]} steps=$((steps + 1))
    elif [[ $line =~ In\ $t,\ write\ $t\ for\ $t\. ]]; then
        replace "${BASH_REMATCH[1]}" "${BASH_REMATCH[3]}" "${BASH_REMATCH[2]}"
        steps=$((steps + 1))
    elif [[ $line =~ Copy\ $t\ to\ $t\. ]]; then
        cp "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"
        steps=$((steps + 1))
    fi
done < <(awk '/^## /{here = /Adding an op/} here' "$root/docs/design.md")
[ "$steps" -gt 0 ] || fail "there are no steps"

# Builds the library as a subdirectory of another project, as a user may; unoptimised, which builds fastest.
mkdir "$work/outer"
cat >"$work/outer/CMakeLists.txt" <<'TEXT'
cmake_minimum_required(VERSION 3.25)
project(outer C)
add_subdirectory(${TREE} jacquard)
foreach(program use use_repeat)
    add_executable(${program} ${TREE}/examples/added_op/${program}.c)
    target_compile_options(${program} PRIVATE -Wall -Wextra)
    target_link_libraries(${program} PRIVATE Jacquard::jacquard m)
endforeach()
TEXT
cmake -S "$work/outer" -B "$work/build" -G Ninja -DTREE="$tree" -DJACQUARD_WERROR=ON >/dev/null
cmake --build "$work/build" --target use use_repeat >"$work/log" || { cat "$work/log" >&2; exit 1; }
"$work/build/use"
JACQUARD_DUMP=$work/dump "$work/build/use_repeat"

# Nothing reads the sine that the loop carries. It must be traced, but removed before anything is compiled.
grep -q '= sin ' "$work"/dump/*.graph.txt || { echo "error: the loop carries no sine" >&2; exit 1; }
grep -q '= repeat\[' "$work"/dump/*.opt.txt || { echo "error: no loop is left of repeat" >&2; exit 1; }
if grep -E '= (sin|cos) ' "$work"/dump/*.opt.txt; then
    echo "error: what nobody reads of a loop is computed" >&2
    exit 1
fi
echo "added op: $steps steps followed, 2 passed, 0 failed"
