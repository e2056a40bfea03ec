from __future__ import annotations

import pytest

from features.catalogue.competencies import Competency, CompetencyMatcher
from features.catalogue.details import propose_form, propose_hours, propose_level
from features.catalogue.names import NameReader
from features.catalogue.posts import propose_requirements
from features.catalogue.programmes import load_programmes
from features.catalogue.vocabulary import read_words
from features.schema import FORMS
from features.standards.expressions import rules_of
from features.standards.load import load_standard

READER = NameReader([])


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("PKA Angkatan II", "structural"),
        ("Diklat Fungsional Perencana", "functional"),
        ("Pelatihan Auditor Muda", "functional"),
        ("Bimtek SAKIP", "technical"),
        ("Pengelolaan Arsip", "technical"),
        ("Webinar SAKIP", "seminar"),
        ("Lokakarya SAKIP", "workshop"),
        ("MOOC Anti Korupsi", "e-learning"),
        ("Workshop/Bimtek SAKIP", "technical"),
        ("Ujian Dinas Tk. I", "other"),
    ],
)
def test_form_is_what_the_name_says(text, form):
    assert propose_form(READER.read(text)).value == form


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Seminar Arsip", "1"),
        ("Diklat Komputer Dasar", "1"),
        ("Bimtek Arsip", "2"),
        ("Pelatihan Excel Lanjutan", "3"),
        ("Seminar Auditor Madya", "4"),
        ("TOT Arsip", "3"),
    ],
)
def test_level_is_what_the_name_says(text, level):
    assert propose_level(READER.read(text)).value == level


@pytest.mark.parametrize(
    ("text", "form", "elsewhere", "value"),
    [
        pytest.param("Diklat Arsip 40 JP", "technical", (), "40", id="stated"),
        pytest.param("Seminar Arsip 2 Hari", "seminar", (), "8", id="seminar-days"),
        pytest.param("Workshop Arsip 2 Hari", "workshop", (), "10", id="workshop-days"),
        pytest.param("Diklat Arsip 2 Hari", "technical", (), None, id="no-standard"),
        pytest.param("Diklat Arsip", "technical", (30, 40, 40), "40", id="usual"),
        pytest.param("Diklat Arsip", "technical", (40, 30), "30", id="tie-takes-less"),
        pytest.param("Diklat Arsip", "technical", (), None, id="unknown"),
    ],
)
def test_hours_are_stated_or_by_the_standard_or_the_usual(text, form, elsewhere, value):
    proposal = propose_hours(READER.read(text), form, elsewhere)
    assert (proposal.value if proposal else None) == value


def test_rules_name_forms_and_levels_that_exist():
    assert {programme.form for programme in load_programmes()} <= set(FORMS)


def test_posts_require_the_national_competencies_and_those_of_their_title():
    dictionary = (
        Competency("M.01", "Integritas"),
        Competency("T.1", "Pengelolaan Arsip"),
        Competency("T.2", "Perpajakan"),
    )
    matcher = CompetencyMatcher(dictionary, READER)

    def required(title, level):
        found = propose_requirements(title, level, matcher, READER)
        return [(one.competency_id, one.level.value) for one in found]

    assert required("Arsiparis Ahli Madya", "other") == [("M.01", "4"), ("T.1", "4")]
    assert required("Arsiparis Ahli Madya", "ahli_muda") == [("M.01", "3"), ("T.1", "3")]
    assert required("Juru Ketik", "other") == [("M.01", "1")]


def test_rules_of_the_civil_service_are_read_from_the_standards():
    seminar = propose_hours(READER.read("Seminar Arsip 2 Hari"), "seminar", ())
    assert seminar.evidence == "2 days of 4 JP (slides of LAN)"
    matcher = CompetencyMatcher((Competency("M.01", "Integritas"),), READER)
    levels = rules_of(load_standard("required_levels")["levels"])
    for level, required in levels.items():
        (found,) = propose_requirements("Juru Ketik", level, matcher, READER)
        assert found.level.value == str(required)
    assert set(read_words("levels")) == {"course"}
    assert set(read_words("programmes")) == {"programme"}
