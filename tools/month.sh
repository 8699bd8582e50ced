#!/bin/sh
# January of the example agency, in the current folder (a copy of books/): the commands of its README.
set -eu
tallystick="$BIN/tallystick"

$tallystick daily --date 2025-01-15
$tallystick remit --through 2025-01-15 --client LANTERN
$tallystick import arriving/2025-01-31/* --date 2025-01-31
$tallystick daily --date 2025-01-31
$tallystick resolve 7 --case K0002305 --date 2025-01-31
$tallystick refund K0002301 --date 2025-01-31
$tallystick remit --through 2025-01-31
$tallystick import arriving/2025-02-01/* --date 2025-01-31
$tallystick daily --date 2025-01-31
for client in LANTERN HERON QUARRY; do
    $tallystick statement "$client" --period 2025-01 --format csv
done
