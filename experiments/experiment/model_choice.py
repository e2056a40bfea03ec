"""Makes the model an experiment names: a built-in one, or a data scientist's own class."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import inspect
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from experiments.experiment.question import Params
from experiments.experiment.specification import Specification, nearest
from experiments.experiment.support_models import SUPPORT_MODELS, WORKSPACE_ONLY
from experiments.experiment.versions import file_digest
from features.errors import SchemaError
from models.contracts import check_generator
from models.event_contract import check_event_model
from models.event_protocol import Encoded
from models.generators import KINDS
from models.ranker import CourseRanker

RANKER = "ranker"


@dataclass(frozen=True)
class ModelChoice:
    """A class of models and how experiments may set it.

    Attributes
    ----------
    name : str
        As the specification says it.
    make_bare : type
    encoded : bool
        Whether columns become numbers before the model sees them.
    source_digest : str
        SHA-256 of the file of one's own class; empty for a built-in one.
    """

    name: str
    make_bare: type
    encoded: bool = False
    source_digest: str = ""

    @property
    def is_own(self) -> bool:
        """Whether it is a data scientist's own class."""
        return bool(self.source_digest)

    def make(self, params: Params, seed: int) -> Any:  # noqa: ANN401
        """Return an unfitted model with these parameters, and the seed where it takes one.

        Raises
        ------
        SchemaError
            The model has no such parameter.
        """
        model: Any = self.make_bare()
        known = model.get_params(deep=False)
        for name in params:
            if name not in known:
                raise SchemaError(
                    f"params.{name}",
                    f"is no parameter of {self.name}{nearest(name, known)}; it has "
                    f"{', '.join(known)}",
                )
        seeded = {"random_state": seed} if "random_state" in known else {}
        model.set_params(**{**seeded, **params})
        return Encoded(model, random_state=seed) if self.encoded else model


def choose_model(one: Specification, folder: Path) -> ModelChoice:
    """Return the model a specification names; one's own class is checked by its contract.

    Parameters
    ----------
    one : Specification
    folder : Path
        From which ``file.py:Class`` is read.

    Raises
    ------
    SchemaError
        No such model, module or class.
    ContractError
        One's own class breaks a rule that all of its kind hold.
    """
    if ":" in one.model:
        choice = _own(one, folder)
        _check_contract(one, choice)
        return choice
    if one.encode:
        raise SchemaError("encode", "is for a model of one's own, not for", one.model)
    known = built_in_models(one)
    if one.model not in known:
        raise SchemaError(
            "model",
            f"must be one of {', '.join(known)}, or module:Class of one's own"
            f"{nearest(one.model, known)}",
            one.model,
        )
    return ModelChoice(one.model, known[one.model])


def built_in_models(one: Specification) -> dict[str, type]:
    """Return the built-in models by name that fit a specification's task and data."""
    if one.task == "recommend":
        proposing = {kind: made for kind, made in KINDS.items() if made.proposes}
        return {RANKER: CourseRanker, **proposing}
    in_file = one.data.file is not None
    return {n: m for n, m in SUPPORT_MODELS.items() if not (in_file and n in WORKSPACE_ONLY)}


def _own(one: Specification, folder: Path) -> ModelChoice:
    place, _, name = one.model.partition(":")
    module = _file_module(folder / place) if place.endswith(".py") else _module(place)
    found = getattr(module, name, None)
    if not inspect.isclass(found):
        classes = [n for n, c in vars(module).items() if inspect.isclass(c)]
        raise SchemaError("model", f"must name a class of {place}{nearest(name, classes)}", name)
    source = inspect.getsourcefile(module)
    digest = file_digest(Path(source)) if source else hashlib.sha256(place.encode()).hexdigest()
    return ModelChoice(one.model, found, encoded=one.encode, source_digest=digest)


def _check_contract(one: Specification, choice: ModelChoice) -> None:
    if one.task == "recommend":
        check_generator(choice.make_bare)
        return
    numbers_only = one.data.file is None
    check_event_model(lambda: choice.make({}, one.seed), numbers_only=numbers_only)


def _module(name: str) -> Any:  # noqa: ANN401
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise SchemaError("model", f"must name a module that can be imported ({error})", name) \
            from error  # fmt: skip


def _file_module(path: Path) -> Any:  # noqa: ANN401
    if not path.is_file():
        raise SchemaError("model", "must name a Python file", path)
    name = f"huyula_own_{hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:12]}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise SchemaError("model", "must name a Python file", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # so that its classes can be cloned and inspected
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[name]
        raise SchemaError("model", f"cannot be read: {type(error).__name__}: {error}", path) \
            from error  # fmt: skip
    return module
