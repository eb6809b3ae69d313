"""Writes the tables of the benchmark; the same rows give the same bytes.

    make_tables.py DIRECTORY ROWS

base and new, each as .csv and .parquet, of 30 columns: an id, 20 measures, 5 counts, 4 words. In new some ids come twice,
some values are missing, out of range or unknown, some columns have moved, and one row in 5,000 comes a second time.
"""

import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as csv
import pyarrow.parquet as parquet

MEASURES, COUNTS, WORDS = 20, 5, 4


def write(directory, name, table):
    csv.write_csv(table, directory / f"{name}.csv", csv.WriteOptions(quoting_style="none"))
    parquet.write_table(table, directory / f"{name}.parquet", compression="snappy")


def with_repeated(columns, chance):
    """The same columns, some rows of which are replaced by their predecessors."""
    table = pa.table(columns)
    order = np.arange(len(table))
    again = np.flatnonzero(chance.random(len(table) // 2 - 1) < 0.0004) * 2 + 1
    order[again] = again - 1
    return table.take(pa.array(order))


def columns_of(rows, chance, moved):
    identity = np.arange(rows)
    columns = {}
    if moved:
        identity[chance.random(rows) < 0.0005] = 0
    columns["id"] = identity
    for i in range(MEASURES):
        values = np.round(chance.normal(50 + (i % 4 if moved else 0), 12, rows), 3)
        missing = chance.random(rows) < (0.02 if i % 5 == 0 else 0)
        columns[f"m{i}"] = pa.array(values, mask=missing)
    for i in range(COUNTS):
        columns[f"k{i}"] = chance.poisson(4 + (i if moved else 0) / 4, rows)
    for i in range(WORDS):
        known = [f"w{j}" for j in range(10 + i)]
        codes = chance.integers(0, len(known), rows)
        if moved:
            known.append("unknown")
            codes[chance.random(rows) < 0.001] = len(known) - 1
        columns[f"c{i}"] = pa.array(np.array(known)[codes])
    return with_repeated(columns, chance) if moved else pa.table(columns)


if __name__ == "__main__":
    where, count = Path(sys.argv[1]), int(sys.argv[2])
    write(where, "base", columns_of(count, np.random.default_rng(30), False))
    write(where, "new", columns_of(count, np.random.default_rng(31), True))
