# pyright: strict
"""Values that columns may hold, and the roles that may see a table."""

from __future__ import annotations

POST_LEVELS = (
    "jpt_utama", "jpt_madya", "jpt_pratama", "administrator", "pengawas", "pelaksana",
    "ahli_utama", "ahli_madya", "ahli_muda", "ahli_pertama",
    "penyelia", "mahir", "terampil", "pemula", "other",
)  # fmt: skip
EMPLOYMENT_TYPES = ("PNS", "CPNS", "PPPK", "other")
RATINGS = ("above", "as_expected", "below")
PREDICATES = {
    "Sangat Baik": 5, "Baik": 4, "Butuh Perbaikan": 3, "Kurang": 2, "Sangat Kurang": 1,
}  # fmt: skip
RATER_ROLES = ("superior", "peer", "subordinate", "self")
FORMS = (
    "structural", "technical", "functional", "seminar", "workshop", "e-learning", "coaching",
    "other",
)  # fmt: skip
RESPONSES = ("accepted", "declined", "none")
STATUSES = ("enrolled", "completed", "dropped")
TRIGGERS = ("entry", "appointment", "promotion")
LANGUAGES = ("id", "en", "ar", "zh", "ja", "ko", "nl", "de", "fr", "other")
MOVES = ("appointment", "promotion", "rotation", "penyetaraan", "demotion", "other")
EDUCATIONS = (
    "sd", "smp", "sma", "d1", "d2", "d3", "d4", "s1", "profesi", "s2", "spesialis",
    "subspesialis", "s3",
)  # fmt: skip
LEFT_REASONS = ("retirement", "death", "resignation", "transfer", "dismissal", "other")
DISCIPLINE_LEVELS = ("light", "moderate", "severe")
DIRECTIONS = ("higher", "lower")
REVIEW_SCALES = ("predicate", "numeric")
SEXES = ("female", "male")
RELIGIONS = ("Islam", "Kristen", "Katolik", "Hindu", "Buddha", "Konghucu", "Kepercayaan", "other")
MARITAL_STATUSES = ("single", "married", "divorced", "widowed")

ROLES = ("planner", "superior", "employee", "data_scientist", "auditor")
"""Who may see a table: a planner the own units, a superior the own team, an employee the own rows,
a data scientist rows without identities, an auditor the log and the audit tables."""
PLANNING = ("planner", "superior", "employee", "data_scientist")
PERSONAL = ("planner", "employee", "data_scientist")
ANYONE = ROLES
