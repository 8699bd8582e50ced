#!/bin/sh
# Build the wheel and try it outside the checkout: a new workspace, the example's quarter, and the journal of an
# earlier release, for which the migrations must have come along.
set -eu
bin=$(cd "$1" && pwd)
here=$(pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"$bin/python" -m build --wheel --no-isolation --outdir "$scratch/dist" . >"$scratch/build.log" 2>&1 || {
    cat "$scratch/build.log" >&2
    exit 1
}
"$bin/python" -m venv "$scratch/venv"
"$scratch/venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
"$scratch/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps "$scratch"/dist/*.whl
cd "$scratch"
tallystick="$scratch/venv/bin/tallystick"
"$tallystick" init fresh >/dev/null
(cd fresh && "$tallystick" client check && "$tallystick" daily >/dev/null && "$tallystick" verify)
cp -r "$here/books" quarter
cd quarter
BIN="$scratch/venv/bin" sh "$here/tools/quarter.sh" >/dev/null
"$tallystick" verify
"$scratch/venv/bin/bean-check" ledger/main.beancount
mkdir "$scratch/earlier"
cd "$scratch/earlier"
tar -xzf "$here/tests/journal/golden/0001.tar.gz"
"$tallystick" migrate
"$tallystick" verify
echo "the wheel works outside the checkout"
