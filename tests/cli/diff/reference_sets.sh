#!/bin/sh
# The breast-cancer and the diabetes data that python3-sklearn ships, two models of each: every figure of the reference
# to the digits that it prints. A better model by accuracy, and worse by calibration; a gain that goes to one sex.
# shellcheck source=tests/cli/common.sh
. "${0%/*}/../common.sh"

/usr/bin/python3 - <<'PY'
from sklearn.datasets import load_breast_cancer, load_diabetes
from sklearn.linear_model import LinearRegression
from sklearn.naive_bayes import GaussianNB

def write(name, head, rows):
    with open(name, "w", encoding="utf-8") as file:
        file.write(head + "\n" + "".join(",".join(map(str, row)) + "\n" for row in rows))

# Even rows train, odd rows test, six decimals.
data = load_breast_cancer()
for version, features in (("old", 2), ("new", 10)):
    model = GaussianNB().fit(data.data[::2, :features], data.target[::2])
    p = model.predict_proba(data.data[1::2, :features])[:, 1]
    write(f"cancer_{version}.csv", "id,y,p",
          [(2 * i + 1, y, f"{one:.6f}") for i, (y, one) in enumerate(zip(data.target[1::2], p))])

data = load_diabetes(scaled=False)
places = {"old": ["bmi", "bp"], "new": data.feature_names}
for version, names in places.items():
    columns = [data.feature_names.index(name) for name in names]
    model = LinearRegression().fit(data.data[::2][:, columns], data.target[::2])
    prediction = model.predict(data.data[1::2][:, columns])
    sex = data.data[1::2, data.feature_names.index("sex")]
    write(f"diabetes_{version}.csv", "id,y,sex,pred",
          [(2 * i + 1, f"{y:g}", f"{s:g}", f"{one:.6f}")
           for i, (y, s, one) in enumerate(zip(data.target[1::2], sex, prediction))])
PY

cat >policy.toml <<'TOML'
schema = 1

[[diff.rule]]
metric = "positive_flip_rate"
min = 0.0
TOML
expect_code 0 mlops diff cancer_old.csv cancer_new.csv --key id --label y --probability 1=p --policy policy.toml --json
/usr/bin/python3 - "$out" <<'PY'
import json, sys
found = json.load(open(sys.argv[1]))["predictions"][0]
counts, metrics = found["counts"], found["metrics"]
wrong = []
def expect(what, value, text):
    digits = len(text.partition(".")[2])
    if f"{value:.{digits}f}" != text:
        wrong.append(f"{what}: {value} is not {text}")
for what, value in (("matched", 284), ("negative_flips", 5), ("positive_flips", 16), ("both_wrong", 20)):
    expect(what, counts[what], str(value))
for metric, old, new in (("accuracy", "0.873239", "0.911972"), ("brier_score", "0.097186", "0.078612"),
                         ("ece", "0.047074", "0.079004")):
    expect(metric + " old", metrics[metric]["old"], old)
    expect(metric + " new", metrics[metric]["new"], new)
expect("churn", metrics["churn"]["new"], "0.073944")
expect("McNemar", found["mcnemar_p"], "0.026604")
expect("Bonett-Price low", metrics["accuracy"]["ci"][0], "0.005899")
expect("Bonett-Price high", metrics["accuracy"]["ci"][1], "0.071024")
sys.exit("\n".join(wrong) or 0)
PY

# What grew by more than 10 is worse, where so much is tolerated.
for slack in 0 10; do
  expect_code 0 mlops diff diabetes_old.csv diabetes_new.csv --key id --label y --prediction pred --task regression \
    --by sex --rtol 0 --atol "$slack" --json
  cp "$out" "diabetes_$slack.json"
done
/usr/bin/python3 - <<'PY'
import json, sys
exact, tolerant = (json.load(open(f"diabetes_{slack}.json"))["predictions"][0] for slack in (0, 10))
wrong = []
def expect(what, value, text):
    digits = len(text.partition(".")[2])
    if f"{value:.{digits}f}" != text:
        wrong.append(f"{what}: {value} is not {text}")
expect("rows", exact["counts"]["matched"], "221")
for metric, old, new in (("mean_absolute_error", "48.144176", "44.250418"),
                         ("root_mean_squared_error", "59.168499", "54.401554"), ("r2", "0.311703", "0.418141")):
    expect(metric + " old", exact["metrics"][metric]["old"], old)
    expect(metric + " new", exact["metrics"][metric]["new"], new)
expect("worse", exact["counts"]["worsened"], "95")
expect("worse by more than 10", tolerant["counts"]["worsened"], "61")
slices = {one["value"]: one["metrics"]["mean_absolute_error"] for one in exact["slices"]}
for sex, old, new in (("1", "47.86", "41.24"), ("2", "48.47", "47.76")):
    expect(f"sex {sex} old", slices[sex]["old"], old)
    expect(f"sex {sex} new", slices[sex]["new"], new)
sys.exit("\n".join(wrong) or 0)
PY
