#!/usr/bin/env bash
# The drill on many images, and killed at every step. Build first: mvn -q -B package -DskipTests
# usage: benchmarks/drill-matrix.sh [CASE...]    cases: default zeros odd ext4 dense sparse kills; all by default
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

jar=${SDR_JAR:-$PWD/benchmarks/target/sdr.jar}
work=$(mktemp -d "${TMPDIR:-/tmp}/drill-matrix-XXXXXX")
trap 'rm -rf "$work"' EXIT
failures=0

fail() {
  echo "FAILED: $*"
  failures=$((failures + 1))
}

# json KEY FILE: the text of a field of the result that stands alone on its line.
json() {
  sed -n "s/^ *\"$1\" : \"\{0,1\}\([^\",]*\)\"\{0,1\},\{0,1\}\$/\1/p" "$2" | head -n 1
}

# run NAME IMAGE [JAVA OPTION...]: a drill; tells time, bytes that the process wrote, and the size of the folder.
run() {
  local name=$1 image=$2 dir=$work/$1 result=$work/$1.json log=$work/$1.log start written=0 now code=0
  shift 2
  local disk=()
  [ -z "$image" ] || disk=(--disk "$image")
  start=$(date +%s.%N)
  java "$@" -jar "$jar" drill "${disk[@]}" --dir "$dir" --json "$result" >"$log" 2>&1 &
  local pid=$!
  while kill -0 $pid 2>/dev/null; do
    now=$(sed -n 's/^wchar: //p' /proc/$pid/io 2>/dev/null || true)
    [ -z "$now" ] || written=$now
    sleep 0.1
  done
  wait $pid || code=$?
  if [ $code -ne 0 ]; then
    cat "$log"
    fail "$name: exit code $code"
    return
  fi
  [ "$(json verified "$result")" = true ] || fail "$name: not verified"
  # written at most so many times the image, the folder smaller than so many times: space and bytes follow the change
  if [ -n "${LIMIT_WRITTEN:-}" ] && [ $written -gt "$LIMIT_WRITTEN" ]; then
    fail "$name: $written bytes written, more than $LIMIT_WRITTEN"
  fi
  if [ -n "${LIMIT_FOLDER:-}" ] && [ "$(du -sB1 "$dir" | cut -f1)" -gt "$LIMIT_FOLDER" ]; then
    fail "$name: the folder takes $(du -sB1 "$dir" | cut -f1) bytes, more than $LIMIT_FOLDER"
  fi
  printf '%-10s %8.1f s   %8d MiB written   %8d MiB in the folder\n' "$name" \
    "$(awk "BEGIN { print $(date +%s.%N) - $start }")" $((written >> 20)) "$(du -sm "$dir" | cut -f1)"
  if [ "$(stat -c %s "$(json primary "$result")")" -lt $((8 << 30)) ]; then
    cmp "$(json primary "$result")" "$(json recovery "$result")" || fail "$name: the disks differ"
  fi
  rm -rf "$dir"
}

random() {
  head -c "$1" /dev/urandom
}

case_default() {
  run default ''
}

case_zeros() {
  truncate -s 256M "$work/zeros.raw"
  run zeros "$work/zeros.raw"
}

case_odd() {
  random $((100 * 1048576 + 513)) >"$work/odd.raw"
  run odd "$work/odd.raw"
}

case_ext4() {
  mkdir -p "$work/tree"
  cp -r sdr-api sdr-core sdr-testkit "$work/tree/"
  PATH=$PATH:/usr/sbin:/sbin mkfs.ext4 -q -F -d "$work/tree" "$work/ext4.raw" 1G
  run ext4 "$work/ext4.raw"
}

case_dense() {
  random $((2 << 30)) >"$work/dense.raw"
  LIMIT_WRITTEN=$((8 * (2 << 30))) LIMIT_FOLDER=$((3 * (2 << 30))) run dense "$work/dense.raw"
  rm "$work/dense.raw"
}

case_sparse() {
  truncate -s 100G "$work/sparse.raw"
  local i
  for i in $(seq 0 49); do
    random $((4 << 20)) | dd of="$work/sparse.raw" bs=1M seek=$((i * 2048 + 7)) conv=notrunc status=none
  done
  run sparse "$work/sparse.raw" -Xmx512m
}

# Each step of the list in turn: killed there, then the same command again, to the same end.
case_kills() {
  random $((4 << 20)) >"$work/kills.raw"
  java -jar "$jar" drill --disk "$work/kills.raw" --dir "$work/whole" --json "$work/whole.json" >/dev/null
  local step code
  for step in $(java -jar "$jar" drill --steps); do
    local args=(drill --disk "$work/kills.raw" --dir "$work/killed" --json "$work/killed.json" --kill-after "$step")
    code=0
    java -jar "$jar" "${args[@]}" >"$work/kill.log" 2>&1 || code=$?
    [ $code -eq 137 ] || fail "kills: $step was not killed but ended with $code: $(tail -n 1 "$work/kill.log")"
    code=0
    java -jar "$jar" "${args[@]}" >"$work/kill.log" 2>&1 || code=$?
    [ $code -eq 0 ] || fail "kills: $step: going on ended with $code: $(tail -n 1 "$work/kill.log")"
    if [ $code -eq 0 ]; then
      cmp "$work/whole/guest.jsonl" "$work/killed/guest.jsonl" || fail "kills: $step: another guest"
      cmp "$(json primary "$work/whole.json")" "$(json primary "$work/killed.json")" || fail "kills: $step: another disk"
      cmp "$(json primary "$work/killed.json")" "$(json recovery "$work/killed.json")" || fail "kills: $step: unequal disks"
      diff <(grep -E '"(name|verified|held)"' "$work/whole.json") <(grep -E '"(name|verified|held)"' "$work/killed.json") ||
        fail "kills: $step: another result"
    fi
    rm -rf "$work/killed" "$work/killed.json"
  done
  echo "kills      $(java -jar "$jar" drill --steps | wc -l) steps"
}

[ $# -gt 0 ] || set -- default zeros odd ext4 dense sparse kills
for each in "$@"; do
  "case_$each"
done
[ $failures -eq 0 ] || {
  echo "$failures failures"
  exit 1
}
