"""Which columns the models look at, most useful first."""

CANCER = 10  # the first ten measurements are means over the cells of an image
DIABETES = ["bmi", "bp", "age", "sex", "s1", "s2", "s3", "s4", "s5", "s6"]


def cancer_columns(frame, features):
    return [c for c in frame.columns if c not in ("id", "diagnosis")][: min(features, CANCER)]


def diabetes_columns(features):
    return DIABETES[:features]
