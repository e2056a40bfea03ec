"""`huyula challenge --shadow`: what the shadow's log tells, in words and numbers."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from features.horizon import read_horizon
from features.keys import load_shadow_key
from features.records import load_records
from features.settings import Settings
from features.wording.languages import Language, decimal
from features.workspace import Workspace, replace_text
from serving.shadow_log import read_shadow
from serving.shadow_report import judge_outcomes, newest_shadow, summarise_shadow

VERDICTS: dict[str, dict[Language, str]] = {
    "better": {
        "id": "LEBIH BAIK: lebih banyak pegawai memulai kursus dari daftar penantang",
        "en": "BETTER: more people began a course of the challenger's lists",
    },
    "worse": {
        "id": "LEBIH BURUK: lebih sedikit pegawai memulai kursus dari daftar penantang",
        "en": "WORSE: fewer people began a course of the challenger's lists",
    },
    "undecided": {
        "id": "BELUM DAPAT DIPUTUSKAN: selisihnya mungkin tidak ada",
        "en": "UNDECIDED: the difference may be nothing",
    },
    "too_few": {
        "id": "BELUM DAPAT DIPUTUSKAN: terlalu sedikit pegawai",
        "en": "UNDECIDED: too few people",
    },
    "none": {
        "id": "BELUM DAPAT DIPUTUSKAN: belum ada daftar yang berumur {months} bulan dalam data",
        "en": "UNDECIDED: the records do not reach {months} months past any list yet",
    },
}
TEXTS: dict[str, dict[Language, str]] = {
    "head": {
        "id": "{n_requests} permintaan tentang {n_people} pegawai, {first} sampai {last}; "
        "penantang {bundle}",
        "en": "{n_requests} requests about {n_people} people, {first} to {last}; "
        "challenger {bundle}",
    },
    "lists": {
        "id": "daftar kursus ({n_people} pegawai): {overlap} sama, yang pertama sama pada "
        "{same_first}, korelasi urutan {rank_correlation}",
        "en": "lists of courses ({n_people} people): {overlap} shared, the same first on "
        "{same_first}, rank correlation {rank_correlation}",
    },
    "support": {
        "id": "kebutuhan dukungan ({n_people} pegawai): tanda berbeda pada {flags_differ} "
        "(ditandai {served_flagged}, penantang {shadow_flagged}), korelasi skor "
        "{rank_correlation}",
        "en": "support needs ({n_people} people): the flag differs for {flags_differ} "
        "(flagged {served_flagged}, challenger {shadow_flagged}), rank correlation of scores "
        "{rank_correlation}",
    },
    "latency": {
        "id": "{kind}, milidetik p50 / p99: dilayani {served}, penantang {shadow}",
        "en": "{kind}, milliseconds p50 / p99: served {served}, challenger {shadow}",
    },
    "outcome": {
        "id": "memulai kursus dari daftarnya dalam {months} bulan ({n_people} pegawai): dilayani "
        "{served}, penantang {shadow}, selisih {gain} (interval 95%: {lower} sampai {upper})",
        "en": "began a course of the list within {months} months ({n_people} people): served "
        "{served}, challenger {shadow}, gain {gain} (95% interval {lower} to {upper})",
    },
    "caution": {
        "id": "Hanya daftar yang dilayani yang ditunjukkan, sehingga perbandingan ini memihak "
        "kepadanya; `huyula challenge BUNDLE` memperhitungkannya.",
        "en": "Only the served lists were shown, which favours them here; `huyula challenge "
        "BUNDLE` allows for that.",
    },
}
SHARES = ("overlap", "same_first", "flags_differ", "served_flagged", "shadow_flagged", "served",
          "shadow", "gain", "lower", "upper")  # fmt: skip


def tell_shadow(
    workspace: Workspace, months: int, language: Language, json_file: Path | None
) -> str:
    """Compare the shadow with what was served; return it in words, and write JSON if asked.

    Raises
    ------
    HuyulaError
        The log is empty or damaged, or the key of its digests is gone while there are records.
    """
    log = read_shadow(workspace.shadow)
    n_damaged = log.attrs["n_damaged"]
    log = newest_shadow(log)
    found = summarise_shadow(log) | {"n_damaged_lines": n_damaged, "months": months}
    outcome = None
    if workspace.records.exists():
        key = load_shadow_key(Settings().key_folder, create=False)
        records = load_records(workspace.records)
        end = read_horizon(workspace.records, records).as_of
        outcome = judge_outcomes(log, records, key, end, months)
    verdict = "none" if outcome is None else outcome.verdict
    found |= {"outcome": outcome and asdict(outcome), "verdict": verdict}
    if json_file is not None:
        replace_text(json_file, json.dumps(found, indent=1, allow_nan=False) + "\n")
    return "\n".join(in_words(found, language))


def in_words(found: dict[str, Any], language: Language) -> list[str]:
    """Return lines that say what `tell_shadow` writes as JSON."""

    def said(name: str, **values: object) -> str:
        return TEXTS[name][language].format(**values)

    about = {name: found[name][:10] for name in ("first", "last")}
    counts = {name: found[name] for name in ("n_requests", "n_people")}
    lines = [said("head", **about, **counts, bundle=found["shadow_bundle"][:12])]
    for part in ("lists", "support"):
        if found[part] is not None:
            lines.append(said(part, **_shown(found[part], language)))
    for kind, sides in found["latency_ms"].items():
        times = {
            side: " / ".join(decimal(value, language, 1) for value in both.values())
            for side, both in sides.items()
        }
        lines.append(said("latency", kind=kind, **times))
    months = found["months"]
    if found["outcome"] is not None:
        lines.append(said("outcome", months=months, **_shown(found["outcome"], language)))
        lines.append(said("caution"))
    return [*lines, f"{VERDICTS[found['verdict']][language].format(months=months)}."]


def _shown(values: dict[str, Any], language: Language) -> dict[str, str]:
    def shown(name: str, value: object) -> str:
        if isinstance(value, float):
            is_share = name in SHARES
            text = decimal(100 * value if is_share else value, language, 1 if is_share else 2)
            return f"{text}%" if is_share else text
        return "-" if value is None else f"{value}"

    return {name: shown(name, value) for name, value in values.items()}
