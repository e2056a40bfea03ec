"""What a section of a shown profile is made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from features.explained.person import PersonAt
from features.profile_columns import PROFILE_COLUMNS
from features.wording.figures import figure_name
from features.wording.languages import Language, Words, in_language, sentence
from features.wording.units import SMALL_GROUP, not_known
from features.wording.values import figure_text

TITLES: dict[str, Words] = {
    "career": ("Jabatan dan karier", "Post and career"),
    "competency": ("Kompetensi", "Competencies"),
    "performance": ("Kinerja dan umpan balik", "Performance and feedback"),
    "development": ("Pengembangan kompetensi", "Development"),
    "attendance": ("Presensi", "Attendance"),
    "engagement": ("Survei keterikatan", "Engagement surveys"),
    "service_results": ("Hasil layanan", "Service results"),
    "eligibility": ("Batas usia pensiun", "Retirement"),
    "target": ("Jabatan tujuan", "Target post"),
    "ip_asn": ("Indeks Profesionalitas (IP ASN)", "Professionalism index (IP ASN)"),
    "nine_box": ("Peta talenta (kotak 9)", "Talent map (9-box)"),
    "promotion": ("Syarat jabatan berikutnya", "Requirements of a following post"),
}


@dataclass(frozen=True)
class Section:
    """One section, in one language.

    Attributes
    ----------
    section, title : str
        Its name for machines and for people.
    sentences : list of str
        What is said of it.
    figures : list of dict
        ``name``, ``label``, ``value`` (null: not known), ``unit``, ``text``.
    rows : list of dict
        Details, each with ``text``; the other keys are for machines.
    """

    section: str
    title: str
    sentences: list[str] = field(default_factory=list)
    figures: list[dict[str, Any]] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return the section as plain values."""
        return asdict(self)


def begin(section: str, language: Language, **content: Any) -> Section:  # noqa: ANN401
    """Return a section with its title."""
    return Section(section, in_language(TITLES[section], language), **content)


def figures_of(person: PersonAt, names: Iterable[str], language: Language) -> list[dict[str, Any]]:
    """Return figures with their words; what a small unit must not show is not known."""
    return [_figure(person, name, language) for name in names]


def _figure(person: PersonAt, name: str, language: Language) -> dict[str, Any]:
    value = person.figures[name]
    text = figure_text(name, value, language)
    if value is not None and name in person.hidden:
        value, text = None, not_known(SMALL_GROUP, language)
    return {
        "name": name,
        "label": sentence(figure_name(name, language)),
        "value": value,
        "unit": PROFILE_COLUMNS[name].unit,
        "text": text,
    }


def detail(row: Mapping[str, Any], text: str, *left_out: str) -> dict[str, Any]:
    """Return a row of details with its text, without keys that say nothing here."""
    kept = {key: value for key, value in row.items() if key not in {"employee_id", *left_out}}
    return {**kept, "text": text}
