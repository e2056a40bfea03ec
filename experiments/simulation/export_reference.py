"""Reference files: units, posts, competencies, the catalogue and its calendar."""

from __future__ import annotations

import numpy as np
import polars as pl

from experiments.simulation.employer import Employer
from experiments.simulation.export_conditions import policy_files
from experiments.simulation.siasn import TRIGGERS, as_text, at, days

AGENCY_ID = "A5EB03E241D4F6A0E040640A040252AD"


def own_files(employer: Employer) -> dict[str, pl.DataFrame]:
    """Return the files about an employer's own units and calendar by name."""
    return {"ref_unor": _units(employer), "jadwal_kursus": _sessions(employer)}


def shared_files(employer: Employer) -> dict[str, pl.DataFrame]:
    """Return the files that are the same for every employer by name."""
    return {
        "ref_jabatan": _posts(employer),
        "ref_kompetensi": _competencies(employer),
        "standar_kompetensi": _requirements(employer),
        "katalog_kursus": _courses(employer),
        "kursus_kompetensi": _teaches(employer),
        **policy_files(employer),
    }


def _units(employer: Employer) -> pl.DataFrame:
    offices, posts = employer.offices, employer.posts
    heads = [posts.heads[kind] for kind in offices.kinds]
    echelon = ["III.a" if posts.levels[head] == "administrator" else "II.b" for head in heads]
    return as_text(
        {
            "Id": [offices.root_id, *offices.ids],
            "InstansiId": [AGENCY_ID] * (len(offices.ids) + 1),
            "DiatasanId": ["", *[offices.root_id] * len(offices.ids)],
            "EselonId": ["", *echelon],
            "NamaUnor": [offices.root, *offices.names],
            "NamaJabatan": ["Bupati", *[posts.titles[head] for head in heads]],
        }
    )


def _posts(employer: Employer) -> pl.DataFrame:
    posts = employer.posts
    return as_text(
        {
            "jabatan_id": posts.ids,
            "nama_jabatan": posts.titles,
            "jenis_jabatan_id": posts.kind_ids,
            "jenjang": [posts.labels[level] for level in posts.levels],
        }
    )


def _competencies(employer: Employer) -> pl.DataFrame:
    listed = employer.competencies
    return as_text({"kode": listed.ids, "nama": listed.names, "kelompok": listed.groups})


def _requirements(employer: Employer) -> pl.DataFrame:
    required = employer.posts.required
    post, competency = np.nonzero(required)
    return as_text(
        {
            "jabatan_id": at(employer.posts.ids, post),
            "kode_kompetensi": at(employer.competencies.ids, competency),
            "level": required[post, competency].astype(int),
        }
    )


def _courses(employer: Employer) -> pl.DataFrame:
    courses, labels = employer.courses, employer.posts.labels
    return as_text(
        {
            "kursus_id": courses.ids,
            "nama_kursus": courses.titles,
            "bentuk": courses.forms,
            "jp": courses.jp.astype(int),
            "penyelenggara": courses.providers,
            "biaya": courses.cost.astype(int),
            "jenjang_jabatan": [
                "|".join(labels[name] for name in names) for names in courses.post_levels
            ],
            "jenis_pegawai": ["|".join(names) for names in courses.types],
            "prasyarat_kursus_id": [courses.ids[i] if i >= 0 else "" for i in courses.prerequisite],
            "wajib": np.where(courses.mandatory, "Y", "T"),
            "pemicu": [TRIGGERS[trigger] for trigger in courses.triggers],
            "hari": courses.days,
            "internasional": ["T"] * len(courses.ids),
        }
    )


def _teaches(employer: Employer) -> pl.DataFrame:
    courses = employer.courses
    course, competency = np.nonzero(courses.teaches)
    return as_text(
        {
            "kursus_id": at(courses.ids, course),
            "kode_kompetensi": at(employer.competencies.ids, competency),
            "level": courses.teaches[course, competency].astype(int),
        }
    )


def _sessions(employer: Employer) -> pl.DataFrame:
    sessions = employer.sessions
    known = sessions.announced < employer.period.end
    numbers = np.flatnonzero(known)
    key = f"{employer.number + 1:04d}-" if employer.of > 1 else ""
    return as_text(
        {
            "jadwal_id": [f"JDW-{key}{number:05d}" for number in numbers + 1],
            "kursus_id": at(employer.courses.ids, sessions.course[known]),
            "tanggal_pengumuman": days(sessions.announced[known]),
            "tanggal_mulai": days(sessions.starts[known]),
            "tanggal_selesai": days(sessions.ends[known]),
            "kuota": sessions.seats[known],
            "lokasi": sessions.place[known],
        }
    )
