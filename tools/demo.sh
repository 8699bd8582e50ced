#!/bin/sh
# The example agency's month on a copy of books/, from inbox to published books; says what it did.
set -eu
BIN=$(cd "$1" && pwd)
export BIN
demo=build/demo
rm -rf "$demo"
mkdir -p build
cp -r books "$demo"
month=$(pwd)/tools/month.sh
cd "$demo"
sh "$month" >month.log 2>&1 || {
    cat month.log >&2
    exit 1
}
lines=$("$BIN/tallystick" matches | tail -n +3)
count() { printf '%s\n' "$lines" | grep -c " $1 " || true; }
echo "Harbour Recovery 海港催收, January 2025: three clients, two banks (CAMT.053 and a GB18030 table)"
echo "  bank lines   $(printf '%s\n' "$lines" | wc -l | tr -d ' '): $(count posted) posted to their cases, $(count matched) matched to our own entries, $(count suggested) left to a person"
for client in LANTERN HERON QUARRY; do
    "$BIN/tallystick" statement "$client" --period 2025-01 --json | "$BIN/python" -c '
import json, sys
s = json.load(sys.stdin)
fee = next(d for d in s["documents"] if d["kind"] == "fee")
names = "collected_paa", "returned", "commission", "vat", "remitted"
print("  %-11s " % s["client"], *(f"{n} {s[n]}" for n in names), "fee document", fee["number"], sep="  ")'
done
echo
"$BIN/tallystick" three-way --at 2025-01-31
echo
"$BIN/tallystick" check
"$BIN/tallystick" verify
"$BIN/bean-check" ledger/main.beancount && echo "bean-check accepts the books"
echo
echo "Books       $demo/ledger/main.beancount      statements  $demo/reports/"
echo "Everything  $demo/month.log                  walk-through books/README.md"
echo "Open Fava   $(basename "$(dirname "$BIN")")/bin/tallystick serve --workspace $demo    then http://127.0.0.1:5000/"
