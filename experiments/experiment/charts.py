"""Charts of a run, for the tracking page."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from sklearn.calibration import calibration_curve
from sklearn.metrics import precision_recall_curve

from experiments.experiment.measures import rivals_of
from experiments.experiment.specification import METRICS


def charts_of(task: str, rows: pd.DataFrame) -> dict[str, Figure]:
    """Return the figures of a run by name."""
    if task == "recommend":
        return {"models": _bars(rows), "periods": _periods(rows)}
    return {"calibration": _calibration(rows), "precision_recall": _precision_recall(rows)}


def _bars(rows: pd.DataFrame) -> Figure:
    metric = METRICS["recommend"][0]
    values = {"model": float(rows[metric].mean())}
    values |= {name: float(rows[f"{metric}.{name}"].mean()) for name in rivals_of(rows)}
    ordered = sorted(values.items(), key=lambda item: item[1])
    figure = Figure(figsize=(6, 3), layout="constrained")
    axes = figure.subplots()
    axes.barh([name for name, _ in ordered], [value for _, value in ordered])
    axes.set_xlabel(metric)
    return figure


def _periods(rows: pd.DataFrame) -> Figure:
    metric = METRICS["recommend"][0]
    figure = Figure(figsize=(6, 3), layout="constrained")
    axes = figure.subplots()
    by_period = rows.groupby("period")[[metric]].mean()
    axes.plot(by_period.index.astype("str"), by_period[metric], marker="o")
    axes.set_ylabel(metric)
    return figure


def _calibration(rows: pd.DataFrame) -> Figure:
    observed, predicted = calibration_curve(
        rows["outcome"], np.clip(rows["probability"], 0, 1), n_bins=10, strategy="quantile"
    )
    figure = Figure(figsize=(4, 4), layout="constrained")
    axes = figure.subplots()
    most = max(float(predicted.max()), float(observed.max()))
    axes.plot([0, most], [0, most], linestyle=":", color="grey")
    axes.plot(predicted, observed, marker="o")
    axes.set_xlabel("predicted probability")
    axes.set_ylabel("observed share")
    return figure


def _precision_recall(rows: pd.DataFrame) -> Figure:
    figure = Figure(figsize=(5, 4), layout="constrained")
    axes = figure.subplots()
    for column in ("probability", "rule"):
        precision, recall, _ = precision_recall_curve(rows["outcome"], rows[column])
        axes.plot(recall, precision, label="model" if column == "probability" else column)
    axes.set_xlabel("recall")
    axes.set_ylabel("precision")
    axes.legend()
    return figure
