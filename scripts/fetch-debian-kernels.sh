#!/usr/bin/env bash
# Puts Debian's current signed kernels for amd64 and arm64 into a folder, for the oracle tests: vmlinuz-amd64, vmlinuz-arm64,
# and the packages that they come in: linux-image-amd64.deb, linux-image-arm64.deb.
# Needs Debian and root. usage: scripts/fetch-debian-kernels.sh FOLDER
set -euo pipefail
folder="$(mkdir -p "$1" && cd "$1" && pwd)"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"

native="$(dpkg --print-architecture)"
for architecture in amd64 arm64; do
  [[ -s "$folder/vmlinuz-$architecture" && -s "$folder/linux-image-$architecture.deb" ]] && continue
  if [[ "$architecture" != "$native" ]] && ! dpkg --print-foreign-architectures | grep -qx "$architecture"; then
    dpkg --add-architecture "$architecture"
    added="$architecture"
  fi
  apt-get update -q
  # The meta-package `linux-image-amd64` depends on the newest signed image.
  package="$(apt-cache depends "linux-image-$architecture:$architecture" | sed -n 's/^ *Depends: \(linux-image-[^:]*\).*/\1/p' | head -n 1)"
  apt-get download -q "$package:$architecture"
  if [[ -n "${added:-}" ]]; then
    dpkg --remove-architecture "$added"
    added=
  fi
  dpkg-deb --fsys-tarfile "$package"_*.deb | tar -x --wildcards './boot/vmlinuz-*'
  mv boot/vmlinuz-* "$folder/vmlinuz-$architecture"
  mv "$package"_*.deb "$folder/linux-image-$architecture.deb"
done
