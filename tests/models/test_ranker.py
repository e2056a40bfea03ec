from __future__ import annotations

import json
import re

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from features.errors import ArtifactError
from models.candidates import ranks
from models.cases import Cases, Catalogue
from models.course_order import CourseOrder
from models.gap import GapCoverage
from models.popularity import Popularity
from models.ranker import CourseRanker
from models.ranker_files import JSON_FILE, TEXT_FILE
from models.ranker_pairs import Snapshot, snapshot_pairs
from models.ranking import WHY
from models.transitions import Transitions

N_PEOPLE, COURSES = 150, [f"c{i}" for i in range(8)]


@pytest.fixture(scope="module")
def town() -> tuple[Cases, pd.DataFrame, Catalogue]:
    """Return people who take c0..c7 in turn from a random start; what came next is the target."""
    rng = np.random.default_rng(0)
    start, length = rng.integers(0, 6, N_PEOPLE), rng.integers(1, 4, N_PEOPLE)
    ids = np.array([f"e{i:03}" for i in range(N_PEOPLE)])
    taken = [
        (ids[i], f"c{(start[i] + s) % 8}", s) for i in range(N_PEOPLE) for s in range(length[i])
    ]
    history = pd.DataFrame(taken, columns=["employee_id", "course_id", "happened_on"])
    people = pd.DataFrame(
        {
            "employee_id": ids,
            "post_id": [f"p{i % 3}" for i in range(N_PEOPLE)],
            "post_level": rng.choice(["pelaksana", "pengawas"], N_PEOPLE),
            "n_gaps": rng.choice([0.0, 1.0, np.nan], N_PEOPLE),
        }
    )
    y = pd.DataFrame(
        {
            "employee_id": ids,
            "course_id": [f"c{(start[i] + length[i]) % 8}" for i in range(N_PEOPLE)],
            "relevance": rng.integers(1, 3, N_PEOPLE),
        }
    )
    courses = pd.DataFrame({"course_id": COURSES, "form": ["seminar", "workshop"] * 4, "jp": 10.0})
    teaches = pd.DataFrame({"course_id": ["c1"], "competency_id": ["M.01"], "level": [3.0]})
    gaps = pd.DataFrame(
        {
            "employee_id": ids[:50],
            "competency_id": "M.01",
            "level": 1.0,
            "required_level": 2.0,
            "gap": 1.0,
        }
    )
    return Cases(people, history, gaps), y, Catalogue(courses, teaches)


def small(**parameters) -> CourseRanker:
    return CourseRanker(**{"n_estimators": 20, "min_leaf": 5, "n_jobs": 1, **parameters})


@pytest.fixture(scope="module")
def fitted(town):
    X, y, catalogue = town
    return small().fit(X, y, catalogue=catalogue)


def test_learns_what_comes_next(town, fitted):
    X, y, _ = town
    first = fitted.recommend(X, k=1).set_index("employee_id")["course_id"]
    assert (y.set_index("employee_id")["course_id"] == first).mean() > 0.9


def test_reasons_add_up_to_the_score(town, fitted):
    shelf = fitted.recommend(town[0], k=5)
    np.testing.assert_allclose(shelf[list(WHY)].sum(axis=1), shelf["score"], atol=1e-9)
    assert shelf["why_peers"].abs().mean() > shelf["why_career"].abs().mean()
    assert len(set(shelf["why_base"])) == 1


def test_recommended_scores_are_those_of_score(town, fitted):
    X, _, _ = town
    scores = pd.DataFrame(fitted.score(X), X.people["employee_id"], fitted.course_ids_)
    shelf = fitted.recommend(X, k=3)
    expected = [
        scores.loc[e, c] for e, c in zip(shelf["employee_id"], shelf["course_id"], strict=True)
    ]
    np.testing.assert_array_equal(shelf["score"], expected)


def test_scores_do_not_depend_on_who_else_is_asked_about(town, fitted):
    X, _, _ = town
    alone = X.of(["e007"])
    np.testing.assert_array_equal(fitted.score(alone)[0], fitted.score(X)[7])


def test_only_candidates_have_a_score(town):
    X, y, catalogue = town
    ranker = small(n_candidates=3).fit(X, y, catalogue=catalogue)
    assert (np.isfinite(ranker.score(X)).sum(axis=1) == 3).all()
    assert ranker.recommend(X, k=8).groupby("employee_id").size().eq(3).all()


def test_two_fits_are_equal_to_the_last_bit(town, fitted):
    X, y, catalogue = town
    again = small().fit(X, y, catalogue=catalogue)
    assert again.to_files() == fitted.to_files()


def test_clone_forgets_what_was_fitted(fitted):
    assert not hasattr(clone(fitted), "booster_")


def test_fit_leaves_its_generators_and_input_alone(town):
    X, y, catalogue = town
    generators = [Popularity(), Transitions()]
    frames = [X.people, X.history, X.gaps, y, catalogue.courses, catalogue.teaches]
    copies = [frame.copy() for frame in frames]
    small(generators=generators).fit(X, y, catalogue=catalogue)
    assert not any(hasattr(generator, "course_ids_") for generator in generators)
    for frame, copy in zip(frames, copies, strict=True):
        pd.testing.assert_frame_equal(frame, copy)


def test_booster_learns_from_other_peoples_statistics_only(town, monkeypatch):
    X, y, catalogue = town
    seen = []
    fit = Popularity.fit

    def spy(self, X, catalogue):
        seen.append(set(X.people["employee_id"]))
        return fit(self, X, catalogue)

    monkeypatch.setattr(Popularity, "fit", spy)
    small(generators=[Popularity()], n_folds=3).fit(X, y, catalogue=catalogue)
    assert [len(people) for people in seen] == [100, 100, 100, 150]
    assert not set.intersection(*seen[:3])


def test_runs_on_targets_that_mean_nothing(town):
    X, y, catalogue = town
    rng = np.random.default_rng(1)
    permuted = y.assign(course_id=rng.permutation(y["course_id"].to_numpy()))
    shelf = small().fit(X, permuted, catalogue=catalogue).recommend(X, k=3)
    assert np.isfinite(shelf["score"]).all()


def test_runs_without_history_gaps_and_teaching(town):
    X, y, catalogue = town
    bare = Cases(X.people, X.history.iloc[:0], X.gaps.iloc[:0])
    plain = Catalogue(catalogue.courses, catalogue.teaches.iloc[:0])
    shelf = small().fit(bare, y, catalogue=plain).recommend(bare, k=2)
    assert len(shelf) == 2 * N_PEOPLE


def test_runs_on_a_bare_catalogue_and_people(town):
    X, y, catalogue = town
    bare = Cases(X.people[["employee_id"]], X.history, X.gaps)
    courses = Catalogue(catalogue.courses[["course_id"]], catalogue.teaches)
    ranker = small().fit(bare, y[["employee_id", "course_id"]], catalogue=courses)
    assert {name for name in ranker.features_.names if name.startswith(("person", "course"))} == {
        "person_n_taken"
    }


def test_a_statistic_is_a_feature_but_proposes_nothing(town):
    X, y, catalogue = town
    ranker = small(generators=[Transitions(), CourseOrder()], n_candidates=2)
    ranker.fit(X, y, catalogue=catalogue)
    plain = small(generators=[Transitions()], n_candidates=2).fit(X, y, catalogue=catalogue)
    assert [name for name in ranker.features_.names if "order" in name] == ["path_order"]
    np.testing.assert_array_equal(np.isfinite(ranker.score(X)), np.isfinite(plain.score(X)))
    restored = CourseRanker.from_files(ranker.to_files())
    np.testing.assert_array_equal(restored.score(X), ranker.score(X))


def test_several_cases_of_one_person_share_a_fold(town):
    X, y, catalogue = town
    moments = [
        (X.people.assign(employee_id=X.people["employee_id"] + f"@{m}"),
         X.history.assign(employee_id=X.history["employee_id"] + f"@{m}"),
         y.assign(employee_id=y["employee_id"] + f"@{m}"))
        for m in (1, 2)
    ]  # fmt: skip
    people, history, targets = (
        pd.concat(part, ignore_index=True) for part in zip(*moments, strict=True)
    )
    twice = Cases(people, history, X.gaps)
    ranker = small().fit(
        twice,
        targets,
        catalogue=catalogue,
        evidence=X,
        groups=people["employee_id"].str.split("@").str[0],
    )
    assert np.isfinite(ranker.recommend(X, k=2)["score"]).all()


def test_progress_ends_at_one(town):
    X, y, catalogue = town
    done: list[float] = []
    small().fit(X, y, catalogue=catalogue, on_progress=done.append)
    assert done == sorted(done)
    assert done[-1] == pytest.approx(1.0)


def test_chunks_of_people_score_as_one(town, fitted, monkeypatch):
    X, _, _ = town
    whole = fitted.score(X)
    monkeypatch.setattr("models.ranker_scoring.CHUNK", 7)
    np.testing.assert_array_equal(fitted.score(X), whole)


@pytest.mark.parametrize(
    "targets",
    [
        pytest.param({"employee_id": [], "course_id": [], "relevance": []}, id="none"),
        pytest.param(
            {"employee_id": ["stranger"], "course_id": ["c1"], "relevance": [1]}, id="strangers"
        ),
        pytest.param(
            {"employee_id": ["e000"], "course_id": ["unlisted"], "relevance": [1]}, id="unlisted"
        ),
    ],
)
def test_refuses_to_learn_without_targets(targets, town):
    X, _, catalogue = town
    with pytest.raises(ValueError, match="y must hold a course that is a candidate of somebody"):
        small().fit(X, pd.DataFrame(targets), catalogue=catalogue)


def test_refuses_targets_that_nobody_was_allowed(town):
    X, y, catalogue = town
    nothing = np.zeros((N_PEOPLE, 8), dtype=bool)
    with pytest.raises(ValueError, match="y must hold a course that is a candidate of somebody"):
        small().fit(X, y, catalogue=catalogue, allowed=nothing)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        pytest.param({"n_folds": 1}, "n_folds must be at least 2, got 1", id="folds"),
        pytest.param({"n_candidates": 0}, "n_candidates must be positive, got 0", id="candidates"),
        pytest.param({"generators": []}, "generators must include one that proposes", id="none"),
        pytest.param({"generators": [CourseOrder()]}, "one that proposes", id="only a statistic"),
        pytest.param(
            {"generators": [GapCoverage(), GapCoverage()]}, "names that differ", id="same name"
        ),
        pytest.param({"person_features": ["shoe"]}, r"missing \['shoe'\]", id="person"),
        pytest.param({"course_features": ["shoe"]}, r"missing \['shoe'\]", id="course"),
    ],
)
def test_refuses_parameters(parameters, message, town):
    X, y, catalogue = town
    with pytest.raises(ValueError, match=message):
        small(**parameters).fit(X, y, catalogue=catalogue)


def test_refuses_people_without_the_columns_it_learned(town, fitted):
    X, _, _ = town
    bare = Cases(X.people[["employee_id"]], X.history, X.gaps)
    with pytest.raises(ValueError, match=r"columns must include .* missing \['post_level'"):
        fitted.score(bare)


def test_a_changed_child_index_is_refused_before_lightgbm_sees_it(fitted):
    files = fitted.to_files()
    broken = re.sub(
        r"^left_child=\d", "left_child=0", files[TEXT_FILE], count=1, flags=re.MULTILINE
    )
    with pytest.raises(ArtifactError, match="must precede its children"):
        CourseRanker.from_files(files | {TEXT_FILE: broken})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param({"format": 9}, "ranker format must be 1, got 9", id="format"),
        pytest.param({"generators": []}, "generators must be those of its features", id="none"),
        pytest.param({"params": {"evil": 1}}, "ranker is damaged", id="parameter"),
        pytest.param(
            {"features": {"generators": [], "person": {}, "course": {}}},
            "ranker features must be those of its booster",
            id="features",
        ),
        pytest.param({"courses": {"course_id": ["x"]}}, "ranker courses must be", id="courses"),
    ],
)
def test_refuses_files_that_contradict_each_other(change, message, fitted):
    files = fitted.to_files()
    content = json.loads(files[JSON_FILE]) | change
    with pytest.raises(ArtifactError, match=message):
        CourseRanker.from_files(files | {JSON_FILE: json.dumps(content)})


@pytest.mark.parametrize("name", [TEXT_FILE, JSON_FILE])
def test_refuses_a_missing_file(name, fitted):
    files = {other: text for other, text in fitted.to_files().items() if other != name}
    with pytest.raises(ArtifactError, match=f"missing.*{name}"):
        CourseRanker.from_files(files)


def test_ranks_of_features_do_not_see_forbidden_courses(town):
    X, _, catalogue = town
    scores = Popularity().fit(X, catalogue).score(X)
    allowed = np.ones(scores.shape, dtype=bool)
    allowed[:, 0] = False
    assert np.isnan(ranks(scores, allowed)[:, 0]).all()


def half_of(town, start: int) -> Snapshot:
    cases, y, catalogue = town
    ids = list(cases.people["employee_id"].iloc[start::2])
    return Snapshot(cases.of(ids), y[y["employee_id"].isin(ids)], cases, catalogue)


def test_several_moments_are_learned_from_together(town):
    cases, _, catalogue = town
    done: list[float] = []
    ranker = CourseRanker(generators=[Transitions(), Popularity()], n_estimators=20, min_leaf=5)
    ranker.fit_snapshots(
        [half_of(town, 0), half_of(town, 1)],
        evidence=cases,
        catalogue=catalogue,
        on_progress=done.append,
    )
    assert done[:2] == [0.15, 0.3]
    assert done == sorted(done)
    assert ranker.score(cases).shape == (N_PEOPLE, 8)
    pairs = snapshot_pairs(
        ranker.features_,
        ranker.generators_,
        [half_of(town, 0), half_of(town, 1)],
        8,
        lambda _: None,
    )
    assert len(pairs.group_sizes) == N_PEOPLE
    assert pairs.group_sizes.sum() == len(pairs.features) == len(pairs.relevance)
    assert ranker.booster_.num_trees() == 20


def test_what_came_after_a_moment_is_not_in_its_scores(town):
    """Where nothing was known at the moment, generators have nothing to say of what came after."""
    cases, y, catalogue = town
    nothing = Cases(cases.people, cases.history.iloc[:0], cases.gaps)
    ranker = CourseRanker(generators=[Transitions(), Popularity()], n_estimators=2, min_leaf=5)
    ranker.fit_snapshots(
        [Snapshot(cases, y, cases, catalogue)], evidence=cases, catalogue=catalogue
    )
    pairs = snapshot_pairs(
        ranker.features_,
        ranker.generators_,
        [Snapshot(cases, y, nothing, catalogue)],
        8,
        lambda _: None,
    )
    assert pairs.relevance.any()
    named = dict(zip(ranker.features_.names, pairs.features.T, strict=True))
    assert not named["path_transitions"].any()
    assert not named["peers_popularity"].any()


def test_scores_and_generators_that_are_there_are_not_fitted_again(town):
    cases, y, catalogue = town
    fresh = [Transitions(), Popularity()]
    fitted = [generator.fit(cases, catalogue) for generator in fresh]
    scores = [generator.score(cases) for generator in fitted]

    def ranker(snapshot: Snapshot, given) -> CourseRanker:
        return CourseRanker(generators=fresh, n_estimators=5, min_leaf=5).fit_snapshots(
            [snapshot], evidence=cases, catalogue=catalogue, fitted=given
        )

    plain = ranker(Snapshot(cases, y, cases, catalogue), None)
    given = ranker(Snapshot(cases, y, cases, catalogue, scores=scores), fitted)
    assert given.generators_ == fitted
    np.testing.assert_array_equal(given.score(cases), plain.score(cases))


def test_snapshots_are_needed(town):
    cases, _, catalogue = town
    with pytest.raises(ValueError, match="snapshots must hold at least one moment, got 0"):
        CourseRanker().fit_snapshots([], evidence=cases, catalogue=catalogue)


def test_moments_after_which_nobody_took_anything_teach_nothing(town):
    cases, y, catalogue = town
    with pytest.raises(ValueError, match="y must hold a course that is a candidate"):
        CourseRanker().fit_snapshots(
            [Snapshot(cases, y.iloc[:0], cases, catalogue)], evidence=cases, catalogue=catalogue
        )


def test_weights_of_what_was_taken_reach_its_pairs_alone(town):
    cases, y, catalogue = town
    ranker = CourseRanker(generators=[Popularity()], n_estimators=2, min_leaf=5)
    ranker.prepare(cases, catalogue)
    moments = [Snapshot(cases, own, cases, catalogue) for own in (y.assign(weight=3.0), y)]
    pairs = snapshot_pairs(ranker.features_, ranker.generators_, moments, 8, lambda _: None)
    half = len(pairs.relevance) // 2
    assert (pairs.weight[:half] == np.where(pairs.relevance[:half] > 0, 3.0, 1.0)).all()
    assert (pairs.weight[half:] == 1).all()
    alike = snapshot_pairs(ranker.features_, ranker.generators_, moments[1:], 8, lambda _: None)
    assert alike.weight is None
