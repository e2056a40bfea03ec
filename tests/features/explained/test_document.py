"""What each role is shown of a person, and that nothing else can be told from it."""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from pathlib import Path

import pytest

from features.errors import SchemaError, UnknownEmployeeError
from features.explained.document import profile_document
from features.explained.page import page_text
from features.explained.person import describe_person
from features.records import empty_records
from features.schema import BY_NAME, ROLES
from features.standards.load import Standards
from features.visibility import may_see
from features.wording.units import SMALL_GROUP

AS_OF = date(2025, 3, 1)
GOLDEN = Path(__file__).parent / "golden"
SHOWN = {"sari": ("employee", "P9"), "tono": ("planner", None)}


DESCRIBED = {}


def shown(records, person="sari", role="employee", language="en", target=None, standards=None):
    """Show a person; what is worked out before any role or language is kept between the tests."""
    rules = standards or Standards()
    key = (person, target, str(rules.folder), *map(id, vars(records).values()))
    if key not in DESCRIBED:
        DESCRIBED[key] = records, describe_person(records, person, AS_OF, rules, target)
    return profile_document(DESCRIBED[key][1], role, language, rules)


def section(document, name):
    return next(one for one in document["sections"] if one["section"] == name)


def figure(document, name):
    found = [f for one in document["sections"] for f in one["figures"] if f["name"] == name]
    return found[0]["value"], found[0]["text"]


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("person", SHOWN)
def test_pages_are_those_agreed_on(office, person, language):
    role, target = SHOWN[person]
    page = page_text(shown(office, person, role, language, target))
    assert page + "\n" == (GOLDEN / f"{person}.{language}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["id", "en"])
def test_documents_for_machines_are_those_agreed_on(office, language):
    document = shown(office, "tono", "planner", language)
    written = json.dumps(document, ensure_ascii=False, indent=1, default=str) + "\n"
    assert written == (GOLDEN / f"tono.{language}.json").read_text(encoding="utf-8")


AGGREGATED = {("feedback360", role) for role in BY_NAME["reviews"].seen_by} | {
    ("surveys", "employee")  # the person's own answers, as figures
}
HIDDEN = [
    (role, name)
    for role in ("planner", "superior", "employee", "data_scientist")
    for name, table in BY_NAME.items()
    if role not in table.seen_by and (name, role) not in AGGREGATED
    if name != "protected_attributes"  # which profiles never read
]


EMPTY = vars(empty_records())


@pytest.mark.parametrize(("role", "table"), HIDDEN)
def test_tables_that_a_role_may_not_see_change_nothing_that_it_is_shown(office, role, table):
    without = dataclasses.replace(office, **{table: EMPTY[table]})
    assert shown(without, role=role, target="P9") == shown(office, role=role, target="P9")


def test_hidden_tables_are_tried():
    assert ("planner", "discipline") in HIDDEN
    assert ("superior", "assessments") in HIDDEN
    assert ("planner", "surveys") in HIDDEN


def test_sanctions_show_to_the_person_and_change_the_index(office):
    without = dataclasses.replace(office, discipline=EMPTY["discipline"])
    document, other = shown(office, target="P9"), shown(without, target="P9")
    # qualification 20, training 15, technical 0 (12 of 20 JP), seminar 0, Sangat Baik 30, light 3
    assert section(document, "ip_asn")["sentences"][0] == "IP ASN 68 (low)."
    assert section(other, "ip_asn")["sentences"][0] == (
        "IP ASN 66 to 70 (low): the records cannot tell 1 of its parts."
    )


def test_a_planner_sees_the_parts_of_ip_asn_but_neither_sanctions_nor_the_total(office):
    document = shown(office, role="planner")
    index = section(document, "ip_asn")
    assert [row["part"] for row in index["rows"]] == [
        "education", "training", "technical", "seminar", "appraisal",
    ]  # fmt: skip
    assert index["sentences"][0].startswith("The total of IP ASN: not shown to this role")
    assert "IP ASN 68" not in page_text(document)
    requirements = [row["requirement"] for row in section(document, "promotion")["rows"]]
    assert "clean_record" not in requirements
    assert "experience" in requirements


def test_every_point_names_the_rule_that_gave_it(office):
    rows = {row["part"]: row for row in section(shown(office), "ip_asn")["rows"]}
    assert {part: (row["rule"]["key"], row["rule"]["value"]) for part, row in rows.items()} == {
        "education": ("qualification.s2", 20),
        "training": ("competence.structural.training", 15),
        "technical": ("competence.structural.technical", 15),
        "seminar": ("competence.structural.seminar", 10),
        "appraisal": ("performance.predicates.Sangat Baik", 30),
        "sanctions": ("discipline.light", 3),
    }
    assert rows["education"]["rule"]["certainty"] == "secondary"
    assert rows["appraisal"]["rule"]["valid_from"] == date(2019, 5, 15)


def test_an_employers_rule_is_named_as_its_own(office, tmp_path):
    (tmp_path / "ip_asn.toml").write_text('source = "SK 1/2025"\n[discipline]\nlight = 4\n')
    document = shown(office, standards=Standards(tmp_path))
    rows = {row["part"]: row for row in section(document, "ip_asn")["rows"]}
    assert (rows["sanctions"]["points_lower"], rows["sanctions"]["rule"]["certainty"]) == (
        4, "employer",
    )  # fmt: skip
    assert "SK 1/2025 (set by the employer" in rows["sanctions"]["text"]


def test_what_is_not_known_is_null_with_a_reason_and_never_0(office):
    document = shown(office, "tono", "planner")
    assert figure(document, "predicate") == (None, "not known: no review known")
    assert figure(document, "job_person_match") == (
        None, "not known: none is assessed and required",
    )  # fmt: skip
    assert figure(document, "n_gaps") == (None, "not known: none is assessed and required")
    assert figure(document, "jp_this_year") == (0.0, "0 JP")  # the employer records courses
    box = section(document, "nine_box")
    assert box["sentences"][0] == "Box not known: no appraisal recent enough is recorded."
    performance, potential = box["rows"]
    assert (performance["performance_score"], performance["box"]) == (None, None)
    assert (potential["potential_lower"], potential["potential_upper"]) == (0, 100)
    for one in document["sections"]:
        assert all(
            (f["value"] is None) == f["text"].startswith("not known") for f in one["figures"]
        )


def test_a_small_unit_shows_no_figure_against_it(office):
    reviewed = office.reviews.vstack(
        office.reviews.filter(employee_id="sari").with_columns(employee_id=_literal("tono"))
    )
    alone = dataclasses.replace(office, reviews=reviewed)
    document = shown(alone, "tono", "planner")
    assert figure(document, "predicate")[0] == 5
    hidden = ("predicate_vs_unit", "predicate_position", "predicate_position_pattern")
    for name in hidden:
        assert figure(document, name) == (None, f"not known: {SMALL_GROUP}")
    # five people of U1 have a predicate: sari 5 against a mean of 4.2
    assert figure(shown(office), "predicate_vs_unit") == (pytest.approx(0.8), "+0.80 steps")


def _literal(text):
    import polars as pl

    return pl.lit(text)


def test_strengths_and_areas_to_improve_name_their_evidence(office):
    sentences = section(shown(office), "performance")["sentences"]
    # means of the unit: (90 + 4 x 80) / 5 = 82 and (70 + 4 x 80) / 5 = 78; all agree, 7 raters
    assert sentences[0] == (
        "Strengths: Adaptif (feedback 90.0, +8.0 from the unit's mean 82.0, 7 raters); "
        "M.01 Integritas (level 4.0, required 3)."
    )
    assert sentences[1] == (
        "Areas to improve: Kompeten (feedback 70.0, -8.0 from the unit's mean 78.0, 7 raters); "
        "M.02 Kerjasama (level 2.5, required 3)."
    )
    assert "M.01" not in str(section(shown(office, role="superior"), "performance"))


def test_a_target_post_is_found_by_id_or_title(office):
    by_id = section(shown(office, target="P9"), "target")
    assert section(shown(office, target="kepala dinas"), "target") == by_id
    # nothing is stored for it: level 4 of the two national competencies that the records name
    assert [(row["competency_id"], row["required_level"], row["gap"]) for row in by_id["rows"]] == [
        ("M.01", 4, 0), ("M.02", 4, 1.5),
    ]  # fmt: skip
    levels = {r["target_level"] for r in section(shown(office, target="P9"), "promotion")["rows"]}
    assert levels == {"jpt_pratama"}


def test_a_target_without_rules_says_so(office):
    promotion = section(shown(office, target="P7"), "promotion")
    assert promotion["sentences"][0] == "No requirements are known for Ahli Utama."
    assert promotion["rows"] == []


def test_a_target_must_be_one_post(office):
    with pytest.raises(SchemaError, match="^target-post must be the id or the title of one post, "):
        shown(office, target="Kepala Langit")
    twice = office.posts.vstack(
        office.posts.filter(post_id="P9").with_columns(post_id=_literal("Q"))
    )
    with pytest.raises(SchemaError, match="one post, not of 2, got Kepala Dinas"):
        shown(dataclasses.replace(office, posts=twice), target="Kepala Dinas")


def test_what_came_later_counts_where_it_is_asked_for(office):
    late = office.reviews.filter(employee_id="a").with_columns(available_at=date(2025, 6, 1))
    records = dataclasses.replace(office, reviews=late)
    page = [
        page_text(
            profile_document(describe_person(records, "a", AS_OF, known_at=day), "planner", "en")
        )
        for day in (None, date(2025, 6, 2))
    ]
    assert page[0].startswith("Profile a as of 2025-03-01\n")
    assert page[1].startswith("Profile a as of 2025-03-01, known before 2025-06-02\n")
    assert ["2024: predicate Baik" in one for one in page] == [False, True]


def test_whom_nobody_knows_and_who_has_left_is_an_error(office):
    with pytest.raises(UnknownEmployeeError, match="^no employee with employee_id=nobody"):
        shown(office, "nobody")
    with pytest.raises(SchemaError, match="in service at 2025-03-01, got gone"):
        shown(office, "gone")


def test_a_role_that_nobody_has_is_refused(office):
    with pytest.raises(ValueError, match="^role must be one of planner, .*, got boss"):
        shown(office, role="boss")
    with pytest.raises(ValueError, match="^role must be one of planner, .*, got boss"):
        may_see("career", "boss")


@pytest.mark.parametrize("role", ROLES)
def test_each_section_is_shown_or_said_to_be_withheld(office, role):
    document = shown(office, role=role)
    names = {one["section"] for one in document["sections"]}
    n_withheld = len(document["withheld"])
    assert {"ip_asn", "promotion", "service_results"} <= names
    assert len(names) + n_withheld == 11  # all but the target post, which nobody asked for
    assert (document["post"] is None) == (role == "auditor")


def test_a_terminal_gets_colours(office):
    document = shown(office)
    assert "\x1b[" in page_text(document, 80, colour=True)
    assert "\x1b[" not in page_text(document)
