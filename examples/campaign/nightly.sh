#!/bin/sh
# A job for cron, every night at one: `0 1 * * * /srv/posters/nightly.sh /srv/posters/out /srv/site/pictures`
# The campaign continues where it stopped, and ends on its own before the shops open. Only pictures that are right for the rows
# as they are now are published. Cron mails whatever is printed.
set -eu
out=$1
site=$2
cd "$(dirname "$0")"

ended=0
layoutgen campaign card.poster --data rows.csv --key sku --renderer "${RENDERER:-auto}" -o "$out" \
  --deadline 06:00 --stop-after-failures 5% --json > "$out.json" 2> "$out.log" || ended=$?

case $ended in
  0) layoutgen publish "$out" "$site" --require passed ;;
  3) echo "some cards did not pass: see $out/index.html"; layoutgen publish "$out" "$site" --partly || true ;;
  5) echo "stopped by a budget; the next night goes on" ;;
  *) cat "$out.log" ;;
esac
exit "$ended"
