"""The page of a run: what it reads like, what it withholds, what it escapes."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.experiment.by_length import by_length
from experiments.experiment.ledger import Ledger
from experiments.experiment.question import some_people
from experiments.experiment.report.build import page_of
from experiments.experiment.report.support_figures import at_shares, bands
from experiments.experiment.tracked import Finished
from training.metrics import hit_rate_at_k, ndcg_at_k, recall_at_k
from training.tracking import TrackedRun

GOLDEN = Path(__file__).parent / "golden" / "experiment_report.txt"
HOSTILE = "<script>alert(1)</script> $\\frac{ & \x0b"
SPECIFICATION = """name = "hours"
task = "support"
model = "event"
[periods]
as_of = [2024-05-01, 2024-06-01]
"""
ABOUT = {
    "name": "hours", "task": "support", "model": "event", "folder": "/", "data": "office",
    "data_digest": "d" * 64, "code_digest": "c" * 64, "lock_digest": "l" * 64, "model_digest": "",
    "commit": "abc", "dirty": True, "seed": 0, "chosen": {"n_seeds": 2},
    "periods": {"2024-05-01": "support May", "2024-06-01": "support June"},
}  # fmt: skip
GATES = {"leak": {"verdict": "passed", "sentence": "AUC 0.700, threshold 0.95"},
         "better": {"verdict": "REFUSED", "sentence": "ap 0.3 against 0.3"}}  # fmt: skip
DRIVERS = {"unexcused_rise": 0.6, "n_offers_6_months": 0.3, "something": 0.1}
CURVE = {"period": "2024-06-01", "metric": "ap", "code_digest": "other", "points": [
    {"share": 0.1, "lack": "no event"},
    {"share": 0.5, "mean": 0.2, "low": 0.1, "high": 0.3},
    {"share": 1.0, "mean": 0.25, "low": 0.15, "high": 0.35},
]}  # fmt: skip
AUDIT = {"findings": ["women are flagged too few"], "flags": {"sex": [
    {"group": "female", "finding": "too few", "n_people": 120, "ratio": 0.6, "ratio_low": 0.4,
     "ratio_high": 0.75},
    {"group": "male", "finding": "withheld"},
]}}  # fmt: skip


def support_rows(n_people: int = 200) -> pd.DataFrame:
    """Two periods of the same people; each tenth has the event, the probability half knows it."""
    person = np.tile(np.arange(n_people), 2)
    outcome = (person % 10 == 0).astype(float)
    probability = np.where(person % 20 < 5, 0.25, 0.05)
    return pd.DataFrame({
        "period": np.repeat(["2024-05-01", "2024-06-01"], n_people),
        "person": [f"p{i:04}" for i in person], "case": 0, "outcome": outcome,
        "probability": probability, "rule": (person % 3 == 0).astype(float),
        "flagged": person % 20 == 0, "rule_flagged": person % 20 == 3,
        "segment.employment_type": np.where(person < n_people * 0.6, "PNS", "PPPK"),
        "segment.post_level": np.where(person < n_people // 20, "pengawas", None),
    })  # fmt: skip


def figures(**more: float) -> dict[str, float]:
    return {"ap": 0.3, "ap_low": 0.2, "ap_high": 0.4, "auc": 0.7, "brier": 0.08, **more}


def metrics_of(rows: pd.DataFrame) -> dict:
    own = figures(calibration_slope=1.1, mean_predicted_by_observed=0.95, n_people=200.0,
                  precision_at_capacity=1.0, lift_at_capacity=10.0)  # fmt: skip
    rule = {"ap": 0.15, "auc": 0.55, "precision_at_capacity": 0.1, "lift_at_capacity": 1.0}
    return {name: {"model": own, "rule": rule} for name in [*rows["period"].unique(), "pooled"]}


def finished(rows: pd.DataFrame, **changed) -> Finished:
    run = TrackedRun("f" * 32, "hours", "FINISHED", {}, {}, {})
    one = Finished(run, ABOUT, SPECIFICATION, metrics_of(rows), GATES, rows)
    return replace(one, **changed)


class Reader(HTMLParser):
    """Collects tags and what a reader sees, a line an element."""

    BREAKS = ("h1", "h2", "p", "li", "tr", "figcaption", "caption", "pre", "img")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.text, self._hidden = "", False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.tags.append((tag, found))
        self._hidden = tag in ("style", "title")
        if tag in self.BREAKS:
            self.text += {"h1": "\n# ", "h2": "\n## "}.get(tag, "\n")
        if tag == "img":
            self.text += f"[{found['alt']}]"
        elif tag in ("td", "th"):
            self.text += " | "

    def handle_endtag(self, tag):
        self._hidden = False

    def handle_data(self, data):
        self.text += "" if self._hidden else data

    def lines(self) -> list[str]:
        kept = (re.sub(r" +", " ", line).strip(" |") for line in self.text.splitlines())
        return [line for line in kept if line]


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path)


def section(page: str, name: str) -> str:
    return page.partition(f'aria-labelledby="{name}"')[2].partition("</section>")[0]


def test_the_page_of_a_run_reads_as_it_should(ledger):
    for run in ("a", "a", "a", "b", "b"):
        ledger.look("support May", run, "hours")
    trials = [
        TrackedRun("t0", "trial-0", "FINISHED", {"n_seeds": "4"}, {}, {"ap": 0.2}),
        TrackedRun("t1", "trial-1", "FINISHED", {"n_seeds": "2"}, {}, {"ap": 0.3}),
        TrackedRun("t2", "trial-2", "KILLED", {}, {}, {}),
    ]
    tags = {"search": "best after 2 trials", "promoted": "challenger", "promotion_reason": "agreed"}
    run = finished(support_rows())
    run = replace(run, run=replace(run.run, tags=tags))
    kept = {"drivers.json": DRIVERS, "learning_curve.json": CURVE, "fairness.json": AUDIT}
    page = page_of(run, ledger, kept, trials, "en")
    assert page == page_of(run, ledger, kept, trials, "en")
    assert "\n".join(Reader(page).lines()) + "\n" == GOLDEN.read_text(encoding="utf-8")


def test_the_page_is_whole_accessible_and_without_scripts(ledger):
    page = page_of(finished(support_rows()), ledger, {"drivers.json": DRIVERS}, [], "id")
    assert "://" not in page
    assert not re.search(r"url\(", page)
    tags = Reader(page).tags
    names = [name for name, _ in tags]
    assert not {"script", "link", "iframe", "object", "embed", "form"} & set(names)
    assert dict(tags)["html"] == {"lang": "id"}
    assert names.count("h1") == names.count("main") == 1
    images = [attributes for name, attributes in tags if name == "img"]
    assert len(images) == 6
    assert all(one["alt"] and one["src"].startswith("data:image/png;base64,") for one in images)
    assert names.count("table") == names.count("caption") > 5
    assert {attributes.get("scope") for name, attributes in tags if name == "th"} == {"col", "row"}
    ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
    links = [a["href"].removeprefix("#") for name, a in tags if name == "a"]
    assert ids == links
    assert len(set(ids)) == len(ids)


def test_what_is_missing_is_said_in_words(ledger):
    one_period = support_rows()[lambda rows: rows["period"] == "2024-05-01"]
    rows = one_period.drop(columns=["segment.employment_type", "segment.post_level"])
    page = page_of(finished(rows.assign(flagged=False)), ledger, {}, [], "en")
    for name, said in (
        ("drivers", "does not tell what it goes by"), ("fairness", "`huyula fairness` make one"),
        ("learning", "--learning-curve` does"), ("search", "Nothing was searched"),
        ("looks", "ledger of this workspace holds none"), ("segments", "kept no segments"),
        ("back-test", "One period only"), ("lift", "Nobody is flagged"), ("gates", "Not promoted"),
    ):  # fmt: skip
        assert said in section(page, name), name


def test_everything_is_escaped(ledger):
    rows = support_rows().assign(**{"segment.employment_type": HOSTILE}).replace(
        {"2024-06-01": HOSTILE}
    )  # fmt: skip
    about = ABOUT | {"data": HOSTILE, "model": HOSTILE, "periods": {HOSTILE: HOSTILE}}
    run = finished(rows, about=about, text=SPECIFICATION + f"# </code></pre>{HOSTILE[:25]}\n",
                   gates={HOSTILE: {"verdict": "passed", "sentence": HOSTILE}})  # fmt: skip
    run = replace(run, run=replace(run.run, name=HOSTILE, tags={"search": HOSTILE}))
    kept = {"drivers.json": {HOSTILE: 1.0}, "fairness.json": {"findings": [HOSTILE], "flags": {}}}
    trials = [TrackedRun("t", HOSTILE, "FINISHED", {HOSTILE: HOSTILE}, {}, {})]
    ledger.look(HOSTILE, "a", "b")
    page = page_of(run, ledger, kept, trials, "en")
    assert "script" not in {name for name, _ in Reader(page).tags}
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt; $\\frac{ &amp;") > 8
    assert "\x0b" not in page
    assert "&lt;/code&gt;&lt;/pre&gt;" in page


@pytest.mark.parametrize("n_people", [19, 40])
def test_too_few_people_or_events_leave_no_figure(ledger, n_people):
    """19 people are too few; of 40, 4 have the event."""
    page = page_of(finished(support_rows(n_people)), ledger, {}, [], "en")
    for name in ("curves", "calibration", "lift", "segments"):
        assert "Too few people or events" in section(page, name)
    own = section(page, "figures")
    assert own.count("withheld: too few people") == 3
    assert "0.3" not in own


def test_a_small_segment_is_withheld_with_another_that_hides_it(ledger):
    page = page_of(finished(support_rows()), ledger, {}, [], "en")
    own = Reader(section(page, "segments")).lines()
    assert own[own.index("employment type") + 2 :][0].startswith("PNS | 120 | ")
    # 10 of 200 are pengawas; the rest would tell of them by subtraction
    assert [line for line in own if "withheld" in line] == [
        "pengawas | withheld: too few people", "unknown | withheld: too few people",
    ]  # fmt: skip


def test_few_flagged_people_leave_no_precision(ledger):
    rows = support_rows()
    few = rows.assign(flagged=rows["person"].isin(["p0000", "p0020"]))
    said = section(page_of(finished(few), ledger, {}, [], "en"), "lift")
    assert "At the declared capacity: withheld: too few people" in said
    many = rows.assign(flagged=rows["person"].str.slice(1).astype(int) < 100)
    said = section(page_of(finished(many), ledger, {}, [], "en"), "lift")
    assert "At the declared capacity (50%)" in said


def test_gain_by_hand():
    """40 of 200 rows share the highest score, 20 of them with the event; 60 events in all."""
    score = np.where(np.arange(200) < 40, 2.0, 1.0)
    outcome = ((np.arange(200) % 2 == 0) & (np.arange(200) < 40)).astype(float)
    outcome[100:140] = 1
    rows = pd.DataFrame({"person": range(200), "s": score, "outcome": outcome})
    found = at_shares(rows, "s", (0.05, 0.1, 0.2, 1.0))
    assert [one.share for one in found] == [0.1, 0.2, 1.0]  # 5% would be ten people
    assert [one.precision for one in found] == pytest.approx([0.5, 0.5, 0.3])
    assert [one.recall for one in found] == pytest.approx([10 / 60, 20 / 60, 1])
    assert [one.lift for one in found] == pytest.approx([0.5 / 0.3, 0.5 / 0.3, 1])


@given(st.integers(1, 300), st.floats(0, 1), st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_no_band_tells_of_few(n, rate, seed):
    rng = np.random.default_rng(seed)
    rows = pd.DataFrame({
        "person": rng.integers(0, n, n), "probability": rng.random(n).round(1),
        "outcome": (rng.random(n) < rate).astype(float),
    })  # fmt: skip
    found = bands(rows)
    assert sum(one.n_rows for one in found) in (0, n)
    for one in found:
        n_events = round(one.observed * one.n_rows)
        assert one.n_rows >= 20
        assert n_events == 0 or n_events >= 5
        assert n_events == one.n_rows or one.n_rows - n_events >= 5
    predicted = [one.predicted for one in found]
    assert predicted == sorted(predicted)


def recommend_rows(n_people: int = 30) -> pd.DataFrame:
    person = np.tile(np.arange(n_people), 2)
    rows = pd.DataFrame({
        "period": np.repeat(["2024-05-01", "2024-06-01"], n_people),
        "person": [f"p{i}" for i in person], "case": 0,
        "segment.post_level": np.where(person < n_people / 2, "pelaksana", "pengawas"),
    })  # fmt: skip
    for k in (1, 3, 5, 10, 20):
        for name in ("ndcg", "recall", "hit_rate"):
            for end, gain in (("", 0.0), (".popularity", -0.01), (".gap", -0.02)):
                rows[f"{name}_at_{k}{end}"] = 0.1 + k / 100 + gain
    return rows


def recommended(rows: pd.DataFrame, n_people: float) -> Finished:
    own = {"ndcg_at_10": 0.2, "ndcg_at_10_low": 0.1, "ndcg_at_10_high": 0.3, "n_people": n_people}
    metrics = {name: {"model": own, "popularity": {"ndcg_at_10": 0.19}}
               for name in [*rows["period"].unique(), "pooled"]}  # fmt: skip
    text = 'name = "a"\ntask = "recommend"\nmodel = "ranker"\n'
    return finished(rows, about=ABOUT | {"task": "recommend", "model": "ranker"}, metrics=metrics,
                    text=text)  # fmt: skip


def test_a_recommender_is_told_by_length_method_origin_and_segment(ledger):
    page = page_of(recommended(recommend_rows(), 30), ledger, {"drivers.json": DRIVERS}, [], "en")
    by_k = Reader(section(page, "by-k")).lines()
    assert "1 | 0.110 | 0.100 | 0.110 | 0.100 | 0.110 | 0.100" in by_k
    assert "[ndcg@k: ndcg / k]" in by_k
    assert Reader(section(page, "rivals")).lines()[-3:] == [
        "model | 0.200", "popularity | 0.190", "gap | 0.180",
    ]  # fmt: skip
    assert "[Back-test. 2024-05-01: 0.200 (0.100 – 0.300); 2024-06-01: " in "\n".join(
        Reader(section(page, "back-test")).lines()
    )
    assert "pelaksana | 15 | 0.200" in section_text(page, "segments")
    assert "curves" not in page
    assert "unexcused_rise | 0.600" in section_text(page, "drivers")  # no groups: no support need


def section_text(page: str, name: str) -> str:
    return "\n".join(Reader(section(page, name)).lines())


def test_a_recommender_of_few_people_or_an_older_run_says_so(ledger):
    page = page_of(recommended(recommend_rows(4), 4), ledger, {}, [], "en")
    for name in ("by-k", "rivals", "back-test", "segments", "figures"):
        assert "withheld: too few people" in section(page, name)
    older = (
        recommend_rows().drop(columns="segment.post_level").filter(regex="^(?!.*_at_(1|3)(\\.|$))")
    )
    page = page_of(recommended(older, 30), ledger, {}, [], "en")
    assert "kept k = 10 alone" in section(page, "by-k")
    assert "kept no segments" in section(page, "segments")
    small = recommend_rows(20)
    lone = small.assign(**{"segment.post_level": np.where(small["person"] == "p1", "a", "b")})
    page = page_of(recommended(lone, 20), ledger, {}, [], "en")
    assert section(page, "segments").count("withheld: too few people") == 2


@given(st.integers(1, 6), st.integers(2, 30), st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_lengths_of_the_list_are_measured_as_by_the_metrics(n_people, n_courses, seed):
    rng = np.random.default_rng(seed)
    scores = rng.integers(0, 5, (n_people, n_courses)).astype(float)
    scores[rng.random(scores.shape) < 0.2] = -np.inf
    relevant = rng.random(scores.shape) < 0.3
    relevant[:, 0] = True
    found = by_length(scores, relevant, (1, 3, 20))
    for k in (1, 3, 20):
        for name, measure in (
            ("ndcg", ndcg_at_k), ("recall", recall_at_k), ("hit_rate", hit_rate_at_k),
        ):  # fmt: skip
            expected = measure(scores, relevant, k)
            np.testing.assert_allclose(found[f"{name}_at_{k}"], expected, atol=1e-12)


@given(st.lists(st.integers(0, 20), min_size=1, max_size=60), st.floats(0, 1), st.floats(0, 1))
@settings(max_examples=40, deadline=None)
def test_a_larger_share_of_people_holds_a_smaller_one(people, one, other):
    small, large = (some_people(people, share) for share in sorted((one, other)))
    assert not (small & ~large).any()
    assert some_people(people, 1).all()
    chosen = {p for p, kept in zip(people, small, strict=True) if kept}
    assert len(chosen) == round(min(one, other) * len(set(people)))
    assert all(kept == (p in chosen) for p, kept in zip(people, small, strict=True))


def test_the_golden_page_has_every_section():
    headings = [line for line in GOLDEN.read_text().splitlines() if line.startswith("## ")]
    assert len(headings) == 13
    assert json.dumps(headings).count("withheld") == 0
