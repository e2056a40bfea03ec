"""Shares and rates of the default world: like the civil service, with something to learn."""

from datetime import date

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import roc_auc_score

from experiments.simulation.simulate import simulate

MONTHS, AT, HORIZON = 36, 30, 6
DATE = "%d-%m-%Y"


@pytest.fixture(scope="module")
def simulation():
    return simulate(2500, MONTHS, 11)


@pytest.fixture(scope="module")
def by_month(simulation):
    """Counts of shape (n_people, n_months); unexcused days are nan before and after service."""
    files = simulation.files
    enrolments = [
        count(files, "kursus", "idPns", "tanggalKursus"),
        count(files, "diklat", "idPns", "tanggal"),
        count(files, "peserta_kursus", "pns_id", "tanggal_mulai"),
    ]
    days = count(files, "presensi", "pns_id", "bulan", "tanpa_keterangan")
    present = count(files, "presensi", "pns_id", "bulan") > 0
    return {
        "offers": count(files, "penawaran", "pns_id", "tanggal_penawaran"),
        "enrolments": sum(enrolments),
        "unexcused": np.where(present, days, np.nan),
    }


def count(files, name, key, column, values=None):
    people = {person: i for i, person in enumerate(files["pegawai"]["pns_id"])}
    frame = files[name].with_columns(pl.col(column).str.to_date(DATE).alias("on"))
    frame = frame.filter(pl.col("on") >= date(2023, 1, 1))
    table = np.zeros((len(people), MONTHS))
    month = (frame["on"].dt.year() - 2023) * 12 + frame["on"].dt.month() - 1
    rows = [people[person] for person in frame[key]]
    np.add.at(
        table, (rows, month.to_numpy()), 1 if values is None else frame[values].cast(int).to_numpy()
    )
    return table


def share(simulation, name, column, value):
    return (simulation.files[name][column] == value).mean()


def test_workforce_is_composed_like_the_civil_service(simulation):
    assert share(simulation, "pegawai", "jenis_pegawai_nama", "PPPK") == pytest.approx(
        0.36, abs=0.05
    )
    assert 0 < share(simulation, "pegawai", "jenis_pegawai_nama", "CPNS") < 0.04
    assert 0.66 <= share(simulation, "pegawai", "jenis_kelamin", "F") <= 0.78
    assert share(simulation, "pegawai", "jenis_jabatan_id", "1") == pytest.approx(0.06, abs=0.02)
    assert share(simulation, "pegawai", "jenis_jabatan_id", "2") == pytest.approx(0.63, abs=0.08)
    assert share(simulation, "pegawai", "jenis_jabatan_id", "4") == pytest.approx(0.31, abs=0.08)


def test_predicates_are_distributed_as_reported_nationally(simulation):
    assert share(simulation, "skp22", "kuadranKinerja", "Sangat Baik") == pytest.approx(
        0.11, abs=0.02
    )
    assert share(simulation, "skp22", "kuadranKinerja", "Baik") == pytest.approx(0.88, abs=0.02)


def test_most_people_are_assessed(simulation):
    assessed = simulation.files["asesmen"]["pns_id"].n_unique() / 2500
    assert assessed == pytest.approx(0.72, abs=0.05)


def test_people_get_offers_and_take_courses(by_month):
    years = (~np.isnan(by_month["unexcused"])).sum() / 12
    assert 4 <= by_month["offers"].sum() / years <= 8
    assert 2 <= by_month["enrolments"].sum() / years <= 4.2


def test_remote_offices_get_far_fewer_offers(simulation):
    people = simulation.truth["people"].select("pns_id", "remote")
    offers = simulation.files["penawaran"].group_by("pns_id").len()
    mean = (
        people.join(offers, on="pns_id", how="left")
        .group_by("remote")
        .agg(pl.col("len").fill_null(0).mean())
    )
    by_remote = dict(mean.rows())
    assert by_remote[True] < 0.6 * by_remote[False]


def test_some_stop_learning_and_some_are_absent_more(by_month):
    past, ahead = slice(AT - 12, AT), slice(AT, AT + HORIZON)
    able = (by_month["enrolments"][:, past].sum(axis=1) >= 1) & (
        by_month["offers"][:, ahead].sum(axis=1) >= 2
    )
    stopped = by_month["enrolments"][able][:, ahead].sum(axis=1) == 0
    assert 0.06 <= stopped.mean() <= 0.20
    rise, there = absence_rise(by_month["unexcused"])
    assert 0.03 <= rise[there].mean() <= 0.09


def test_rise_of_absence_can_be_foreseen_from_engagement_better_than_from_absence(
    simulation, by_month
):
    days = by_month["unexcused"]
    rise, there = absence_rise(days)
    engagement = engagement_by_month(simulation)[:, AT - 1]
    recent = days[:, AT - 3 : AT].mean(axis=1) - days[:, AT - 12 : AT - 3].mean(axis=1)
    foreseen = roc_auc_score(rise[there], -engagement[there])
    simple = roc_auc_score(rise[there], recent[there])
    assert 0.55 < simple < foreseen - 0.05
    assert foreseen > 0.75


def test_peers_of_a_post_share_what_they_take(simulation):
    chosen = simulation.truth["enrolments"].filter(pl.col("origin") == "offered")
    posts = simulation.files["pegawai"].select("pns_id", "jabatan_nama")
    teachers = chosen.join(posts, on="pns_id").with_columns(
        teacher=pl.col("jabatan_nama").str.starts_with("Guru")
    )
    titles = simulation.files["katalog_kursus"].select("kursus_id", "nama_kursus")
    taught = teachers.join(titles, on="kursus_id").with_columns(
        own=pl.col("nama_kursus").str.contains("Kurikulum|Ajar|Pembelajaran|Guru|Sekolah|Inklusif")
    )
    shares = dict(taught.group_by("teacher").agg(pl.col("own").mean()).rows())
    assert shares[True] > 2 * shares[False]


def test_series_are_continued(simulation):
    """Who has taken the first step takes the second far more often than others do."""
    taken = simulation.truth["enrolments"]
    titles = dict(simulation.files["katalog_kursus"].select("nama_kursus", "kursus_id").rows())
    subject = "Sistem Pemerintahan Berbasis Elektronik"
    first = titles[f"E-learning Pengantar {subject}"]
    second = titles[f"Pelatihan {subject} Tingkat Lanjutan"]
    starters = set(taken.filter(pl.col("kursus_id") == first)["pns_id"])
    followers = set(taken.filter(pl.col("kursus_id") == second)["pns_id"])
    others = 2500 - len(starters)
    assert len(followers & starters) / len(starters) > 2 * len(followers - starters) / others


def engagement_by_month(simulation):
    people = {person: i for i, person in enumerate(simulation.files["pegawai"]["pns_id"])}
    truth = simulation.truth["months"]
    month = (truth["month"].dt.year() - 2023) * 12 + truth["month"].dt.month() - 1
    table = np.full((len(people), MONTHS), np.nan)
    table[[people[person] for person in truth["pns_id"]], month.to_numpy()] = truth[
        "engagement"
    ].to_numpy()
    return table


def absence_rise(days):
    past, ahead = days[:, AT - 12 : AT], days[:, AT : AT + HORIZON]
    there = ~np.isnan(past).any(axis=1) & ~np.isnan(ahead).any(axis=1)
    usual = past.mean(axis=1)
    high = (ahead >= usual[:, None] + 0.5).sum(axis=1) >= 3
    return high & (ahead.mean(axis=1) >= usual + 0.5), there


def test_start_is_the_first_month(simulation):
    first = simulation.files["presensi"].select(pl.col("bulan").str.to_date(DATE).min()).item()
    assert first == date(2023, 1, 1)
