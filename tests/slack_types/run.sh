#!/usr/bin/env bash
# Type-checks the Block Kit JSON we send against @slack/types. Works with Node 18 and later.
#   tests/slack_types/run.sh                  builds the samples in build/dev first
#   tests/slack_types/run.sh BUILD_FOLDER     takes what was built there
set -euo pipefail
[[ $# -eq 0 ]] || build=$(realpath "$1")
cd "$(dirname "${BASH_SOURCE[0]}")"
if [[ $# -eq 0 ]]; then
  build=$(realpath ../..)/build/dev
  cmake --build "$build" --target slack_samples >/dev/null
fi
"$build/bin/slack_samples"
python3 check_limits.py "$build/slack_samples" || { echo "0 passed, 1 failed"; exit 1; }

skip() {
  # Where everything has to be there, nothing may stay unchecked unseen.
  [[ ${CI:-} != true ]] || { echo "not skipped in CI: $*"; echo "0 passed, 1 failed"; exit 1; }
  echo "SKIPPED slack_types: Block Kit was NOT checked against @slack/types: $*"
  echo "0 passed, 0 failed, 1 skipped"
  exit 0
}
command -v node >/dev/null || skip "node is not installed"
command -v npm >/dev/null || skip "npm is not installed"
if ! cmp -s package-lock.json node_modules/.installed-from; then
  npm ci --no-audit --no-fund --loglevel=error >&2 || skip "npm could not fetch the packages"
  cp package-lock.json node_modules/.installed-from
fi
exec node check.mjs "$build/slack_samples"
