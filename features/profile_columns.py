"""What every column of a profile means: the source of the data dictionary's pages on profiles."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ProfileColumn:
    """One column of a profile."""

    meaning: str
    unit: str
    null_when: str
    lowest: float | None = None
    highest: float | None = None
    """Ends of the range, as far as it has any."""

    @property
    def range(self) -> str:
        """The range in words.

        >>> ProfileColumn("", "", "", 0).range, ProfileColumn("", "", "", 0, 1).range
        ('at least 0', '0 to 1')
        """
        if self.lowest is None:
            return "any" if self.highest is None else f"at most {self.highest:g}"
        if self.highest is None:
            return f"at least {self.lowest:g}"
        return f"{self.lowest:g} to {self.highest:g}"


def _count(meaning: str, null_when: str = "never", highest: float | None = None) -> ProfileColumn:
    return ProfileColumn(meaning, "count", null_when, 0, highest)


def _days(meaning: str, null_when: str = "never") -> ProfileColumn:
    return ProfileColumn(meaning, "days", null_when, 0)


def _share(meaning: str, null_when: str) -> ProfileColumn:
    return ProfileColumn(meaning, "share", null_when, 0, 1)


def _jp(meaning: str, null_when: str = "the employer has no courses on record") -> ProfileColumn:
    return ProfileColumn(meaning, "JP", null_when, 0)


def _absence(meaning: str, null_when: str = "no attendance") -> ProfileColumn:
    return ProfileColumn(meaning, "days a month", null_when, 0, 31)


def _apart(meaning: str, unit: str, null_when: str, reach: float | None = None) -> ProfileColumn:
    return ProfileColumn(meaning, unit, null_when, None if reach is None else -reach, reach)


NO_COURSES, NO_OFFERS = (
    "the employer has no courses on record", "the employer has no offers on record"
)  # fmt: skip
NOT_REQUIRED = "the post requires none"
NOT_MATCHED = "none is assessed and required"
NO_REVIEW = "no review known"
NO_NUMERIC = "no numeric SKP known"
FEW_REVIEWS = "fewer than 3 years with a predicate"
HIDDEN = "no such rating, or too few raters to hide each"
NO_FEEDBACK = "no feedback, or too few raters in every role"
NEVER_ASKED = "never asked"

PROFILE_COLUMNS: dict[str, ProfileColumn] = {
    # career
    "post_days": _days("in the present post"),
    "unit_days": _days("without a break in the present unit"),
    "level_days": _days("without a break at the present post level; penyetaraan is no break"),
    "grade_days": _days("since the newest grade began", "no grade known"),
    "service_days": _days("since the first known post"),
    "n_moves": _count("changes of unit or post, without penyetaraan"),
    "n_promotions": _count("declared, or a step up its ladder"),
    "n_demotions": _count("declared, or a step down its ladder"),
    "n_penyetaraan": _count("structural posts turned into functional ones"),
    "days_since_promotion": _days("since the newest promotion", "no promotion known"),
    "levels_above": _count("levels of the post's ladder above it", "its level is on no ladder", 5),
    # competency
    "n_required": _count("competencies the present post requires", NOT_REQUIRED),
    "n_assessed": _count("of the required ones, assessed", NOT_REQUIRED),
    "n_gaps": _count("assessed below the requirement", NOT_MATCHED),
    "gap_levels": ProfileColumn("levels lacking in all", "levels", NOT_MATCHED, 0),
    "job_person_match": ProfileColumn(
        "mean over assessed competencies of attained by required level, each at most 100",
        "percent", NOT_MATCHED, 0, 100,
    ),
    "days_since_assessment": _days("since the newest assessment", "never assessed"),
    "gap_levels_lower": ProfileColumn(
        "levels lacking, each required competency at the upper end of its interval", "levels",
        NOT_REQUIRED, 0,
    ),
    "gap_levels_upper": ProfileColumn(
        "the same at the lower end", "levels", NOT_REQUIRED, 0
    ),
    "job_person_match_lower": ProfileColumn(
        "match over all required competencies at the lower end of their intervals", "percent",
        NOT_REQUIRED, 0, 100,
    ),
    "job_person_match_upper": ProfileColumn(
        "the same at the upper end", "percent", NOT_REQUIRED, 0, 100
    ),
    "n_expired": _count("of the required ones, assessed too long ago to count", NOT_REQUIRED),
    # performance
    "predicate": ProfileColumn(
        "SKP predicate of the newest known year", "ordinal 1-5", NO_REVIEW, 1, 5
    ),
    "predicate_change": _apart(
        "against the year before", "steps", "one of the years is missing", 4
    ),
    "predicate_vs_unit": _apart(
        "against the mean of the present unit's people in that year", "steps", NO_REVIEW, 4
    ),
    "predicate_trend": _apart(
        "slope over the last 5 years", "steps a year", FEW_REVIEWS, 4
    ),
    "predicate_spread": ProfileColumn(
        "standard deviation over the last 5 years", "steps", "fewer than 2 years with a predicate",
        0, 4,
    ),
    "predicate_position": _share(
        "of the unit's people in that year, those below; ties count half", NO_REVIEW
    ),
    "predicate_position_pattern": _share(
        "the same among the people of all units with the unit's own result of that year, for it "
        "fixes their pattern; where no result is held, of the unit alone", NO_REVIEW,
    ),
    "unit_predicate": ProfileColumn(
        "the unit's own result of that year", "ordinal 1-5", "not held", 1, 5
    ),
    "results_rating": ProfileColumn(
        "hasil kerja of that year: 3 above, 2 as expected, 1 below", "ordinal 1-3", "not held", 1, 3
    ),
    "behaviour_rating": ProfileColumn(
        "perilaku kerja of that year, likewise", "ordinal 1-3", "not held", 1, 3
    ),
    "numeric_score": ProfileColumn(
        "newest numeric SKP (2014-2021), not comparable with predicates", "points", NO_NUMERIC,
        0, 120,
    ),
    "numeric_score_year": ProfileColumn("its year", "year", NO_NUMERIC, 1990, 2100),
    "numeric_score_trend": _apart(
        "slope over all its years", "points a year", "fewer than 3 such years", 120
    ),
    "feedback_score": ProfileColumn(
        "360 feedback of the last 12 months, roles weighted, without the person's own",
        "points", NO_FEEDBACK, 0, 100,
    ),
    "feedback_change": _apart(
        "against the 12 months before", "points", "no score in one of both", 100
    ),
    "feedback_vs_unit": _apart(
        "against the mean of the present unit", "points", NO_FEEDBACK, 100
    ),
    "feedback_superior": ProfileColumn("mean of superiors", "points", HIDDEN, 0, 100),
    "feedback_peer": ProfileColumn("mean of at least 3 peers", "points", HIDDEN, 0, 100),
    "feedback_subordinate": ProfileColumn(
        "mean of at least 3 subordinates", "points", HIDDEN, 0, 100
    ),
    # development
    "jp_this_year": _jp("completed courses of the calendar year"),
    "jp_12_months": _jp("completed courses of the last 12 months"),
    "days_since_course": _days("since the newest course began", "no course known"),
    "n_courses": _count("completed courses", NO_COURSES),
    "n_courses_12_months": _count("completed, begun in the last 12 months", NO_COURSES),
    "n_enrolments_6_months": _count("begun in the last 6 months", NO_COURSES),
    "n_enrolments_12_months": _count("begun in the last 12 months", NO_COURSES),
    "n_dropped_12_months": _count("dropped, begun in the last 12 months", NO_COURSES),
    "n_mandatory_12_months": _count("completed, assigned by rule", NO_COURSES),
    "n_triggered_12_months": _count("completed, assigned by an event", NO_COURSES),
    "n_chosen_12_months": _count("completed, neither", NO_COURSES),
    "jp_mandatory_12_months": _jp("completed courses assigned by rule"),
    **{
        f"jp_{form}_12_months": _jp(f"completed courses of the form {form.replace('_', '-')}")
        for form in ("structural", "technical", "functional", "seminar", "workshop",
                     "e_learning", "coaching", "other")
    },
    "completed_share": _share("of all courses that ended, completed", "no course ended"),
    "dropped_share": _share("of all courses that ended, dropped", "no course ended"),
    "jp_entitlement": ProfileColumn(
        "hours a year by rule: the floor of a PNS, the ceiling of a PPPK", "JP",
        "neither PNS nor PPPK, or a JPT utama or madya on contract", 0,
    ),
    "jp_remaining": _jp(
        "hours of this calendar year up to it: still owed to a PNS, still open to a PPPK",
        "either is unknown",
    ),
    "jp_share": ProfileColumn("JP this year by entitlement", "share", "either is unknown", 0),
    "n_offers_6_months": _count("offers in the last 6 months", NO_OFFERS),
    "n_offers_12_months": _count("offers in the last 12 months", NO_OFFERS),
    "n_declined_12_months": _count("offers declined in the last 12 months", NO_OFFERS),
    "days_since_offer": _days("since the newest offer", "no offer known"),
    "offers_accepted_share_6_months": _share("of the offers, accepted", "no offer"),
    "offers_accepted_share_12_months": _share("of the offers, accepted", "no offer"),
    "offers_unanswered_share_6_months": _share("of the offers, left without answer", "no offer"),
    "offers_unanswered_share_12_months": _share("of the offers, left without answer", "no offer"),
    "n_sessions_open_12_months": _count(
        "sessions announced in the last 12 months of courses open to the post level and type of "
        "employment and not assigned by rule", "no session known, or the post's level is not",
    ),
    # attendance
    "n_attendance_months": _count("months with attendance, of the last 12", "no attendance", 12),
    "unexcused_days_3_months": _absence("absent without reason"),
    "unexcused_days_12_months": _absence("absent without reason"),
    "unexcused_rise": _apart(
        "mean of the last 3 months minus the mean of the 9 before", "days a month",
        "one of both has no attendance", 31,
    ),
    "unexcused_trend": _apart(
        "slope over the last 12 months", "days a month each month", "fewer than 6 months", 31
    ),
    "unexcused_vs_last_year": _apart(
        "mean of the last 3 months minus the same 3 a year before", "days a month",
        "one of both has no attendance", 31,
    ),
    "unexcused_vs_unit_3_months": _apart(
        "mean over the last 3 months of own days minus the unit's mean of the month",
        "days a month", "no attendance", 31,
    ),
    "unexcused_vs_unit_12_months": _apart(
        "the same over the last 12 months", "days a month", "no attendance", 31
    ),
    "unexcused_free_share": _share("of the months, those without any", "no attendance"),
    "unexcused_share_12_months": ProfileColumn(
        "unexcused days by working days that could be recorded", "share", "no attendance", 0
    ),
    "excused_days_12_months": _absence("absent with leave or reason", "not recorded"),
    "leave_days_12_months": _absence("of these, leave granted beforehand", "not recorded"),
    "outage_days_12_months": _absence("not recorded for a fault of network or device",
                                      "not recorded"),
    # engagement
    "uwes9": ProfileColumn("newest UWES-9 score", "points 0-6", "no answer"),
    "uwes9_change": _apart("against the answer before", "points", "fewer than 2 answers"),
    "uwes9_vs_unit": _apart(
        "against the newest answers of the unit", "points", "no answer, or fewer than 5 in the unit"
    ),
    "pulse": ProfileColumn("newest pulse score", "the survey's own", "no answer"),
    "pulse_change": _apart("against the answer before", "the survey's own", "fewer than 2 answers"),
    "pulse_vs_unit": _apart(
        "against the newest answers of the unit", "the survey's own",
        "no answer, or fewer than 5 in the unit",
    ),
    "n_surveys_asked_12_months": _count("surveys asked, of any instrument", NEVER_ASKED),
    "surveys_answered_share_12_months": _share("of these, answered", "not asked in 12 months"),
    "days_since_survey": _days("since the newest answer", "no answer"),
    # service results
    **{
        f"{whose}_service_{figure}": column
        for whose, of in (("unit", "the unit's results"), ("post", "the post's results in it"))
        for figure, column in (
            ("attainment", ProfileColumn(
                f"{of} of 12 months: mean of attained by target, the inverse where lower is better",
                "share", "none measured", 0, 1.5)),
            ("met_share", _share(f"{of} of 12 months: share that met the target", "none measured")),
            ("attainment_change", _apart("against the 12 months before", "share",
                                         "none measured in one of both", 1.5)),
            ("n_targets", ProfileColumn(f"{of} of 12 months", "count", "none measured", 1)),
        )
    },
    # eligibility
    "years_to_retirement": ProfileColumn(
        "to the foreseen retirement (BUP)", "years", "not recorded"
    ),
}  # fmt: skip

LEVEL_COLUMNS: dict[str, ProfileColumn] = {
    "employee_id": ProfileColumn("person", "key", "never"),
    "competency_id": ProfileColumn("competency", "key", "never"),
    "level": ProfileColumn("newest assessed level", "level", "never assessed", 0, 5),
    "required_level": ProfileColumn(
        "what the present post requires", "level", "not required", 1, 5
    ),
    "gap": ProfileColumn("levels lacking", "levels", "not assessed or not required", 0, 5),
    "days_since_assessment": _days("since it was assessed", "never assessed"),
    "level_lower": ProfileColumn(
        "lower end of where the level may lie (90%): error by source, wider with age; the whole "
        "scale without valid evidence", "level", "never", 0, 5,
    ),
    "level_upper": ProfileColumn("upper end", "level", "never", 0, 5),
    "gap_lower": ProfileColumn("gap at the upper end of the level", "levels", "not required", 0, 5),
    "gap_upper": ProfileColumn("gap at the lower end of the level", "levels", "not required", 0, 5),
    "evidence": ProfileColumn("valid, expired (over 3 years old) or none", "word", "never"),
    "source": ProfileColumn("method of the assessment", "text", "not recorded"),
    "required_by": ProfileColumn(
        "post, or standard: that of the post level, for nothing is stored for the post", "word",
        "not required",
    ),
}  # fmt: skip

BEHAVIOUR_COLUMNS: dict[str, ProfileColumn] = {
    "employee_id": ProfileColumn("person", "key", "never"),
    "behaviour": ProfileColumn("behaviour asked about", "text", "never"),
    "score": ProfileColumn(
        "mean of the last 12 months, roles weighted, roles with too few raters left out",
        "points", "never", 0, 100,
    ),
    "n_raters": ProfileColumn("raters behind it", "people", "never", 3),
    "unit_mean": ProfileColumn(
        "mean of the unit's people", "points", "fewer than 5 people have a score", 0, 100
    ),
    "vs_unit": _apart("score minus unit mean", "points", "no unit mean", 100),
    "standing": ProfileColumn(
        "strength or to_improve (5 points above or below), else as_unit", "word", "no unit mean"
    ),
}  # fmt: skip
