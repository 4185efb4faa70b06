# shellcheck shell=bash
# Sourced by the other scripts: the way errors are shown, and where Swift is.

minimum_swift=6.1

# Shows an error as the program does (error, cause, next) and ends with the given status.
#   fail STATUS MESSAGE [CAUSE] [NEXT]
fail() {
  {
    printf 'error: %s\n' "$2"
    if [ -n "${3:-}" ]; then printf 'cause: %s\n' "$3"; fi
    if [ -n "${4:-}" ]; then printf 'next:  %s\n' "$4"; fi
  } >&2
  exit "$1"
}

say() { printf '%s\n' "$*" >&2; }

# Prints the folders in which Swift is looked for besides PATH.
swift_directories() {
  if [ -n "${OKAPI_SWIFT_DIRECTORIES+set}" ]; then
    printf '%s\n' "$OKAPI_SWIFT_DIRECTORIES" | tr ':' '\n'
  else
    printf '%s\n' ${SWIFTLY_BIN_DIR:+"$SWIFTLY_BIN_DIR"} "${HOME:-}/.local/share/swiftly/bin" \
      "${HOME:-}/.swiftly/bin" "${HOME:-}/.swiftly" /opt/swift/usr/bin /usr/local/swift/usr/bin
  fi
}

# Puts the folder of `swift` on PATH, or ends with status 69; says where it was when PATH did not have it.
require_swift() {
  local folder words version
  if ! command -v swift >/dev/null 2>&1; then
    while IFS= read -r folder; do
      if [ -n "$folder" ] && [ -x "$folder/swift" ]; then
        PATH="$folder:$PATH"
        export PATH
        break
      fi
    done <<<"$(swift_directories)"
  fi
  command -v swift >/dev/null 2>&1 || fail 69 "Swift is not installed" \
    "no swift on PATH, nor in: $(swift_directories | paste -s -d ' ' -)" \
    "install Swift $minimum_swift or newer: https://www.swift.org/install/ (swiftly does it); then run this again"
  # Both `Swift version 6.3.1 (…)` and `Apple Swift version 6.2 (…)`; a development snapshot counts as its number.
  words=$(swift --version 2>&1 </dev/null) || true
  version=$(sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' <<<"$words" | head -n 1)
  [ -n "$version" ] || fail 69 "Swift is there but does not start" \
    "$(command -v swift) --version: $(head -n 2 <<<"$words" | paste -s -d ' ' -)" \
    "install what Swift itself needs on this system: https://www.swift.org/install/"
  version_at_least "$version" "$minimum_swift" || fail 69 "Swift $version is too old" \
    "$(command -v swift) is $version; the package needs $minimum_swift or newer" \
    "install a newer Swift: https://www.swift.org/install/ (with swiftly: swiftly install latest && swiftly use latest)"
}

# Whether the first version (numbers and dots) is at least the second; compares major and minor.
version_at_least() {
  local major minor
  major=${1%%.*}
  minor=${1#*.}
  [ "$minor" = "$1" ] && minor=0
  minor=${minor%%.*}
  [ "$major" -gt "${2%%.*}" ] || { [ "$major" -eq "${2%%.*}" ] && [ "$minor" -ge "${2#*.}" ]; }
}

# Makes a Python of the project's own with what a file of requirements names, pinned by version and hash; does nothing
# where it is there already. Made beside its place and moved there when whole: a run that was interrupted leaves nothing
# half done.
#   python_environment PLACE REQUIREMENTS WHAT AGAIN
python_environment() {
  local place=$1 requirements=$2 what=$3 again=$4 part stamp
  command -v python3 >/dev/null 2>&1 || fail 69 "python3 is not installed" "" "scripts/setup --tests"
  # What an installation is good for: these requirements and this Python.
  stamp=$(
    printf '%s\n' "$(python3 -c 'import sys; print(sys.base_prefix, sys.version)' | tr '\n' ' ')"
    cat "$requirements"
  )
  if [ -x "$place/bin/python" ] && [ "$(cat "$place/stamp" 2>/dev/null)" = "$stamp" ]; then return; fi
  mkdir -p "${place%/*}"
  part=$(mktemp -d "$place-part.XXXXXX")
  # shellcheck disable=SC2064  # the folder of now
  trap "rm -rf '$part'" EXIT
  say "Installing $what into ${place#"$root/"}"
  python3 -m venv "$part" >"$part/log" 2>&1 || fail 69 "Python cannot make an environment" \
    "$(tail -n 1 "$part/log")" "scripts/setup --tests"
  "$part/bin/python" -m pip --disable-pip-version-check --no-input install --quiet --require-hashes --only-binary :all: \
    --requirement "$requirements" </dev/null >"$part/log" 2>&1 || fail 69 "$what could not be installed" \
    "$(grep -iE '^ERROR' "$part/log" | tail -n 1 || true)" "look at what pip says, then: $again"
  printf '%s\n' "$stamp" >"$part/stamp"
  rm -rf "$place"
  mv "$part" "$place"
  trap - EXIT
}
