# Installs what is missing from Debian's packages. Sourced by ./run, in the root of the tree.
# A list holds one package a line; "PACKAGE unless COMMAND" is needed only without COMMAND.

# Prints the packages of the given lists that are not installed. Asks once for all: a start of the
# demo waits for this.
missing_packages() {
  local package condition command wanted=()
  while read -r package condition command; do
    case $package in '' | '#'*) continue ;; esac
    if [[ $condition == unless ]] && command -v "$command" >/dev/null; then continue; fi
    wanted+=("$package")
  done < <(cat "$@")
  ((${#wanted[@]} > 0)) || return 0
  printf '%s\n' "${wanted[@]}" | sort -u | grep -vxF -f <(installed_packages "${wanted[@]}") || true
}

# Those of the named packages that are installed.
installed_packages() {
  dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null |
    sed -n 's/^installed //p' || true
}

is_debian_12() {
  grep -qs '^ID=debian' /etc/os-release && grep -qs '^VERSION_ID="12"' /etc/os-release
}

# Runs a command as root: directly, or with sudo.
as_root() {
  if [[ $(id -u) == 0 ]]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    die "installing packages needs root, and there is no sudo; as root run: $*"
  fi
}

# ensure_packages LIST...: returns when everything named there is installed.
ensure_packages() {
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    die "this is not Debian 12, so nothing can be installed; a Debian 12 container works"
  fi
  local missing
  mapfile -t missing < <(missing_packages "$@")
  if ((${#missing[@]} == 0)); then return; fi
  is_debian_12 || die "only Debian 12 has the packages this needs; missing: ${missing[*]}"
  echo "installing ${missing[*]}"
  as_root apt-get update -qq </dev/null
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    "${missing[@]}" </dev/null
}

# Returns when arm64 can be compiled for: the compiler is installed, and the libraries of the same
# Debian release lie in build/arm64-root. False: something could not be had. (Each step says so by
# itself: where the caller goes on without, `set -e` does not count.)
ensure_arm64() {
  local list=cmake/packages-arm64-libraries.txt root=build/arm64-root package
  ensure_packages cmake/packages-arm64.txt || return 1
  if [[ $root/complete -nt $list ]]; then return; fi
  echo "unpacking libraries for arm64"
  if ! dpkg --print-foreign-architectures | grep -qx arm64; then
    as_root dpkg --add-architecture arm64 || return 1
    as_root apt-get update -qq </dev/null || return 1
  fi
  rm -rf "$root"
  mkdir -p "$root/packages"
  (cd "$root/packages" &&
    xargs apt-get download -qq -o APT::Sandbox::User= < <(grep -v '^#' "../../../$list")) ||
    return 1
  for package in "$root"/packages/*.deb; do dpkg -x "$package" "$root" || return 1; done
  rm -rf "$root/packages"
  touch "$root/complete"
}
