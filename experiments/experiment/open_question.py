"""From a specification to a question put to its data."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from experiments.experiment.calendar import Calendar
from experiments.experiment.model_choice import ModelChoice, choose_model
from experiments.experiment.panel_support import PanelSupport
from experiments.experiment.question import Question, Used
from experiments.experiment.recommend_question import RecommendQuestion
from experiments.experiment.specification import Specification, read_specification
from experiments.experiment.versions import file_digest
from experiments.experiment.workspace_support import WorkspaceSupport
from features.errors import SchemaError
from features.horizon import read_horizon
from features.settings import Settings
from features.standards.load import load_standard
from features.workspace import Workspace
from training import tracking
from training.road import first_day, open_records


@dataclass(frozen=True)
class Experiment:
    """A specification as it was written.

    Attributes
    ----------
    specification : Specification
    text : str
        Of the file.
    folder : Path
        From which its paths are read.
    """

    specification: Specification
    text: str
    folder: Path

    @classmethod
    def read(cls, path: Path) -> Experiment:
        """Read a file; see `read_specification` for what is refused."""
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise SchemaError("experiment", f"must be a TOML file: {error}", path) from error
        folder = path.resolve().parent
        return cls(read_specification(text, folder, path.name), text, folder)


def open_question(experiment: Experiment, workspace: Workspace) -> tuple[Question, ModelChoice]:
    """Check the model's contract, open the data and the tracking, and lay out the periods.

    Parameters
    ----------
    experiment : Experiment
    workspace : Workspace
        Holds records, unless the specification names others, and always tracking and ledger.
    """
    one = experiment.specification
    choice = choose_model(one, experiment.folder)
    choice.make(one.params, one.seed)
    if one.search is not None:
        choice.make(dict.fromkeys(one.search.space), one.seed)
    if one.data.file is not None:
        if not one.data.file.is_file():
            raise SchemaError("data.file", "must be a file", one.data.file)
        tracking.connect(workspace.root, Settings().tracking_uri)
        used = Used(one.data.file.name, str(one.data.file), file_digest(one.data.file))
        return PanelSupport(one, used, choice), choice
    source = workspace if one.data.workspace is None else Workspace(one.data.workspace)
    records, digest = open_records(source)
    tracking.connect(workspace.root, Settings().tracking_uri)
    used = Used(source.root.resolve().name, str(source.root), digest)
    calendar = Calendar(
        first_day(records),
        read_horizon(source.records, records).as_of,
        one.periods.horizon_months or load_standard("disengagement")["horizon_months"],
    )
    kind = RecommendQuestion if one.task == "recommend" else WorkspaceSupport
    return kind(one, records, used, calendar, choice), choice
