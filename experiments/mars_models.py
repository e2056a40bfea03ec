"""The models of the MARS benchmark and how they were chosen.

Settings were chosen on the quarters of 2017 alone, all of them before the first quarter that is
judged; the ranker learns, at each quarter, from the quarters before it. NDCG@10 of the 599 lists of
2017 (135 of them of known people), silence filled by recent popularity, and what was tried:

============  ====  ==========  ======================================================
popularity    .193  known .162  half life 4-3000 days
transitions   .228  known .313  decay .3-.9, recency .3-.95, target power 0-.5
ease          .219  known .274  l2 5-1000
implicit_als  .221  known .284  16-48 factors, l2 1-50, alpha 3-20
item_knn      .219  known .277  20-100 neighbours, shrinkage 0-100
text          .183  known .116  recency .3-1
============  ====  ==========  ======================================================
"""

from __future__ import annotations

from models.ease import EASE
from models.generator import Generator
from models.implicit_als import ImplicitALS
from models.item_knn import ItemKNN
from models.popularity import Popularity
from models.ranker import CourseRanker
from models.text_match import TextMatch
from models.transitions import Transitions

N_QUARTERS = 8
"""Quarters before the one to foresee that the ranker learns from."""
FIRST_LEARNED = "2017Q1"
"""The first quarter to learn from: before it there is too little to foresee anything from."""
PERSON_FEATURES = ("n_views", "days_since_view")
COURSE_FEATURES = ("difficulty", "software", "theme", "form", "duration", "years_old")


def compared_generators() -> list[Generator]:
    """Return the generators that stand in the table, each at its best on 2017."""
    return [
        Popularity(half_life_days=14.0),
        Transitions(decay=0.9, recency=0.3, shrinkage=10.0),
        EASE(l2=300.0),
        ImplicitALS(n_factors=48, l2=10.0, alpha=3.0),
        ItemKNN(n_neighbours=100, shrinkage=20.0),
        TextMatch(recency=1.0),
    ]


def ranker_generators() -> list[Generator]:
    """Return what the ranker is built on: the above, and popularity of other memories."""
    return [
        *compared_generators(),
        Popularity(name="popular_days", half_life_days=4.0),
        Popularity(name="popular_months", half_life_days=60.0),
        Popularity(name="popular_years", half_life_days=1000.0),
        Transitions(name="immediate", decay=0.3, recency=0.3),
    ]


def new_ranker(seed: int) -> CourseRanker:
    """Return the unfitted ranker of the benchmark."""
    return CourseRanker(
        generators=ranker_generators(),
        n_candidates=80,
        person_features=PERSON_FEATURES,
        course_features=COURSE_FEATURES,
        n_estimators=120,
        learning_rate=0.05,
        n_leaves=7,
        min_leaf=100,
        l2=20.0,
        n_jobs=1,
        random_state=seed,
    )
