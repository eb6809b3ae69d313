"""Predicts the test rows with both models."""
import pathlib
import pickle

import pandas as pd

out = pathlib.Path("predictions")
out.mkdir(exist_ok=True)

test = pd.read_csv("split/cancer-test.csv")
columns, model = pickle.loads(pathlib.Path("models/cancer.pickle").read_bytes())
probability = dict(zip(model.classes_, model.predict_proba(test[columns]).T))
pd.DataFrame(
    {
        "id": test["id"],
        "diagnosis": test["diagnosis"],
        "predicted": model.predict(test[columns]),
        "p_benign": probability["benign"],
        "p_malignant": probability["malignant"],
    }
).to_csv(out / "cancer.csv", index=False, float_format="%.6f")

test = pd.read_csv("split/diabetes-test.csv")
columns, model = pickle.loads(pathlib.Path("models/diabetes.pickle").read_bytes())
pd.DataFrame(
    {
        "id": test["id"],
        "sex": test["sex"],
        "progression": test["progression"],
        "predicted": model.predict(test[columns]),
    }
).to_csv(out / "diabetes.csv", index=False, float_format="%.6f")
print("predicted both test sets")
