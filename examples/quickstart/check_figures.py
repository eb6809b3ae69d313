"""Holds the figures of `mlops diff model-v1 model-v2` against the ones that the README quotes."""
import json
import sys

report = json.load(open(sys.argv[1], encoding="utf-8"))
sets = {entry["name"]: entry for entry in report["predictions"]}
wrong = []


def expect(what, found, wanted, digits=4):
    ok = found is not None and round(found, digits) == wanted
    print(f"  {'ok   ' if ok else 'WRONG'} {what}: {found} (expected {wanted})")
    if not ok:
        wrong.append(what)


cancer = sets["cancer"]
expect("cancer rows aligned by id", cancer["counts"]["matched"], 284, 0)
expect("cancer negative flips", cancer["counts"]["negative_flips"], 5, 0)
expect("cancer positive flips", cancer["counts"]["positive_flips"], 16, 0)
for name, old, new in [("accuracy", 0.8732, 0.9120), ("ece", 0.0471, 0.0790)]:
    expect(f"cancer {name}, old", cancer["metrics"][name]["old"], old)
    expect(f"cancer {name}, new", cancer["metrics"][name]["new"], new)

diabetes = sets["diabetes"]
expect("diabetes rows aligned by id", diabetes["counts"]["matched"], 221, 0)
for name, old, new in [("mean_absolute_error", 48.1442, 44.2504), ("r2", 0.3117, 0.4181)]:
    expect(f"diabetes {name}, old", diabetes["metrics"][name]["old"], old)
    expect(f"diabetes {name}, new", diabetes["metrics"][name]["new"], new)
rules = {(s["name"], rule["metric"]): rule for s in report["predictions"] for rule in s["rules"]}
gap = rules["diabetes", "difference(mean_absolute_error)"]
expect("diabetes gap between the sexes, old", gap["old"], 0.61, 2)
expect("diabetes gap between the sexes, new", gap["new"], 6.52, 2)

verdicts = {
    ("cancer", "accuracy"): "pass",
    ("cancer", "negative_flip_rate"): "pass",
    ("cancer", "ece"): "fail",
    ("diabetes", "mean_absolute_error"): "pass",
    ("diabetes", "difference(mean_absolute_error)"): "fail",
}
for key, verdict in verdicts.items():
    found = rules[key]["verdict"]
    print(f"  {'ok   ' if found == verdict else 'WRONG'} {key[0]} {key[1]}: {found}")
    if found != verdict:
        wrong.append(" ".join(key))
sys.exit(f"wrong: {', '.join(wrong)}" if wrong else 0)
