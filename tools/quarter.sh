#!/bin/sh
# The example agency's first quarter, in the current folder (a copy of books/): the commands of its README.
set -eu
tallystick="$BIN/tallystick"

# January
$tallystick daily --date 2025-01-15
$tallystick remit --through 2025-01-15 --client LANTERN
$tallystick import arriving/2025-01-31/* --date 2025-01-31
$tallystick daily --date 2025-01-31
$tallystick resolve 7 --case K0002305 --date 2025-01-31
$tallystick refund K0002301 --date 2025-01-31
$tallystick remit --through 2025-01-31
$tallystick import arriving/2025-02-01/* --date 2025-01-31
$tallystick daily --date 2025-01-31

# February
$tallystick close 2025-01 --date 2025-02-01
$tallystick import arriving/2025-02-28/* --date 2025-02-28
$tallystick daily --date 2025-02-28
$tallystick resolve 51 --event client_payment --client HERON --date 2025-02-28
$tallystick resolve 43 --event receipt --case K0002305 --date 2025-02-28
$tallystick resolve 57 --event returned_payment --of unknown --date 2025-02-28
$tallystick resolve 8 --refund --date 2025-02-28
$tallystick accrue --through 2025-02-28
$tallystick remit --through 2025-02-28

# March
$tallystick close 2025-02 --date 2025-03-01
$tallystick import arriving/2025-03-31/* --date 2025-03-31
$tallystick daily --date 2025-03-31
$tallystick resolve 92 --event returned_payment --of DD-77 --date 2025-03-31
$tallystick accrue --through 2025-03-31
$tallystick remit --through 2025-03-31
$tallystick daily --date 2025-03-31
for client in LANTERN HERON QUARRY CEDAR DHOW; do
    $tallystick statement "$client" --period 2025-01-01..2025-03-31 --format csv
done
