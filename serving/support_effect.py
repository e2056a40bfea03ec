"""`huyula support effect`: what being offered support by lot brought, in words and numbers."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pandas as pd

from features.horizon import end_of_records
from features.labels.build import EVENT, build_labels
from features.labels.window import Window
from features.merges import read_merges
from features.records import Records, load_records
from features.standards.load import load_standard
from features.wording.languages import Language, decimal
from features.workspace import Workspace, replace_text
from models.support_effect import EffectRules, SupportEffect, estimate_effect, first_lots
from serving.support_lots import COLUMNS, read_support_lots

VERDICTS: dict[str, dict[Language, str]] = {
    "helps": {
        "id": "MEMBANTU: tawaran dukungan menurunkan kejadian",
        "en": "HELPS: being offered support lowers the events",
    },
    "stop": {
        "id": "HENTIKAN: pengaruhnya pasti di bawah yang dinyatakan bermanfaat",
        "en": "STOP: the effect is surely less than what was declared worthwhile",
    },
    "undecided": {
        "id": "BELUM DAPAT DIPUTUSKAN: bisa membantu, bisa tidak",
        "en": "UNDECIDED: it may help, it may not",
    },
    "too_few": {
        "id": "BELUM DAPAT DIPUTUSKAN: terlalu sedikit orang atau kejadian",
        "en": "UNDECIDED: too few people or events",
    },
}
NOTHING: dict[Language, str] = {
    "id": "Belum ada undian yang masa pengamatannya selesai; pengaruh dukungan belum diketahui.",
    "en": "No lot has matured yet; nothing is known of the effect of support.",
}


def matured_lots(logs: list[pd.DataFrame], records: Records) -> pd.DataFrame:
    """Return everybody among whom a lot decided, where the horizon after it is over.

    Parameters
    ----------
    logs : list of DataFrame
        `serving.support_lots.read_support_lots`.
    records : Records

    Returns
    -------
    DataFrame
        The columns of the log and ``outcome``: 1 where an event followed, 0 where none did, NaN
        where that could not be seen or the window was cut short.
    """
    rules = load_standard("disengagement")
    horizon, end = int(rules["horizon_months"]), end_of_records(records)
    found = []
    for log in logs:
        lots = log[log["by_lot"]]
        if lots.empty:
            continue
        as_of = lots["as_of"].iloc[0].date()
        if Window.after(as_of, horizon, rules["embargo_days"]).end > end:
            continue
        labels = build_labels(records, as_of, horizon).to_pandas()[["employee_id", EVENT]]
        labels = labels.rename(columns={EVENT: "outcome"})
        found.append(lots.merge(labels, on="employee_id", how="left"))
    if not found:
        return pd.DataFrame(columns=[*COLUMNS, "outcome"])
    return pd.concat(found, ignore_index=True)


def tell_support_effect(workspace: Workspace, language: Language, json_file: Path | None) -> str:
    """Estimate the effect of being offered support by lot; return it in words."""
    folder = workspace.require(workspace.records, "huyula import")
    logs = read_support_lots(workspace.support_lots, read_merges(workspace.merges))
    horizon, rules = int(load_standard("disengagement")["horizon_months"]), EffectRules.in_force()
    matured = matured_lots(logs, load_records(folder)) if logs else pd.DataFrame()
    found = None
    if len(matured):
        counting = first_lots(matured, horizon)
        found = estimate_effect(counting, rules)
    if json_file is not None:
        about = {"horizon_months": horizon, "worthwhile": rules.worthwhile, "n_lists": len(logs)}
        content = about | {"effect": asdict(found) if found else None}
        replace_text(json_file, json.dumps(content, indent=1, allow_nan=False) + "\n")
    return NOTHING[language] if found is None else in_words(found, horizon, rules, language)


def in_words(
    found: SupportEffect, horizon_months: int, rules: EffectRules, language: Language
) -> str:
    """Say what was found.

    Parameters
    ----------
    found : SupportEffect
    horizon_months : int
        After the lot, in which events count.
    rules : EffectRules
    language : {"id", "en"}
    """
    numbers = {name: _percent(value, language) for name, value in asdict(found).items()}
    text = TEXTS[language] if found.effect is not None else SHORT[language]
    worth, verdict = _percent(rules.worthwhile, language), VERDICTS[found.verdict][language]
    return text.format(months=horizon_months, worthwhile=worth, **numbers | {"verdict": verdict})


SHORT: dict[Language, str] = {
    "id": "{verdict} ({n_drawn} terpilih undian dan {n_not_drawn} tidak, yang dapat dibandingkan).",
    "en": "{verdict} ({n_drawn} drawn and {n_not_drawn} not drawn that can be compared).",
}
TEXTS: dict[Language, str] = {
    "id": (
        "{verdict}.\n"
        "Kejadian dalam {months} bulan: {risk_drawn} dari {n_drawn} orang yang terpilih undian, "
        "{risk_not_drawn} dari {n_not_drawn} yang tidak, dalam {n_strata} unit dan masa.\n"
        "Kejadian yang terhindar: {effect} (interval 95%: {lower} sampai {upper}); pengaruh "
        "terkecil yang dapat terlihat {smallest}, yang dinyatakan bermanfaat {worthwhile}.\n"
        "Ini pengaruh ditawari dukungan melalui undian, bukan pengaruh dukungan yang diterima, dan "
        "hanya bagi mereka di batas kapasitas; {n_left_out} orang tidak dapat dibandingkan."
    ),
    "en": (
        "{verdict}.\n"
        "Events within {months} months: {risk_drawn} of {n_drawn} people drawn, {risk_not_drawn} "
        "of {n_not_drawn} not drawn, in {n_strata} units and periods.\n"
        "Events avoided: {effect} (95% interval {lower} to {upper}); the smallest effect that "
        "could have been seen is {smallest}, the declared worthwhile one {worthwhile}.\n"
        "This is the effect of being offered support by lot, not of support taken up, and only on "
        "people at the margin of the capacity; {n_left_out} people cannot be compared."
    ),
}


def _percent(value: object, language: Language) -> str:
    """Write a share as a percentage, and anything else as it is."""
    return f"{decimal(100 * value, language, 1)}%" if isinstance(value, float) else str(value)
