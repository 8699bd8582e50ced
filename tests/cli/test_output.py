"""What the command line prints for people."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from tallystick.cli import output
from tests.acceptance import two_months

if TYPE_CHECKING:
    import pytest

    from tests.conftest import Workspace


def test_columns_line_up_with_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    """A full-width character takes two columns of a terminal."""
    output.table(["name", "sum"], [["海港", "1.00"], ["ab", "10.00"]], right=(1,))
    assert capsys.readouterr().out.splitlines()[2:] == ["海港   1.00", "ab    10.00"]


def test_many_alerts_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    """A day sheet stays a page: the oldest twenty, and how many more."""
    output.alerts([f"late {number}" for number in range(23)])
    lines = capsys.readouterr().out.splitlines()
    assert lines[19:] == ["alert: late 19", "alert: 3 more  (--json has all)"]
    output.alerts(["late"] * 20)
    assert len(capsys.readouterr().out.splitlines()) == 20


def test_amounts_of_several_currencies_name_them() -> None:
    """One amount stands alone; of several each has its currency."""
    assert output.amounts("1.00") == "1.00"
    assert output.amounts({"CNY": "1.00", "KWD": "2.500"}) == "1.00 CNY, 2.500 KWD"


def test_counts_are_words() -> None:
    """One line, two lines."""
    assert [output.count(1, "line"), output.count(2, "line"), output.count(2, "entry", "entries")] == [
        "1 line",
        "2 lines",
        "2 entries",
    ]


def test_help_loads_nothing_heavy() -> None:
    """``--help`` imports neither numpy, SQLAlchemy, pydantic nor Beancount: start-up is what a user feels."""
    code = (
        "import sys\nfrom tallystick.cli.main import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "print(sorted({'numpy', 'sqlalchemy', 'pydantic', 'beancount', 'lxml', 'flask'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_wrong_usage_is_told_from_a_refusal(workspace: Workspace) -> None:
    """Exit status 2 for wrong usage, 1 for a refusal; neither shows a traceback."""
    refused = workspace.run("balances", status=1)
    assert "WORKSPACE_MISSING" in refused.err
    assert "Traceback" not in refused.err
    two_months.settings(workspace)
    assert "--case" in workspace.run("resolve", "1", status=2).err


def test_an_answer_that_can_go_nowhere(workspace: Workspace) -> None:
    """A day sheet sent to a full disk ends with a code and what to do; what the day did stands."""
    two_months.settings(workspace)
    workspace.write("inbox/placements.csv", two_months.PLACEMENTS)
    args = ["daily", "--date", "2025-01-31", "--workspace", str(workspace.folder)]
    for more in ([], ["--json"]):
        with open("/dev/full", "w") as full:  # noqa: PTH123 - a device
            done = subprocess.run(
                [sys.executable, "-m", "tallystick.cli.main", *args, *more],
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
            )
        assert (done.returncode, done.stderr.count("\n")) == (1, 1), done
        assert done.stderr.startswith("standard output: OUTPUT_UNWRITABLE ")
    assert workspace.json("case", "A-1")["outstanding"]["principal"] == "10000.00"
