#!/usr/bin/env bash
# Checks rules about the source that no compiler checks (rooms.sh has those about includes). Prints the lines
# that break a rule.
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
    '\battrs?\[[0-9]' ir jit ops runtime tests examples
forbid 'attributes are given in order, rather than by name' \
    '\(ir_attr ?\[\]\)\{ *\{|\bir_attr [a-z_]+\[[A-Z_]*\] = \{ *\{ *\.' ir jit ops runtime examples

# ---- primitives are not known by name -----------------------------------------------------------
forbid 'a primitive or a scalar function is recognised by its name' \
    'strn?cmp\(.*(op->name|names\[)|ir_op_find\("' ir jit/schedule jit/llvm jit/program

[ $failed -eq 0 ] && echo 'structure: all rules hold'
exit $failed
