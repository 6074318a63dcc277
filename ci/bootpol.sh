#!/usr/bin/env bash
# Runs the bundled command line of this checkout, and makes it first where it is missing. Needs Node and, the first
# time, the npm registry.
set -euo pipefail
checkout="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
if [[ ! -f "$checkout/dist/cli/bootpol.js" ]]; then
  (cd "$checkout" && npm ci --no-audit --no-fund --ignore-scripts && npm run build) >&2
fi
exec node "$checkout/dist/cli/bootpol.js" "$@"
