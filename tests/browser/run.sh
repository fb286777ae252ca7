#!/usr/bin/env bash
# Uses the demo in headless Chromium as a visitor does. Works with Node 18 and later.
#   tests/browser/run.sh BUILD_FOLDER [SCENARIO...]
# Screenshots of every step are kept in build/browser.
set -euo pipefail
build=$(realpath "$1")
shift
cd "$(dirname "${BASH_SOURCE[0]}")"

skip() {
  echo "SKIPPED browser: the demo was NOT tried in a browser: $*"
  echo "0 passed, 0 failed, 1 skipped"
  exit 0
}
command -v node >/dev/null || skip "node is not installed"
command -v npm >/dev/null || skip "npm is not installed"
chromium=$(command -v chromium || command -v chromium-browser || command -v google-chrome) ||
  skip "chromium is not installed"
[[ ! -e $build/page/missing ]] || skip "the build has no page: $(<"$build/page/missing")"
if ! cmp -s package-lock.json node_modules/.installed-from; then
  npm ci --no-audit --no-fund --loglevel=error >&2 || skip "npm could not fetch the packages"
  cp package-lock.json node_modules/.installed-from
fi
exec node run.mjs --build "$build" --chromium "$chromium" "$@"
