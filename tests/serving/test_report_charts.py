import re
from xml.etree import ElementTree

import pytest

from serving.report_charts import PRIMARY, Bar, bars, calibration, columns

CHARTS = {
    "bars": lambda name, words: bars(
        name, words, [Bar(words, (1.0, 2.0), words, (PRIMARY, PRIMARY)), Bar("b", (0.0,), "0")],
        line=0.5, line_text=words,
    ),
    "columns": lambda name, words: columns(
        name, words, [words, "b"], [3.0, 0.0], [PRIMARY, PRIMARY], words, [words, "0"]
    ),
    "calibration": lambda name, words: calibration(name, words, [0.1, 0.4], [0.2, 0.3]),
}  # fmt: skip
HOSTILE = "<script>alert(1)</script> $\\frac{ \x00\x0b \ud800 & 人事"


@pytest.mark.parametrize("draw", CHARTS.values(), ids=CHARTS)
def test_chart_is_an_accessible_part_of_a_page(draw):
    root = ElementTree.fromstring(draw("one", "What it shows"))  # noqa: S314 - our own
    assert root.tag == "svg"
    assert (root.get("role"), root.get("aria-label")) == ("img", "What it shows")
    assert root.get("viewBox").startswith("0 0 380 ")
    assert root.get("width") is None


@pytest.mark.parametrize("draw", CHARTS.values(), ids=CHARTS)
def test_chart_holds_no_address_and_little_weight(draw):
    svg = draw("one", "What it shows")
    assert "://" not in svg
    assert "<style" not in svg
    assert "font-family" not in svg
    assert len(svg) < 12_000


@pytest.mark.parametrize("draw", CHARTS.values(), ids=CHARTS)
def test_chart_survives_hostile_words(draw):
    svg = draw("one", HOSTILE.replace("\x00\x0b \ud800", ""))
    assert "<script" not in svg
    assert svg == draw("one", HOSTILE.replace("\x00\x0b \ud800", ""))


def test_labels_lose_what_xml_cannot_hold():
    svg = bars("one", "alt", [Bar(HOSTILE, (1.0,), "1")])
    assert "&lt;script&gt;alert(1)&lt;/script&gt; $\\frac{ &amp; 人事" in svg


@pytest.mark.parametrize("draw", CHARTS.values(), ids=CHARTS)
def test_charts_of_one_page_share_no_id(draw):
    ids = [set(re.findall(r' id="([^"]+)"', draw(name, "alt"))) for name in ("one", "two")]
    assert ids[0]
    assert not ids[0] & ids[1]
    svg = draw("one", "alt")
    assert set(re.findall(r'(?:url\(#|href="#)([\w-]+)', svg)) == ids[0]


def test_long_labels_are_cut():
    svg = bars("one", "alt", [Bar("x" * 80, (1.0,), "1")])
    assert "x" * 57 + "…" in svg
    assert "x" * 58 not in svg
