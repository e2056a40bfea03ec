"""`huyula support ask`, `withdraw` and `asked`, and how the service and the list hear of it."""

import pytest
from click.testing import CliRunner

from features.errors import SchemaError, UnknownEmployeeError
from serving.commands import support
from serving.released import Releases


@pytest.fixture
def run(released_workspace, key_folder, monkeypatch):
    monkeypatch.setenv("HUYULA_KEY_FOLDER", str(key_folder))

    def call(*arguments):
        options = [*arguments, "--workspace", str(released_workspace.root)]
        return CliRunner().invoke(support, options, catch_exceptions=False).output

    return call


def test_a_person_asks_and_takes_it_back(run, released_workspace):
    assert run("asked") == "nobody asks for support\n"
    assert "e2 stands on the support list as asked" in run("ask", "e2", "--note", "a quiet word")
    assert run("asked").startswith("e2  since ")
    assert run("asked").endswith("  a quiet word\n")
    assert "1 of 20 people may need support by a rule, which no model has beaten, 1 ask" in run()
    written = (released_workspace.output / "support_needs.csv").read_text(encoding="utf-8")
    assert ",asked," in written
    assert "quiet" not in written
    assert "e2 asks for support no longer" in run("withdraw", "e2")
    assert "ask for it" not in run()


def test_only_known_people_ask(run, released_workspace):
    with pytest.raises(UnknownEmployeeError, match="no employee with employee_id=e99"):
        run("ask", "e99")
    with pytest.raises(SchemaError, match="must have asked"):
        run("withdraw", "e2")
    assert not released_workspace.support_asked.exists()


def test_the_service_hears_of_it_without_a_restart(run, released_workspace, key_folder):
    releases = Releases(released_workspace, key_folder)
    assert releases.current().asked == {}
    run("ask", "e2")
    releases.refresh()
    assert set(releases.current().asked) == {"e2"}
    run("withdraw", "e2")
    releases.refresh()
    assert releases.current().asked == {}
