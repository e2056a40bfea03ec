"""Charts of a judgement, for the tracking page."""

from __future__ import annotations

from matplotlib.figure import Figure

from training.judging import Judgement, K


def recommender_figure(judgement: Judgement) -> Figure:
    """Return bars of NDCG@10 by model, best at the top."""
    metric = f"ndcg_at_{K}"
    rows = sorted((values[metric], name) for name, values in judgement.metrics.items())
    figure = Figure(figsize=(6, 3), layout="constrained")
    axes = figure.subplots()
    axes.barh([name for _, name in rows], [value for value, _ in rows])
    axes.set_xlabel(f"NDCG@{K} on the later period")
    return figure


def calibration_figure(judgement: Judgement) -> Figure:
    """Return predicted against observed shares in tenths of the people."""
    figure = Figure(figsize=(4, 4), layout="constrained")
    axes = figure.subplots()
    predicted = judgement.curves["predicted"]
    axes.plot([0, max(predicted)], [0, max(predicted)], linestyle=":", color="grey")
    axes.plot(predicted, judgement.curves["observed"], marker="o")
    axes.set_xlabel("predicted probability")
    axes.set_ylabel("observed share")
    return figure
