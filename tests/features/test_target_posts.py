from __future__ import annotations

from datetime import date

from features.target_posts import competency_gaps_to, match_with_targets, one_level_up, to_posts
from tests.conftest import table_of
from tests.features.families import AS_OF, on, rows, staff

RECORDS = staff(
    ("a", "u", "staff"),
    ("b", "u", "junior"),
    ("c", "u", "director"),
    ("d", "u", "doctor"),
    assessments=table_of(
        "assessments",
        "employee_id competency_id level source valid_from",
        ("a", "T.01", 2.0, "asesor", date(2024, 12, 1)),
    ),
    post_requirements=table_of(
        "post_requirements",
        "post_id competency_id required_level",
        ("head", "T.01", 4),
        ("head", "T.02", 2),
        ("staff", "T.01", 1),
    ),
)


def test_gaps_are_against_what_the_target_requires(engine):
    known, posts = on(engine, RECORDS)
    targets = to_posts(posts, known, ["head", "director", "unknown"])
    gaps = competency_gaps_to(known, targets, AS_OF)
    found = rows(gaps, "employee_id", "target_post_id", "competency_id", "level", "gap", "evidence",
                 key=3)  # fmt: skip
    assert found[("a", "head", "T.01")] == (2.0, 2.0, "valid")
    assert found[("b", "head", "T.01")] == (None, None, "none")
    # nothing is stored for the director's post, and no national competency is known
    assert {key[1] for key in found} == {"head"}
    assert len(found) == 8
    # a: 2 of 4, and nothing known of T.02
    match = rows(match_with_targets(gaps), "employee_id", "target_post_id", "n_required",
                 "n_assessed", "n_gaps", "gap_levels", "job_person_match", key=2)  # fmt: skip
    assert match[("a", "head")] == (2, 1, 1, 2.0, 50.0)
    assert match[("b", "head")][:2] == (2, 0)


def test_interval_of_a_target_gap_follows_the_level(engine):
    known, posts = on(engine, RECORDS)
    gaps = competency_gaps_to(known, to_posts(posts, known, ["head"]), AS_OF)
    found = rows(gaps, "employee_id", "competency_id", "required_level", "level_lower",
                 "level_upper", "gap_lower", "gap_upper", key=2)  # fmt: skip
    required, lower, upper, least, most = found[("a", "T.01")]
    assert (least, most) == (round(required - upper, 6), round(required - lower, 6))
    assert found[("a", "T.02")] == (2.0, 0.0, 5.0, 0.0, 2.0)


def test_one_level_up_stays_on_the_ladder(engine):
    known, posts = on(engine, RECORDS)
    # above a director stands a post nobody declared; a level of no ladder leads nowhere
    pairs = one_level_up(posts, known)
    assert rows(pairs, "employee_id", "target_post_id") == {"a": "head", "b": "senior"}
