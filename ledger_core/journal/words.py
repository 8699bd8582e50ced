"""The words in which the house asks its questions, and what each database says for them.

SQL that is written once runs on SQLite and on PostgreSQL, but for a few things that the two say
differently.  For those there are words:

``numbers(:x)``, ``texts(:x)``  a table of one column, ``value``: the members of a Python sequence
``noted(column, 'name')``       the text of that name in a column of JSON; NULL where there is none
``is_json(column)``             whether the column is JSON at all
``same(a, b)``                  equality in which a NULL is the same as a NULL
``spaced(column)``              an aggregate: the values with a space between them, in any order
``whole(text)``                 a text of digits as a number; of any other text whatever is no id
"""

from __future__ import annotations

import re
from functools import lru_cache

_WORDS = {
    "sqlite": {
        "numbers": "json_each({0})",
        "texts": "json_each({0})",
        "noted": "json_extract(NULLIF({0}, ''), {1})",
        "is_json": "json_valid({0})",
        "same": "({0} IS {1})",
        "spaced": "group_concat({0}, ' ')",
        "whole": "CAST({0} AS INTEGER)",
    },
    "postgresql": {
        "numbers": "(SELECT unnest(CAST({0} AS BIGINT[])) AS value)",
        "texts": '(SELECT unnest(CAST({0} AS TEXT[])) COLLATE "C" AS value)',
        "noted": "(CAST(NULLIF({0}, '') AS JSONB) ->> {1})",
        "is_json": "({0} IS JSON)",
        "same": "({0} IS NOT DISTINCT FROM {1})",
        "spaced": "string_agg(CAST({0} AS TEXT), ' ')",
        "whole": "CASE WHEN {0} ~ '^[0-9]{{1,18}}$' THEN CAST({0} AS BIGINT) END",
    },
}
_WORD = re.compile(rf"\b({'|'.join(_WORDS['sqlite'])})\(")
_LITERAL = re.compile(r"'[^']*'")


@lru_cache(maxsize=512)
def spoken(sql: str, database: str) -> str:
    """A statement as a database understands it; ``database`` is ``sqlite`` or ``postgresql``."""
    # A colon within a literal names no value.
    return _LITERAL.sub(lambda found: found[0].replace(":", "\\:"), _translated(sql, database))


def _translated(sql: str, database: str) -> str:
    word = _WORD.search(sql)
    if word is None:
        return sql
    arguments, end = _arguments(sql, word.end())
    said = [_translated(argument, database) for argument in arguments]
    if word[1] == "noted" and database == "sqlite":
        said[1] = f"""'$."{said[1].strip("'")}"'"""
    before, after = sql[: word.start()], _translated(sql[end:], database)
    return before + _WORDS[database][word[1]].format(*said) + after


def _arguments(sql: str, start: int) -> tuple[list[str], int]:
    """What stands between the parentheses that open before ``start``, at commas; and where it goes on."""
    parts, depth, quoted = [""], 1, False
    for at in range(start, len(sql)):
        mark = sql[at]
        quoted ^= mark == "'"
        depth += 0 if quoted else (mark == "(") - (mark == ")")
        if not depth:
            return [part.strip() for part in parts], at + 1
        if mark == "," and depth == 1 and not quoted:
            parts.append("")
        else:
            parts[-1] += mark
    raise AssertionError(sql)
