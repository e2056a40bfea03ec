"""The protected attributes of people, for the fairness audit and nobody else.

They stand in no profile, no model and no answer; a test finds any other file that reads them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path

import pandas as pd

from features.merges import MERGES, read_merges, shown_ids
from features.records import held_rows

TABLE = "protected_attributes"
UNKNOWN = "unknown"
READ = ("sex", "birth_year", "religion", "marital_status")


def read_audit_table(records: Path) -> pd.DataFrame:
    """Return ``employee_id`` with the protected attributes that an import holds, perhaps no rows.

    People found to be one are shown under the id that profiles show them under; what is null there
    is filled from the other id.

    Parameters
    ----------
    records : Path
        Folder of `huyula import`.
    """
    columns = ["employee_id", *READ]
    if not (records / f"{TABLE}.parquet").exists():
        return pd.DataFrame(columns=columns)
    rows = held_rows(records, TABLE, columns).to_pandas()
    shown = shown_ids(read_merges(records.parent / MERGES))
    merged = rows["employee_id"].isin(shown.keys())
    ordered = pd.concat([rows[~merged], rows[merged].replace({"employee_id": shown})])
    return ordered.groupby("employee_id", as_index=False).first()


def protected_groups(
    people: pd.DataFrame,
    attributes: pd.DataFrame,
    as_of: date,
    age_bands: Sequence[int],
    unit_names: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Return the groups that each person belongs to.

    Parameters
    ----------
    people : DataFrame of shape (n, >=3)
        ``employee_id``, ``unit_id``, ``employment_type``.
    attributes : DataFrame
        See `read_audit_table`.
    as_of : date
        Ages are those reached in its year, for only the year of birth is known.
    age_bands : sequence of int
        First age of every band but the youngest, rising.
    unit_names : mapping, optional
        ``unit_id`` to name.

    Returns
    -------
    DataFrame of shape (n, 6)
        In the order and with the index of `people`: ``sex``, ``age_band``, ``religion``,
        ``marital_status``, ``unit``, ``employment_type``; text, `UNKNOWN` where nothing is known.
    """
    own = attributes.set_index("employee_id").reindex(people["employee_id"])
    age = as_of.year - own["birth_year"].astype("float64").to_numpy()
    edges = [-float("inf"), *age_bands, float("inf")]
    names = [f"under {age_bands[0]}"]
    names += [f"{low}-{high - 1}" for low, high in pairwise(age_bands)]
    names.append(f"{age_bands[-1]} and over")
    columns = {
        "sex": own["sex"].to_numpy(),
        "age_band": pd.cut(age, edges, right=False, labels=names),
        "religion": own["religion"].to_numpy(),
        "marital_status": own["marital_status"].to_numpy(),
        "unit": people["unit_id"].replace(dict(unit_names or {})).to_numpy(),
        "employment_type": people["employment_type"].to_numpy(),
    }
    groups = pd.DataFrame({name: pd.Series(of).astype("str") for name, of in columns.items()})
    return groups.fillna(UNKNOWN).replace("nan", UNKNOWN).set_axis(people.index)


def group_column(groups: pd.DataFrame, name: str) -> pd.Series:
    """Return one attribute's groups, or an intersection's, such as ``sex*age_band``.

    >>> both = pd.DataFrame({"sex": ["female"], "employment_type": ["PNS"]})
    >>> group_column(both, "sex*employment_type").tolist()
    ['female, PNS']
    """
    parts = [groups[part] for part in name.split("*")]
    joined = parts[0]
    for part in parts[1:]:
        joined = joined + ", " + part
    return joined
