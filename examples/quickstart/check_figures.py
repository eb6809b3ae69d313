"""Holds every figure that the quickstart prints against the same figure computed here.

    check_figures.py REPORT.json TABLE.txt METRICS.json

Nothing of mlops or of the pipeline's files is used: scikit-learn makes the predictions of both models
by the recipe, numpy and scipy do the arithmetic. Intervals by formula must agree to the digit; those of
a bootstrap with one of our own draws, to a tenth of their width.
"""
import json
import re
import sys

import numpy as np
from scipy.stats import binomtest, norm
from sklearn import metrics
from sklearn.datasets import load_breast_cancer, load_diabetes
from sklearn.linear_model import LinearRegression
from sklearn.naive_bayes import GaussianNB

BINS = 10
DRAWS = 10_000
checked = 0
wrong = []


def expect(what, found, wanted, allowed=1e-9):
    global checked
    checked += 1
    numbers = all(isinstance(x, (int, float)) for x in (found, wanted))
    if not (abs(found - wanted) <= allowed if numbers else found == wanted):
        wrong.append(what)
        print(f"  WRONG {what}: {found!r} (expected {wanted!r})")


# ---- the two models again: even rows train, odd rows test, six decimals
def cancer_probability(data, features):
    model = GaussianNB().fit(data.data[::2, :features], data.target[::2])
    return model.predict_proba(data.data[1::2, :features])[:, 1].round(6)


def diabetes_prediction(data, columns):
    places = [data.feature_names.index(column) for column in columns]
    model = LinearRegression().fit(data.data[::2][:, places], data.target[::2])
    return model.predict(data.data[1::2][:, places]).round(6)


def draws(n):
    """How often each draw has each row."""
    return np.random.default_rng(20).multinomial(n, np.full(n, 1 / n), size=DRAWS)


def percentiles(old, new):
    return np.percentile(new - old, [2.5, 97.5])


def bonett_price(lost, won, n):
    d = (won - lost) / (n + 2)
    half = norm.ppf(0.975) * np.sqrt(((lost + won + 2) / (n + 2) - d**2) / (n + 2))
    return d - half, d + half


def ece(y, p, weights):
    """Of each draw: over bins, |how often the event came - what was promised|, weighted by rows."""
    bins = np.minimum((p * BINS).astype(int), BINS - 1)
    member = np.eye(BINS)[bins]
    return np.abs(weights @ (member * (y - p)[:, None])).sum(axis=1) / weights.sum(axis=1)


class Figure:
    def __init__(self, old, new, exact=None, drawn=None, counts=None):
        self.old, self.new, self.exact, self.drawn, self.counts = old, new, exact, drawn, counts
        self.change = None if old is None else new - old


class Set:
    """What one prediction set should say."""

    def __init__(self, n, figures, rules, flips, worst):
        self.n, self.figures, self.rules, self.flips, self.worst = n, figures, rules, flips, worst


def cancer():
    data = load_breast_cancer()
    y = data.target[1::2]
    n = len(y)
    old, new = cancer_probability(data, 2), cancer_probability(data, 10)
    right_old, right_new = (old >= 0.5) == y, (new >= 0.5) == y
    lost, won = int((right_old & ~right_new).sum()), int((~right_old & right_new).sum())
    changed = int(((old >= 0.5) != (new >= 0.5)).sum())
    weights = draws(n)
    one = np.ones((1, n))
    squares = [(p - y) ** 2 for p in (old, new)]
    figures = {
        "accuracy": Figure(right_old.mean(), right_new.mean(), exact=bonett_price(lost, won, n)),
        "negative_flip_rate": Figure(None, lost / n, counts=(lost, n)),
        "ece": Figure(float(ece(y, old, one)[0]), float(ece(y, new, one)[0]),
                      drawn=percentiles(ece(y, old, weights), ece(y, new, weights))),
        "churn": Figure(None, changed / n, counts=(changed, n)),
        "brier_score": Figure(metrics.brier_score_loss(y, old), metrics.brier_score_loss(y, new),
                              drawn=percentiles(weights @ squares[0] / n, weights @ squares[1] / n)),
    }
    p = binomtest(lost, lost + won).pvalue

    # Worst: right before and wrong now, by the confidence in the wrong answer; then by log loss.
    of_label = [np.where(y == 1, p_, 1 - p_) for p_ in (old, new)]
    growth = np.log(np.maximum(of_label[0], 1e-15)) - np.log(np.maximum(of_label[1], 1e-15))
    flip = right_old & ~right_new
    order = sorted(range(n), key=lambda i: (not flip[i], -(1 - of_label[1][i]) if flip[i] else -growth[i]))
    names = data.target_names
    worst = [[str(2 * i + 2), names[y[i]], names[int(old[i] >= 0.5)], names[int(new[i] >= 0.5)],
              f"{old[i]:.3f} -> {new[i]:.3f}"] + (["right->wrong"] if flip[i] else [])
             for i in order[:10]]
    first = order[0]
    flips = (f"flips: {lost} right->wrong, {won} wrong->right, McNemar p={p:.4f}   worst: id "
             f"{2 * first + 2} label {names[y[first]]}, p {old[first]:.3f} -> {new[first]:.3f}")
    f = figures
    rules = {
        "accuracy": ("drop <= 0.005", f["accuracy"].change >= -0.005),
        "negative_flip_rate": ("<= 0.02", f["negative_flip_rate"].new <= 0.02),
        "ece": ("rise <= 0.02", f["ece"].change <= 0.02),
    }
    return Set(n, figures, rules, flips, worst), {
        "negative_flips": lost, "positive_flips": won, "changed": changed,
        "both_wrong": int((~right_old & ~right_new).sum())}, p


def diabetes():
    data = load_diabetes(scaled=False)
    y = data.target[1::2]
    sex = data.data[1::2, data.feature_names.index("sex")]
    n = len(y)
    old = diabetes_prediction(data, ["bmi", "bp"])
    new = diabetes_prediction(data, ["bmi", "bp", "age", "sex", "s1", "s2", "s3", "s4", "s5", "s6"])
    weights = draws(n)
    errors = [np.abs(p - y) for p in (old, new)]

    def gap(error, w):
        means = [w[:, sex == s] @ error[sex == s] / w[:, sex == s].sum(axis=1) for s in (1, 2)]
        return np.abs(means[0] - means[1])

    def r2(error, w):
        total = w @ y**2 - (w @ y) ** 2 / n
        return 1 - w @ error**2 / total

    def drawn(statistic):
        return percentiles(*[statistic(error, weights) for error in errors])

    one = np.ones((1, n))
    figures = {
        "mean_absolute_error": Figure(*[metrics.mean_absolute_error(y, p) for p in (old, new)],
                                      drawn=drawn(lambda e, w: w @ e / n)),
        "difference(mean_absolute_error) [sex]": Figure(*[float(gap(e, one)[0]) for e in errors],
                                                        drawn=drawn(gap)),
        "root_mean_squared_error": Figure(
            *[metrics.mean_squared_error(y, p) ** 0.5 for p in (old, new)],
            drawn=drawn(lambda e, w: (w @ e**2 / n) ** 0.5)),
        "r2": Figure(*[metrics.r2_score(y, p) for p in (old, new)], drawn=drawn(r2)),
        "max_error": Figure(*[metrics.max_error(y, p) for p in (old, new)]),
    }
    growth = errors[1] - errors[0]
    slack = 1e-8 + 1e-5 * np.abs(old)
    worse, better = int((growth > slack).sum()), int((-growth > slack).sum())
    order = sorted(range(n), key=lambda i: -growth[i])
    worst = [[str(2 * i + 2), f"{y[i]:g}", f"{old[i]:.6f}", f"{new[i]:.6f}", f"{growth[i]:+.4f}"]
             for i in order[:10]]
    first = order[0]
    changed = int((np.abs(new - old) > slack).sum())
    flips = (f"changed: {changed} of {n}, {worse} worse, {better} better   worst: id {2 * first + 2} "
             f"label {y[first]:g}, prediction {old[first]:.3f} -> {new[first]:.3f}")
    f = figures
    rules = {
        "mean_absolute_error": ("rise <= 0.5", f["mean_absolute_error"].change <= 0.5),
        "difference(mean_absolute_error) [sex]": (
            "rise <= 1", f["difference(mean_absolute_error) [sex]"].change <= 1),
    }
    return Set(n, figures, rules, flips, worst), {
        "changed": changed, "worsened": worse, "improved": better}


# ---- the JSON
def check_interval(what, found, figure):
    if figure.exact is None and figure.drawn is None and figure.counts is None:
        expect(what, found, None)
        return
    if found is None:
        expect(what, found, "an interval")
        return
    low, high = (figure.exact if figure.exact is not None else figure.drawn if figure.drawn is not None
                 else binomtest(*figure.counts).proportion_ci(0.95, "wilson"))
    allowed = 1e-9 if figure.drawn is None else (high - low) / 10
    expect(f"{what}, low end", found[0], float(low), allowed)
    expect(f"{what}, high end", found[1], float(high), allowed)


def results_of(entry, wanted):
    """What the report says of each figure, by the title of its row: of its rule, or else the metric."""
    rules = {r["metric"] + (f" [{r['slice']}]" if r["slice"] else ""): r for r in entry["rules"]}
    return {title: rules[title] if title in wanted.rules else entry["metrics"][title]
            for title in wanted.figures}


def check_json(name, entry, wanted, counts):
    for key, value in {"matched": wanted.n, "only_old": 0, "only_new": 0, **counts}.items():
        expect(f"{name} {key}", entry["counts"][key], value)
    results = results_of(entry, wanted)
    for title, figure in wanted.figures.items():
        one = results[title]
        for key in ("old", "new", "change"):
            value = getattr(figure, key)
            expect(f"{name} {title}, {key}", one[key], None if value is None else float(value))
        check_interval(f"{name} {title}", one["ci"], figure)
    expect(f"{name} metrics that nobody expected", set(entry["metrics"]) - set(wanted.figures), set())
    for title, (limit, kept) in wanted.rules.items():
        expect(f"{name} {title}, limit", results[title]["limit"], limit)
        expect(f"{name} {title}, verdict", results[title]["verdict"], "pass" if kept else "fail")


# ---- the table
def cells_of(heading, line):
    """Cells stand below their headings."""
    starts = [m.start() for m in re.finditer(r"\S+(?: \S+)*", heading)] + [len(line)]
    return [line[a:b].strip() for a, b in zip(starts, starts[1:])]


def check_number(what, shown, value):
    """As many decimals as are shown must be right, and enough must be shown."""
    if value is None:
        expect(what, shown, "")
        return
    decimals = len(shown.partition(".")[2])
    enough = decimals >= 3 or value == 0
    expect(what, float(shown) if enough else shown, float(value), 0.5000001 * 10**-decimals)


def check_row(name, cells, title, wanted, entry):
    figure = wanted.figures[title]
    what = f"table: {name} {title}"
    for key, shown in zip(("old", "new", "change"), cells[1:4]):
        check_number(f"{what}, {key}", shown, getattr(figure, key))
    if figure.counts is not None:
        expect(f"{what}, counts", cells[4], "({} of {})".format(*figure.counts))
    else:
        # The JSON's ends have been held against ours.
        ends = results_of(entry, wanted)[title]["ci"]
        expect(f"{what}, interval", cells[4], "..".join(f"{end:+.4f}" for end in ends) if ends else "")
    limit, kept = wanted.rules.get(title, ("", None))
    expect(f"{what}, limit", cells[5], limit)
    expect(f"{what}, verdict", cells[6], "-" if kept is None else "pass" if kept else "FAIL")


def check_table(name, block, wanted, entry):
    fails = sum(not kept for _, kept in wanted.rules.values())
    expect(f"table: {name}, first line", re.sub(" +", " ", block[0]),
           f"{'FAIL' if fails else 'PASS'} {name} {wanted.n} rows aligned by id (0 only old, 0 only new) "
           f"{fails} fail, 0 warn, 0 insufficient")
    expect(f"table: {name}, headings", re.split(r"  +", block[1]),
           ["rule", "old", "new", "change", "95% CI", "limit", "verdict"])
    worst = next(i for i, line in enumerate(block) if line.startswith("worst rows"))
    titles = []
    flips = []
    for line in block[2:worst]:
        cells = cells_of(block[1], line)
        title = "ece" if cells[0] == f"ece{BINS}" else cells[0]
        if title in wanted.figures:
            titles.append(title)
            check_row(name, cells, title, wanted, entry)
        elif not line.startswith("built-in rules pass: "):
            flips.append(line)
    expect(f"table: {name}, its rows", sorted(titles), sorted(wanted.figures))
    expect(f"table: {name}, flips", flips, [wanted.flips])
    rows = [re.split(r"  +", line) for line in block[worst + 1:]]
    expect(f"table: {name}, worst rows", len(rows), len(wanted.worst))
    for found, row in zip(rows, wanted.worst):
        expect(f"table: {name}, id {row[0]}", found, row)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        report = json.load(file)
    with open(sys.argv[2], encoding="utf-8") as file:
        text = [line for line in file.read().splitlines() if not re.match(r"(html|json) report: ", line)]
    with open(sys.argv[3], encoding="utf-8") as file:
        averages = json.load(file)
    blocks = [block.splitlines() for block in "\n".join(text).strip().split("\n\n")]

    first, counts, p = cancer()
    second, more_counts = diabetes()
    sets = {entry["name"]: entry for entry in report["predictions"]}
    expect("prediction sets", sorted(sets), ["cancer", "diabetes"])
    check_json("cancer", sets["cancer"], first, counts)
    expect("cancer McNemar p", sets["cancer"]["mcnemar_p"], p)
    check_json("diabetes", sets["diabetes"], second, more_counts)

    expect("table: its parts", len(blocks), 4)
    changes = [re.split(r"  +", line.strip()) for line in blocks.pop(0)]
    expect("table: the parameter that changed", ["features", "2", "10", "+8"] in changes, True)
    for name, metric in (("cancer", "accuracy"), ("diabetes", "mean_absolute_error")):
        figure = (first if name == "cancer" else second).figures[metric]
        shown = next(line for line in changes if line[:2] == ["metrics.json", metric])
        expect(f"table: {metric} of metrics.json", [float(cell) for cell in shown[2:4]],
               [round(float(value), 6) for value in (figure.old, figure.new)])
    expect("table: first line", re.sub(" +", " ", "\n".join(blocks[0])),
           "FAIL model-v1 -> model-v2 2 prediction sets 2 fail, 0 warn, 0 insufficient")
    check_table("cancer", blocks[1], first, sets["cancer"])
    check_table("diabetes", blocks[2], second, sets["diabetes"])

    expect("metrics.json, accuracy", averages["accuracy"], float(first.figures["accuracy"].new), 5e-7)
    expect("metrics.json, mean_absolute_error", averages["mean_absolute_error"],
           float(second.figures["mean_absolute_error"].new), 5e-7)
    if wrong:
        sys.exit(f"{len(wrong)} of {checked} figures are wrong: {', '.join(wrong)}")
    print(f"all {checked} figures agree with scikit-learn, numpy and scipy")


main()
