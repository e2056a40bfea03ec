"""Files about what happened: courses, offers, appraisals and attendance."""

from __future__ import annotations

import numpy as np
import polars as pl

from experiments.simulation.assessment import METHODS
from experiments.simulation.identity import Identities
from experiments.simulation.siasn import (
    ANSWERS,
    BEHAVIOURS,
    QUADRANTS,
    RESULTS,
    ROLES,
    as_text,
    at,
    days,
)  # fmt: skip
from experiments.simulation.workforce import Workforce

FIRST_PREDICATE_YEAR = 2022
NUMERIC_MEAN, NUMERIC_SPREAD = 84.0, 2.5


def event_files(workforce: Workforce, who: Identities) -> dict[str, pl.DataFrame]:
    """Return the files of learning, appraisal and attendance by name."""
    return {
        **_reviews(workforce, who),
        "umpan_balik_360": _feedback(workforce, who),
        "asesmen": _assessments(workforce, who),
        "penawaran": _offers(workforce, who),
        **_enrolments(workforce, who),
        "presensi": _attendance(workforce, who),
    }


def _reviews(workforce: Workforce, who: Identities) -> dict[str, pl.DataFrame]:
    """Return the appraisals, those before 2022 by the numeric scale of that time in `skp`."""
    log, end = workforce.appraisals.reviews, workforce.employer.period.end
    # The appraisal of a year is known in the February after it.
    published = (log.column("year") - 1969).astype("datetime64[Y]") + np.timedelta64(1, "M")
    known = published.astype("datetime64[D]") < end
    modern = log.column("year") >= FIRST_PREDICATE_YEAR
    files = {"skp22": _predicates(workforce, who, known & modern)}
    if (known & ~modern).any():
        files["skp"] = _numeric(workforce, who, known & ~modern)
    return files


def _predicates(workforce: Workforce, who: Identities, rows: np.ndarray) -> pl.DataFrame:
    log = workforce.appraisals.reviews
    person = log.column("person")[rows]
    results, manners = log.column("results")[rows], log.column("manners")[rows]
    return as_text(
        {
            "idPns": at(who.keys, person),
            "nipBaru": at(who.numbers, person),
            "tahun": log.column("year")[rows],
            "hasilKinerja": RESULTS[results],
            "perilakuKerja": RESULTS[manners],
            "kuadranKinerja": QUADRANTS[results, manners],
            **_appraiser(workforce, who, person),
        }
    )


def _numeric(workforce: Workforce, who: Identities, rows: np.ndarray) -> pl.DataFrame:
    log = workforce.appraisals.reviews
    person, score = log.column("person")[rows], log.column("score")[rows]
    points = np.clip(NUMERIC_MEAN + NUMERIC_SPREAD * score, 40, 100).round(2)
    return as_text(
        {
            "idPns": at(who.keys, person),
            "nipBaru": at(who.numbers, person),
            "tahun": log.column("year")[rows],
            "nilaiPrestasiKerja": points,
            **_appraiser(workforce, who, person),
        }
    )


def _appraiser(workforce: Workforce, who: Identities, person: np.ndarray) -> dict[str, np.ndarray]:
    rater = _raters(workforce)[person]
    by_head = rater != person
    return {
        "namaPenilai": np.where(by_head, at(who.names, rater), "Bupati"),
        "nipNrpPenilai": np.where(by_head, at(who.numbers, rater), ""),
    }


def _raters(workforce: Workforce) -> np.ndarray:
    """Return who appraises each person: the head of the unit; themselves where the regent does."""
    state, posts = workforce.state, workforce.employer.posts
    heads = np.flatnonzero(np.isin(state.post, list(posts.heads.values())))
    newest_last = heads[np.argsort(state.leaves[heads], kind="stable")]
    leader = np.full(len(workforce.employer.offices.ids), -1)
    leader[state.unit[newest_last]] = newest_last
    rater = leader[state.unit]
    return np.where(rater >= 0, rater, np.arange(len(rater)))


def _feedback(workforce: Workforce, who: Identities) -> pl.DataFrame:
    log = workforce.appraisals.feedback
    return as_text(
        {
            "pns_id": at(who.keys, log.column("person")),
            "peran_penilai": ROLES[log.column("role")],
            "perilaku": BEHAVIOURS[log.column("behaviour")],
            "nilai": log.column("score"),
            "tanggal": days(log.column("day")),
        }
    )


def _assessments(workforce: Workforce, who: Identities) -> pl.DataFrame:
    log = workforce.assessments.log
    return as_text(
        {
            "pns_id": at(who.keys, log.column("person")),
            "kode_kompetensi": at(workforce.employer.competencies.ids, log.column("competency")),
            "level": log.column("level"),
            "tanggal_asesmen": days(log.column("day")),
            "metode": at(METHODS, log.column("method")),
        }
    )


def _offers(workforce: Workforce, who: Identities) -> pl.DataFrame:
    log = workforce.learning.offers
    order = np.lexsort((log.column("course"), log.column("person"), log.column("day")))
    return as_text(
        {
            "pns_id": at(who.keys, log.column("person")[order]),
            "kursus_id": at(workforce.employer.courses.ids, log.column("course")[order]),
            "tanggal_penawaran": days(log.column("day")[order]),
            "tanggapan": ANSWERS[log.column("answer")[order]],
        }
    )


def _enrolments(workforce: Workforce, who: Identities) -> dict[str, pl.DataFrame]:
    log = workforce.learning.enrolments.log
    courses, sessions = workforce.employer.courses, workforce.employer.sessions
    session = log.column("session")
    order = np.lexsort((log.column("person"), sessions.starts[session]))
    person, course = log.column("person")[order], log.column("course")[order]
    session, completes = session[order], log.column("completes")[order]
    over = sessions.ends[session] < workforce.employer.period.end
    certified = over & completes
    structural = courses.mandatory[course]
    parts = {"person": person, "course": course, "session": session}
    taken = {name: column[certified & structural] for name, column in parts.items()}
    earned = {name: column[certified & ~structural] for name, column in parts.items()}
    other = {name: column[~certified] for name, column in parts.items()}
    return {
        "diklat": _structural(workforce, who, **taken),
        "kursus": _certificates(workforce, who, **earned),
        "peserta_kursus": as_text(
            {
                "pns_id": at(who.keys, other["person"]),
                "kursus_id": at(courses.ids, other["course"]),
                "tanggal_mulai": days(sessions.starts[other["session"]]),
                "status": np.where(over[~certified], "berhenti", "terdaftar"),
            }
        ),
    }


def _structural(
    workforce: Workforce,
    who: Identities,
    person: np.ndarray,
    course: np.ndarray,
    session: np.ndarray,
) -> pl.DataFrame:
    """Return what was assigned: before the period, then in it."""
    courses, sessions = workforce.employer.courses, workforce.employer.sessions
    earlier = workforce.earlier
    person = np.concatenate([earlier.person, person])
    course = np.concatenate([earlier.course, course])
    starts = np.concatenate([earlier.starts, sessions.starts[session]])
    ends = np.concatenate([earlier.ends, sessions.ends[session]])
    return as_text(
        {
            "idPns": at(who.keys, person),
            "latihanStrukturalId": at(courses.ids, course),
            "latihanStrukturalNama": at(courses.titles, course),
            "nomor": [f"STTP/{number:05d}" for number in range(1, len(person) + 1)],
            "tanggal": days(starts),
            "tanggalSelesai": days(ends),
            "tahun": ends.astype("datetime64[Y]").astype(int) + 1970,
            "jumlahJam": courses.jp[course].astype(int),
            "institusiPenyelenggara": at(courses.providers, course),
        }
    )


def _certificates(
    workforce: Workforce,
    who: Identities,
    person: np.ndarray,
    course: np.ndarray,
    session: np.ndarray,
) -> pl.DataFrame:
    courses, sessions = workforce.employer.courses, workforce.employer.sessions
    kinds = sorted(set(courses.forms))
    return as_text(
        {
            "idPns": at(who.keys, person),
            "nipBaru": at(who.numbers, person),
            "jenisDiklatId": [kinds.index(courses.forms[i]) + 1 for i in course],
            "jenisKursus": at(courses.forms, course),
            "namaKursus": at(courses.titles, course),
            "jumlahJam": courses.jp[course].astype(int),
            "noSertipikat": [f"SERT/{number:06d}" for number in range(1, len(person) + 1)],
            "tanggalKursus": days(sessions.starts[session]),
            "tanggalSelesaiKursus": days(sessions.ends[session]),
            "institusiPenyelenggara": at(courses.providers, course),
        }
    )


def _attendance(workforce: Workforce, who: Identities) -> pl.DataFrame:
    log = workforce.attendance.log
    absent, excused = log.column("unexcused"), log.column("excused")
    outage = log.column("outage")
    return as_text(
        {
            "pns_id": at(who.keys, log.column("person")),
            "bulan": days(workforce.employer.period.day_one(log.column("month"))),
            "hari_kerja": log.column("workdays"),
            "hadir": log.column("workdays") - absent - excused - outage,
            "dengan_keterangan": excused,
            "tanpa_keterangan": absent,
            "gangguan_jaringan": outage,
            "cuti": log.column("leave"),
        }
    )
