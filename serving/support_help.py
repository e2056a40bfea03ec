"""What stands beside a flag in the snapshot: limits of opportunity, and what could be done."""

from __future__ import annotations

import pandas as pd

from models.bundle import Bundle
from models.disengagement import load_support
from models.opportunity import lacks_opportunity, opportunity_limits
from models.what_if import suggested_actions
from serving.released import files_under
from serving.snapshot import COLUMNS

COURSE = "course"


def beside_flags(
    bundle: Bundle,
    frames: dict[str, pd.DataFrame],
    details: pd.DataFrame | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the limits that hold for flagged people, and the actions suggested for them.

    Parameters
    ----------
    bundle : Bundle
        Whose support model made the flags.
    frames : dict of str to DataFrame
        Of the snapshot: ``people``, ``support``, ``drivers``, ``candidates``, ``courses``.
    details : DataFrame, optional
        ``employee_id`` and the details of the profiles (`features.profiles.DETAILS`); what they
        would tell is not known without them.

    Returns
    -------
    limits, actions : DataFrame
        As ``COLUMNS`` of the snapshot. No action where the system abstains.
    """
    support = frames["support"]
    flagged = support.loc[support["status"] == "support_need", "employee_id"]
    people = frames["people"][frames["people"]["employee_id"].isin(flagged)]
    if people.empty:
        return _nothing("limits"), _nothing("actions")
    limits = opportunity_limits(_with_details(people, details))
    model = load_support(bundle.about["support"]["kind"], files_under(bundle, "support"))
    first = _first_courses(frames["candidates"], frames["courses"], people["employee_id"])
    actions = suggested_actions(model, people, limits, first["jp"])
    actions["course_id"] = _of_courses(actions, people, first["course_id"])
    has_course = (actions["lever"] != COURSE) | actions["course_id"].notna()
    return _listed(limits, people["employee_id"], frames["drivers"]), _ranked(actions[has_course])


def _with_details(people: pd.DataFrame, details: pd.DataFrame | None) -> pd.DataFrame:
    if details is None:
        return people
    more = [name for name in details if name == "employee_id" or name not in people]
    merged = people.merge(details[more], on="employee_id", how="left", validate="1:1")
    return merged.set_axis(people.index)


def _first_courses(
    candidates: pd.DataFrame, courses: pd.DataFrame, employee_ids: pd.Series
) -> pd.DataFrame:
    """Return ``course_id`` and ``jp`` of each person's first course, by the people's index."""
    first = candidates.sort_values("rank", kind="stable").drop_duplicates("employee_id")
    chosen = first.set_index("employee_id")["course_id"].reindex(employee_ids)
    jp = courses.drop_duplicates("course_id").set_index("course_id")["jp"].reindex(chosen)
    columns = {"course_id": chosen.to_numpy(), "jp": jp.to_numpy()}
    return pd.DataFrame(columns, index=employee_ids.index)


def _of_courses(actions: pd.DataFrame, people: pd.DataFrame, course_ids: pd.Series) -> pd.Series:
    """Return the course of each action: the person's first one where the lever is a course."""
    by_person = pd.Series(course_ids.to_numpy(), index=people["employee_id"])
    return actions["employee_id"].map(by_person).where(actions["lever"] == COURSE).astype("str")


def _listed(limits: pd.DataFrame, employee_ids: pd.Series, drivers: pd.DataFrame) -> pd.DataFrame:
    """Return one row a person and limit that holds; ``explains``: whether they explain the flag."""
    parts = {
        str(person): dict(zip(rows["feature"], rows["contribution"], strict=True))
        for person, rows in drivers.groupby("employee_id")
    }
    rows = list[tuple[str, str, bool]]()
    for person, holds in zip(employee_ids, limits.to_dict("records"), strict=True):
        names = [str(name) for name, value in holds.items() if value]
        explains = lacks_opportunity(parts.get(person, {}), names)
        rows += [(person, name, explains) for name in names]
    if not rows:
        return _nothing("limits")
    return pd.DataFrame(rows, columns=list(COLUMNS["limits"]))


def _ranked(actions: pd.DataFrame) -> pd.DataFrame:
    if actions.empty:
        return _nothing("actions")
    rank = actions.groupby("employee_id").cumcount() + 1
    return actions.assign(rank=rank)[list(COLUMNS["actions"])].reset_index(drop=True)


def _nothing(name: str) -> pd.DataFrame:
    return pd.DataFrame(columns=list(COLUMNS[name]))
