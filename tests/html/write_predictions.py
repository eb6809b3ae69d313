#!/usr/bin/env python3
"""Prediction files whose reports use every part: flips, calibration, slices, many classes, long, wide,
huge and hostile text.

    write_predictions.py DIRECTORY
"""

import csv
import pathlib
import random
import sys

ROWS = 400
REGIONS = ["north", "south <b>east</b>", "a-very-long-region-name-without-any-place-to-break-" * 3,
           "with spaces, \"quotes\" & more", "\u65e5\u672c\u8a9e\u306e\u5730\u57df", "bidi \u202eoverride\u202c", ""]
CLASSES = [f"class {one:02d}" for one in range(24)] + ["<script>alert(1)</script>", "a class of many words " * 4]


def write(name, version, head, rows):
    path = pathlib.Path(sys.argv[1]) / f"{name}-{version}.csv"
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        writer.writerows(rows)


def binary(worse):
    source = random.Random(7)
    for row in range(ROWS):
        truth = source.random() < 0.5
        probability = min(max((0.7 if truth else 0.3) + source.uniform(-0.3, 0.3), 0), 1)
        if row % 9 == 0 and worse:
            probability = 1 - probability
        yield [f"row-{row}", REGIONS[row % len(REGIONS)], "yes" if truth else "no", f"{probability:.6f}",
               f"{1 - probability:.6f}", "yes" if probability >= 0.5 else "no"]


def classes(worse):
    source = random.Random(11)
    for row in range(ROWS):
        truth = source.choice(CLASSES)
        other = source.choice(CLASSES)
        wrong = source.random() < (0.4 if worse else 0.3)
        yield [f"images/{row:08d}/" + "deeply/" * (row % 12), truth, other if wrong else truth]


def numbers(worse):
    source = random.Random(13)
    for row in range(ROWS):
        truth = source.lognormvariate(12, 3)
        factor = source.uniform(0.5, 1.6) if worse else source.uniform(0.7, 1.4)
        yield [row, REGIONS[row % len(REGIONS)], f"{truth:.9g}", f"{truth * factor:.9g}"]


for one in ("old", "new"):
    write("binary", one, ["id", "region", "truth", "p_yes", "p_no", "answer"], binary(one == "new"))
    write("classes", one, ["id", "truth", "answer"], classes(one == "new"))
    write("numbers", one, ["id", "region", "truth", "answer"], numbers(one == "new"))
