#!/bin/sh
# The example agency's quarter on a copy of books/, from inbox to published books; says what it did.
set -eu
BIN=$(cd "$1" && pwd)
export BIN
demo=build/demo
rm -rf "$demo"
mkdir -p build
cp -r books "$demo"
quarter=$(pwd)/tools/quarter.sh
cd "$demo"
sh "$quarter" >quarter.log 2>&1 || {
    cat quarter.log >&2
    exit 1
}
echo "Harbour Recovery 海港催收, January to March 2025: five clients, seven bank accounts, three currencies"
"$BIN/tallystick" matches --json | "$BIN/python" -c '
import json, sys
lines = json.load(sys.stdin)["lines"]
posted, matched = (sum(line["disposition"] == name for line in lines) for name in ("posted", "matched"))
decided = sum(any(text.startswith("person:") for text in line["evidence"]) for line in lines)
print(f"  {len(lines)} bank lines: {posted} posted, {matched} matched to our own entries; {decided} of them by a person")'
for client in LANTERN HERON QUARRY CEDAR DHOW; do
    "$BIN/tallystick" statement "$client" --period 2025-01-01..2025-03-31 --json | "$BIN/python" -c '
import json, sys
s = json.load(sys.stdin)
names = "collected_paa", "collected_pdc", "commission", "vat", "remitted"
print("  %-8s %s" % (s["client"], s["currency"]), *(f"{n} {s[n]}" for n in names), sep="  ")'
done
echo
"$BIN/tallystick" three-way --at 2025-03-31
echo
"$BIN/tallystick" check
"$BIN/tallystick" verify
"$BIN/bean-check" ledger/main.beancount && echo "bean-check accepts the books"
echo
echo "Books       $demo/ledger/main.beancount      statements  $demo/reports/"
echo "Everything  $demo/quarter.log                walk-through books/README.md"
echo "Open Fava   $(basename "$(dirname "$BIN")")/bin/tallystick serve --workspace $demo    then http://127.0.0.1:5000/"
