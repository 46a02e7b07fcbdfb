#!/usr/bin/env bash
# Checks rules about the source that no compiler checks (rooms.sh has those about includes). Prints the lines
# that break a rule. structure.sh [BUILD]: the folder of a build, for the rule about circles of files.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
failed=0

# forbid WHY GREP-ARGUMENTS...: checks that no line matches.
forbid() {
    local why=$1 lines
    shift
    lines=$(grep -rnE --include='*.[ch]' --include='*.def' "$@" || true)
    [ -z "$lines" ] && return
    printf '%s:\n%s\n\n' "$why" "$lines"
    failed=1
}

# ---- attributes have names (ir/attrs.h) ---------------------------------------------------------
forbid 'an attribute is read or set by its number, rather than by its name' \
    '\battrs?\[[0-9]' ir jit ops runtime exchange tests examples
forbid 'attributes are given in order, rather than by name' \
    '\(ir_attr ?\[\]\)\{ *\{|\bir_attr [a-z_]+\[[A-Z_]*\] = \{ *\{ *\.' ir jit ops runtime exchange examples

# ---- primitives are not known by name -----------------------------------------------------------
forbid 'a primitive or a scalar function is recognised by its name' \
    'strn?cmp\(.*(op->name|names\[)|ir_op_find\("' ir jit/schedule jit/llvm jit/program

# ---- files that are named exist -------------------------------------------------------------------
# Files that docs/design.md tells the reader to make, and a name in an example.
not_there='^(ops/rotate\.c|ops/times\.c|tests/golden/ops_rotate\.txt|out/.*|loss\.c)$'

# absent: of the names on stdin (FILE:NAME), prints those of files and folders that are not in the tree.
absent() {
    awk -F: -v not_there="$not_there" '
        NR == FNR { # a file of the tree: it may be named by its path or by the end of its path
            n = split($0, part, "/")
            for (end = ""; n > 0; n--) {
                there[part[n] end] = 1
                end = "/" part[n] end
                there[substr(end, 2)] = 1
            }
            next
        }
        { name = $2; sub(/\/$/, "", name) }
        !(name in there) && name !~ not_there { print }' <(
        find . -name .git -prune -o -name build -prune -o -print | sed 's,^\./,,') -
}

named_in_docs() {
    local f
    for f in docs/*.md README.md CONTRIBUTING.md; do
        awk '/^ *```/ { code = !code } !code' "$f" | grep -oE '`[^` ]+`' | tr -d '`' |
            grep -E '^[A-Za-z0-9_./-]+\.(c|h|def|sh|md|txt|svg|cmake|py)$|^[a-z_]+/[A-Za-z0-9_./-]*$' |
            sed "s,^,$f:," || true
    done
}

named_in_comments() {
    grep -roE --include='*.[ch]' '\b[a-z_0-9/]{2,}\.(c|def)\b' ir jit ops runtime exchange include
}

# not_tests: of the names on stdin (FILE:NAME), prints those that are not tests of jacquard_tests (SUITE/TEST).
not_tests() {
    grep -rhoE '^Test\([a-z_0-9]+, [a-z_0-9]+' tests/*.c | sed 's,^Test(,,; s|, |/|' |
        awk -F: 'NR == FNR { test[$1]; next } !($2 in test)' - <(cat <&3)
}

lines=$({ named_in_docs; named_in_comments; } | absent | sort -u)
lines=$(not_tests 3<<<"$lines")
if [ -n "$lines" ]; then
    printf 'a file is named that is not in the tree:\n%s\n\n' "$lines"
    failed=1
fi

# ---- macros only wrap functions ------------------------------------------------------------------
# Each public macro of an operation wraps a function of the library with plain arguments, which another language
# can call: it is not made of other public macros, and what it expands to names an exported function.
# jacquard/names.h has other names, which are macros for macros; jac_asarray and jac_ok convert C's own values.
lines=$(cat include/*.h include/jacquard/*.h | sed ':more; /\\$/ { N; s/\\\n/ /; b more }' | awk '
    function words(text, list,    n) {
        n = 0
        while (match(text, /[A-Za-z_][A-Za-z0-9_]*/)) {
            list[++n] = substr(text, RSTART, RLENGTH)
            text = substr(text, RSTART + RLENGTH)
        }
        return n
    }
    function reaches(text, depth,    list, n, k) {
        n = words(text, list)
        for (k = 1; k <= n; k++)
            if (list[k] in exported || (depth < 8 && list[k] in body && reaches(body[list[k]], depth + 1)))
                return 1
        return 0
    }
    /^#define (jac|JAC)_[A-Za-z0-9_]+\(/ {
        name = $2
        sub(/\(.*/, "", name)
        text = $0
        sub(/^#define [A-Za-z0-9_]+\([^)]*\)/, "", text)
        gsub(/\/\*[^*]*\*\//, "", text)
        body[name] = text
    }
    /^JAC_API/ { api = api $0; open = 1 }
    open && !/^JAC_API/ { api = api $0 }
    /;/ { open = 0 }
    END {
        n = words(api, list)
        for (k = 1; k <= n; k++)
            if (list[k] ~ /^jac_.*_/ && list[k] !~ /^jac_(of|ix)_/) exported[list[k]] = 1
        for (name in body) {
            if (name !~ /^jac_/ || name ~ /_$/ || name ~ /^jac_(asarray|ok|concatenate_n|stack_n)$/) continue
            n = words(body[name], list)
            for (k = 1; k <= n; k++)
                if (list[k] ~ /^jac_/ && list[k] in body) print name " is made of " list[k]
            if (!((name "_") in exported) && !reaches(body[name], 0)) print name " names no function"
        }
    }')
if [ -n "$lines" ]; then
    printf 'a public macro does not wrap an exported function:\n%s\n\n' "$lines"
    failed=1
fi

# ---- docs/coverage.md is what the headers give -----------------------------------------------------
if command -v python3 >/dev/null; then
    python3 docs/coverage.py --check || failed=1
else
    echo 'structure: without python3, docs/coverage.md is not checked'
fi

# ---- each public header is usable alone ------------------------------------------------------------
for header in include/*.h include/jacquard/*.h; do
    lines=$("${CC:-gcc}" -std=gnu17 -Wall -Wextra -Iinclude -fsyntax-only -include "$header" -x c /dev/null 2>&1) ||
        { printf '%s cannot be included alone:\n%s\n\n' "$header" "$lines" && failed=1; }
    command -v "${CXX:-g++}" >/dev/null || continue
    lines=$("${CXX:-g++}" -Iinclude -fsyntax-only -include "$header" -x c++ /dev/null 2>&1) ||
        { printf '%s cannot be included from C++:\n%s\n\n' "$header" "$lines" && failed=1; }
done

# ---- no circles of files --------------------------------------------------------------------------
# If functions of file A call some of file B, no function of B may call one of A, directly or through other
# files. A table does not count: it may name functions of the files that read it. These circles are recursion,
# and stay:
recursion=(
    # a block holds steps, whose code is made of blocks
    'jit/llvm/block.c jit/llvm/control.c jit/llvm/lanes.c'
    # the derivative of each of these primitives is made of the others
    'ops/broadcast.c ops/convert.c ops/elementwise.c ops/elementwise_params.c ops/pad.c ops/reduce.c
     ops/select.c ops/slice.c'
    # a handle may be a function, which holds handles; a trace turns handles into values, and back; each
    # public function first asks the trace whether a longjmp has left it
    'runtime/array/value.c runtime/observe/profile.c runtime/trace/emit.c runtime/trace/function.c
     runtime/trace/handle.c runtime/trace/trace.c runtime/transform/collectives.c'
)

# calls BUILD: the pairs of files, "A B", in which a function of A names a function of B.
calls() {
    local source target list=()
    while read -r source; do
        target=jacquard_objects
        [[ $source == exchange/pjrt/* ]] && target=jacquard_pjrt
        list+=("$1/CMakeFiles/$target.dir/$source.o")
    done < <(find ir jit ops runtime exchange -name '*.c' ! -path ops/bitcode.c)
    nm -A -P -g "${list[@]}" | awk '
        { file = $1; sub(/^.*\/CMakeFiles\/[a-z_]*\.dir\//, "", file); sub(/\.o:$/, "", file) }
        $3 == "T" { defines[$2] = file }
        $3 == "U" { uses[file " " $2] }
        END {
            for (u in uses) {
                split(u, p, " ")
                if (p[2] in defines) print p[1], defines[p[2]]
            }
        }' | sort -u
}

# within GROUP: of the pairs on stdin, those of two files of the group; without GROUP: the others.
within() { awk -v g=" $(echo $1) " 'index(g, " " $1 " ") && index(g, " " $2 " ")'; }
without() { awk -v g=" $(echo $1) " '!(index(g, " " $1 " ") && index(g, " " $2 " "))'; }

check_circles() {
    local pairs group circle
    [ -d "$1/CMakeFiles/jacquard_objects.dir" ] || { echo "structure: $1 has no build" && exit 2; }
    pairs=$(calls "$1")
    for group in "${recursion[@]}"; do
        if within "$group" <<<"$pairs" | tsort >/dev/null 2>&1; then
            printf 'these files are no longer a circle, so tests/structure.sh need not allow it:\n%s\n\n' \
                "$(echo $group)"
            failed=1
        fi
        pairs=$(without "$group" <<<"$pairs")
    done
    if ! circle=$(tsort <<<"$pairs" 2>&1 >/dev/null); then
        printf 'files call each other in a circle:\n%s\n\n' "$(sed -n 's/^tsort: \(.*\.c\)$/\1/p' <<<"$circle")"
        failed=1
    fi
}
if [ $# -gt 0 ]; then check_circles "$1"; fi

[ $failed -eq 0 ] && echo 'structure: all rules hold'
exit $failed
