#!/usr/bin/env python3
"""Writes docs/coverage.md: for each public name of JAX, the call that does the same here, or why there is none.

coverage.py           writes the page
coverage.py --check   says whether the page is what would be written, and fails if it is not
coverage.py --missing prints the names that have neither a call nor a reason

docs/jax_names.csv lists JAX's names. A name of jax.numpy that is called jac_ plus that name here needs no
more than its row. `ours` gives another spelling, `reason` says why there is no call, or what is different.
"""
import collections
import csv
import pathlib
import re
import sys

here = pathlib.Path(__file__).resolve().parent
PAGE = here / "coverage.md"
PREFIX = {"jax.random": "jac_random_", "jax.nn.initializers": "jac_init_"}


def in_headers():
    """The public names of include/: macros, functions and inline functions."""
    names = set()
    for header in sorted((here.parent / "include").rglob("*.h")):
        text = re.sub(r"/\*.*?\*/", "", header.read_text(), flags=re.S)
        names |= set(re.findall(r"^#define ((?:jac|JAC)_\w*[A-Za-z0-9])\b", text, re.M))
        names |= set(re.findall(r"\b(jac_\w*[A-Za-z0-9])\(", text))
    return names


def call_of(row, names):
    """The spelling of a name here, or None. Every jac_ name of a given spelling must be in the headers."""
    if row["ours"]:
        unknown = [n for n in re.findall(r"\b(?:jac|JAC)_\w+", row["ours"]) if n not in names]
        if unknown:
            sys.exit(f"docs/jax_names.csv: {row['module']}.{row['name']}: {unknown[0]} is not in include/")
        return row["ours"]
    own = PREFIX.get(row["module"], "jac_") + row["name"]
    return own if own in names else None


def page(rows):
    names = in_headers()
    counts, missing = collections.Counter(), []
    modules = collections.defaultdict(list)
    for row in rows:
        call = call_of(row, names)
        kind = "call" if call else "reason" if row["reason"] else "none"
        counts[kind] += 1
        if kind == "none":
            missing.append(f"{row['module']}.{row['name']}")
        modules[row["module"]].append((row["name"], call, row["reason"]))
    out = ["# JAX's names", ""]
    out += ["`./run names` writes this page from the headers and [jax_names.csv](jax_names.csv), the public names of "
            "JAX 0.10.2.", ""]
    out += [f"Of {len(rows)} names, {counts['call']} have a call here, {counts['reason']} make no sense in C for the "
            f"reason given, and {counts['none']} are missing.", ""]
    for module, entries in modules.items():
        have = sum(call is not None for _, call, _ in entries)
        out += [f"## {module}: {have} of {len(entries)}", "", "| JAX | here |", "| --- | --- |"]
        for name, call, reason in entries:
            spelled = f"`{call}`" if call and re.search(r"\b(jac|JAC)_", call) else call
            text = f"{spelled}: {reason}" if call and reason else spelled or reason or "missing"
            out.append(f"| `{name}` | {text.replace('|', chr(92) + '|')} |")
        out.append("")
    return "\n".join(out), missing


def main():
    with open(here / "jax_names.csv", newline="") as f:
        text, missing = page(list(csv.DictReader(f)))
    if "--missing" in sys.argv:
        print("\n".join(missing))
    elif "--check" in sys.argv:
        if not PAGE.exists() or PAGE.read_text() != text:
            sys.exit("docs/coverage.md is not what the headers and docs/jax_names.csv give: ./run names")
    else:
        PAGE.write_text(text)


if __name__ == "__main__":
    main()
