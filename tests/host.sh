#!/usr/bin/env bash
# Checks what libjacquard_host.a needs and defines: it must need neither LLVM nor graphs, and its only
# global names must be those that compiled code calls. host.sh ARCHIVE
set -euo pipefail
undefined=$(nm -u "$1" | awk 'NF == 2 {print $2}')
if grep -iE 'llvm|^(jit|rt|np|op|b)_|^ir_(graph|emit|eval|run_eqn|op_)' <<<"$undefined"; then
  echo "$1 needs what compiled code must do without"
  exit 1
fi
if nm -g --defined-only "$1" | awk 'NF == 3 {print $3}' | grep -v '^jac_host_'; then
  echo "$1 defines global names that are not its own"
  exit 1
fi
nm -g --defined-only "$1" | grep -q jac_host_dot
