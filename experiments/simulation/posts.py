"""Posts, what each requires, and which kinds of office have them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from experiments.simulation.competencies import Competencies
from experiments.simulation.lists import read_list

TRACKS = {
    "keahlian": (("ahli_pertama", 0.52), ("ahli_muda", 0.35), ("ahli_madya", 0.13)),
    "keterampilan": (("terampil", 0.46), ("mahir", 0.34), ("penyelia", 0.20)),
    "pemula": (("pemula", 0.25), ("terampil", 0.40), ("mahir", 0.25), ("penyelia", 0.10)),
}
STRUCTURAL = ("jpt_pratama", "administrator", "pengawas")


@dataclass(frozen=True)
class Posts:
    """Posts; arrays have one entry a post.

    Attributes
    ----------
    ids, titles, kind_ids, levels : list of str
        ``kind_ids`` is 1 structural, 2 functional, 4 clerical; ``levels`` a canonical post level.
    labels : dict
        Name of each post level as exports write it.
    required : ndarray of shape (n_posts, n_competencies)
        Required level, 0 where not required.
    topics : ndarray of shape (n_posts, n_topics)
        What its holders talk about.
    next_post : ndarray of int
        The post one level up in the same family, -1 for none.
    weights : dict of ndarray
        By kind of office: how common each non-structural post is there.
    heads : dict of int
        By kind of office: the post of who leads it.
    """

    ids: list[str]
    titles: list[str]
    kind_ids: list[str]
    levels: list[str]
    labels: dict[str, str]
    required: np.ndarray
    topics: np.ndarray
    next_post: np.ndarray
    weights: dict[str, np.ndarray]
    heads: dict[str, int]

    def at_level(self, *levels: str) -> np.ndarray:
        """Return True for the posts at one of these levels."""
        return np.isin(self.levels, levels)


def build_posts(competencies: Competencies) -> Posts:
    """Expand the families into posts and work out what each requires."""
    listed = read_list("posts")
    rows = _structural(listed) + _functional(listed) + _clerical(listed)
    levels = listed["levels"]
    kinds = list(listed["clerical_share"])
    return Posts(
        ids=[f"JAB-{number:03d}" for number in range(1, len(rows) + 1)],
        titles=[row["title"] for row in rows],
        kind_ids=[row["kind_id"] for row in rows],
        levels=[row["level"] for row in rows],
        labels={level: entry["label"] for level, entry in levels.items()},
        required=np.array([_required(row, levels[row["level"]], competencies) for row in rows]),
        topics=np.array([competencies.topic_weights(row["topics"]) for row in rows]),
        next_post=_next_posts(rows),
        weights={kind: _weights(rows, kind, listed["clerical_share"][kind]) for kind in kinds},
        heads={kind: _head(rows, kind) for kind in kinds},
    )


def _structural(listed: dict[str, Any]) -> list[dict[str, Any]]:
    return [{**row, "kind_id": "1"} for row in listed["structural"]]


def _functional(listed: dict[str, Any]) -> list[dict[str, Any]]:
    labels = listed["levels"]
    return [
        {
            **family,
            "family": family["title"],
            "title": f"{family['title']} {labels[level]['label']}",
            "kind_id": "2",
            "level": level,
            "share": share,
        }
        for family in listed["functional"]
        for level, share in TRACKS[family["track"]]
    ]


def _clerical(listed: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {**group, "title": title, "kind_id": "4", "level": "pelaksana"}
        for group in listed["clerical"]
        for title in group["titles"]
    ]


def _required(row: dict[str, Any], level: dict[str, Any], competencies: Competencies) -> np.ndarray:
    technical = competencies.levels({code: level["technical"] for code in row["technical"]})
    return np.where(competencies.shared, level["shared"], technical)


def _next_posts(rows: list[dict[str, Any]]) -> np.ndarray:
    families = [row.get("family") for row in rows]
    following = [
        i + 1 if family is not None and families[i + 1 : i + 2] == [family] else -1
        for i, family in enumerate(families)
    ]
    return np.array(following)


def _weights(rows: list[dict[str, Any]], kind: str, clerical_share: float) -> np.ndarray:
    functional = np.array(
        [row.get("weights", {}).get(kind, 0) * row.get("share", 0) for row in rows]
    )
    clerical = np.array(
        [row["kind_id"] == "4" and kind in row.get("kinds", [kind]) for row in rows]
    )
    specific = np.array([3.0 if "kinds" in row else 1.0 for row in rows]) * clerical
    return (
        1 - clerical_share
    ) * functional / functional.sum() + clerical_share * specific / specific.sum()


def _head(rows: list[dict[str, Any]], kind: str) -> int:
    own = [i for i, row in enumerate(rows) if row.get("head") and kind in row["kinds"]]
    return own[0] if own else 0
