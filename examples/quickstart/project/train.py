"""Fits both models on the training rows. Knows nothing of mlops."""
import argparse
import pathlib
import pickle

import pandas as pd
from sklearn.linear_model import LinearRegression
from sklearn.naive_bayes import GaussianNB

from columns import cancer_columns, diabetes_columns

parser = argparse.ArgumentParser()
parser.add_argument("--features", type=int, required=True)
features = parser.parse_args().features

models = pathlib.Path("models")
models.mkdir(exist_ok=True)

cancer = pd.read_csv("split/cancer-train.csv")
columns = cancer_columns(cancer, features)
model = GaussianNB().fit(cancer[columns], cancer["diagnosis"])
(models / "cancer.pickle").write_bytes(pickle.dumps((columns, model)))
print(f"cancer: GaussianNB on {', '.join(columns)}")

diabetes = pd.read_csv("split/diabetes-train.csv")
columns = diabetes_columns(features)
model = LinearRegression().fit(diabetes[columns], diabetes["progression"])
(models / "diabetes.pickle").write_bytes(pickle.dumps((columns, model)))
print(f"diabetes: LinearRegression on {', '.join(columns)}")
