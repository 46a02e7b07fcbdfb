#!/usr/bin/env bash
# Follows docs/design.md, "Adding an op", literally (follow.sh), and runs programs that use the new ops
# interpreted, compiled, differentiated and batched.
#   tests/added_op.sh
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/follow.sh"

follow "Adding an op"
build added_op/use.c added_op/use_times.c
"$work/build/use"
JACQUARD_DUMP=$work/dump "$work/build/use_times"

# Nothing reads the sine that the loop carries. It must be traced, but removed before anything is compiled.
grep -q '= sin ' "$work"/dump/*.graph.txt || { echo "error: the loop carries no sine" >&2; exit 1; }
grep -q '= times\[' "$work"/dump/*.opt.txt || { echo "error: no loop is left of times" >&2; exit 1; }
if grep -E '= (sin|cos) ' "$work"/dump/*.opt.txt; then
    echo "error: what nobody reads of a loop is computed" >&2
    exit 1
fi
echo "added op: $steps steps followed, 2 passed, 0 failed"
