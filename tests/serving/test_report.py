"""The whole page, on the employer of `report_case`."""

import json
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from features.errors import ArtifactError, MissingStepError
from features.keys import load_signing_key
from features.workspace import Workspace, replace_folder
from models.bundle import Bundle, write_bundle
from serving.report import render_report, write_report
from serving.snapshot import Snapshot, save_snapshot
from tests.serving.report_case import ABOUT, AS_OF, IMPORT_REPORT, I, N, candidates, frames

GOLDEN = Path(__file__).parent / "golden" / "report.txt"


@pytest.fixture
def records(tmp_path: Path) -> Path:
    return write_records(tmp_path)


def write_records(parent: Path) -> Path:
    folder = parent / "records"
    folder.mkdir()
    units = pd.DataFrame(
        {
            "unit_id": ["top", "ua"],
            "name": ["Pemerintah Kabupaten Contoh", "Dinas Kesehatan"],
            "parent_unit_id": [None, "top"],
        }
    )
    units.to_parquet(folder / "units.parquet")
    (folder / "import_report.json").write_text(json.dumps(IMPORT_REPORT))
    return folder


def render(records: Path, about: dict | None = None, **changed: pd.DataFrame) -> str:
    snapshot = Snapshot("digest", AS_OF, frames() | changed)
    return render_report(Bundle("digest", ABOUT | (about or {}), {}), snapshot, records)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the report as it stands with nothing changed."""
    return render(write_records(tmp_path_factory.mktemp("page")))


class Reader(HTMLParser):
    """Collects tags and what a reader sees, a line an element."""

    BREAKS = (
        "h1", "h2", "h3", "p", "li", "tr", "dt", "dd", "figcaption", "caption", "figure", "nav",
        "text", "section",
    )  # fmt: skip

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.text = ""
        self._hidden = False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._hidden = tag in ("style", "title")
        if tag in self.BREAKS:
            self.text += "\n"
        elif tag in ("td", "th"):
            self.text += " | "
        elif tag in ("small", "a", "span", "em"):
            self.text += " "

    def handle_endtag(self, tag):
        self._hidden = False

    def handle_data(self, data):
        if not self._hidden:
            self.text += re.sub(r"\s+", " ", data)

    def lines(self) -> list[str]:
        lines = (re.sub(r" +", " ", line).strip(" |") for line in self.text.splitlines())
        return [line for line in lines if line]


def section(page: str, heading: str) -> str:
    return page.partition(f'aria-labelledby="{heading}"')[2].partition("</section>")[0]


def test_report_reads_as_it_should(page):
    text = "\n".join(Reader(page).lines()) + "\n"
    assert text == GOLDEN.read_text(encoding="utf-8")


def test_same_files_give_the_same_page(records, page):
    assert render(records) == page


def test_report_needs_nothing_from_elsewhere(page):
    assert "://" not in page
    assert not re.search(r"url\((?!#)", page)
    reader = Reader(page)
    assert not {"script", "link", "iframe", "object", "embed", "form", "img"} & {
        tag for tag, _ in reader.tags
    }
    targets = [attrs["href"] for _, attrs in reader.tags if "href" in attrs]
    assert all(target.startswith("#") for target in targets)
    ids = [attrs["id"] for _, attrs in reader.tags if "id" in attrs]
    assert {target[1:] for target in targets} <= set(ids)
    assert len(ids) == len(set(ids))
    assert len(page) < 120_000


def test_report_is_accessible(page):
    tags = Reader(page).tags
    assert ("html", {"lang": "en"}) in tags
    levels = [int(tag[1]) for tag, _ in tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all("scope" in attrs for tag, attrs in tags if tag == "th")
    charts = [attrs for tag, attrs in tags if tag == "svg"]
    assert len(charts) == 10
    assert all(attrs["role"] == "img" and len(attrs["aria-label"]) > 20 for attrs in charts)
    names = [tag for tag, _ in tags]
    assert names.count("figure") == names.count("figcaption") == len(charts)
    assert names.count("table") == names.count("caption") == 9


def test_report_names_nobody(page):
    assert "secret" not in page


def test_report_withholds_what_subtraction_would_tell(page):
    rows = [line for line in Reader(page).lines() if line.startswith("Dinas")]
    assert "Dinas Kesehatan | 120 | 6 | 6" in rows
    assert not any(line.startswith("Dinas Sosial |") for line in rows)
    assert "Kecamatan Timur" not in page
    assert "All other units together" in section(page, "support")


def test_report_escapes_foreign_texts(records):
    changed = frames()
    changed["courses"]["title"] = "<script>alert('x')</script> $\\frac{ & \x0b"
    changed["units"]["name"] = "<img src=x onerror=alert(1)>"
    changed["competencies"]["name"] = '"><svg onload=alert(1)>'
    report = IMPORT_REPORT | {"notes": ["<script>"]}
    (records / "import_report.json").write_text(json.dumps(report))
    tags = Reader(render(records, **changed)).tags
    assert not {"script", "img"} & {tag for tag, _ in tags}
    assert not any(name.startswith("on") for _, attrs in tags for name in attrs)


def test_report_shows_how_concentrated_recommendations_are(records):
    ids = [f"k{i:02}" for i in range(12)]
    courses = pd.DataFrame({"course_id": ids, "title": ids, "form": "seminar", "jp": 8.0})
    each = candidates().iloc[:N].assign(course_id=np.array(ids)[np.minimum(I // 22, 11)])
    page = render(records, candidates=each, courses=courses.assign(cost_rupiah=None))
    text = "\n".join(Reader(section(page, "courses")).lines())
    assert "the 10 most recommended of 12 courses take 85%; spread evenly it would be 83%" in text
    assert "1–10\n11–12\n" in text
    assert "Some recommended courses state no hours or no cost" in text


def support_of_nobody() -> pd.DataFrame:
    return frames()["support"].assign(status="abstained", score=np.nan)


def test_report_without_skill_flags_nobody_and_says_why(records):
    about = {
        "support": ABOUT["support"] | {"kind": "none"},
        "gates": {
            "support": {
                "released": "none", "passed": False, "numbers": {},
                "sentence": "NOT JUDGED: neither offers nor attendance are recorded.",
            }
        },
    }  # fmt: skip
    nothing = frames()["drivers"].iloc[:0]
    page = render(records, about, support=support_of_nobody(), drivers=nothing)
    said = " ".join(Reader(section(page, "support")).lines())
    assert "Nobody is flagged." in said
    assert "neither offers nor attendance are recorded" in said
    assert "nobody is flagged: no method has shown skill" in page


@pytest.mark.parametrize(
    ("heading", "changed", "said"),
    [
        pytest.param(
            "competency", {"levels": frames()["levels"].assign(level=None, gap=np.nan),
                           "people": frames()["people"].assign(job_person_match=np.nan)},
            "No competency of anybody has been assessed yet", id="no competencies",
        ),
        pytest.param(
            "competency", {"levels": frames()["levels"].iloc[:0],
                           "people": frames()["people"].assign(job_person_match=np.nan)},
            "holds no requirements of posts", id="no requirements",
        ),
        pytest.param(
            "courses", {"sessions": frames()["sessions"].iloc[:0]},
            "No session lies ahead in the records", id="no sessions",
        ),
        pytest.param(
            "courses", {"candidates": candidates().iloc[:0]},
            "Nothing is recommended to anybody", id="no recommendations",
        ),
        pytest.param(
            "courses", {"candidates": candidates().iloc[:3]},
            "fewer than 5 people have a list", id="few recommendations",
        ),
        pytest.param(
            "support", {"support": frames()["support"].assign(status="none", score=0.0),
                        "drivers": frames()["drivers"].iloc[:0]},
            "Nobody is flagged at present", id="no flags",
        ),
        pytest.param(
            "support", {"support": frames()["support"].iloc[:19]},
            "The figures are withheld", id="too few people for support figures",
        ),
        pytest.param(
            "glance", {"people": frames()["people"].iloc[:4]},
            "fewer than 5 people", id="too few people for any figure",
        ),
        pytest.param(
            "development", {"people": frames()["people"].iloc[:0]},
            "nobody to count training hours of", id="nobody",
        ),
    ],
)  # fmt: skip
def test_report_says_what_is_missing(records, heading, changed, said):
    page = section(render(records, **changed), heading)
    assert said in " ".join(Reader(page).lines())


def test_report_without_an_import_report_or_gates(tmp_path):
    bare = {name: ABOUT[name] for name in ("recommender", "support")}
    snapshot = Snapshot("digest", AS_OF, frames())
    page = render_report(Bundle("digest", bare, {}), snapshot, tmp_path / "nowhere")
    assert "The import’s own report is missing" in page
    assert page.count("The bundle says nothing of how this was judged") == 2
    assert "<h1>Development overview</h1>" in page


@pytest.fixture
def reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("HUYULA_KEY_FOLDER", str(tmp_path / "keys"))
    workspace = Workspace(tmp_path / "workspace")
    with replace_folder(workspace.bundle) as folder:
        digest = write_bundle(folder, {}, ABOUT, load_signing_key(tmp_path / "keys"))
    save_snapshot(workspace.snapshot, Snapshot(digest, AS_OF, frames()))
    return workspace


def test_write_report_leaves_one_page(reported):
    path = write_report(reported)
    assert path == reported.output / "report.html"
    assert path.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert [file.name for file in path.parent.iterdir()] == ["report.html"]


def test_write_report_refuses_a_snapshot_of_another_bundle(reported):
    save_snapshot(reported.snapshot, Snapshot("another", AS_OF, frames()))
    with pytest.raises(ArtifactError, match="another bundle: run `huyula recommend` again"):
        write_report(reported)
    assert not reported.output.exists()


def test_write_report_needs_a_snapshot(tmp_path, reported):
    reported.snapshot.unlink()
    with pytest.raises(MissingStepError, match="huyula recommend"):
        write_report(reported)
