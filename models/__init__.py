"""Estimators: fit, score, explain; no I/O but the released bundle."""
