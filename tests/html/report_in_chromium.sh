#!/bin/sh
# The HTML report of `mlops diff`, opened by headless Chromium at 400 and 1200 pixels, light and dark:
# no console message, no request to anywhere, nothing wider than the window, at most 2 MB.
#
# MLOPS names the executable; MLOPS_TEST_SHOTS, if set, a directory for a picture of each view.
set -eu

fail() {
  echo "report_in_chromium: $*" >&2
  exit 1
}

: "${MLOPS:?is the executable under test}"
browser=$(command -v chromium || command -v chromium-browser) || {
  echo "skipped: chromium is not installed: sh third_party/install.sh browser"
  exit 77
}
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export HOME="$scratch" XDG_CONFIG_HOME="$scratch/config" XDG_CACHE_HOME="$scratch/cache" LC_ALL=C.UTF-8

cd "$scratch"
git init --quiet .
python3 "$here/write_predictions.py" old.csv new.csv
cat >safeguards.toml <<'END'
schema = 1
[[diff.rule]]
metric = "accuracy"
max_drop = 0.01
[[diff.rule]]
metric = "ece"
max_rise = 0.02
[[diff.rule]]
metric = "negative_flip_rate"
max = 0.02
END
code=0
"$MLOPS" diff old.csv new.csv --key id --label truth --prediction answer --probability yes=p_yes \
  --probability no=p_no --positive yes --by region --policy safeguards.toml \
  --format html="$scratch/report.html" >"$scratch/table" || code=$?
[ "$code" -eq 1 ] || fail "mlops diff ended with $code"
[ "$(wc -c <report.html)" -le 2000000 ] || fail "the report is larger than 2 MB"
if grep -Eio '(src|href|action|data|srcset|poster) *= *["'\'']?(https?:|//)[^ >]*|url\( *["'\'']?(https?:|//)|@import' report.html; then
  fail "the report refers to somewhere else"
fi

# The measurement goes into a copy: how wide the page wants to be, and what it loaded.
cat >measure.html <<'END'
<script>addEventListener("load", () => {
  const root = document.documentElement;
  root.setAttribute("data-widths", root.scrollWidth + " " + window.innerWidth);
  root.setAttribute("data-loaded", performance.getEntriesByType("resource").length);
  root.setAttribute("data-dark", matchMedia("(prefers-color-scheme: dark)").matches);
  root.setAttribute("data-page", getComputedStyle(document.body).backgroundColor + " " +
    getComputedStyle(root).backgroundColor);
});</script>
END
# A policy of the page that forbids scripts would forbid the measurement as well.
sed 's/<meta http-equiv="Content-Security-Policy"[^>]*>//I' report.html >probe.html
cat measure.html >>probe.html

# view WIDTH SCHEME PAGE [FLAG...]: Chromium's window is at least 500 wide, so a frame narrows it.
view() {
  width=$1
  scheme=$2
  page=$3
  shift 3
  "$browser" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run --hide-scrollbars \
    --disable-background-networking --disable-component-update --disable-sync --virtual-time-budget=2000 \
    --user-data-dir="$scratch/profile" --enable-logging=stderr --v=0 --allow-file-access-from-files \
    --host-resolver-rules='MAP * ~NOTFOUND' --window-size="$((width < 500 ? 500 : width)),900" \
    --blink-settings="preferredColorScheme=$([ "$scheme" = dark ] && echo 0 || echo 1)" \
    "$@" "file://$scratch/$page" 2>"$scratch/log"
  if grep -a CONSOLE "$scratch/log"; then fail "a console message at $width, $scheme"; fi
}

attribute() { sed -n "s/.*$1=\"\([^\"]*\)\".*/\1/p" dom | head -n 1; }

for width in 400 1200; do
  for scheme in light dark; do
    # The frame tells its parent what it measured: --dump-dom prints the outer document only.
    cat >frame.html <<END
<!doctype html><html><body style="margin:0"><iframe id="f" src="probe.html" width="$width" height="900"
style="border:0"></iframe><script>addEventListener("load", () => setTimeout(() => {
const inner = document.getElementById("f").contentDocument.documentElement;
for (const name of ["data-widths", "data-loaded", "data-dark", "data-page"])
  document.documentElement.setAttribute(name, inner.getAttribute(name));
}, 200));</script></body></html>
END
    view "$width" "$scheme" frame.html --dump-dom >dom
    widths=$(attribute data-widths)
    [ -n "$widths" ] || fail "nothing was measured at $width, $scheme"
    [ "${widths% *}" -le "${widths#* }" ] || fail "the page is ${widths% *} wide at $width, $scheme"
    [ "${widths#* }" -eq "$width" ] || fail "the window is ${widths#* } wide instead of $width"
    [ "$(attribute data-loaded)" -eq 0 ] || fail "the page loaded something at $width, $scheme"
    [ "$(attribute data-dark)" = "$([ "$scheme" = dark ] && echo true || echo false)" ] ||
      fail "the browser does not show $scheme"
    attribute data-page >"page-$scheme"
    view "$width" "$scheme" report.html --dump-dom >dom
    if [ -n "${MLOPS_TEST_SHOTS:-}" ]; then
      view "$width" "$scheme" frame.html --screenshot="$MLOPS_TEST_SHOTS/report-$width-$scheme.png"
    fi
  done
done
if cmp -s page-light page-dark; then fail "the page looks the same in the dark"; fi
echo "the report is fine at 400 and 1200 pixels, light and dark"
