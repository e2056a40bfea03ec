"""Whether the combined figure may be named so: does it order people as an engagement survey does.

Until a survey (UWES-9) says so, the score that orders the flags is called after the components it
is made of, and no figure of "disengagement" is shown.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from features.standards.load import load_standard
from models.disengagement import DisengagementModel
from training.component_gate import N_RESAMPLES, ranked_auc


def validated_on_survey(
    panel: pd.DataFrame, model: DisengagementModel, rng: np.random.Generator
) -> dict[str, Any]:
    """Compare the combined score with low answers to a survey after the snapshot.

    Parameters
    ----------
    panel : DataFrame
        `features.panel.build_panel`: ``survey_low`` is 1, 0, or null for whoever was not asked.
    model : DisengagementModel
    rng : Generator

    Returns
    -------
    dict
        JSON-able: ``validated`` (the lower bound of the AUC lies above .5 by the declared margin,
        ``standards/support.toml``), ``n_people``, ``n_low``, ``auc``, ``auc_low``, ``sentence``.
    """
    rules = load_standard("support")["survey"]
    score = model.score(panel)
    kept = panel["survey_low"].notna().to_numpy() & ~np.isnan(score)
    low = panel.loc[kept, "survey_low"].to_numpy(dtype=np.float64)
    n, n_low = len(low), int(low.sum())
    found: dict[str, Any] = {"validated": False, "n_people": n, "n_low": n_low}
    if n_low < rules["min_low"] or n_low == n:
        sentence = f"NOT VALIDATED on a survey: {n_low} low answers among {n} people."
        return found | {"sentence": f"{sentence} The order is named after its components."}
    auc = ranked_auc(score[kept], low)
    drawn = rng.multinomial(n, np.full(n, 1 / n), N_RESAMPLES).astype(np.float64)
    bound = float(np.quantile([auc(times) for times in drawn], 0.025))
    found |= {"auc": auc(np.ones(n)), "auc_low": bound}
    found["validated"] = bound > 0.5 + rules["margin"]
    said = f"AUC {found['auc']:.3f} (lower bound {bound:.3f}) of {n_low} low answers among {n}."
    if found["validated"]:
        return found | {"sentence": f"VALIDATED on a survey: {said}"}
    named = "The order is named after its components."
    return found | {"sentence": f"NOT VALIDATED on a survey: {said} {named}"}
