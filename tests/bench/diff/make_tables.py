"""Writes the tables of the benchmark; the same rows give the same bytes.

    make_tables.py DIRECTORY ROWS

old.csv; new.csv and shuffled.csv with 1 % of the cells changed; every.csv with every number changed; with_figures_old.csv,
-_new.csv and -_shuffled.csv for flips and calibration; old, new and shuffled also as .parquet.
"""

import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as csv
import pyarrow.parquet as parquet


def write(directory, name, columns, order=None, formats=("csv",)):
    table = pa.table(columns)
    if order is not None:
        table = table.take(pa.array(order))
    if "csv" in formats:
        csv.write_csv(table, directory / f"{name}.csv", csv.WriteOptions(quoting_style="none", quoting_header="none"))
    if "parquet" in formats:
        parquet.write_table(table, directory / f"{name}.parquet", compression="snappy")


def cells(directory, rows, chance):
    numbers = ["score"] + [f"p{i}" for i in range(7)]
    label = chance.integers(0, 3, rows)
    old = {name: np.round(chance.random(rows), 6) for name in numbers}

    def with_label(label, values):
        return {"id": np.arange(rows), "label": pa.array(np.array(["c0", "c1", "c2"])[label]), **values}

    hit = chance.random(rows) < 0.01
    new_label = np.where(hit, (label + 1) % 3, label)
    new = {name: np.where(chance.random(rows) < 0.01, np.round(values * 0.9 + 0.05, 6), values)
           for name, values in old.items()}
    every = {name: np.round(values * 0.9 + 0.05, 6) for name, values in old.items()}
    order = chance.permutation(rows)
    both = ("csv", "parquet")
    write(directory, "old", with_label(label, old), formats=both)
    write(directory, "new", with_label(new_label, new), formats=both)
    write(directory, "shuffled", with_label(new_label, new), order, formats=both)
    write(directory, "every", with_label(new_label, every))


def figures(directory, rows, chance):
    label = chance.integers(0, 2, rows)
    fixed = {"age": chance.integers(18, 90, rows), "amount": np.round(chance.random(rows) * 1000, 2),
             "x": np.round(chance.random(rows), 6), "y": np.round(chance.random(rows), 6),
             "note": pa.array(np.array(["aa", "bb", "cc"])[chance.integers(0, 3, rows)])}
    country = pa.array(np.array(["DE", "ES", "FR", "IT"])[chance.integers(0, 4, rows)])
    order = chance.permutation(rows)
    for name, error in (("old", 0.12), ("new", 0.10)):
        predicted = np.where(chance.random(rows) < error, 1 - label, label)
        p1 = np.round(np.where(predicted == 1, 0.5 + chance.random(rows) / 2, chance.random(rows) * 0.499), 6)
        columns = {"id": np.arange(rows), "label": label, "predicted": predicted, "p1": p1, "country": country, **fixed}
        write(directory, f"with_figures_{name}", columns)
        if name == "new":
            write(directory, "with_figures_shuffled", columns, order)


if __name__ == "__main__":
    where, count = Path(sys.argv[1]), int(sys.argv[2])
    cells(where, count, np.random.default_rng(20))
    figures(where, count, np.random.default_rng(21))
