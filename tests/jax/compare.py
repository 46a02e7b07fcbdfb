"""Compares what programs.py and the demos wrote on two platforms: compare.py OURS THEIRS

Prints a table of times. Exits with 1 if a value or a printed line differs.
"""
import glob
import json
import os
import sys

import numpy as np

ours, theirs = sys.argv[1:]
wrong = 0

for path in sorted(glob.glob(f"{theirs}/demo_*.txt")):
    name = os.path.basename(path)
    if open(path).read() != open(f"{ours}/{name}").read():
        print(f"{name} differs")
        wrong += 1

a, b = np.load(f"{ours}/values.npz"), np.load(f"{theirs}/values.npz")
assert set(a) == set(b)
for key in b:
    same = a[key].shape == b[key].shape and a[key].dtype == b[key].dtype
    scale = np.max(np.abs(b[key])) if same and b[key].size else 1
    if not same or not np.allclose(a[key], b[key], rtol=2e-4, atol=2e-5 * scale):
        far = np.max(np.abs(a[key] - b[key])) if same else (a[key].dtype, a[key].shape)
        print(f"{key} differs by {far}; its largest value is {scale}")
        wrong += 1

x, y = json.load(open(f"{ours}/times.json")), json.load(open(f"{theirs}/times.json"))
print(f"{'program':24}{'first call, ms':>24}{'warm, us':>24}{'times as fast':>20}")
print(f"{'':24}{'Jacquard':>12}{'XLA':>12}{'Jacquard':>12}{'XLA':>12}{'first':>10}{'warm':>10}")
first, warm = [], []
for name in y:
    f, w = y[name][0] / x[name][0], y[name][1] / x[name][1]
    first.append(f)
    warm.append(w)
    print(f"{name:24}{1e3 * x[name][0]:12.1f}{1e3 * y[name][0]:12.1f}"
          f"{1e6 * x[name][1]:12.1f}{1e6 * y[name][1]:12.1f}{f:10.2f}{w:10.2f}")
mean = lambda v: float(np.exp(np.mean(np.log(v))))
print(f"{'geometric mean':24}{'':48}{mean(first):10.2f}{mean(warm):10.2f}")
sys.exit(wrong > 0)
