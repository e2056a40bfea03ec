"""The documentation agrees with the code it describes."""

import re
from pathlib import Path

import pytest

from features.competency import LONG
from features.dictionary import PAGE, dictionary_page
from features.feedback import BEHAVIOURS
from features.profile_columns import BEHAVIOUR_COLUMNS, LEVEL_COLUMNS, PROFILE_COLUMNS
from features.profiles import DETAILS, FEATURES
from huyula import MODULES

ROOT = Path(__file__).parent.parent


def test_data_dictionary_page_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == dictionary_page()


def test_data_dictionary_describes_every_profile_column():
    assert sorted(PROFILE_COLUMNS) == sorted([*FEATURES, *DETAILS])
    assert list(LEVEL_COLUMNS) == list(LONG)
    assert list(BEHAVIOUR_COLUMNS) == list(BEHAVIOURS)


@pytest.mark.parametrize("command", MODULES)
def test_readme_names_every_command(command):
    assert f"huyula {command}" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_contributing_gives_every_dependency_its_line():
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [*project["project"]["dependencies"]]
    groups = {**project["project"]["optional-dependencies"], **project["dependency-groups"]}
    for group in groups.values():
        wanted += [one for one in group if isinstance(one, str)]
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    names = {re.split(r"[><=\[]", one)[0] for one in wanted} - {"huyula"}
    assert {name for name in names if f"`{name}`" not in text} == set()


@pytest.mark.parametrize("page", sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]), ids=str)
def test_links_between_pages_lead_somewhere(page):
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []
