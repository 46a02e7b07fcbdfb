#!/usr/bin/env bash
# Follows docs/design.md, "Adding a dtype", literally (follow.sh), and runs a program that computes in the new
# dtype, interpreted and compiled.
#   tests/added_dtype.sh
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/follow.sh"

follow "Adding a dtype"
build added_dtype/use.c
"$work/build/use"
echo "added dtype: $steps steps followed, 1 passed, 0 failed"
