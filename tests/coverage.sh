#!/usr/bin/env bash
# Prints which share of the lines and of the branches the programs run in a coverage build have reached, for each
# folder, then the files that have the most lines that were not. coverage.sh [BUILD]
#
# A branch counts as reached if the program took it at least once. ops/scalar is not counted: its functions are in
# kernels for every dtype, and tests of their own measure them (docs/accuracy.md).
# Headers are not counted either.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
build=${1:-build/coverage}/CMakeFiles/jacquard_objects.dir

# Sums of gcov: FILE LINES REACHED BRANCHES TAKEN
counts() {
    find "$build" -name '*.gcno' -print0 | LC_ALL=C xargs -0 gcov --no-output --branch-probabilities 2>/dev/null |
        awk -v root="$PWD/" '
            function of(line) { # "97.50% of 200", after a colon: sets total, and what of it was reached
                sub(/.*:/, "", line)
                split(line, part, /% of /)
                total = part[2]
                reached = int(part[1] * total / 100 + 0.5)
            }
            function is_there(file, line, there) { # a build folder keeps what a deleted file left
                there = (getline line < file) >= 0
                close(file)
                return there
            }
            /^File / {
                file = substr($0, 7, length($0) - 7)
                if (index(file, root) == 1) file = substr(file, length(root) + 1)
                sub(/^(\.\.\/)+/, "", file) # paths are relative to the folder of the build
                counted = file ~ /^(ir|jit|ops|runtime|exchange)\/.*\.c$/ && file !~ /^ops\/scalar\// &&
                    is_there(file)
            }
            counted && /^Lines executed/ && !(file in lines) { # the total stands last, without a name
                of($0)
                lines[file] = total
                run[file] = reached
            }
            counted && /^Taken at least once/ { of($0); branches[file] = total; taken[file] = reached }
            END { for (f in lines) print f, lines[f], run[f], branches[f] + 0, taken[f] + 0 }' | sort
}

counts | awk '
    function share(part, whole) { return whole ? 100 * part / whole : 100 }
    function line(at) {
        return sprintf("%-20s %6d %7.1f %% %8d %7.1f %%", at, n[at], share(r[at], n[at]), b[at], share(t[at], b[at]))
    }
    {
        folder = $1
        sub(/\/[^\/]*$/, "", folder)
        for (k = 0; k < 2; k++) {
            at = k ? "all" : folder
            n[at] += $2; r[at] += $3; b[at] += $4; t[at] += $5
        }
        file[NR] = $1; lines[NR] = $2; run[NR] = $3; branches[NR] = $4; taken[NR] = $5
    }
    END {
        printf "%-20s %6s %9s %8s %9s\n", "folder", "lines", "reached", "branches", "taken"
        for (f in n)
            if (f != "all")
                print line(f) | "sort"
        close("sort")
        print line("all")
        print "\nfiles with the most lines that were not reached"
        for (k = 1; k <= NR; k++)
            printf "%6d of %5d lines, %5d of %5d branches  %s\n", lines[k] - run[k], lines[k],
                branches[k] - taken[k], branches[k], file[k] | "sort -rn | head -20"
    }'
