"""One peer's comparison of two tables, cell by cell or by figures; run as a process of its own.

    peers.py NAME cells|figures OLD NEW

Prints as JSON what it found: for each column how many cells changed and the largest difference, or flips, accuracies,
calibration errors and the accuracies of one slice.
"""

import json
import sys

NUMBERS = ["score"] + [f"p{i}" for i in range(7)]
COLUMNS = ["label"] + NUMBERS


def result(changed, largest, matched):
    print(json.dumps({"matched": int(matched), "changed": {name: int(count) for name, count in changed.items()},
                      "largest": {name: round(float(value or 0), 9) for name, value in largest.items()}}))


def pandas_cells(old, new):
    import pandas as pd
    read = pd.read_parquet if old.endswith(".parquet") else pd.read_csv
    both = read(old).merge(read(new), on="id", how="outer", suffixes=("_o", "_n"), indicator=True)
    both = both[both["_merge"] == "both"]
    changed = {name: (both[name + "_o"] != both[name + "_n"]).sum() for name in COLUMNS}
    largest = {name: (both[name + "_n"] - both[name + "_o"]).abs().max() for name in NUMBERS}
    result(changed, largest, len(both))


def polars_cells(old, new):
    import polars as pl
    scan = pl.scan_parquet if old.endswith(".parquet") else pl.scan_csv
    both = scan(old).join(scan(new), on="id", how="full", suffix="_n").filter(
        pl.col("id").is_not_null() & pl.col("id_n").is_not_null())
    figures = both.select(
        [pl.len().alias("rows")]
        + [(pl.col(name) != pl.col(name + "_n")).sum().alias("c_" + name) for name in COLUMNS]
        + [(pl.col(name + "_n") - pl.col(name)).abs().max().alias("d_" + name) for name in NUMBERS]).collect()
    row = figures.row(0, named=True)
    result({name: row["c_" + name] for name in COLUMNS}, {name: row["d_" + name] for name in NUMBERS}, row["rows"])


def duckdb_table(path):
    return f"read_parquet('{path}')" if path.endswith(".parquet") else f"read_csv('{path}')"


def duckdb_cells(old, new):
    import duckdb
    columns = ["count(*) FILTER (o.id IS NOT NULL AND n.id IS NOT NULL)"]
    columns += [f"count(*) FILTER (o.id IS NOT NULL AND n.id IS NOT NULL AND o.{name} IS DISTINCT FROM n.{name})"
                for name in COLUMNS]
    columns += [f"max(abs(n.{name} - o.{name}))" for name in NUMBERS]
    row = duckdb.execute(f"SELECT {', '.join(columns)} FROM {duckdb_table(old)} o "
                         f"FULL OUTER JOIN {duckdb_table(new)} n USING (id)").fetchone()
    result(dict(zip(COLUMNS, row[1:])), dict(zip(NUMBERS, row[1 + len(COLUMNS):])), row[0])


def datacompy_cells(old, new):
    import datacompy
    import pandas as pd
    read = pd.read_parquet if old.endswith(".parquet") else pd.read_csv
    compare = datacompy.PandasCompare if hasattr(datacompy, "PandasCompare") else datacompy.Compare
    found = compare(read(old), read(new), join_columns="id")
    stats = {entry["column"]: entry for entry in found.column_stats}
    result({name: stats[name]["unequal_cnt"] for name in COLUMNS},
           {name: stats[name]["max_diff"] for name in NUMBERS}, len(found.intersect_rows))


def duckdb_figures(old, new):
    """Flips, accuracy, ECE of 10 bins and the accuracy of each value of one slice, over all rows."""
    import duckdb
    duckdb.execute(f"CREATE TEMP VIEW rows AS SELECT o.label AS y, o.predicted AS po, n.predicted AS pn, o.p1 AS so, "
                   f"n.p1 AS sn, o.country AS slice FROM {duckdb_table(old)} o JOIN {duckdb_table(new)} n USING (id)")
    duckdb.execute("CREATE TEMP TABLE bins AS SELECT slice, least(floor(so * 10), 9) AS bo, least(floor(sn * 10), 9) AS bn, "
                   "count(*) AS n, sum(so) AS so, sum(sn) AS sn, sum(y) AS y, count(*) FILTER (po = y) AS ro, "
                   "count(*) FILTER (pn = y) AS rn, count(*) FILTER (po = y AND pn <> y) AS negative, "
                   "count(*) FILTER (po <> y AND pn = y) AS positive, count(*) FILTER (po <> pn) AS changed "
                   "FROM rows GROUP BY ALL")
    n, ro, rn, negative, positive, changed = duckdb.execute(
        "SELECT sum(n), sum(ro), sum(rn), sum(negative), sum(positive), sum(changed) FROM bins").fetchone()
    ece = [duckdb.execute(f"SELECT sum(abs(y - s)) / {n} FROM (SELECT sum(y) AS y, sum({s}) AS s FROM bins GROUP BY {b})")
           .fetchone()[0] for s, b in (("so", "bo"), ("sn", "bn"))]
    slices = duckdb.execute("SELECT slice, sum(ro) / sum(n), sum(rn) / sum(n) FROM bins GROUP BY slice ORDER BY slice").fetchall()
    print(json.dumps({"matched": int(n), "changed": int(changed), "negative_flips": int(negative),
                      "positive_flips": int(positive), "accuracy": [round(ro / n, 9), round(rn / n, 9)],
                      "ece": [round(value, 9) for value in ece],
                      "slices": {str(name): [round(a, 9), round(b, 9)] for name, a, b in slices}}))


if __name__ == "__main__":
    globals()[f"{sys.argv[1]}_{sys.argv[2]}"](*sys.argv[3:5])
