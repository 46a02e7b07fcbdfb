# Follows a section of docs/design.md literally: applies its steps to a copy of the tree. Sourced by
# added_op.sh and added_dtype.sh.
#   follow HEADING     leaves the changed tree in $tree, and the number of steps in $steps
#   build PROGRAM ...  builds the library there, and the programs, which are in examples/
#
# A step is one of these, on one line:
#   In `FILE`, below|above `TEXT`:     the next code block goes below or above the line that contains TEXT
#   In `FILE`, write `NEW` for `OLD`.
#   Copy `FILE` to `FILE`.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/tree
mkdir "$tree"
cp -r "$root"/{CMakeLists.txt,cmake,include,ir,jit,ops,runtime,exchange,examples} "$tree"

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

follow() {
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
    done < <(awk -v heading="## $1" '/^## / { here = $0 == heading } here' "$root/docs/design.md")
    [ "$steps" -gt 0 ] || fail "there are no steps in $1"
}

# Builds the library as a subdirectory of another project, as a user may; unoptimised, which builds fastest.
build() {
    mkdir "$work/outer"
    cat >"$work/outer/CMakeLists.txt" <<'TEXT'
cmake_minimum_required(VERSION 3.25)
project(outer C)
add_custom_target(programs)
add_subdirectory(${TREE} jacquard)
foreach(source ${PROGRAMS})
    get_filename_component(program ${source} NAME_WE)
    add_executable(${program} ${TREE}/examples/${source})
    target_compile_options(${program} PRIVATE -Wall -Wextra)
    target_link_libraries(${program} PRIVATE Jacquard::jacquard m)
    add_dependencies(programs ${program})
endforeach()
TEXT
    local IFS=';'
    cmake -S "$work/outer" -B "$work/build" -G Ninja -DTREE="$tree" -DPROGRAMS="$*" -DJACQUARD_WERROR=ON >/dev/null
    cmake --build "$work/build" --target programs >"$work/log" || { cat "$work/log" >&2; exit 1; }
}
