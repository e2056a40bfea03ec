"""Files about what happened: courses, offers, appraisals and attendance."""

from __future__ import annotations

import numpy as np
import polars as pl

from experiments.simulation.export_people import Identities
from experiments.simulation.siasn import ANSWERS, QUADRANTS, RESULTS, ROLES, as_text, at, days
from experiments.simulation.workforce import Story


def event_files(story: Story, who: Identities) -> dict[str, pl.DataFrame]:
    """Return the files of learning, appraisal and attendance by name."""
    return {
        "skp22": _reviews(story, who),
        "umpan_balik_360": _feedback(story, who),
        "asesmen": _assessments(story, who),
        "penawaran": _offers(story, who),
        **_enrolments(story, who),
        "presensi": _attendance(story, who),
    }


def _reviews(story: Story, who: Identities) -> pl.DataFrame:
    log, posts = story.appraisals.reviews, story.employer.posts
    years = log.column("year")
    known = np.array([f"{year + 1}-02-01" for year in years], "datetime64[D]") < story.employer.period.end
    person, year = log.column("person")[known], years[known]
    results, manners = log.column("results")[known], log.column("manners")[known]
    head = np.isin(story.state.post, list(posts.heads.values()))
    leader = np.zeros(len(story.employer.offices.ids), int)
    leader[story.state.unit[head]] = np.flatnonzero(head)
    rater = leader[story.state.unit[person]]
    rater = np.where(rater == person, leader[0], rater)
    return as_text(
        {
            "idPns": at(who.keys, person),
            "nipBaru": at(who.numbers, person),
            "tahun": year,
            "hasilKinerja": RESULTS[results],
            "perilakuKerja": RESULTS[manners],
            "kuadranKinerja": QUADRANTS[results, manners],
            "namaPenilai": at(who.names, rater),
            "nipNrpPenilai": at(who.numbers, rater),
        }
    )


def _feedback(story: Story, who: Identities) -> pl.DataFrame:
    log = story.appraisals.feedback
    return as_text(
        {
            "pns_id": at(who.keys, log.column("person")),
            "peran_penilai": ROLES[log.column("role")],
            "nilai": log.column("score"),
            "tanggal": days(log.column("day")),
        }
    )


def _assessments(story: Story, who: Identities) -> pl.DataFrame:
    from experiments.simulation.appraisal import METHODS

    log = story.appraisals.assessments
    return as_text(
        {
            "pns_id": at(who.keys, log.column("person")),
            "kode_kompetensi": at(story.employer.competencies.ids, log.column("competency")),
            "level": log.column("level"),
            "tanggal_asesmen": days(log.column("day")),
            "metode": at(METHODS, log.column("method")),
        }
    )


def _offers(story: Story, who: Identities) -> pl.DataFrame:
    log = story.learning.offers
    order = np.lexsort((log.column("course"), log.column("person"), log.column("day")))
    return as_text(
        {
            "pns_id": at(who.keys, log.column("person")[order]),
            "kursus_id": at(story.employer.courses.ids, log.column("course")[order]),
            "tanggal_penawaran": days(log.column("day")[order]),
            "tanggapan": ANSWERS[log.column("answer")[order]],
        }
    )


def _enrolments(story: Story, who: Identities) -> dict[str, pl.DataFrame]:
    log = story.learning.enrolments
    courses, sessions = story.employer.courses, story.employer.sessions
    session = log.column("session")
    order = np.lexsort((log.column("person"), sessions.starts[session]))
    person, course = log.column("person")[order], log.column("course")[order]
    session, completes = session[order], log.column("completes")[order]
    over = sessions.ends[session] < story.employer.period.end
    certified = over & completes
    structural = courses.mandatory[course]
    parts = {"person": person, "course": course, "session": session}
    taken = {name: column[certified & structural] for name, column in parts.items()}
    earned = {name: column[certified & ~structural] for name, column in parts.items()}
    other = {name: column[~certified] for name, column in parts.items()}
    return {
        "diklat": _structural(story, who, **taken),
        "kursus": _certificates(story, who, **earned),
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
    story: Story, who: Identities, person: np.ndarray, course: np.ndarray, session: np.ndarray
) -> pl.DataFrame:
    courses, sessions = story.employer.courses, story.employer.sessions
    ends = sessions.ends[session]
    return as_text(
        {
            "idPns": at(who.keys, person),
            "latihanStrukturalId": at(courses.ids, course),
            "latihanStrukturalNama": at(courses.titles, course),
            "nomor": [f"STTP/{number:05d}" for number in range(1, len(person) + 1)],
            "tanggal": days(sessions.starts[session]),
            "tanggalSelesai": days(ends),
            "tahun": ends.astype("datetime64[Y]").astype(int) + 1970,
            "jumlahJam": courses.jp[course].astype(int),
            "institusiPenyelenggara": at(courses.providers, course),
        }
    )


def _certificates(
    story: Story, who: Identities, person: np.ndarray, course: np.ndarray, session: np.ndarray
) -> pl.DataFrame:
    courses, sessions = story.employer.courses, story.employer.sessions
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


def _attendance(story: Story, who: Identities) -> pl.DataFrame:
    log = story.attendance.log
    absent, excused = log.column("unexcused"), log.column("excused")
    return as_text(
        {
            "pns_id": at(who.keys, log.column("person")),
            "bulan": days(story.employer.period.day_one(log.column("month"))),
            "hari_kerja": log.column("workdays"),
            "hadir": log.column("workdays") - absent - excused,
            "dengan_keterangan": excused,
            "tanpa_keterangan": absent,
        }
    )
