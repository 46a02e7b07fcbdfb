"""Writes print_cases.txt: arrays as NumPy 2 prints them, for tests/test_print.c.

Run with a Python that has NumPy >= 2 and ml_dtypes:  python tests/golden/print.py
A case is a line `case` and the array (or `ramp`, a type: then its elements are 0, 0.5, 1 ..., or
0, 1, 2 ... of integers, or every third true), then the text, each line of it after a bar.
"""
import os

import ml_dtypes
import numpy as np

NAMES = {"bool": "bool", "int32": "i32", "int64": "i64", "uint8": "u8", "uint32": "u32",
         "uint64": "u64", "float32": "f32", "float64": "f64", "int8": "i8", "int16": "i16",
         "uint16": "u16", "float16": "f16", "bfloat16": "bf16"}
inf, nan = np.inf, np.nan
rng = np.random.default_rng(2)

ROWS = [  # each printed in every float dtype
    [1, 2, 3], [1.5, 2.25, -3], [0.1, 0.2, 0.3], [1e-5, 1, 2], [1e-4, 1], [0.00009999, 0.05],
    [1e8, 1], [99999999, 1e5], [1e7, 12345.678], [1, 1000], [1, 1001], [0.001, 1.0001], [0, 0, 0],
    [-0.0, 0], [nan, 1], [inf, 1], [-inf, 1.5, nan], [nan, nan], [inf], [-inf, -inf], [1e-5, nan, -inf],
    [1e10, -inf], [3.14159265358979, 2.71828182845905], [1 / 3, 2 / 3], [1e-38, 1], [1e38, 2e38],
    [5.684341886080802e-14], [2**-44], [2**-103, 2**-20], [1.17549435e-38], [1e-45], [123456.789], [0.5, 100.125, -7],
    [-1e-9, 1e9], [0.99999999999, 1], [9.9999999e7], [9999999.5, 0.5], [1e-300], [1e300, 1e-5], [-0.00012345],
    [2.5, -nan], [16777216, 33554432], [0.30000001192092896], [7e-10, 3], [1.0000001],
]
SCALARS = [0, -0.0, 1, 0.1, 1 / 3, 1e-4, 9.9e-5, 1e15, 1e16, 123456789, 1e22, 2**-44, 1e-45, nan, inf, -inf,
           3.4028235e38, 1.5e300, 100, 0.5, -2.25, 5e-324, 16777217]


def text(x):
    def element(v):
        return str(int(v)) if x.dtype == bool else str(v)
    return f"{NAMES[str(x.dtype)]}[{','.join(map(str, x.shape))}] " + " ".join(element(v) for v in x.ravel())


def main():
    lines = []

    def case(head, x):
        lines.append("case " + head)
        lines.extend("|" + line for line in str(x).split("\n"))

    def floats(dtype):
        with np.errstate(over="ignore"):
            for row in ROWS:
                x = np.array(row, dtype)
                case(text(x), x)
            for v in SCALARS:
                x = np.array(v, dtype)
                case(text(x), x)
        x = np.round(rng.normal(size=(3, 7)) * 100, 4).astype(dtype)
        case(text(x), x)
        x = rng.normal(size=(2, 2, 5)).astype(dtype)
        case(text(x), x)
        x = np.exp(rng.normal(size=14) * 3).astype(dtype)
        case(text(x), x)
    floats(np.float32)
    floats(np.float64)
    for x in (np.array([1, -20, 300], np.int32), np.array([[1], [1000]], np.int64), np.array(7, np.int32),
              np.array([0, 255], np.uint8), np.array([2**64 - 1, 0], np.uint64), np.array(True), np.array(False),
              np.array([True, False]), np.array([[True, True], [False, True]]), np.array([True]),
              np.array([-2**63, 2**63 - 1], np.int64), np.zeros((0,), np.float32), np.zeros((2, 0), np.int32),
              np.zeros((1, 1, 1), np.float32), np.arange(40, dtype=np.int32) * 100003):
        case(text(x), x)
    for shape in ((1000,), (1001,), (30, 50), (3, 400), (400, 3), (8, 7, 20), (7, 7, 7, 7), (1, 2000, 1), (2, 2, 2, 2, 2, 2, 2, 2, 2, 2)):
        for dtype in (np.float32, np.int32, bool):
            n = int(np.prod(shape))
            x = np.arange(n) % 3 == 0 if dtype is bool else np.arange(n) * (0.5 if dtype is np.float32 else 1)
            x = x.astype(dtype).reshape(shape)
            if dtype is not np.float32 and n < 1100 and len(shape) != 1:
                continue
            case(f"ramp {NAMES[str(np.dtype(dtype))]}[{','.join(map(str, shape))}]", x)
    floats(np.float16)
    floats(ml_dtypes.bfloat16)
    for x in (np.array([1, -20, 127, -128], np.int8), np.array([[1, -300], [32767, -32768]], np.int16),
              np.array([0, 65535], np.uint16), np.array(-7, np.int8)):
        case(text(x), x)
    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, "print_cases.txt"), "w") as out:
        out.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
