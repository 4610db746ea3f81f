# What all scripts here share: where things are, and the list of platforms. Sourced, not run.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
out=${PACKAGES:-$root/target/packages}
version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$root/Cargo.toml" | head -1)
profile=${PROFILE:-release}
mkdir -p "$out"

# The binary of a target, as cargo leaves it.
binary() {
  local folder=$profile extension=
  [ "$profile" = dev ] && folder=debug
  [[ $1 == *windows* ]] && extension=.exe
  echo "${CARGO_TARGET_DIR:-$root/target}/$1/$folder/gatelint$extension"
}

# A column of the list of platforms: `column TARGET N`.
column() {
  awk -F'\t' -v target="$1" -v n="$2" '$1 == target { print $n; found = 1 } END { exit !found }' "$root/packaging/targets.tsv"
}

# All targets whose binary is there, or that are given.
built() {
  grep -v '^#' "$root/packaging/targets.tsv" | cut -f1 | while read -r target; do
    [ -f "$(binary "$target")" ] && echo "$target"
  done
  true
}
