"""Writes the breast-cancer and the diabetes data that python3-sklearn ships to CSV with ids."""
import pathlib
import sys

from sklearn.datasets import load_breast_cancer, load_diabetes

folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)


def write(frame, name):
    frame.insert(0, "id", range(1, len(frame) + 1))
    frame.to_csv(folder / name, index=False)


cancer = load_breast_cancer(as_frame=True).frame
cancer["diagnosis"] = cancer.pop("target").map({0: "malignant", 1: "benign"})
write(cancer, "cancer.csv")

diabetes = load_diabetes(as_frame=True, scaled=False).frame
diabetes["sex"] = diabetes["sex"].astype(int)
diabetes = diabetes.rename(columns={"target": "progression"})
write(diabetes, "diabetes.csv")
