# pyright: strict
"""What the components of support need are called, and their curves in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from features.wording.languages import Language, decimal

COMPONENTS: dict[Language, dict[str, str]] = {
    "id": {
        "learning_stopped": "berhenti belajar meskipun ditawari",
        "absence_rise": "ketidakhadiran tanpa alasan meningkat",
        "performance_fall": "kinerja menurun terhadap unit",
        "voluntary_exit": "mengundurkan diri",
        "survey_low": "survei keterikatan di bawah batas",
    },
    "en": {
        "learning_stopped": "learning stops although offered",
        "absence_rise": "absence without reason rises",
        "performance_fall": "performance falls against the unit",
        "voluntary_exit": "resignation",
        "survey_low": "engagement survey below its cut-off",
    },
}
SOURCES: dict[Language, dict[str, str]] = {
    "id": {"hazard": "", "lagged": " (hanya menurut enam bulan sebelumnya)"},
    "en": {"hazard": "", "lagged": " (by the window before alone)"},
}


def component_name(component: str, language: Language) -> str:
    """Return what a component is called.

    >>> component_name("absence_rise", "en")
    'absence without reason rises'
    """
    return COMPONENTS[language].get(component, component.replace("_", " "))


def curves_sentence(rows: Sequence[dict[str, Any]], language: Language) -> str:
    """Say each component's curve, one after the other.

    Parameters
    ----------
    rows : sequence of dict
        One a component and number of months (`models.disengagement.CURVE_COLUMNS`), in order.
    language : {"id", "en"}

    >>> curves_sentence([{"component": "absence_rise", "source": "hazard", "months": 3,
    ...                   "probability": 0.0314, "base_rate": 0.02, "lower": None}], "en")
    'absence without reason rises: 3.1% within 3 months (of all people 2.0%).'
    """
    said: list[str] = []
    for component in dict.fromkeys(row["component"] for row in rows):
        own = [row for row in rows if row["component"] == component]
        points = ", ".join(_point(row, language) for row in own)
        base = _percent(own[0]["base_rate"], language)
        whole = f"dari semua pegawai {base}" if language == "id" else f"of all people {base}"
        name = component_name(component, language) + SOURCES[language][own[0]["source"]]
        said.append(f"{name}: {points} ({whole}).")
    return " ".join(said)


def _point(row: dict[str, Any], language: Language) -> str:
    within = "dalam {} bulan" if language == "id" else "within {} months"
    said = f"{_percent(row['probability'], language)} {within.format(row['months'])}"
    if row["lower"] is None:
        return said
    to = "sampai" if language == "id" else "to"
    return f"{said} ({_percent(row['lower'], language)} {to} {_percent(row['upper'], language)})"


def _percent(share: float, language: Language) -> str:
    return f"{decimal(100 * share, language, 1)}%"
