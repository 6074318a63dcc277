#!/usr/bin/env bash
# What action.yml runs: bootpol with the inputs, annotations on standard output and a summary of the job.
# Inputs come as BOOTPOL_* variables; lists have one item a line.
set -euo pipefail
arguments=(--format github)

# Adds every line of a list, after an option if one is given.
add_lines() {
  local line
  while IFS= read -r line; do
    line="${line#"${line%%[![:space:]]*}"}"
    line="${line%"${line##*[![:space:]]}"}"
    if [[ -z "$line" ]]; then continue; fi
    if [[ -n "${2:-}" ]]; then arguments+=("$2"); fi
    arguments+=("$line")
  done <<<"$1"
}

if [[ -n "${BOOTPOL_POLICY:-}" ]]; then arguments+=(--policy "$BOOTPOL_POLICY"); fi
add_lines "${BOOTPOL_BIND:-}" --bind
if [[ -n "${BOOTPOL_BASELINE:-}" ]]; then arguments+=(--baseline "$BOOTPOL_BASELINE"); fi
if [[ -n "${BOOTPOL_SARIF:-}" ]]; then arguments+=(--report "sarif=$BOOTPOL_SARIF"); fi
if [[ -n "${BOOTPOL_JUNIT:-}" ]]; then arguments+=(--report "junit=$BOOTPOL_JUNIT"); fi
if [[ -n "${GITHUB_STEP_SUMMARY:-}" ]]; then arguments+=(--report "markdown=$GITHUB_STEP_SUMMARY"); fi
add_lines "${BOOTPOL_ARGUMENTS:-}"
# Names of files stay names, also with a dash in front.
arguments+=(--)
add_lines "${BOOTPOL_FILES:?names no files}"

exec "$(dirname "${BASH_SOURCE[0]}")/bootpol.sh" "${BOOTPOL_COMMAND:-verify}" "${arguments[@]}"
