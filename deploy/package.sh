#!/usr/bin/env bash
# Makes what is installed: zip files for AWS Lambda (provided.al2023) and the server's executable.
# The same sources, compiler and Debian packages give the same bytes.
#
#   ./run package              x86_64 and arm64
#   ./run package x86_64       one of them
#
# build/packages/sso-elevator-lambda-ARCH.zip   bootstrap, certs/ (CAs, named for OpenSSL)
# build/packages/sso-elevator-linux-x86_64      the executable; it needs no libraries
# build/packages/SHA256SUMS
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
ROOT=$PWD
OUT=${ELEVATOR_PACKAGES:-build/packages}
X86_64=${ELEVATOR_BINARY:-build/release/bin/sso-elevator}
ARM64=build/arm64/bin/sso-elevator
AUTHORITIES=/usr/share/ca-certificates/mozilla
export LC_ALL=C # the order of files

die() {
  echo "package: $*" >&2
  exit 1
}

# add_authorities FOLDER: what Debian takes over from Mozilla, and nothing that was added to this
# machine. OpenSSL finds a certificate by the hash of its subject, and reads no other file.
add_authorities() {
  local certificate hash number
  for certificate in "$AUTHORITIES"/*.crt; do
    hash=$(openssl x509 -noout -subject_hash -in "$certificate")
    number=0
    while [[ -e $1/$hash.$number ]]; do number=$((number + 1)); done
    cp "$certificate" "$1/$hash.$number"
  done
}

# stage ARCH BINARY STRIP: what goes into the zip.
stage() {
  local arch=$1 binary=$2 strip=$3 folder=$OUT/stage-$1
  [[ -e $binary ]] || die "$binary does not exist: ./run package $arch builds it"
  rm -rf "$folder"
  mkdir -p "$folder/certs"
  "$strip" -o "$folder/bootstrap" "$binary"
  if grep -aqF "$ROOT/" "$folder/bootstrap"; then
    die "$binary names the folder it was built in, so other folders would give other bytes"
  fi
  add_authorities "$folder/certs"
  python3 deploy/zip.py "$folder" "$OUT/sso-elevator-lambda-$arch.zip"
  [[ $arch != x86_64 ]] || cp "$folder/bootstrap" "$OUT/sso-elevator-linux-x86_64"
  rm -rf "$folder"
}

main() {
  local wanted=("$@") arch
  ((${#wanted[@]} > 0)) || wanted=(x86_64 arm64)
  mkdir -p "$OUT"
  for arch in "${wanted[@]}"; do
    case $arch in
      x86_64) stage x86_64 "$X86_64" strip ;;
      arm64) stage arm64 "$ARM64" aarch64-linux-gnu-strip ;;
      *) die "unknown architecture: $arch (x86_64, arm64)" ;;
    esac
  done
  (cd "$OUT" && sha256sum sso-elevator-* >SHA256SUMS && ls -l --block-size=K sso-elevator-*)
}

main "$@"
