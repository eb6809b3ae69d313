"""One peer's check of a table; run as a process of its own.

    peers.py NAME values|duplicates|drift NEW BASE

Prints as JSON what it found: how many values of each column break its rule, how many
rows there are besides the distinct ones, or how far each column has moved.
"""

import json
import os
import sys
import warnings

os.environ.update(DO_NOT_TRACK="1", GX_ANALYTICS_ENABLED="false", DEEPCHECKS_DISABLE_LATEST="true",
                  DISABLE_LATEST_VERSION_CHECK="True", TQDM_DISABLE="1")
warnings.filterwarnings("ignore")

import pandas as pd  # noqa: E402

MEASURES = [f"m{i}" for i in range(20)]
COUNTS = [f"k{i}" for i in range(5)]
WORDS = {f"c{i}": [f"w{j}" for j in range(10 + i)] for i in range(4)}
LOW, HIGH, MOST = 5, 95, 15


def read(path):
    return pd.read_parquet(path) if path.endswith(".parquet") else pd.read_csv(path)


def told(broken):
    return {name: int(count) for name, count in broken.items()}


def pandera_values(table):
    import pandera.pandas as pa
    columns = {"id": pa.Column(int, unique=True)}
    columns |= {name: pa.Column(float, pa.Check.in_range(LOW, HIGH), nullable=True) for name in MEASURES}
    columns |= {name: pa.Column(int, pa.Check.in_range(0, MOST)) for name in COUNTS}
    columns |= {name: pa.Column(None, pa.Check.isin(values)) for name, values in WORDS.items()}
    broken = dict.fromkeys(columns, 0)
    try:
        pa.DataFrameSchema(columns).validate(table, lazy=True)
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        broken |= told(cases.groupby("column").size())
    # It names every row of a doubled id, the first one too.
    broken["id"] -= len(table[table["id"].duplicated(keep=False)]["id"].unique()) if broken["id"] else 0
    return broken


def great_expectations_values(table):
    import great_expectations as gx
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    batch = context.data_sources.add_pandas("p").add_dataframe_asset("t").add_batch_definition_whole_dataframe("b")
    rules = {"id": gx.expectations.ExpectColumnValuesToBeUnique(column="id")}
    rules |= {name: gx.expectations.ExpectColumnValuesToBeBetween(column=name, min_value=LOW, max_value=HIGH)
              for name in MEASURES}
    rules |= {name: gx.expectations.ExpectColumnValuesToBeBetween(column=name, min_value=0, max_value=MOST)
              for name in COUNTS}
    rules |= {name: gx.expectations.ExpectColumnValuesToBeInSet(column=name, value_set=values)
              for name, values in WORDS.items()}
    suite = context.suites.add(gx.ExpectationSuite(name="s", expectations=list(rules.values())))
    definition = context.validation_definitions.add(gx.ValidationDefinition(name="v", data=batch, suite=suite))
    result = definition.run(batch_parameters={"dataframe": table})
    broken = {one.expectation_config.kwargs["column"]: one.result["unexpected_count"] for one in result.results}
    broken["id"] -= len(table[table["id"].duplicated(keep=False)]["id"].unique()) if broken["id"] else 0
    return told(broken)


def evidently_values(table):
    from evidently import Dataset, Report
    from evidently.metrics import OutListValueCount, OutRangeValueCount
    metrics = [OutRangeValueCount(column=name, left=LOW, right=HIGH) for name in MEASURES]
    metrics += [OutRangeValueCount(column=name, left=0, right=MOST) for name in COUNTS]
    metrics += [OutListValueCount(column=name, values=values) for name, values in WORDS.items()]
    result = Report(metrics).run(Dataset.from_pandas(table), None)
    names = [*MEASURES, *COUNTS, *WORDS]
    figures = [one["value"]["count"] for one in result.dict()["metrics"]]
    return told(dict(zip(names, figures, strict=True)))


def pandera_duplicates(table):
    import pandera.pandas as pa
    schema = pa.DataFrameSchema({name: pa.Column() for name in ["id"]}, unique=list(table.columns),
                                report_duplicates="exclude_first")
    try:
        schema.validate(table, lazy=True)
    except pa.errors.SchemaErrors as errors:
        return {"rows": int(errors.failure_cases["index"].nunique())}
    return {"rows": 0}


def great_expectations_duplicates(table):
    import great_expectations as gx
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    batch = context.data_sources.add_pandas("p").add_dataframe_asset("t").add_batch_definition_whole_dataframe("b")
    rule = gx.expectations.ExpectCompoundColumnsToBeUnique(column_list=list(table.columns), ignore_row_if="never")
    result = batch.get_batch(batch_parameters={"dataframe": table}).validate(rule)
    # It counts every row that comes more than once, the first one too.
    return {"rows": int(result.result["unexpected_count"] / 2)}


def evidently_duplicates(table):
    from evidently import Dataset, Report
    from evidently.metrics import DuplicatedRowCount
    result = Report([DuplicatedRowCount()]).run(Dataset.from_pandas(table), None)
    return {"rows": int(result.dict()["metrics"][0]["value"])}


def deepchecks_duplicates(table):
    from deepchecks.tabular import Dataset
    from deepchecks.tabular.checks import DataDuplicates
    check = DataDuplicates(n_samples=len(table), n_to_show=0)
    share = check.run(Dataset(table, cat_features=[]), with_display=False).value
    return {"rows": round(share * len(table))}


def evidently_drift(table, base):
    from evidently import Dataset, Report
    from evidently.metrics import ValueDrift
    names = [*MEASURES, *COUNTS]
    report = Report([ValueDrift(column=name, method="wasserstein") for name in names])
    result = report.run(Dataset.from_pandas(table), Dataset.from_pandas(base))
    return {name: float(one["value"]) for name, one in zip(names, result.dict()["metrics"], strict=True)}


def deepchecks_drift(table, base):
    from deepchecks.tabular import Dataset
    from deepchecks.tabular.checks import FeatureDrift
    names = [*MEASURES, *COUNTS]
    rows = len(table) + len(base)
    check = FeatureDrift(columns=names, n_samples=rows, margin_quantile_filter=0, max_num_categories_for_drift=None,
                         n_top_columns=0)
    sets = [Dataset(one[names], features=names, cat_features=[]) for one in (base, table)]
    result = check.run(*sets, with_display=False)
    return {name: float(one["Drift score"]) for name, one in result.value.items()}


def main():
    peer, kind, new, base = sys.argv[1:]
    output = sys.stdout
    sys.stdout = sys.stderr
    found = globals()[f"{peer}_{kind}"]
    answer = found(read(new), read(base)) if kind == "drift" else found(read(new))
    print(json.dumps(answer), file=output)


if __name__ == "__main__":
    main()
