"""The line of each key of a TOML file."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger_core.errors import Refused
from tallystick.actions.toml_lines import SIZE_LIMIT, TomlLines, read_toml

if TYPE_CHECKING:
    from pathlib import Path

TEXT = '''\
# line 1
top = "a # b"
"quoted.key" . 'part' = """two
lines: [no.table]
key = 1 and a \\""" inside""""
list = [
  1,  # ] no end
  "two, ]",
  { x = "}", deep.er = [ { q = '[' } ] },
  [ 1, 2 ],
]
[table.sub]
when = 2025-01-01 10:00:00
[table]
inline = { a = 1, b = { c = 2 } }
literal = \'\'\'
[x]
y = 1\'\'\'
[[terms]]
effective = 2025-01-01
  [[ terms . commission ]]
  rate = "0.1"
  [[terms.commission]] # second
  tiers = [ { up_to = 1, rate = "0.1" },
            { rate = "0.2" } ]
  [terms.hold_days]
  check = 5
[[terms]]
[[terms.commission]]
a.b.c = 1
a.b.d = 2
'''


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        ((), 1),
        (("top",), 2),
        (("quoted.key",), 3),
        (("quoted.key", "part"), 3),
        (("list",), 6),
        (("list", 0), 6),
        (("list", 1), 6),
        (("list", 2), 9),
        (("list", 2, "deep", "er", 0, "q"), 9),
        (("list", 3, 1), 10),
        (("table",), 14),
        (("table", "sub"), 12),
        (("table", "sub", "when"), 13),
        (("table", "inline", "b", "c"), 15),
        (("table", "literal"), 16),
        (("terms",), 19),
        (("terms", 0), 19),
        (("terms", 0, "effective"), 20),
        (("terms", 0, "commission", 0), 21),
        (("terms", 0, "commission", 0, "rate"), 22),
        (("terms", 0, "commission", 1), 23),
        (("terms", 0, "commission", 1, "tiers"), 24),
        (("terms", 0, "commission", 1, "tiers", 0, "rate"), 24),
        (("terms", 0, "commission", 1, "tiers", 1), 25),
        (("terms", 0, "commission", 1, "tiers", 1, "rate"), 25),
        (("terms", 0, "hold_days", "check"), 27),
        (("terms", 1), 28),
        (("terms", 1, "commission", 0), 29),
        (("terms", 1, "commission", 0, "a", "b", "d"), 31),
    ],
)
def test_line_of_a_key(keys: tuple[str | int, ...], line: int) -> None:
    """Each key has the line where it is written, a plain element of an array that of the array's key."""
    assert TomlLines(TEXT).of(keys) == line


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (("nothing",), 1),
        (("table", "nothing"), 14),
        (("terms", 0, "commission", 1, "rate"), 23),
        (("terms", 0, "commission", 1, "tiers", 1, "up_to"), 25),
        (("terms", 1, "effective"), 28),
    ],
)
def test_line_of_a_missing_key(keys: tuple[str | int, ...], line: int) -> None:
    """A key that is not there has the line of the table in which it is missed."""
    assert TomlLines(TEXT).of(keys) == line


names = st.sampled_from(["a", "b-1", "c_2", "3", '"d e"', '"f.g"', "'h#'", '"\\u0069"', '""'])
scalars = st.sampled_from(
    [
        "1",
        "-0.5",
        "true",
        "inf",
        "2025-01-01",
        "2025-01-01T07:32:00Z",
        '"x"',
        '"a\\"]#"',
        "'}'",
        '"""m\n#\\""""""',
        "'''n\n'\n'''",
    ]
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: "[ # c ]\n" + ",\n".join(items) + "\n]")
        | st.dictionaries(names, inner, max_size=3).map(
            lambda table: "{ " + ", ".join(f"{name} = {value}" for name, value in table.items()) + " }"
        )
    ),
    max_leaves=6,
)


@given(st.lists(st.tuples(names, names, names, values), max_size=5))
def test_any_text_is_followed(parts: list[tuple[str, str, str, str]]) -> None:
    """In every valid text the scanner finds each key of the content, at a line that has the key's text."""
    text, wanted = "", []
    for index, (table, first, second, value) in enumerate(parts):
        text += f"\n[[t.{table}]]  # {index}\n{first}.{second} = {value}\n"
        wanted.append((text[: text.rindex(f"{first}.{second} = {value}")].count("\n") + 1, f"{first}.{second}"))
    content = tomllib.loads(text)
    lines = TomlLines(text)
    found = []
    for name, tables in content.get("t", {}).items():
        for index, table in enumerate(tables):
            ((first, inner),) = table.items()
            ((second, _value),) = inner.items()
            found.append(lines.of(("t", name, index, first, second)))
    assert sorted(found) == sorted(line for line, _key in wanted)
    for line, key in wanted:
        assert text.split("\n")[line - 1].startswith(f"{key} = ")


@pytest.mark.parametrize(
    ("raw", "line", "words"),
    [
        (b"a = 1\nb = x\n", 2, "Invalid value"),
        (b"a = 1\n\nb 2\n", 3, "Expected '='"),
        (b"a = 1\nb = [1,\n2\n\n", 3, "Unclosed array"),
        (b"a = 1\r\na = 2\r\n", 2, "Cannot overwrite"),
        (b"a = 1\nb = 2025-02-30\n", 2, "Invalid date"),
        (b"a = 2025-13-01\n", 1, "; a date is written as 2025-01-31"),
        (b"a = 2025/1/1\n", 1, "; a date is written as 2025-01-31"),
        (b"a = 1\na = 2\n", 2, "; this key or table stands above already"),
        (b"[[t]]\na = 1\n[t]\n", 3, "has double brackets"),
        (b'a = "b\nc = 1\n', 1, "; a text ends with the quote that it begins with"),
        (b"a = b\n", 1, "; text stands in quotes"),
        (b"a = 15%\n", 1, "; rates and amounts stand in quotes"),
        (b"a = 0,15\n", 1, "; rates and amounts stand in quotes"),
        (b"a = '\xff'\n", 1, "UTF-8"),
        (b"a = 1\n# ok\nb = '\xd6\xd0'\n", 3, "UTF-8"),
        (b"a = 1\nb = " + b"9" * 5000 + b"\nc = 1\n", 2, "number is too long"),
        (b"a = " + b"[" * 5000 + b"]" * 5000, 1, "nested too deep"),
        (b"#" * (SIZE_LIMIT + 1), 1, "none of ours"),
    ],
)
def test_bad_toml(tmp_path: Path, raw: bytes, line: int, words: str) -> None:
    """A file that is no TOML is refused at its line."""
    path = tmp_path / "bad.toml"
    path.write_bytes(raw)
    with pytest.raises(Refused) as refusal:
        read_toml(path)
    (problem,) = refusal.value.problems
    assert (problem.code, problem.path, problem.line) == ("TOML_BAD", str(path), line)
    assert words in problem.message


def test_windows_text(tmp_path: Path) -> None:
    """A byte order mark and CR LF, as Windows writes them, change neither content nor lines."""
    path = tmp_path / "windows.toml"
    path.write_bytes(b"\xef\xbb\xbfa = 1\r\n[b]\r\nc = 2\r\n")
    content, lines = read_toml(path)
    assert content == {"a": 1, "b": {"c": 2}}
    assert lines.of(("b", "c")) == 3


def test_unreadable_file(tmp_path: Path) -> None:
    """A file that is not there is refused by its path."""
    with pytest.raises(Refused) as refusal:
        read_toml(tmp_path / "none.toml")
    (problem,) = refusal.value.problems
    assert (problem.code, problem.path) == ("FILE_UNREADABLE", str(tmp_path / "none.toml"))
