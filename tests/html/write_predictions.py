#!/usr/bin/env python3
"""Two prediction files whose report uses every part: flips, calibration, slices, long and hostile text.

    write_predictions.py OLD NEW
"""

import csv
import random
import sys

ROWS = 400
REGIONS = ["north", "south <b>east</b>", "a-very-long-region-name-without-any-place-to-break-" * 3]


def write(path, shift):
    source = random.Random(7)
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "region", "truth", "p_yes", "p_no", "answer"])
        for row in range(ROWS):
            truth = source.random() < 0.5
            region = REGIONS[row % len(REGIONS)]
            probability = min(max((0.7 if truth else 0.3) + source.uniform(-0.3, 0.3), 0), 1)
            if row % 9 == 0:
                probability = 1 - probability if shift else probability
            writer.writerow([f"row-{row}", region, "yes" if truth else "no", f"{probability:.6f}",
                             f"{1 - probability:.6f}", "yes" if probability >= 0.5 else "no"])


write(sys.argv[1], False)
write(sys.argv[2], True)
