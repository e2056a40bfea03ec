"""The fitted ranker as two text files, checked when read back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import lightgbm as lgb
import pandas as pd

from features.errors import ArtifactError
from models.frames import frame_from_json, frame_to_json
from models.generator import Generator
from models.generators import generator_from_dict
from models.lightgbm_text import check_lightgbm_text
from models.pair_features import PairFeatures

FORMAT = 1
TEXT_FILE, JSON_FILE = "ranker.txt", "ranker.json"


@dataclass(frozen=True)
class RankerParts:
    """What makes a fitted ranker.

    Attributes
    ----------
    params : dict
        Constructor parameters without the generators, JSON-able.
    generators : list of Generator
        Fitted.
    features : PairFeatures
    courses : DataFrame
        The catalogue's rows as the ranker reads them.
    booster : lightgbm.Booster
    """

    params: dict[str, Any]
    generators: list[Generator]
    features: PairFeatures
    courses: pd.DataFrame
    booster: lgb.Booster


def ranker_to_files(parts: RankerParts) -> dict[str, str]:
    """Return LightGBM text and JSON by file name."""
    content = {
        "format": FORMAT,
        "params": parts.params,
        "features": parts.features.to_dict(),
        "courses": frame_to_json(parts.courses),
        "generators": [generator.to_dict() for generator in parts.generators],
    }
    return {
        TEXT_FILE: parts.booster.model_to_string(),
        JSON_FILE: json.dumps(content, allow_nan=False),
    }


def ranker_from_files(files: Mapping[str, str]) -> RankerParts:
    """Return the parts that `ranker_to_files` wrote.

    Raises
    ------
    ArtifactError
        A file is missing, of another format or damaged, or the parts contradict each other.
    """
    missing = [name for name in (TEXT_FILE, JSON_FILE) if name not in files]
    if missing:
        raise ArtifactError(
            f"ranker files must include {TEXT_FILE}, {JSON_FILE}, missing {missing}"
        )
    check_lightgbm_text(files[TEXT_FILE])
    try:
        content = json.loads(files[JSON_FILE])
        if content["format"] != FORMAT:
            raise ArtifactError(f"ranker format must be {FORMAT}, got {content['format']}")
        parts = _parts(content, files[TEXT_FILE])
        _check(parts)
    except (LookupError, TypeError, ValueError, lgb.basic.LightGBMError) as error:
        raise ArtifactError(f"ranker is damaged: {error}") from error
    return parts


def _parts(content: dict[str, Any], text: str) -> RankerParts:
    return RankerParts(
        params=content["params"],
        generators=[generator_from_dict(part) for part in content["generators"]],
        features=PairFeatures.from_dict(content["features"]),
        courses=frame_from_json(content["courses"]),
        booster=lgb.Booster(model_str=text),
    )


def _check(parts: RankerParts) -> None:
    if parts.booster.feature_name() != parts.features.names:
        raise ArtifactError("ranker features must be those of its booster, got others")
    course_ids = parts.courses["course_id"].tolist()
    if any(generator.course_ids_ != course_ids for generator in parts.generators):
        raise ArtifactError("ranker courses must be those of its generators, got others")
    names = [(generator.group, generator.name) for generator in parts.generators]
    if names != [(group, name) for group, name, _ in parts.features.generator_names]:
        raise ArtifactError("ranker generators must be those of its features, got others")
