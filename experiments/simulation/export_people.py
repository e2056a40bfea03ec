"""Files about who people are and which posts they have held."""

from __future__ import annotations

import numpy as np
import polars as pl

from experiments.simulation.background import Background
from experiments.simulation.careers import APPOINTMENT, NO_MOVE
from experiments.simulation.draws import pick
from experiments.simulation.identity import Identities
from experiments.simulation.lists import read_list
from experiments.simulation.siasn import MOVES, TYPES, as_text, at, days
from experiments.simulation.workforce import Workforce

BACHELOR = "40"
DEGREES = {"45": "M.Si.", "30": "A.Md."}
BACHELORS = {
    "education": "S.Pd.", "health": "S.Kep.", "finance": "S.E.", "digital": "S.Kom.",
    "works": "S.T.",
}  # fmt: skip
RESIGNED = "Berhenti Atas Permintaan Sendiri"


def people_files(
    workforce: Workforce, who: Identities, background: Background, rng: np.random.Generator
) -> dict[str, pl.DataFrame]:
    """Return `pegawai` and `jabatan`, as they stand at the end of the period."""
    return {
        "pegawai": _people(workforce, who, background, rng),
        "jabatan": _posts(workforce, who),
    }


def _people(
    workforce: Workforce, who: Identities, background: Background, rng: np.random.Generator
) -> pl.DataFrame:
    employer, state = workforce.employer, workforce.state
    people, posts, offices = employer.people, employer.posts, employer.offices
    listed = read_list("names")
    return as_text(
        {
            "pns_id": who.keys,
            "nip_baru": who.numbers,
            "nama": who.names,
            "gelar_depan": np.where(_is_doctor(workforce), "dr.", ""),
            "gelar_belakang": _degrees(workforce, background.education),
            "tanggal_lahir": days(people.birth),
            "jenis_kelamin": np.where(people.woman, "F", "M"),
            "agama_nama": _draw(listed["religions"], len(people), rng),
            "jenis_kawin_nama": _draw(listed["marital"], len(people), rng),
            "nik": who.resident_numbers,
            "email": [
                f"{name.lower().replace(' ', '.')}.{number[-4:]}@huyula.example"
                for name, number in zip(who.names, who.numbers, strict=True)
            ],
            "jenis_pegawai_nama": _types(workforce),
            **_leaving(workforce),
            "gol_akhir_nama": background.present(len(people)),
            "jenis_jabatan_id": at(posts.kind_ids, state.post),
            "jabatan_id": at(posts.ids, state.post),
            "jabatan_nama": at(posts.titles, state.post),
            "tmt_jabatan": days(_last_change(workforce)),
            "tingkat_pendidikan_id": background.education,
            "unor_id": at(offices.ids, state.unit),
            "unor_nama": at(offices.names, state.unit),
        }
    )


def _types(workforce: Workforce) -> np.ndarray:
    period = workforce.employer.period
    return TYPES[workforce.employer.people.employment_type(period, period.months - 1)]


def _leaving(workforce: Workforce) -> dict[str, np.ndarray | pl.Series]:
    people, period, leaves = (
        workforce.employer.people,
        workforce.employer.period,
        workforce.state.leaves,
    )
    gone = leaves < period.months
    day = np.where(gone, period.day_one(np.minimum(leaves, period.months)), np.datetime64("NaT"))
    retired = leaves >= people.retires
    return {
        "kedudukan_hukum_nama": np.where(~gone, "Aktif", np.where(retired, "Pensiun", RESIGNED)),
        "tmt_cpns": days(people.appointed),
        "tmt_pensiun": days(day),
        "tmt_bup": days(people.retires_on),
    }


def _posts(workforce: Workforce, who: Identities) -> pl.DataFrame:
    employer, log = workforce.employer, workforce.careers.log
    people = employer.people
    person = np.concatenate([np.arange(len(people)), log.column("person")])
    post = np.concatenate([people.post, log.column("post")])
    unit = np.concatenate([people.unit, log.column("unit")])
    day = np.concatenate([people.post_since, employer.period.day_one(log.column("month"))])
    first = np.where(people.post_since == people.appointed, APPOINTMENT, NO_MOVE)
    move = np.concatenate([first, log.column("move")])
    order = np.lexsort((day, person))
    person, post, unit = person[order], post[order], unit[order]
    return as_text(
        {
            "idPns": at(who.keys, person),
            "nipBaru": at(who.numbers, person),
            "jenisJabatan": at(employer.posts.kind_ids, post),
            "jabatanId": at(employer.posts.ids, post),
            "namaJabatan": at(employer.posts.titles, post),
            "unorId": at(employer.offices.ids, unit),
            "tmtJabatan": days(day[order]),
            "jenisMutasiNama": MOVES[move[order]],
            "nomorSk": [f"821/{number % 997 + 1}/BKPSDM" for number in range(len(person))],
        }
    )


def _last_change(workforce: Workforce) -> np.ndarray:
    since = workforce.employer.people.post_since.astype("datetime64[D]")
    log = workforce.careers.log
    since[log.column("person")] = workforce.employer.period.day_one(log.column("month"))
    return since


def _degrees(workforce: Workforce, education: np.ndarray) -> np.ndarray:
    kind = at(workforce.employer.offices.kinds, workforce.state.unit)
    bachelor = np.array([BACHELORS.get(name, "S.Sos.") for name in kind])
    other = np.array([DEGREES.get(code, "") for code in education])
    return np.where(education == BACHELOR, bachelor, other)


def _is_doctor(workforce: Workforce) -> np.ndarray:
    titles = np.array(workforce.employer.posts.titles)
    return np.char.startswith(titles, "Dokter")[workforce.state.post]


def _draw(shares: dict[str, float], n: int, rng: np.random.Generator) -> np.ndarray:
    chosen = pick(rng, np.tile(list(shares.values()), (n, 1)))
    return np.array(list(shares))[chosen]
