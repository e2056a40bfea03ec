"""A clean export keeps its promises: columns, references, dates and the rules of the service."""

from datetime import date

import polars as pl
import pytest

from experiments.simulation.export_people import RESIGNED
from experiments.simulation.simulate import simulate

START, END = date(2023, 1, 1), date(2025, 1, 1)
COLUMNS = {
    "ref_unor": "Id;InstansiId;DiatasanId;EselonId;NamaUnor;NamaJabatan",
    "ref_jabatan": "jabatan_id;nama_jabatan;jenis_jabatan_id;jenjang",
    "ref_kompetensi": "kode;nama;kelompok",
    "standar_kompetensi": "jabatan_id;kode_kompetensi;level",
    "pegawai": "pns_id;nip_baru;nama;gelar_depan;gelar_belakang;tanggal_lahir;jenis_kelamin;"
    "agama_nama;jenis_kawin_nama;nik;email;jenis_pegawai_nama;kedudukan_hukum_nama;tmt_cpns;"
    "tmt_pensiun;tmt_bup;gol_akhir_nama;jenis_jabatan_id;jabatan_id;jabatan_nama;tmt_jabatan;"
    "tingkat_pendidikan_id;unor_id;unor_nama",
    "jabatan": "idPns;nipBaru;jenisJabatan;jabatanId;namaJabatan;unorId;tmtJabatan;jenisMutasiNama;"
    "nomorSk",
    "skp22": "idPns;nipBaru;tahun;hasilKinerja;perilakuKerja;kuadranKinerja;namaPenilai;"
    "nipNrpPenilai",
    "umpan_balik_360": "pns_id;peran_penilai;perilaku;nilai;tanggal",
    "asesmen": "pns_id;kode_kompetensi;level;tanggal_asesmen;metode",
    "katalog_kursus": "kursus_id;nama_kursus;bentuk;jp;penyelenggara;biaya;jenjang_jabatan;"
    "jenis_pegawai;prasyarat_kursus_id;wajib;pemicu;hari;internasional",
    "kursus_kompetensi": "kursus_id;kode_kompetensi;level",
    "jadwal_kursus": "jadwal_id;kursus_id;tanggal_pengumuman;tanggal_mulai;tanggal_selesai;kuota;"
    "lokasi",
    "penawaran": "pns_id;kursus_id;tanggal_penawaran;tanggapan",
    "diklat": "idPns;latihanStrukturalId;latihanStrukturalNama;nomor;tanggal;tanggalSelesai;tahun;"
    "jumlahJam;institusiPenyelenggara",
    "kursus": "idPns;nipBaru;jenisDiklatId;jenisKursus;namaKursus;jumlahJam;noSertipikat;"
    "tanggalKursus;tanggalSelesaiKursus;institusiPenyelenggara",
    "peserta_kursus": "pns_id;kursus_id;tanggal_mulai;status",
    "presensi": "pns_id;bulan;hari_kerja;hadir;dengan_keterangan;tanpa_keterangan;"
    "gangguan_jaringan;cuti",
    "golongan": "idPns;golongan;tmtGolongan",
    "survei": "pns_id;instrumen;skor;tanggal",
    "kinerja_unit": "unor_id;tahun;predikat",
    "target_layanan": "unor_id;indikator;target;realisasi;arah;periode",
    "penghargaan": "idPns;hargaNama;skDate",
    "hukdis": "idPns;jenisTingkatHukumanNama;hukumanTanggal;akhirHukumTanggal;nomorPp",
    "peraturan": "peraturan_id;judul;penerbit;tanggal_terbit;tanggal_berlaku;ringkasan",
    "perubahan_standar": "peraturan_id;jabatan_id;kode_kompetensi;level;berlaku_sejak",
}
PERSON_KEYS = {
    "jabatan": "idPns", "skp22": "idPns", "umpan_balik_360": "pns_id", "asesmen": "pns_id",
    "penawaran": "pns_id", "diklat": "idPns", "kursus": "idPns", "peserta_kursus": "pns_id",
    "presensi": "pns_id", "golongan": "idPns", "survei": "pns_id", "penghargaan": "idPns",
    "hukdis": "idPns",
}  # fmt: skip
REFERENCES = [
    ("ref_unor", "DiatasanId", "ref_unor", "Id"),
    ("pegawai", "unor_id", "ref_unor", "Id"),
    ("pegawai", "jabatan_id", "ref_jabatan", "jabatan_id"),
    ("jabatan", "unorId", "ref_unor", "Id"),
    ("jabatan", "namaJabatan", "ref_jabatan", "nama_jabatan"),
    ("standar_kompetensi", "jabatan_id", "ref_jabatan", "jabatan_id"),
    ("standar_kompetensi", "kode_kompetensi", "ref_kompetensi", "kode"),
    ("asesmen", "kode_kompetensi", "ref_kompetensi", "kode"),
    ("kursus_kompetensi", "kursus_id", "katalog_kursus", "kursus_id"),
    ("katalog_kursus", "prasyarat_kursus_id", "katalog_kursus", "kursus_id"),
    ("jadwal_kursus", "kursus_id", "katalog_kursus", "kursus_id"),
    ("penawaran", "kursus_id", "katalog_kursus", "kursus_id"),
    ("peserta_kursus", "kursus_id", "katalog_kursus", "kursus_id"),
    ("diklat", "latihanStrukturalId", "katalog_kursus", "kursus_id"),
    ("kursus", "namaKursus", "katalog_kursus", "nama_kursus"),
    ("kinerja_unit", "unor_id", "ref_unor", "Id"),
    ("target_layanan", "unor_id", "ref_unor", "Id"),
    ("perubahan_standar", "jabatan_id", "ref_jabatan", "jabatan_id"),
    ("perubahan_standar", "kode_kompetensi", "ref_kompetensi", "kode"),
    ("perubahan_standar", "peraturan_id", "peraturan", "peraturan_id"),
]
EVENTS = [
    ("umpan_balik_360", "tanggal"),
    ("asesmen", "tanggal_asesmen"),
    ("penawaran", "tanggal_penawaran"),
    ("kursus", "tanggalKursus"),
    ("kursus", "tanggalSelesaiKursus"),
    ("peserta_kursus", "tanggal_mulai"),
    ("presensi", "bulan"),
    ("survei", "tanggal"),
    ("target_layanan", "periode"),
    ("penghargaan", "skDate"),
    ("hukdis", "hukumanTanggal"),
    ("peraturan", "tanggal_terbit"),
]


@pytest.fixture(scope="module")
def files():
    return simulate(800, 24, 7).files


def as_date(name):
    return pl.col(name).str.to_date("%d-%m-%Y")


def test_files_and_columns_are_as_agreed(files):
    assert {name: ";".join(frame.columns) for name, frame in files.items()} == COLUMNS
    assert all(frame.dtypes == [pl.String] * frame.width for frame in files.values())
    assert all(frame.height > 0 for frame in files.values())


@pytest.mark.parametrize(("name", "column", "target", "key"), REFERENCES)
def test_reference_exists(files, name, column, target, key):
    assert files[target][key].is_unique().all()
    assert set(files[name][column].drop_nulls()) <= set(files[target][key])


@pytest.mark.parametrize(("name", "column"), PERSON_KEYS.items())
def test_row_is_about_a_person_of_the_list(files, name, column):
    assert set(files[name][column]) <= set(files["pegawai"]["pns_id"])


@pytest.mark.parametrize("name", COLUMNS)
def test_no_row_stands_twice(files, name):
    assert files[name].is_unique().all()


@pytest.mark.parametrize(("name", "column"), EVENTS)
def test_event_lies_in_the_period(files, name, column):
    dates = files[name].select(as_date(column)).to_series()
    assert dates.min() >= START
    assert dates.max() < END


def test_people_are_told_apart_and_their_numbers_agree_with_their_dates(files):
    people = files["pegawai"].with_columns(
        as_date("tanggal_lahir").alias("born"), as_date("tmt_cpns").alias("since")
    )
    for column in ("pns_id", "nip_baru", "nik"):
        assert people[column].is_unique().all()
    number = pl.col("nip_baru")
    pppk = pl.col("jenis_pegawai_nama") == "PPPK"
    appointed = pl.col("since").dt.strftime("%Y%m")
    woman = pl.when(pl.col("jenis_kelamin") == "F").then(pl.lit("2")).otherwise(pl.lit("1"))
    rules = people.select(
        birth=number.str.slice(0, 8) == pl.col("born").dt.strftime("%Y%m%d"),
        appointed=pl.when(pppk)
        .then(number.str.slice(8, 4) == appointed.str.slice(0, 4))
        .otherwise(number.str.slice(8, 6) == appointed),
        contracts=~pppk | number.str.slice(12, 2).cast(int).is_between(1, 12),
        sex=number.str.slice(14, 1) == woman,
        adult=pl.col("since") >= pl.col("born").dt.offset_by("19y"),
    )
    assert all(rules[rule].all() for rule in rules.columns)


def test_contract_staff_hold_no_structural_post(files):
    pppk = files["pegawai"].filter(pl.col("jenis_pegawai_nama") == "PPPK")
    assert set(pppk["jenis_jabatan_id"]) == {"2", "4"}


def test_each_office_has_one_head_at_the_start(files):
    heads = ["Kepala Perangkat Daerah", "Camat"]
    first = files["jabatan"].unique("idPns", keep="first", maintain_order=True)
    led = first.filter(pl.col("namaJabatan").is_in(heads))["unorId"]
    assert sorted(led) == sorted(files["ref_unor"]["Id"][1:])


def test_present_post_is_the_last_of_the_history(files):
    last = files["jabatan"].unique("idPns", keep="last", maintain_order=True)
    both = files["pegawai"].join(last, left_on="pns_id", right_on="idPns", validate="1:1")
    assert (both["jabatan_id"] == both["jabatanId"]).all()
    assert (both["unor_id"] == both["unorId"]).all()
    assert (both["tmt_jabatan"] == both["tmtJabatan"]).all()


def test_attendance_lasts_as_long_as_the_service_and_adds_up(files):
    month = files["presensi"].with_columns(as_date("bulan"))
    people = files["pegawai"].select("pns_id", as_date("tmt_cpns"), as_date("tmt_pensiun"))
    both = month.join(people, on="pns_id")
    assert (both["bulan"] >= both["tmt_cpns"].dt.truncate("1mo")).all()
    assert (both["bulan"] < both["tmt_pensiun"]).fill_null(value=True).all()
    expected = people.select(
        pl.max_horizontal("tmt_cpns", pl.lit(START)).dt.truncate("1mo").alias("first"),
        pl.col("tmt_pensiun").fill_null(END).alias("end"),
    ).select(
        months=(pl.col("end").dt.year() - pl.col("first").dt.year()) * 12
        + pl.col("end").dt.month()
        - pl.col("first").dt.month()
    )
    assert month.height == expected["months"].sum()
    days = month.select(pl.col("^h.*$|^d.*$|^t.*$|^g.*$").cast(int))
    assert days.select(pl.all().min().min()).row(0) >= (0, 0, 0, 0)
    assert (
        days["hari_kerja"] == days.select(pl.sum_horizontal(pl.exclude("hari_kerja"))).to_series()
    ).all()
    leave = month["cuti"].cast(int)
    assert (leave <= days["dengan_keterangan"]).all()
    assert 0.4 < leave.sum() / days["dengan_keterangan"].sum() < 0.8
    assert 0 < days["gangguan_jaringan"].sum() < days["tanpa_keterangan"].sum()


def test_some_join_and_some_leave(files):
    people = files["pegawai"]
    assert people.select((as_date("tmt_cpns") > START).sum()).item() > 10
    assert people["tmt_pensiun"].count() > 5
    assert set(people["kedudukan_hukum_nama"]) == {"Aktif", "Pensiun", RESIGNED}


def test_certificates_structural_courses_and_open_enrolments_do_not_overlap(files):
    catalogue = files["katalog_kursus"]
    mandatory = set(catalogue.filter(pl.col("wajib") == "Y")["kursus_id"])
    assert set(files["diklat"]["latihanStrukturalId"]) <= mandatory
    certificates = files["kursus"].join(
        catalogue, left_on="namaKursus", right_on="nama_kursus", validate="m:1"
    )
    assert not set(certificates["kursus_id"]) & mandatory
    taken = pl.concat(
        [
            certificates.select("idPns", "kursus_id"),
            files["diklat"].select("idPns", kursus_id="latihanStrukturalId"),
            files["peserta_kursus"]
            .select("kursus_id", idPns="pns_id")
            .select("idPns", "kursus_id"),
        ]
    )
    assert taken.is_unique().all()
    assert set(files["peserta_kursus"]["status"]) == {"terdaftar", "berhenti"}


def test_prerequisite_is_completed_first(files):
    catalogue = files["katalog_kursus"].filter(pl.col("prasyarat_kursus_id").is_not_null())
    done = (
        files["kursus"]
        .join(files["katalog_kursus"], left_on="namaKursus", right_on="nama_kursus")
        .select(
            "idPns", "kursus_id", "prasyarat_kursus_id",
            as_date("tanggalKursus"), as_date("tanggalSelesaiKursus"),
        )
    )  # fmt: skip
    needing = done.filter(
        pl.col("prasyarat_kursus_id").is_in(catalogue["prasyarat_kursus_id"].implode())
    )
    before = needing.join(
        done,
        left_on=["idPns", "prasyarat_kursus_id"],
        right_on=["idPns", "kursus_id"],
        suffix="_before",
    )
    assert before.height == needing.height > 50
    assert (before["tanggalSelesaiKursus_before"] < before["tanggalKursus"]).all()


def test_sessions_after_the_end_are_known_before_it(files):
    sessions = files["jadwal_kursus"].select(
        as_date("tanggal_pengumuman"), as_date("tanggal_mulai")
    )
    assert sessions["tanggal_pengumuman"].max() < END
    assert (sessions["tanggal_mulai"] >= END).sum() > 100


def test_quadrant_follows_from_results_and_behaviour(files):
    above, expected, below = (f"Di {word} Ekspektasi" for word in ("Atas", "x", "Bawah"))
    expected = "Sesuai Ekspektasi"
    matrix = {
        (above, above): "Sangat Baik",
        (above, expected): "Baik",
        (expected, above): "Baik",
        (expected, expected): "Baik",
        (below, above): "Butuh Perbaikan",
        (below, expected): "Butuh Perbaikan",
        (above, below): "Kurang",
        (expected, below): "Kurang",
        (below, below): "Sangat Kurang",
    }
    columns = files["skp22"].select("hasilKinerja", "perilakuKerja", "kuadranKinerja")
    assert all(
        matrix[results, manners] == quadrant for results, manners, quadrant in columns.rows()
    )
    assert set(files["skp22"]["tahun"]) == {"2022", "2023"}  # 2024 is known in February 2025


def test_a_smaller_and_shorter_simulation_works():
    simulation = simulate(60, 15, 3, start=date(2024, 5, 1))
    assert simulation.files["pegawai"].height == 60
    assert set(simulation.files["skp22"]["tahun"]) == {"2023", "2024"}
    assert simulation.files["ref_unor"].height == 4


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param({"people": 5}, "people must be at least 30, got 5", id="people"),
        pytest.param({"months": 0}, "months must be positive, got 0", id="months"),
        pytest.param({"start": date(2023, 1, 2)}, "start must be the first day", id="start"),
        pytest.param({"dirt": 1.5}, "dirt must be a share from 0 to 1, got 1.5", id="dirt"),
    ],
)
def test_raises_on_bad_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        simulate(**{"people": 60, "months": 3, "seed": 1, **arguments})
