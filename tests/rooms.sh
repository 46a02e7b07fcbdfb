#!/usr/bin/env bash
# Checks that files include only files of rooms that they may use (the table of rooms in
# docs/design.md), and that only jit/llvm/ includes LLVM. rooms.sh [ROOT]
set -euo pipefail
cd "${1:-$(dirname "$0")/..}"
failed=0

# check ROOM ALLOWED: the files of ROOM, but not of its subfolders, may include only what matches
# ALLOWED, and system headers.
check() {
    local file line
    while IFS=: read -r file line; do
        echo "$file must not include $line"
        failed=1
    done < <(find $1 -maxdepth 1 -name '*.[ch]' | xargs grep -HoE '^ *#include *["<][^">]+[">]' |
             sed -E 's/: *#include */:/' | grep -vE ":<[^>]*>$" | grep -vE ":\"($2)" || true)
}
check ir             'ir/'
check jit/schedule   'ir/|jit/limits\.h|jit/lower\.h|jit/schedule/'
check jit/host       'ir/ir\.h|jit/host/'
check jit/program    'jac_build_id\.h|jit/(backend|jit|limits)\.h|jit/(program|observe|schedule|host)/'
check jit/observe    'ir/|jit/jit\.h|jit/(observe|schedule|host)/'
check jit/llvm       'ir/|jit/(backend|jit|limits|lower)\.h|jit/(llvm|observe|schedule|host)/'
check jit/llvm/kernel 'ir/|jit/llvm/|jit/schedule/'
check ops            'ir/|jit/lower\.h|jit/host/host\.h|ops/'
check ops/host       'jit/host/host\.h|ops/host/|ops/scalar/|ops/kernel\.h|ops/shape\.h'
check ops/host/linalg 'jit/host/host\.h|ops/host/|ops/kernel\.h'
check ops/linalg     'ir/|jit/lower\.h|ops/'
check ops/scalar     'ir/(dtypes|narrow)\.h|ops/scalar/'
check exchange/stablehlo 'ir/|ops/|runtime/runtime\.h|exchange/stablehlo/'
check exchange/stablehlo/bytecode 'exchange/stablehlo/'
check exchange/stablehlo/write 'ir/|ops/|jit/lower\.h|runtime/runtime\.h|exchange/stablehlo/write/'
check exchange/pjrt  'jit/jit\.h|exchange/stablehlo/load\.h|exchange/pjrt/'

if grep -rlE '#include *[<"]llvm' --include='*.[ch]' ir jit ops runtime exchange include | grep -v '^jit/llvm/'; then
    echo "LLVM must be included in jit/llvm/ alone"
    failed=1
fi
if grep -rlE '\bLLVM[A-Z]\w+Ref\b' --include='*.[ch]' ir jit ops runtime exchange | grep -v '^jit/llvm/'; then
    echo "LLVM's types must be named in jit/llvm/ alone"
    failed=1
fi
exit $failed
