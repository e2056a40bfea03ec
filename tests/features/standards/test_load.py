from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from features.errors import SchemaError
from features.standards.listing import list_rules
from features.standards.load import FOLDER, Standards, load_standard, read_versions
from features.standards.override import employer_standards


@pytest.fixture
def employer(tmp_path: Path):
    """Write one override, `source` included, and return the folder."""

    def write(name: str, text: str, source: str = 'source = "SK Sekda 1/2025"\n') -> Path:
        (tmp_path / f"{name}.toml").write_text(source + text, encoding="utf-8")
        return tmp_path

    return write


def test_a_standard_reads_like_a_dictionary():
    assert load_standard("disengagement")["capacity"] == 0.05


def test_a_version_is_picked_by_its_first_and_last_day(tmp_path):
    path = tmp_path / "x.toml"
    path.write_text(
        "[[version]]\nvalid_from = 2022-01-01\nk = 2\n[[version]]\nvalid_from = 2020-01-01\n"
        "valid_until = 2020-12-31\nk = 1\n"
    )
    assert [version["k"] for version in read_versions(path)] == [1, 2]  # oldest first


@pytest.mark.parametrize(
    ("day", "scheme"),
    [
        (date(2014, 1, 1), "SKP 2014-2021"),
        (date(2021, 12, 31), "SKP 2014-2021"),
        (date(2022, 1, 1), "BerAKHLAK"),
        (None, "BerAKHLAK"),
    ],
)
def test_behaviours_change_with_2022(day, scheme):
    assert load_standard("behaviours", day)["scheme"] == scheme


@pytest.mark.parametrize(
    ("name", "day"),
    [("behaviours", date(2013, 12, 31)), ("appraisal_weights", date(2022, 1, 1))],
    ids=["not yet", "no longer"],
)
def test_no_version_in_force_is_an_error(name, day):
    with pytest.raises(
        SchemaError, match=rf"{name}.toml must have a version in force .* got {day}"
    ):
        load_standard(name, day)


def test_an_unknown_name_is_refused():
    with pytest.raises(SchemaError, match="standard must be one of .*ip_asn.*, got ipasn"):
        load_standard("ipasn")


def test_an_override_replaces_single_keys_and_says_so(employer):
    folder = employer("job_person_match", "[bands]\ncukup_optimal = 80\n")
    standard = load_standard("job_person_match", overrides=folder)
    assert standard["bands"] == {"optimal": 90, "cukup_optimal": 80, "kurang_optimal": 0}
    assert standard.overridden == {"bands.cukup_optimal": "job_person_match.toml: SK Sekda 1/2025"}
    line = next(line for line in list_rules(standard) if line.key == "bands.cukup_optimal")
    assert (line.certainty, line.source) == ("employer", "job_person_match.toml: SK Sekda 1/2025")
    assert load_standard("job_person_match")["bands"]["cukup_optimal"] == 78  # shipped: unchanged


def test_an_override_holds_for_its_own_time(employer):
    folder = employer("jp", "valid_from = 2025-01-01\n[PNS]\nminimum_jp = 30\n")
    standards = Standards(folder)
    assert standards.load("jp", date(2024, 12, 31))["PNS"]["minimum_jp"] == 20
    assert standards.load("jp", date(2025, 1, 1))["PNS"]["minimum_jp"] == 30
    assert standards.load("jp_activities", date(2025, 1, 1)).overridden == {}


def test_an_employer_may_add_technical_competencies(employer):
    folder = employer(
        "competency_dictionary", '[competency."T.01"]\nname = "Perizinan"\ngroup = "Teknis"\n'
    )
    competencies = load_standard("competency_dictionary", overrides=folder)["competency"]
    assert len(competencies) == 10
    assert competencies["T.01"] == {"name": "Perizinan", "group": "Teknis"}


REFUSED = [
    pytest.param("jp", "[PNS]\nminimum = 30\n", r"jp.toml: PNS.minimum is not a rule of jp; known: "
                 r"minimum_jp", id="unknown key"),
    pytest.param("jp", "[CPNS]\nminimum_jp = 30\n", r"jp.toml: CPNS is not a rule of jp",
                 id="unknown table"),
    pytest.param("jp", '[PNS]\nminimum_jp = "30"\n', r"jp.toml: PNS.minimum_jp must be a number, "
                 r"got '30'", id="text for number"),
    pytest.param("jp", "[PNS]\nminimum_jp = true\n", r"PNS.minimum_jp must be a number, got True",
                 id="bool for number"),
    pytest.param("jp", "PNS = 20\n", r"PNS must be a table, got 20", id="number for table"),
    pytest.param("jp", "[PNS]\nminimum_jp = -1\n", r"jp.toml: PNS.minimum_jp must be from 0 to "
                 r"2000, got -1", id="negative"),
    pytest.param("feedback360", "[weights]\npeer = 0.3\n", r"weights must sum to 1",
                 id="weights"),
    pytest.param("job_person_match", "[bands]\ncukup_optimal = 95\n", r"bands must fall",
                 id="bands"),
    pytest.param("required_levels", "[levels]\npelaksana = 1.5\n",
                 r"levels.pelaksana must be a whole number from 1 to 5, got 1.5", id="broken"),
    pytest.param("skp_matrix", '[matrix.above]\nbelow = "Cukup"\n',
                 r"matrix.above.below must be of Sangat Baik, .*, got 'Cukup'", id="predicate"),
    pytest.param("nine_box", "[cut_offs]\nmedium = 85\n", r"cut_offs must rise", id="cut-offs"),
    pytest.param("nine_box", "[cell.above.low]\nnumber = 5\n", r"must be 1 to 9, each once",
                 id="numbers"),
    pytest.param("nine_box", "[cell.above.low]\nactions = [1]\n", r"must be a list of texts",
                 id="actions"),
    pytest.param("ip_asn", "[competence.pelaksana]\nseminar = 10\n", r"parts that sum to its "
                 r"maximum", id="parts"),
    pytest.param("ip_asn", "[performance.predicates]\n\"Sangat Baik\" = 29\n",
                 r"must be the highest points", id="highest points"),
    pytest.param("ip_asn", "[discipline]\nmaximum = 6\nnone = 6\n", r"must sum to 100",
                 id="hundred"),
    pytest.param("penyetaraan", "ends_on = 2020-01-01\n", r"ends_on must not be before starts_on",
                 id="dates"),
    pytest.param("discipline", '[[step]]\nfrom_days = 3\nlevel = "mild"\nsanction = "x"\n',
                 r"discipline.toml: step must be steps", id="steps"),
    pytest.param("golongan", '[PPPK.functional_posts]\npemula = ["III/a"]\n',
                 r"must hold grades of PPPK.order", id="grades"),
    pytest.param("promotion", '[pengawas]\nexperience_levels = ["staf"]\n',
                 r"pengawas.experience_levels must be of jpt_utama, .*, got \['staf'\]",
                 id="levels"),
    pytest.param("disengagement", 'event_components = ["absense_rise"]\n',
                 r"event_components must name components of this file", id="components"),
    pytest.param("disengagement", "capacity = 5\n", r"capacity must be from 0 to 1, got 5",
                 id="share"),
    pytest.param("readiness", '[[item]]\nkind = "profile"\nname = "x"\nneeds = [{ measure = '
                 '"people", least = 2, enough = 1, field = "people" }]\n',
                 r"item must be items", id="needs"),
    pytest.param("disengagement", "horizon_months = -6\n",
                 r"horizon_months must not be negative, got -6", id="without rules of its own"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "message"), REFUSED)
def test_an_impossible_override_is_refused_with_file_key_rule_and_value(
    employer, name, text, message
):
    folder = employer(name, text)
    with pytest.raises(SchemaError, match=message) as error:
        load_standard(name, overrides=folder)
    assert str(folder / f"{name}.toml") in str(error.value)


def test_an_override_must_say_who_decided_it(employer):
    folder = employer("jp", "[PNS]\nminimum_jp = 30\n", source="")
    with pytest.raises(SchemaError, match=r"jp.toml: source must say who decided this"):
        load_standard("jp", overrides=folder)


def test_a_broken_file_is_named(employer):
    folder = employer("jp", "[PNS\n")
    with pytest.raises(SchemaError, match=r"jp.toml must be a TOML file in UTF-8"):
        load_standard("jp", overrides=folder)


def test_an_employers_folder_is_checked_as_a_whole(employer, tmp_path):
    assert employer_standards(tmp_path / "workspace") == Standards()
    folder = employer("jpm", "x = 1\n")
    with pytest.raises(SchemaError, match=r"jpm.toml must be named after one of"):
        employer_standards(tmp_path, folder)
    with pytest.raises(SchemaError, match="HUYULA_STANDARDS must be a folder"):
        employer_standards(tmp_path, tmp_path / "missing")


def test_a_workspaces_own_folder_counts(tmp_path):
    folder = tmp_path / "standards"
    folder.mkdir()
    (folder / "jp.toml").write_text('source = "SK 1"\n[PNS]\nminimum_jp = 24\n')
    standards = employer_standards(tmp_path)
    assert standards.load("jp")["PNS"]["minimum_jp"] == 24


def test_the_examples_can_be_used():
    kemenkeu = load_standard("job_person_match", overrides=FOLDER / "examples" / "kemenkeu")
    assert kemenkeu["bands"]["cukup_optimal"] == 80
    boxes = load_standard("nine_box", overrides=FOLDER / "examples" / "other_cut_offs")
    assert boxes["cut_offs"] == {"medium": 75, "high": 90}
    numbers = [cell["number"] for cell in boxes["cell"]["above"].values()]
    assert numbers == [7, 8, 9]
