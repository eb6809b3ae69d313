# shellcheck shell=sh
# Sourced by the scripts here: opens a page in headless Chromium and measures it. Needs $MLOPS; gives
# $scratch, an empty directory, and the functions below.
#
# MLOPS_TEST_SHOTS, if set, is a directory for a picture of each view.

fail() {
  echo "${0##*/}: $*" >&2
  exit 1
}

: "${MLOPS:?is the executable under test}"
browser=$(command -v chromium || command -v chromium-browser) || {
  # What can be installed is never skipped where nobody reads why.
  [ -z "${CI:-}" ] || fail "chromium is not installed: sh third_party/install.sh browser"
  echo "skipped: chromium is not installed: sh third_party/install.sh browser"
  exit 77
}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export HOME="$scratch" XDG_CONFIG_HOME="$scratch/config" XDG_CACHE_HOME="$scratch/cache" LC_ALL=C.UTF-8

cd "$scratch" || exit 1

# The measurement goes into a copy: how wide the page wants to be, what it loaded, and what sticks out of the
# cell or figure that holds it.
cat >measure.html <<'END'
<script>addEventListener("load", () => {
  const root = document.documentElement;
  const set = (name, value) => root.setAttribute("data-" + name, value);
  set("widths", root.scrollWidth + " " + window.innerWidth);
  set("loaded", performance.getEntriesByType("resource").length);
  set("dark", matchMedia("(prefers-color-scheme: dark)").matches);
  set("page", getComputedStyle(document.body).backgroundColor + " " + getComputedStyle(root).backgroundColor);
  const outside = [];
  for (const text of document.querySelectorAll("svg text")) {
    // A graph is as wide as it needs to be, and its box scrolls; there a text stays in its own frame.
    const frame = text.closest(".graph") ? text.parentNode.querySelector("rect") : text.closest("figure");
    const own = text.getBoundingClientRect(), box = frame.getBoundingClientRect();
    if (own.left < box.left || own.right > box.right) outside.push(text.textContent);
  }
  for (const cell of document.querySelectorAll("td,th,figcaption,.tile b,.tile span")) {
    if (cell.scrollWidth > cell.clientWidth + 1 && cell.clientWidth > 0) outside.push(cell.textContent);
  }
  set("outside", encodeURIComponent(outside.join(" | ")).slice(0, 500));
});</script>
END

# view WIDTH SCHEME PAGE [FLAG...]: Chromium's window is at least 500 wide, so a frame narrows it.
view() {
  width=$1
  scheme=$2
  page=$3
  shift 3
  "$browser" --headless --no-sandbox --disable-gpu --disable-quic --disable-dev-shm-usage --no-first-run \
    --hide-scrollbars --disable-background-networking --disable-component-update --disable-sync \
    --virtual-time-budget=2000 --user-data-dir="$scratch/profile" --enable-logging=stderr --v=0 \
    --allow-file-access-from-files --host-resolver-rules='MAP * ~NOTFOUND' \
    --window-size="$((width < 500 ? 500 : width)),900" \
    --blink-settings="preferredColorScheme=$([ "$scheme" = dark ] && echo 0 || echo 1)" \
    "$@" "file://$scratch/$page" 2>"$scratch/log"
}

quiet() {
  if grep -a CONSOLE "$scratch/log"; then fail "a console message: $*"; fi
}

attribute() { sed -n "s/.*data-$1=\"\([^\"]*\)\".*/\1/p" dom | head -n 1; }

# Silence means something only where a message would be heard.
echo '<script>console.log("heard")</script>' >loud.html
view 500 light loud.html --dump-dom >dom
grep -aq 'CONSOLE.*heard' log || fail "this chromium does not show console messages"

# look NAME WIDTH SCHEME
look() {
  # A policy of the page that forbids scripts would forbid the measurement as well.
  sed 's/<meta http-equiv="Content-Security-Policy"[^>]*>//I' "$1.html" >probe.html
  cat measure.html >>probe.html
  # The frame tells its parent what it measured: --dump-dom prints the outer document only.
  cat >frame.html <<END
<!doctype html><html><body style="margin:0"><iframe id="f" src="probe.html" width="$2" height="900"
style="border:0"></iframe><script>addEventListener("load", () => setTimeout(() => {
for (const one of document.getElementById("f").contentDocument.documentElement.attributes)
  document.documentElement.setAttribute(one.name, one.value);
}, 200));</script></body></html>
END
  view "$2" "$3" frame.html --dump-dom >dom
  quiet "$*"
  widths=$(attribute widths)
  [ -n "$widths" ] || fail "nothing was measured: $*"
  [ "${widths% *}" -le "${widths#* }" ] || fail "the page is ${widths% *} wide: $*"
  [ "${widths#* }" -eq "$2" ] || fail "the window is ${widths#* } wide: $*"
  [ -z "$(attribute outside)" ] || fail "sticks out: $(attribute outside): $*"
  [ "$(attribute loaded)" -eq 0 ] || fail "the page loaded something: $*"
  [ "$(attribute dark)" = "$([ "$3" = dark ] && echo true || echo false)" ] || fail "not shown: $*"
  attribute page >"page-$3"
  if [ -n "${MLOPS_TEST_SHOTS:-}" ]; then
    view "$2" "$3" frame.html --screenshot="$MLOPS_TEST_SHOTS/$1-$2-$3.png"
  fi
}

# judge_pages NAME...: each at two widths, light and dark; then the page itself, under its own policy.
judge_pages() {
  for name in "$@"; do
    [ "$(wc -c <"$name.html")" -le 2000000 ] || fail "$name is larger than 2 MB"
    if grep -Eio '(src|href|action|data|srcset|poster) *= *["'\'']?(https?:|//)[^ >]*|url\( *["'\'']?(https?:|//)|@import' \
      "$name.html"; then
      fail "$name refers to somewhere else"
    fi
    for width in 400 1200; do
      for scheme in light dark; do look "$name" "$width" "$scheme"; done
    done
    view 1200 light "$name.html" --dump-dom >dom
    quiet "$name"
    if cmp -s page-light page-dark; then fail "$name looks the same in the dark"; fi
  done
}
