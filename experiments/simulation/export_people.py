"""Files about who people are and which posts they have held."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from experiments.simulation.draws import pick, stream
from experiments.simulation.identity import civil_numbers, full_names, person_keys, resident_numbers
from experiments.simulation.lists import read_list
from experiments.simulation.people import NEVER
from experiments.simulation.siasn import TYPES, as_text, at, days
from experiments.simulation.workforce import Employer, Story

RANK_BY_LEVEL = {
    "jpt_pratama": ("IV/c", "XVI"), "administrator": ("IV/a", "XIII"), "pengawas": ("III/d", "XI"),
    "pelaksana": ("II/d", "V"), "ahli_utama": ("IV/e", "XVI"), "ahli_madya": ("IV/a", "XIII"),
    "ahli_muda": ("III/c", "XI"), "ahli_pertama": ("III/a", "IX"), "penyelia": ("III/c", "XI"),
    "mahir": ("III/a", "IX"), "terampil": ("II/c", "VII"), "pemula": ("II/a", "V"),
}  # fmt: skip
EDUCATION = {"jpt_pratama": "45", "administrator": "45", "ahli_madya": "45", "terampil": "30", "mahir": "30"}
CLERICAL_EDUCATION = ("15", "30", "40")
DEGREES = {"45": "M.Si.", "40": "S.Sos.", "30": "A.Md.", "15": ""}
DEGREES_BY_KIND = {"education": "S.Pd.", "health": "S.Kep.", "finance": "S.E.", "digital": "S.Kom.", "works": "S.T."}


@dataclass(frozen=True)
class Identities:
    """What tells people apart; one entry a person."""

    keys: list[str]
    numbers: list[str]
    names: list[str]
    resident_numbers: list[str]


def build_identities(employer: Employer, seed: int) -> Identities:
    """Give everybody a key, a NIP or NI PPPK, a name and a NIK."""
    people = employer.people
    rng = stream(seed, "identities")
    return Identities(
        keys=person_keys(len(people), rng),
        numbers=civil_numbers(people.birth, people.appointed, people.woman, people.contracts),
        names=full_names(people.woman, rng),
        resident_numbers=resident_numbers(people.birth, people.woman, rng),
    )


def people_files(story: Story, who: Identities, seed: int) -> dict[str, pl.DataFrame]:
    """Return `pegawai` and `jabatan`."""
    return {"pegawai": _people(story, who, stream(seed, "attributes")), "jabatan": _posts(story, who)}


def _people(story: Story, who: Identities, rng: np.random.Generator) -> pl.DataFrame:
    employer, state = story.employer, story.state
    people, posts, period = employer.people, employer.posts, employer.period
    n = len(people)
    listed = read_list("names")
    education = _education(story, rng)
    degree = at([DEGREES[code] for code in education], np.arange(n))
    gone = state.leaves < NEVER
    retired = state.leaves >= people.retires
    kinds = people.employment_type(period, period.months - 1)
    ranks = np.array([RANK_BY_LEVEL[level] for level in posts.levels])
    last_day = period.day_one(np.minimum(state.leaves, period.months))
    return as_text(
        {
            "pns_id": who.keys,
            "nip_baru": who.numbers,
            "nama": who.names,
            "gelar_depan": np.where(np.char.startswith(np.array(posts.titles), "Dokter")[state.post], "dr.", ""),
            "gelar_belakang": degree,
            "tanggal_lahir": days(people.birth),
            "jenis_kelamin": np.where(people.woman, "F", "M"),
            "agama_nama": _draw(listed["religions"], n, rng),
            "jenis_kawin_nama": _draw(listed["marital"], n, rng),
            "nik": who.resident_numbers,
            "email": [_address(name, number) for name, number in zip(who.names, who.numbers, strict=True)],
            "jenis_pegawai_nama": TYPES[kinds],
            "kedudukan_hukum_nama": np.where(~gone, "Aktif", np.where(retired, "Pensiun", "Berhenti")),
            "tmt_cpns": days(people.appointed),
            "tmt_pensiun": days(np.where(gone, last_day, np.datetime64("NaT"))),
            "gol_akhir_nama": ranks[state.post, people.pppk.astype(int)],
            "jenis_jabatan_id": at(posts.kind_ids, state.post),
            "jabatan_id": at(posts.ids, state.post),
            "jabatan_nama": at(posts.titles, state.post),
            "tmt_jabatan": days(_last_change(story)),
            "tingkat_pendidikan_id": education,
            "unor_id": at(employer.offices.ids, state.unit),
            "unor_nama": at(employer.offices.names, state.unit),
        }
    )


def _posts(story: Story, who: Identities) -> pl.DataFrame:
    employer, log = story.employer, story.careers.log
    people = employer.people
    everybody = np.arange(len(people))
    person = np.concatenate([everybody, log.column("person")])
    post = np.concatenate([people.post, log.column("post")])
    unit = np.concatenate([people.unit, log.column("unit")])
    day = np.concatenate([people.post_since, employer.period.day_one(log.column("month"))])
    order = np.lexsort((day, person))
    person, post, unit, day = person[order], post[order], unit[order], day[order]
    return as_text(
        {
            "idPns": at(who.keys, person),
            "nipBaru": at(who.numbers, person),
            "jenisJabatan": at(employer.posts.kind_ids, post),
            "jabatanId": at(employer.posts.ids, post),
            "namaJabatan": at(employer.posts.titles, post),
            "unorId": at(employer.offices.ids, unit),
            "tmtJabatan": days(day),
            "nomorSk": [f"821/{number % 997 + 1}/BKPSDM" for number in range(len(person))],
        }
    )


def _last_change(story: Story) -> np.ndarray:
    since = story.employer.people.post_since.astype("datetime64[D]").copy()
    log = story.careers.log
    since[log.column("person")] = story.employer.period.day_one(log.column("month"))
    return since


def _education(story: Story, rng: np.random.Generator) -> np.ndarray:
    level = [story.employer.posts.levels[post] for post in story.state.post]
    drawn = rng.choice(CLERICAL_EDUCATION, len(level), p=(0.4, 0.15, 0.45))
    return np.array(
        [
            low if name == "pelaksana" else EDUCATION.get(name, "40")
            for name, low in zip(level, drawn, strict=True)
        ]
    )


def _draw(shares: dict[str, float], n: int, rng: np.random.Generator) -> np.ndarray:
    chosen = pick(rng, np.tile(list(shares.values()), (n, 1)))
    return np.array(list(shares))[chosen]


def _address(name: str, number: str) -> str:
    return f"{name.lower().replace(' ', '.')}.{number[-4:]}@huyula.example"
