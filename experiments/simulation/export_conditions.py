"""Files about grades, surveys, results of units, honours, sanctions and new regulations."""

from __future__ import annotations

import numpy as np
import polars as pl

from experiments.simulation.background import Background
from experiments.simulation.conditions import AWARDS
from experiments.simulation.employer import Employer
from experiments.simulation.identity import Identities
from experiments.simulation.siasn import SANCTIONS, UNIT_GRADES, as_text, at, days
from experiments.simulation.state import Log
from experiments.simulation.workforce import Workforce


def condition_files(
    workforce: Workforce, who: Identities, background: Background
) -> dict[str, pl.DataFrame]:
    """Return these files by name."""
    return {
        "golongan": _grades(who, background),
        "survei": _surveys(workforce, who),
        "kinerja_unit": _unit_reviews(workforce),
        "target_layanan": _targets(workforce),
        "penghargaan": _awards(workforce, who),
        "hukdis": _sanctions(workforce, who),
    }


def policy_files(employer: Employer) -> dict[str, pl.DataFrame]:
    """Return the regulations that are known by the end of the period, and what they require."""
    known = [one for one in employer.policy if one.issued < employer.period.end]
    counts = [len(one.posts) for one in known]
    day = employer.period.day_one(np.array([one.month for one in known], int))
    return {
        "peraturan": as_text(
            {
                "peraturan_id": [one.id for one in known],
                "judul": [one.title for one in known],
                "penerbit": [one.issuer for one in known],
                "tanggal_terbit": days(np.array([one.issued for one in known], "datetime64[D]")),
                "tanggal_berlaku": days(day),
                "ringkasan": [one.summary for one in known],
            }
        ),
        "perubahan_standar": as_text(
            {
                "peraturan_id": np.repeat([one.id for one in known], counts),
                "jabatan_id": [employer.posts.ids[post] for one in known for post in one.posts],
                "kode_kompetensi": np.repeat(
                    [employer.competencies.ids[one.competency] for one in known], counts
                ),
                "level": [int(level) for one in known for level in one.level],
                "berlaku_sejak": days(np.repeat(day, counts)),
            }
        ),
    }


def _grades(who: Identities, background: Background) -> pl.DataFrame:
    return as_text(
        {
            "idPns": at(who.keys, background.person),
            "golongan": background.grade,
            "tmtGolongan": days(background.since),
        }
    )


def _surveys(workforce: Workforce, who: Identities) -> pl.DataFrame:
    uwes = _answers(workforce.surveys.log, "uwes9", who)
    if workforce.world.pulse is None:
        return uwes
    return pl.concat([uwes, _answers(workforce.pulses.log, "pulse", who)])


def _answers(log: Log, instrument: str, who: Identities) -> pl.DataFrame:
    score = log.column("score").astype(float)
    return as_text(
        {
            "pns_id": at(who.keys, log.column("person")),
            "instrumen": [instrument] * len(score),
            "skor": pl.Series(score, strict=False).fill_nan(None),
            "tanggal": days(log.column("day")),
        }
    )


def _unit_reviews(workforce: Workforce) -> pl.DataFrame:
    log, end = workforce.appraisals.unit_reviews, workforce.employer.period.end
    year = log.column("year")
    published = (year - 1969).astype("datetime64[Y]") + np.timedelta64(1, "M")
    known = published.astype("datetime64[D]") < end
    return as_text(
        {
            "unor_id": at(workforce.employer.offices.ids, log.column("unit")[known]),
            "tahun": year[known],
            "predikat": UNIT_GRADES[log.column("grade")[known]],
        }
    )


def _targets(workforce: Workforce) -> pl.DataFrame:
    results = workforce.results
    log, indicator = results.targets, results.targets.column("indicator")
    return as_text(
        {
            "unor_id": at(workforce.employer.offices.ids, log.column("unit")),
            "indikator": at(results.names, indicator),
            "target": results.usual[indicator],
            "realisasi": log.column("attained"),
            "arah": np.where(results.lower[indicator], "lebih rendah", "lebih tinggi"),
            "periode": days(log.column("day")),
        }
    )


def _awards(workforce: Workforce, who: Identities) -> pl.DataFrame:
    log = workforce.results.awards
    return as_text(
        {
            "idPns": at(who.keys, log.column("person")),
            "hargaNama": at(AWARDS, log.column("kind")),
            "skDate": days(log.column("day")),
        }
    )


def _sanctions(workforce: Workforce, who: Identities) -> pl.DataFrame:
    log = workforce.results.sanctions
    return as_text(
        {
            "idPns": at(who.keys, log.column("person")),
            "jenisTingkatHukumanNama": SANCTIONS[log.column("level")],
            "hukumanTanggal": days(log.column("day")),
            "akhirHukumTanggal": days(log.column("ends")),
            "nomorPp": ["94/2021"] * len(log.column("person")),
        }
    )
