"""The mapping `siasn`: both ways of spelling columns, and SIASN's own tables alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

BASE = Path(__file__).parent.parent / "exports" / "base"
P1, P2 = "A5EB03E241D4F6A0E040640A04020001", "A5EB03E241D4F6A0E040640A04020002"
N1, N2 = "198501012010012001", "199002022019031002"


def camel(name: str) -> str:
    return re.sub(r"_(\w)", lambda found: found[1].upper(), name)


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


@pytest.fixture
def files() -> dict[str, str]:
    return {path.name: path.read_text() for path in BASE.iterdir()}


@pytest.mark.parametrize("spell", [camel, snake, str.upper, str.title])
def test_columns_may_be_spelled_in_any_way(import_files, files, spell):
    respelled = {}
    for name, text in files.items():
        header, rest = text.split("\n", 1)
        respelled[name] = ";".join(map(spell, header.split(";"))) + "\n" + rest
    left, right = import_files(files), import_files(respelled)
    assert right.quarantine.is_empty()
    assert all(frame.equals(right.tables[name]) for name, frame in left.tables.items())


@pytest.mark.parametrize(
    ("pns_id", "nip"), [("idPns", "nipBaru"), ("pns_id", "nip_baru"), ("", "NIP")]
)
def test_a_person_may_be_named_by_any_of_the_numbers(import_files, files, pns_id, nip):
    header, *rows = files["presensi.csv"].splitlines()
    numbers = dict(line.split(";")[:2] for line in files["pegawai.csv"].splitlines()[1:])
    lines = [f"{pns_id};{nip};{header.split(';', 1)[1]}"]
    for row in rows:
        key, rest = row.split(";", 1)
        lines.append(f"{key if pns_id else ''};{numbers[key]};{rest}")
    imported = import_files({**files, "presensi.csv": "\n".join(lines)})
    assert imported.quarantine.is_empty()
    assert len(imported.tables["attendance"]) == 3


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("PNS Kab/Kota Bekerja Pada Kab/Kota", "PNS"),
        ("PPPK Penuh Waktu", "PPPK"),
        ("pppk", "PPPK"),
        ("CPNS", "CPNS"),
        ("C", "CPNS"),
    ],
)
def test_kinds_of_employment_are_told_by_their_first_word(import_files, files, text, kind):
    files["pegawai.csv"] = files["pegawai.csv"].replace(";PPPK;", f";{text};")
    kinds = import_files(files).tables["employees"]["employment_type"]
    assert sorted(kinds) == sorted(["PNS", "PNS", kind])


SIASN_ALONE = {
    "pegawai.csv": (
        "pns_id,nip_baru,nip_lama,nama,gelar_depan,gelar_belakang,tanggal_lahir,jenis_kelamin,"
        "agama_id,agama_nama,jenis_kawin_id,jenis_kawin_nama,nik,email,email_gov,alamat,"
        "npwp_nomor,jenis_pegawai_id,jenis_pegawai_nama,status_cpns_pns,tmt_cpns,tmt_pns,"
        "jabatan_id,jabatan_nama,tmt_jabatan,unor_id,unor_nama,is_valid_nik\n"
        f"{P1},{N1},,Siti Rahmawati,,,01-01-1985,F,1,Islam,1,Menikah,7571014101850001,,,,,1,"
        "PNS,P,01-01-2010,01-01-2011,J1,ANALIS KEPEGAWAIAN,01-03-2020,U1,Dinas Pendidikan,1\n"
        f"{P2},{N2},,Ridwan Napu,,,02-02-1990,M,1,Islam,2,Belum Kawin,7571020202900002,,,,,2,"
        "CPNS,C,01-03-2019,,J2,Arsiparis,01-03-2019,U2,Dinas Kesehatan,1\n"
    ),
    "jabatan.csv": (
        "idPns,nipBaru,jenisJabatan,namaJabatan,eselonId,jabatanFungsional,unorId,tmtJabatan,"
        "tmtPelantikan,nomorSk,jenisMutasiId\n"
        f"{P1},{N1},Pelaksana,Pengadministrasi,,,U1,01-01-2010,,SK/1,\n"
        f"{P1},{N1},Fungsional,Analis Kepegawaian,,,U1,01-03-2020,,SK/2,\n"
    ),
    "skp22.csv": (
        "idPns,tahun,hasilKinerja,hasilKinerjaNilai,perilakuKerja,perilakuKerjaNilai,"
        "kuadranKinerja,kuadranKinerjaNilai,namaPenilai,nipNrpPenilai\n"
        f"{P1},2024,DIATAS EKSPEKTASI,1,SESUAI EKSPEKTASI,2,BAIK,2,Hasan Badu,{N2}\n"
    ),
    "diklat.csv": (
        "idPns,latihanStrukturalId,latihanStrukturalNama,nomor,tanggal,tanggalSelesai,tahun,"
        "jumlahJam,institusiPenyelenggara\n"
        f"{P2},11,LATSAR CPNS,1/2019,01-06-2019,01-08-2019,2019,511,LAN\n"
    ),
    "kursus.csv": (
        "idPns,nipBaru,jenisDiklatId,jenisKursus,namaKursus,jumlahJam,noSertipikat,tanggalKursus,"
        "tanggalSelesaiKursus,institusiPenyelenggara\n"
        f"{P1},{N1},2,T,Bimtek Arsip,8,S/1,05-02-2024,06-02-2024,BKPSDM\n"
        f"{P2},{N2},2,T,bimtek  arsip,16,S/2,05-02-2024,,BKPSDM\n"
    ),
    "ref_unor.csv": (
        "Id,InstansiId,DiatasanId,EselonId,NamaUnor,NamaJabatan\n"
        "U1,I,,22,Dinas Pendidikan,Kepala Dinas\n"
        "U2,I,U1,32,Bidang Guru,Kepala Bidang\n"
    ),
}  # fmt: skip


@pytest.fixture
def tables(import_files):
    imported = import_files(SIASN_ALONE)
    assert imported.quarantine.is_empty()
    return imported.tables


def test_siasns_tables_alone_are_enough(tables):
    counts = {name: len(frame) for name, frame in tables.items() if len(frame)}
    assert counts == {
        "units": 2, "posts": 3, "employees": 2, "employments": 3, "reviews": 1, "courses": 2,
        "enrolments": 3, "protected_attributes": 2,
    }  # fmt: skip


def test_posts_are_those_that_people_hold_and_held(tables):
    assert tables["posts"].select("post_id", "title", "post_level").rows() == [
        ("analis-kepegawaian", "Analis Kepegawaian", "other"),
        ("arsiparis", "Arsiparis", "other"),
        ("pengadministrasi", "Pengadministrasi", "other"),
    ]


def test_the_level_of_a_post_is_read_from_its_title_where_the_export_carries_none(import_files):
    files = {
        name: text.replace("Arsiparis", "Arsiparis Terampil").replace("Pengadministrasi", UPTD)
        for name, text in SIASN_ALONE.items()
    }
    imported = import_files(files)
    assert imported.tables["posts"].select("title", "post_level").sort("title").rows() == [
        ("Analis Kepegawaian", "other"),
        ("Arsiparis Terampil", "terampil"),
        (UPTD, "pengawas"),
    ]
    assert [
        (r["file"], r["column"], r["rule"], r["rows"]) for r in imported.report["repairs"]
    ] == [
        ("jabatan.csv", "namaJabatan", SAID, 1),
        ("pegawai.csv", "jabatan_nama", SAID, 1),
    ]  # fmt: skip


UPTD = "Kepala UPTD (Eselon IV.a)"
SAID = "was not given; the level that the title of the post says was read"


def test_a_level_in_its_own_column_wins_over_the_title(import_files, files):
    listed = "jabatan_id;nama_jabatan;jenjang\nJAB-1;Analis Kepegawaian Ahli Muda;Ahli Pertama\n"
    listed += "JAB-2;Arsiparis Mahir;\nJAB-3;Arsiparis Pemula;Kepala\n"
    imported = import_files({"ref_jabatan.csv": listed, "pegawai.csv": files["pegawai.csv"]})
    assert imported.tables["posts"].select("post_id", "post_level").rows() == [
        ("JAB-1", "ahli_pertama"),
        ("JAB-2", "mahir"),
    ]
    assert imported.report["repairs"][0]["column"] == "jenjang"
    unknown = imported.quarantine.filter(imported.quarantine["file"] == "ref_jabatan.csv")
    assert unknown["rule"].str.starts_with("must be one of JPT Utama").all()


def test_the_present_post_stands_in_for_a_missing_history(tables):
    rows = tables["employments"].sort("valid_from").select("post_id", "valid_from")
    assert [(post, str(day)) for post, day in rows.iter_rows()] == [
        ("pengadministrasi", "2010-01-01"),
        ("arsiparis", "2019-03-01"),  # the person without history
        ("analis-kepegawaian", "2020-03-01"),  # in both files, once
    ]


def test_courses_are_those_taken_with_variants_of_a_name_merged(tables):
    assert tables["courses"].select("course_id", "form", "jp").rows() == [
        ("bimtek-arsip", "other", 8.0),
        ("latsar-cpns", "structural", 511.0),
    ]
    hours = tables["enrolments"].sort("valid_from", "jp").select("course_id", "jp", "available_at")
    assert [(course, jp, str(day)) for course, jp, day in hours.iter_rows()] == [
        ("latsar-cpns", 511.0, "2019-08-01"),
        ("bimtek-arsip", 8.0, "2024-02-06"),
        ("bimtek-arsip", 16.0, "2024-03-06"),  # no last day: known 30 days after the first
    ]


def test_appraisals_are_read_in_capitals(tables):
    assert tables["reviews"].select("results", "behaviour", "predicate").rows() == [
        ("above", "as_expected", 4)
    ]


def test_units_come_from_the_people_where_there_is_no_list(import_files):
    files = {name: text for name, text in SIASN_ALONE.items() if name != "ref_unor.csv"}
    imported = import_files(files)
    assert imported.quarantine.is_empty()
    assert imported.tables["units"].select("unit_id", "name").rows() == [
        ("U1", "Dinas Pendidikan"),
        ("U2", "Dinas Kesehatan"),
    ]


def test_two_posts_of_one_title_need_their_key(import_files, files):
    twice = files["ref_jabatan.csv"] + "JAB-3;Arsiparis;2;Mahir\n"
    imported = import_files({**files, "ref_jabatan.csv": twice})
    assert imported.quarantine["rule"].to_list() == ["must name one known posts.title"] * 2
    keyed = files["pegawai.csv"].replace("jabatan_nama", "jabatan_id;jabatan_nama")
    keyed = keyed.replace("Arsiparis", "JAB-3;Arsiparis").replace("Analis K", "JAB-1;Analis K")
    imported = import_files({**files, "ref_jabatan.csv": twice, "pegawai.csv": keyed})
    assert imported.quarantine.is_empty()
    assert sorted(imported.tables["employments"]["post_id"]) == ["JAB-1", "JAB-3", "JAB-3"]
