#!/usr/bin/env bash
# Makes what is installed: the zip file for AWS Lambda (provided.al2023) and the server's
# executable, both for x86_64. The same sources, compiler and Debian packages give the same bytes.
#
# build/packages/sso-elevator-lambda-x86_64.zip   bootstrap, certs/ (CAs, in OpenSSL's hashed form)
# build/packages/sso-elevator-linux-x86_64        the executable; it needs no libraries
# build/packages/SHA256SUMS
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
ROOT=$PWD
OUT=${ELEVATOR_PACKAGES:-build/packages}
BINARY=${ELEVATOR_BINARY:-build/release/bin/sso-elevator}

die() {
  echo "package: $*" >&2
  exit 1
}

main() {
  (($# == 0)) || die "it takes no arguments"
  local stage=$OUT/stage
  rm -rf "$stage"
  mkdir -p "$stage/certs"
  strip -o "$stage/bootstrap" "$BINARY"
  if grep -aqF "$ROOT/" "$stage/bootstrap"; then
    die "$BINARY names the folder it was built in, so other folders would give other bytes"
  fi
  # OpenSSL finds a certificate by the hash of its name, and reads no other.
  cp -L /etc/ssl/certs/*.[0-9] "$stage/certs/"
  python3 deploy/zip.py "$stage" "$OUT/sso-elevator-lambda-x86_64.zip"
  cp "$stage/bootstrap" "$OUT/sso-elevator-linux-x86_64"
  rm -rf "$stage"
  (cd "$OUT" && sha256sum sso-elevator-* >SHA256SUMS && ls -l --block-size=K sso-elevator-*)
}

main "$@"
