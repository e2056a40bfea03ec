"""Every table of rules against one written by hand from the domain brief, never from the files."""

from __future__ import annotations

import re
from datetime import date

import pytest

from features.errors import SchemaError
from features.schema import EDUCATIONS, POST_LEVELS
from features.standards.checks import CERTAINTIES, check_about, check_standard
from features.standards.expressions import rules_of
from features.standards.listing import list_rules
from features.standards.load import FOLDER, Standard, load_standard, read_versions, standard_names


def read_table(text: str) -> dict[str, dict[str, str]]:
    """Read a table written like those of the brief: `|a|b|` with a head of column names."""
    lines = [line.strip().strip("|").split("|") for line in text.strip().splitlines()]
    head, *rows = [[cell.strip() for cell in line] for line in lines]
    return {row[0]: dict(zip(head[1:], row[1:], strict=True)) for row in rows}


def certainties(name: str) -> dict[str, str]:
    return {line.key: line.certainty for line in list_rules(load_standard(name))}


@pytest.mark.parametrize("name", standard_names())
def test_every_version_of_every_rule_has_a_date_a_source_and_a_certainty(name):
    for version in read_versions(FOLDER / f"{name}.toml"):
        standard = Standard(version, name)
        check_standard(standard, name)
        check_about(standard, name)
        for line in list_rules(standard):
            assert line.source, line.key
            assert line.certainty in CERTAINTIES, line.key
            assert line.certainty != "employer", line.key


ABOUT = {"title": "t", "valid_from": date(2020, 1, 1), "source": "s", "certainty": "memory"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param({"title": ""}, "x: title must be a text, got ''", id="no title"),
        pytest.param({"source": None}, "x: source must be a text, got None", id="no source"),
        pytest.param({"valid_from": "2020"}, "x: valid_from must be a date", id="no date"),
        pytest.param({"valid_until": date(2019, 1, 1)}, "x: valid_until must not be before 2020",
                     id="ends first"),
        pytest.param({"certainty": None}, "x: certainty must be one of verified, .*, got None",
                     id="no certainty"),
        pytest.param({"certainty": "employer"}, "x: certainty must be .*'employer'", id="employer"),
        pytest.param({"a": {"b": {"certainty": "sure"}}}, "x: a.b.certainty must be .*'sure'",
                     id="a table inside"),
        pytest.param({"a": {"certainty_of": {"k": "?"}}}, r"x: a.certainty_of.k must be .*'\?'",
                     id="a single key"),
    ],
)  # fmt: skip
def test_what_a_version_must_say_of_itself(change, message):
    check_about(Standard(dict(ABOUT), "x"), "x")
    with pytest.raises(SchemaError, match=message):
        check_about(Standard({**ABOUT, **change}, "x"), "x")


def test_disengagement_and_readiness_are_our_own_definitions():
    certain = certainties("disengagement")
    assert certain.pop("survey_low.cutoffs.uwes9") == "memory"
    assert set(certain.values()) == {"inference"}
    assert set(certainties("readiness").values()) == {"inference"}


def test_competency_dictionary_has_the_nine_national_competencies():
    names = {
        code: one["name"]
        for code, one in load_standard("competency_dictionary")["competency"].items()
    }
    assert names == {
        "M.01": "Integritas",
        "M.02": "Kerjasama",
        "M.03": "Komunikasi",
        "M.04": "Orientasi pada Hasil",
        "M.05": "Pelayanan Publik",
        "M.06": "Pengembangan Diri dan Orang Lain",
        "M.07": "Mengelola Perubahan",
        "M.08": "Pengambilan Keputusan",
        "SK.01": "Perekat Bangsa",
    }
    certain = certainties("competency_dictionary")
    assert certain["competency.M.08.name"] == "verified"
    assert certain["competency.SK.01.name"] == "secondary"


def test_level_meanings():
    meanings = load_standard("competency_dictionary")["level_meanings"]
    assert [rules_of(meanings["managerial"])[str(n)].split()[0] for n in range(1, 6)] == [
        "applies", "applies", "drives", "creates", "national",
    ]  # fmt: skip
    assert rules_of(meanings["technical"])["5"] == "expert reference"
    assert certainties("competency_dictionary")["level_meanings.technical.5"] == "memory"


def test_required_levels():
    expected = read_table("""
        |post level   |level|
        |jpt_utama    |5|
        |jpt_madya    |5|
        |jpt_pratama  |4|
        |administrator|3|
        |pengawas     |2|
        |pelaksana    |1|
        |ahli_utama   |5|
        |ahli_madya   |4|
        |ahli_muda    |3|
        |ahli_pertama |2|
        |penyelia     |3|
        |mahir        |2|
        |terampil     |1|
        |pemula       |1|
    """)
    standard = load_standard("required_levels")
    assert rules_of(standard["levels"]) == {k: int(v["level"]) for k, v in expected.items()}
    assert set(expected) == set(POST_LEVELS) - {"other"}
    certain = certainties("required_levels")
    assert {key for key, value in certain.items() if value == "secondary"} == {
        "levels.administrator"
    }


def test_job_person_match_bands():
    standard = load_standard("job_person_match")
    assert standard["bands"] == {"optimal": 90, "cukup_optimal": 78, "kurang_optimal": 0}
    assert standard["maximum_percent"] == 100


def test_assessments_count_for_three_years():
    assert load_standard("assessment_validity")["years"] == 3


def test_skp_matrix_is_asymmetric():
    expected = read_table("""
        |results    |below        |as_expected     |above          |
        |above      |Kurang       |Baik            |Sangat Baik    |
        |as_expected|Kurang       |Baik            |Baik           |
        |below      |Sangat Kurang|Butuh Perbaikan |Butuh Perbaikan|
    """)
    standard = load_standard("skp_matrix")
    assert standard["matrix"] == expected
    assert standard["aliases"]["Kurang/misconduct"] == "Kurang"


def test_berakhlak_has_seven_behaviours_with_three_guides_each():
    behaviour = load_standard("behaviours")["behaviour"]
    assert list(behaviour) == [
        "Berorientasi Pelayanan", "Akuntabel", "Kompeten", "Harmonis", "Loyal", "Adaptif",
        "Kolaboratif",
    ]  # fmt: skip
    assert [len(guides) for guides in behaviour.values()] == [3] * 7
    assert behaviour["Harmonis"][1] == "Suka menolong orang lain"


def test_behaviours_of_2021_are_the_earlier_ones():
    standard = load_standard("behaviours", date(2021, 12, 31))
    assert list(standard["behaviour"]) == [
        "Orientasi Pelayanan", "Integritas", "Komitmen", "Disiplin", "Kerja Sama", "Kepemimpinan",
        "Inisiatif",
    ]  # fmt: skip
    assert load_standard("behaviours", date(2022, 1, 1))["scheme"] == "BerAKHLAK"


def test_appraisal_weights_ended_with_2021():
    standard = load_standard("appraisal_weights", date(2021, 6, 1))
    assert standard["with_360"] == {"results": 0.6, "behaviour": 0.4}
    assert standard["without_360"] == {"results": 0.7, "behaviour": 0.3}


def test_feedback_weights_are_from_memory():
    standard = load_standard("feedback360")
    assert standard["weights"] == {"superior": 0.6, "peer": 0.2, "subordinate": 0.2}
    assert set(certainties("feedback360").values()) == {"memory"}


def test_jp_is_a_floor_for_pns_and_a_ceiling_for_pppk():
    standard = load_standard("jp")
    assert rules_of(standard["PNS"]) == {"minimum_jp": 20}
    assert rules_of(standard["PPPK"]) == {"maximum_jp": 24}
    assert certainties("jp") == {"PNS.minimum_jp": "secondary", "PPPK.maximum_jp": "verified"}


def test_jp_by_activity():
    standard = load_standard("jp_activities")
    assert standard["jp_a_day"] == {
        "seminar": {"national": 4, "international": 6},
        "workshop": {"national": 5, "international": 7},
    }
    assert standard["international_bonus"] == 0.2
    assert standard["no_bonus_forms"] == ["structural"]
    assert standard["training_forms"] == ["structural", "technical", "functional"]


def test_ip_asn_qualification():
    points = rules_of(load_standard("ip_asn")["qualification"])
    assert points.pop("maximum") == 25
    assert points == {
        "s3": 25, "s2": 20, "s1": 15, "d4": 15, "d3": 10, "d2": 5, "d1": 5, "sma": 5, "smp": 1,
        "sd": 1, "profesi": 15, "spesialis": 20, "subspesialis": 25,
    }  # fmt: skip
    assert set(points) == set(EDUCATIONS)


def test_ip_asn_competence_by_kind_of_post():
    expected = read_table("""
        |kind      |training|technical|seminar|
        |structural|15      |15       |10     |
        |functional|15      |15       |10     |
        |pelaksana |0       |22.5     |17.5   |
    """)
    competence = load_standard("ip_asn")["competence"]
    assert competence["maximum"] == 40
    assert competence["technical_jp"] == 20
    assert competence["technical_months"] == 12
    for kind, parts in expected.items():
        assert competence[kind] == {part: float(points) for part, points in parts.items()}


def test_ip_asn_performance_and_discipline():
    standard = load_standard("ip_asn")
    performance, discipline = standard["performance"], standard["discipline"]
    assert (performance["maximum"], discipline["maximum"]) == (30, 5)
    assert rules_of(performance["score_bands"]) == {
        "91": 30, "76": 25, "61": 15, "51": 5, "0": 1,
    }  # fmt: skip
    assert rules_of(performance["predicates"]) == {
        "Sangat Baik": 30, "Baik": 25, "Butuh Perbaikan": 15, "Kurang": 5, "Sangat Kurang": 1,
    }  # fmt: skip
    assert certainties("ip_asn")["performance.predicates.Baik"] == "inference"
    levels = ("none", "light", "moderate", "severe")
    assert [discipline[level] for level in levels] == [5, 3, 2, 1]


def test_ip_asn_bands_and_professions():
    standard = load_standard("ip_asn")
    assert standard["bands"] == {
        "sangat_tinggi": 91, "tinggi": 81, "sedang": 71, "rendah": 61, "sangat_rendah": 0,
    }  # fmt: skip
    assert standard["trained_by_profession"]["titles"] == [
        "dokter", "guru", "perawat", "bidan", "apoteker",
    ]  # fmt: skip


def test_nine_box_numbers_and_actions():
    expected = read_table("""
        |performance|low       |medium         |high        |
        |above      |4 rotasi  |7 dipertahankan|9 promosi   |
        |as_expected|2 bimbingan|5 penempatan  |8 dipertahankan|
        |below      |1 diproses|3 bimbingan    |6 penempatan|
    """)
    cells = load_standard("nine_box")["cell"]
    got = {
        row: {
            column: f"{cell['number']} {cell['actions'][0].split()[0]}"
            for column, cell in cells[row].items()
        }
        for row in cells
    }
    assert got == expected
    pool = [c["number"] for row in cells.values() for c in row.values() if c["succession"]]
    assert sorted(pool) == [7, 8, 9]


def test_nine_box_cut_offs_and_points():
    standard = load_standard("nine_box")
    assert standard["cut_offs"] == {"medium": 60, "high": 80}
    assert rules_of(standard["performance"]["points"]) == {
        "Sangat Baik": 100, "Baik": 75, "Butuh Perbaikan": 50, "Kurang": 25, "Sangat Kurang": 0,
    }  # fmt: skip


def test_promotion_requirements():
    standard = load_standard("promotion")
    assert rules_of(standard["jpt_pratama"]) == {
        "minimum_education": "s1",
        "experience_levels": ["administrator", "ahli_madya"],
        "experience_years": 2,
        "related_experience_years": 5,
        "competencies_required": True,
        "clean_record": True,
        "maximum_age": 56,
        "healthy": True,
    }
    for level, education, years, below in (
        ("administrator", "s1", 3, "pengawas"),
        ("pengawas", "d3", 4, "pelaksana"),
    ):
        rule = standard[level]
        assert rule["minimum_education"] == education
        assert (rule["experience_levels"][0], rule["experience_years"]) == (below, years)
        assert (rule["predicate_years"], rule["minimum_predicate"]) == (2, "Baik")
    certain = certainties("promotion")
    assert certain["jpt_pratama.maximum_age"] == "verified"
    assert certain["administrator.experience_years"] == "memory"


def test_discipline_steps():
    expected = [
        ("light", 3, 3), ("light", 4, 6), ("light", 7, 10),
        ("moderate", 11, 13), ("moderate", 14, 16), ("moderate", 17, 20),
        ("severe", 21, 24), ("severe", 25, 27), ("severe", 28, None),
    ]  # fmt: skip
    standard = load_standard("discipline")
    assert [(s["level"], s["from_days"], s.get("to_days")) for s in standard["step"]] == expected
    assert standard["consecutive_days_dismissal"] == 10


def test_retirement_ages():
    ages = rules_of(load_standard("retirement")["ages"])
    assert {level for level, age in ages.items() if age == 60} == {
        "jpt_utama", "jpt_madya", "jpt_pratama", "ahli_madya",
    }  # fmt: skip
    assert {level for level, age in ages.items() if age == 65} == {"ahli_utama"}
    assert set(ages) == set(POST_LEVELS) - {"other"}
    assert set(ages.values()) == {58, 60, 65}
    certain = certainties("retirement")
    assert (certain["ages.administrator"], certain["ages.ahli_utama"]) == ("secondary", "memory")


def test_penyetaraan_was_in_2021():
    standard = load_standard("penyetaraan")
    assert (standard["starts_on"], standard["ends_on"]) == (date(2021, 1, 1), date(2021, 12, 31))
    assert rules_of(standard["equal"]) == {"administrator": "ahli_madya", "pengawas": "ahli_muda"}


def test_yearly_credit():
    standard = load_standard("credit")
    assert rules_of(standard["coefficients"]) == {
        "pemula": 3.75, "terampil": 5, "mahir": 12.5, "penyelia": 25,
        "ahli_pertama": 12.5, "ahli_muda": 25, "ahli_madya": 37.5, "ahli_utama": 50,
    }  # fmt: skip
    assert list(standard["percent"].values()) == [150, 100, 75, 50, 25]


def test_golongan_codes_rise_with_the_grade():
    codes = load_standard("golongan")["PNS"]["codes"]
    expected = [f"{group}/{letter}" for group in ("I", "II", "III") for letter in "abcd"]
    assert list(codes) == [*expected, *(f"IV/{letter}" for letter in "abcde")]
    assert (codes["I/a"], codes["II/d"], codes["III/c"], codes["IV/e"]) == (11, 24, 33, 45)
    assert list(codes.values()) == sorted(codes.values())
    assert load_standard("golongan")["PNS"]["ranks"]["III/c"] == "Penata"


def test_golongan_of_pppk_by_functional_post():
    pppk = load_standard("golongan")["PPPK"]
    assert len(pppk["order"]) == 17
    assert pppk["functional_posts"] == {
        "pemula": ["V"], "terampil": ["VI", "VII"], "mahir": ["IX"], "penyelia": ["XI"],
        "ahli_pertama": ["IX", "X"], "ahli_muda": ["XI"], "ahli_madya": ["XIII"],
        "ahli_utama": ["XVI"],
    }  # fmt: skip


def test_education_codes_and_order():
    standard = load_standard("education")
    assert standard["codes"] == {
        "05": "sd", "10": "smp", "12": "smp", "15": "sma", "17": "sma", "18": "sma", "20": "d1",
        "25": "d2", "30": "d3", "35": "d4", "40": "s1", "42": "profesi", "45": "s2",
        "47": "spesialis", "49": "subspesialis", "50": "s3",
    }  # fmt: skip
    order = rules_of(standard["order"])
    assert set(order) == set(EDUCATIONS)
    assert order["d4"] == order["s1"] > order["d3"] > order["d2"] > order["d1"] > order["sma"]
    assert order["s3"] > order["s2"] > order["profesi"] > order["s1"]


def test_national_distribution_of_predicates():
    expected = read_table("""
        |    |Sangat Baik|Baik |Butuh Perbaikan|Kurang|Sangat Kurang|n       |
        |PNS |11.27      |88.46|0.11           |0.06  |0.10         |10290000|
        |PPPK|9.01       |90.77|0.10           |0.06  |0.06         |2100000 |
    """)
    standard = load_standard("predicate_distribution")
    for kind, row in expected.items():
        assert standard[kind]["n_reports"] == int(row.pop("n"))
        assert standard[kind]["percent"] == {name: float(value) for name, value in row.items()}


def test_titles_of_posts_say_their_level():
    standard = load_standard("post_titles")
    assert rules_of(standard["echelons"]) == {
        "ii": "jpt_pratama", "iii": "administrator", "iv": "pengawas", "v": "pelaksana",
    }  # fmt: skip
    assert standard["starts"]["kepala bidang"] == "administrator"
    assert standard["ends"]["ahli muda"] == "ahli_muda"
    assert standard["certainty"] == "inference"


ENGLISH = {
    "a", "and", "art", "as", "at", "by", "common", "from", "in", "least", "of", "own", "practice",
    "press", "public", "several", "slides", "the", "through", "which", "with",
}  # fmt: skip


@pytest.mark.parametrize("name", standard_names())
def test_sources_are_said_in_indonesian_too(name):
    for version in read_versions(FOLDER / f"{name}.toml"):
        for rule in list_rules(Standard(version, name)):
            assert not ENGLISH & set(re.findall(r"[a-z]+", rule.source_id.lower())), rule.source_id
            assert rule.source_id


def test_a_table_with_a_source_of_its_own_does_not_take_that_of_its_file():
    rules = {"source": "slides", "source_id": "paparan", "a": 1, "t": {"source": "PP 1", "b": 2}}
    found = {rule.key: rule.source_id for rule in list_rules(Standard(rules, "x"))}
    assert found == {"a": "paparan", "t.b": "PP 1"}
