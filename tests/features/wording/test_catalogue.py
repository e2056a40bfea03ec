"""The message catalogue is whole: every word that is shown exists in both languages."""

from __future__ import annotations

import ast
import inspect

import pytest

from features import ip_asn_competence, ip_asn_parts, nine_box, promotion, promotion_parts
from features.profile_columns import BEHAVIOUR_COLUMNS, LEVEL_COLUMNS, PROFILE_COLUMNS
from features.schema import EDUCATIONS, POST_LEVELS, PREDICATES, RATINGS, ROLES
from features.standards.checks import CERTAINTIES
from features.standards.expressions import rules_of
from features.standards.load import load_standard
from features.wording import languages, terms
from features.wording.explanations import INDONESIAN, STEPS, explain, promotion_step
from features.wording.figures import FIGURE_NAMES
from features.wording.units import NOT_KNOWN, SMALL_GROUP, UNITS, not_known, unit_name


def text_of(node: ast.AST) -> str | None:
    """Write a literal, an f-string or a sum of texts as the catalogue has it."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(text_of(part) or "{n}" for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return "".join(text_of(side) or "{levels}" for side in (node.left, node.right))
    return None


def texts_in(node: ast.AST) -> set[str]:
    text = text_of(node)
    if text is not None:
        return {text} if " " in text else set()
    return {text for child in ast.iter_child_nodes(node) for text in texts_in(child)}


def says_a_reason(node: ast.AST) -> bool:
    match node:
        case ast.keyword(arg="reason" | "reasons" | "next_step"):
            return True
        case ast.Assign(targets=[ast.Name(id="reason")]):
            return True
        case ast.Call(func=ast.Attribute(attr="untold")) | ast.Return():
            return isinstance(node, ast.Call) or "first_of" in ast.unparse(node)
    return False


def reasons_of(module) -> set[str]:
    """Find what a module gives as reasons and next steps."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if says_a_reason(node):
            found |= {text for child in ast.iter_child_nodes(node) for text in texts_in(child)}
    return found


def test_the_indices_say_nothing_but_what_the_catalogue_translates():
    modules = (ip_asn_parts, ip_asn_competence, nine_box, promotion, promotion_parts)
    said = {text for module in modules for text in reasons_of(module)}
    assert said == set(INDONESIAN)


def test_every_figure_has_a_name_a_unit_and_a_reason_for_not_being_known():
    assert set(PROFILE_COLUMNS) <= set(FIGURE_NAMES)
    assert {column.unit for column in PROFILE_COLUMNS.values()} <= set(UNITS)
    described = (PROFILE_COLUMNS, LEVEL_COLUMNS, BEHAVIOUR_COLUMNS)
    reasons = {column.null_when for columns in described for column in columns.values()}
    assert reasons | {SMALL_GROUP} == set(NOT_KNOWN)


@pytest.mark.parametrize("words", [FIGURE_NAMES, UNITS, STEPS, *terms.TERMS.values()])
def test_words_are_written_in_both_languages(words):
    for indonesian, english in words.values():
        assert bool(indonesian) == bool(english)
        assert f"{indonesian}{english}" == f"{indonesian}{english}".strip()


def test_terms_cover_the_codes_of_tables_and_rules():
    assert set(terms.POST_LEVELS) == set(POST_LEVELS)
    assert set(terms.EDUCATIONS) == set(EDUCATIONS)
    assert set(terms.RATINGS) == set(RATINGS)
    assert {value: name for name, value in PREDICATES.items()} == languages.PREDICATES
    assert set(terms.ROLES) == set(ROLES)
    assert set(terms.CERTAINTIES) == set(CERTAINTIES)
    bands = ("ip_asn", "job_person_match")
    shipped = [rules_of(load_standard(name)["bands"]) for name in bands]
    assert set(terms.BANDS) == {band for table in shipped for band in table}
    cells = [cell for row in load_standard("nine_box")["cell"].values() for cell in row.values()]
    assert {action for cell in cells for action in cell["actions"]} == set(terms.ACTIONS)
    assert set(terms.POTENTIALS) == set(nine_box.POTENTIAL)
    assert set(terms.STATUSES) == set(promotion.STATUSES)


def test_steps_are_those_of_requirements_that_are_not_met():
    requirements = {requirement for requirement, _ in STEPS}
    assert requirements == set(terms.REQUIREMENTS)
    assert {status for _, status in STEPS} == {"lacking", "cannot be told"}
    assert promotion_step("education", "met", "id") is None
    assert promotion_step("healthy", "cannot be told", "id") == "lampirkan surat keterangan sehat"


def test_sentences_with_levels_and_numbers_are_translated_with_them():
    reason = "the years in pelaksana or penyelia or my_level suffice"
    assert explain(reason, "id") == (
        "masa kerja sebagai Pelaksana atau Penyelia atau my_level mencukupi"
    )
    assert explain("every predicate of the last 3 years suffices", "id") == (
        "setiap predikat 3 tahun terakhir mencukupi"
    )


def test_a_sentence_that_nobody_translated_is_an_error():
    with pytest.raises(ValueError, match="^reason must be in the catalogue of .*, got 'who knows'"):
        explain("who knows", "id")


def test_units_and_what_is_not_known():
    assert (unit_name("days a month", "id"), unit_name("count", "en")) == ("hari per bulan", "")
    assert not_known("never", "en") == "not known: not recorded"
    assert not_known(SMALL_GROUP, "id") == (
        "tidak diketahui: kurang dari 5 orang di unit memilikinya"
    )
