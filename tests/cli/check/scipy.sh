#!/bin/sh
# Every drift method gives the figure that scipy and numpy give, and every noise floor its p-value.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

/usr/bin/python3 -c 'import scipy' 2>/dev/null || skip "python3-scipy is not installed: sh third_party/install.sh example"
new_repository
{
  printf 'schema = 1\n'
  for method in ks psi js2 w1std linf cramers_v; do
    printf '[check.%s]\ntable = "now.csv"\nbaseline = "base.csv"\n' "$(echo $method | tr _ -)"
    printf '[[check.%s.rule]]\nkind = "drift"\nmax = 9\ncorrection = "none"\nmethod = "%s"\n' "$(echo $method | tr _ -)" $method
  done
} >safeguards.toml
cat >"$scratch/compare.py" <<'END'
import csv, json, math, subprocess, sys
import numpy as np
from scipy import stats
from scipy.spatial.distance import jensenshannon

random = np.random.RandomState(11)
n, m = 400, 300
base = {"normal": random.normal(0, 1, n), "heavy": random.standard_cauchy(n),
        "dice": random.randint(1, 7, n).astype(float), "few": random.binomial(1, 0.3, n).astype(float)}
now = {"normal": random.normal(0.3, 1.2, m), "heavy": random.standard_cauchy(m),
       "dice": random.randint(1, 9, m).astype(float), "few": random.binomial(1, 0.5, m).astype(float)}
texts = ["a", "b", "c", "d", "rare", "é"]
base["text"] = random.choice(texts, n, p=[.3, .3, .2, .15, .01, .04])
now["text"] = random.choice(texts, m, p=[.2, .3, .25, .2, .02, .03])
for name, table, size in (("base.csv", base, n), ("now.csv", now, m)):
    with open(name, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(table)
        writer.writerows(zip(*([repr(float(v)) if c != "text" else str(v) for v in table[c]] for c in table)))
done = subprocess.run([sys.argv[1], "check", "--json"], capture_output=True, text=True, check=True)
found = {(r["rule"].split()[1], r["column"]): r for c in json.loads(done.stdout)["checks"] for r in c["rules"]}
h = n * m / (n + m)

def cells(x, y, by_value):
    if by_value:
        values = np.unique(np.concatenate([x, y]))
        return np.array([(x == v).sum() for v in values]), np.array([(y == v).sum() for v in values])
    edges = np.unique(np.quantile(x, np.arange(1, 10) / 10))
    count = lambda z: np.bincount(np.searchsorted(edges, z, side="right"), minlength=len(edges) + 1)
    return count(x), count(y)

def same(rule, value, p):
    assert math.isclose(rule["value"], value, rel_tol=1e-9, abs_tol=1e-12), (rule, value)
    assert math.isclose(rule["p_adjusted"], min(1, p), rel_tol=1e-7, abs_tol=1e-300), (rule, p)

for column in base:
    x, y, is_text = base[column], now[column], column == "text"
    p, q = cells(x, y, is_text)
    live = (p + q) > 0
    p, q = p[live], q[live]
    k = len(p)
    floor_p, floor_q = np.maximum(p / n, 1e-4), np.maximum(q / m, 1e-4)
    psi = ((floor_q - floor_p) * np.log(floor_q / floor_p)).sum()
    same(found["psi", column], psi, stats.chi2.sf(psi * h, k - 1))
    js = jensenshannon(p / n, q / m, base=2)
    same(found["js2", column], js, stats.chi2.sf(8 * h * jensenshannon(p / n, q / m) ** 2, k - 1))
    linf = abs(p / n - q / m).max()
    same(found["linf", column], linf, 2 * math.exp(-2 * linf ** 2 * h))
    if is_text:
        assert found["ks", column]["verdict"] == "insufficient"
    else:
        d = stats.ks_2samp(x, y).statistic
        same(found["ks", column], d, 2 * math.exp(-2 * d * d * h))
        w1 = stats.wasserstein_distance(x, y) / max(1e-3, x.std())
        same(found["w1std", column], w1, 2 * math.exp(-2 * d * d * h))
    if column in ("dice", "few"):  # none of their cells is rare
        a = np.array(cells(x, y, True))
        chi, pv, _, _ = stats.chi2_contingency(a, correction=False)
        total, width = n + m, a.shape[1]
        phi = max(0, chi / total - (width - 1) / (total - 1))
        v = math.sqrt(phi / min(width - (width - 1) ** 2 / (total - 1) - 1, 1 - 1 / (total - 1)))
        same(found["cramers_v", column], v, pv)
END
expect_code 0 /usr/bin/python3 "$scratch/compare.py" "$(command -v mlops)"
