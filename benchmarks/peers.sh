#!/usr/bin/env bash
# Compares sdr.jar sync, in one process and between two over TLS, with other tools on this machine and writes a Markdown table to
# standard output; what it does goes to standard error. Needs cat, cmp, rsync, rdiff, qemu-img, GNU time and sdr.jar (mvn -q -B package -DskipTests).
#
#   benchmarks/peers.sh [--size GIB] [--runs N] [--dir FOLDER] [--cases 'C...'] [--scale N] [--slow]
#
#   --size GIB    size of the dense images; default 4. Free space and page cache of about three times that are needed
#   --runs N      runs of each tool, of which the median counts; default 3
#   --dir FOLDER  where the images are made; default a new folder in ${TMPDIR:-/tmp}, deleted at the end
#   --cases 'C…'  of: one twenty all formats sparse growth unchanged resume ranges; default: one twenty all formats
#                 sparse     64 GiB with 1 GiB of data, raw and VHDX; Java 17, cat and rsync each read 128 GiB of holes of raw: once
#                 growth     1 % changed, once, twice and four times the size: the time per GiB
#                 unchanged  equal images over TLS: bytes on the wire per GiB
#                 resume     the end that sends, then the end that stores, is killed (SIGKILL) when half was sent; all pages changed
#                 ranges     1 TiB of sparse VHDX with 1 GiB of known changes beside 8 GiB with as many
#   --scale N     divides the sizes of sparse and ranges by N, to try the script; default 1
#   --slow        also rdiff, which takes most of the time, for every case; otherwise for 1 % only
#
# JAVA is the java to run, JAVA_NEWER one more (a newer JDK), SDR_JAR the jar, SDR_FLAGS the JVM's flags, SDR_WIRE_FLAGS those of
# both ends of a sync over TLS: without -XX:TieredStopAtLevel=1, since only the second compiler uses the processor's AES.
#
# Between two processes: an agent serves the target over loopback as the rsync daemon does; both run already, so the time is that of
# the end that starts, with its JVM. Wire bytes are what the loopback interface counted in the meantime, both ways, with the headers
# of TCP and IP: the machine must be quiet.
#
# The mixed image, per MiB: half random, a quarter compressible text, a quarter zeros. The target is a copy of it in which 8 bytes
# differ in each of so many per cent of the 4 KiB pages. Before each run of a tool that writes, the target is made again, flushed,
# and both images are read once, so that they are in the page cache. After each such run cmp compares source and target.
set -euo pipefail
export LC_ALL=C

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
size=4 runs=3 dir='' cases='one twenty all formats' scale=1 slow=''
while [ $# -gt 0 ]; do
  case $1 in
    --size) size=$2; shift 2 ;;
    --runs) runs=$2; shift 2 ;;
    --dir) dir=$2; shift 2 ;;
    --cases) cases=$2; shift 2 ;;
    --scale) scale=$2; shift 2 ;;
    --slow) slow=yes; shift ;;
    *) sed -n '2,29s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
  esac
done
java=${JAVA:-${JAVA_HOME:+$JAVA_HOME/bin/}java}
newer=${JAVA_NEWER:-}
jar=${SDR_JAR:-$here/target/sdr.jar}
flags=${SDR_FLAGS:--Xmx64m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xshare:auto}

fail() { echo "peers: $*" >&2; exit 1; }
say() { echo "peers: $*" >&2; }
wire_flags=${SDR_WIRE_FLAGS:--Xmx64m -XX:+UseSerialGC -Xshare:auto}
for tool in cat cmp rsync rdiff qemu-img python3 "$java"; do
  command -v "$tool" >/dev/null || fail "$tool is missing"
done
/usr/bin/time --version >/dev/null 2>&1 || fail "GNU time is missing"
[ -f "$jar" ] || fail "$jar is missing: mvn -q -B package -DskipTests"

if [ -z "$dir" ]; then
  dir=$(mktemp -d)
  made=yes
fi
mkdir -p "$dir"
daemon='' agent=''
cleanup() {
  [ -z "$daemon" ] || { kill "$daemon" && wait "$daemon"; } 2>/dev/null || true # the next run uses its port and its file
  [ -z "$agent" ] || kill "$agent" 2>/dev/null || true
  rm -f "$dir"/{a,b,stale,c}.img "$dir"/{a,b,stale}.{raw,vhdx,vhd} "$dir"/{small,large}.{a,b,stale}.vhdx "$dir"/{report.json,wire.jsa,sdr.jsa,sig,delta,out,err,times,wire,rsyncd.conf,rsyncd.pid,agent.properties,listening}
  rm -rf "$dir/certificates"
  [ -z "${made:-}" ] || rmdir "$dir" 2>/dev/null || true
}
trap cleanup EXIT

# A mixed image of so many MiB.
make_mixed() {
  python3 - "$1" "$2" <<'PY'
import os, sys
line = b"%010d the quick brown fox jumps over the lazy dog, says the log file of a server that nobody reads\n"
text = b"".join(line % i for i in range(4000))[: 256 << 10]
zero = bytes(256 << 10)
with open(sys.argv[1], "wb", buffering=0) as out:
    for mib in range(int(sys.argv[2])):
        out.write(os.urandom(512 << 10) + text + zero)
PY
}

# Changes 8 bytes in so many per cent of the pages, the first and the last among them.
change() {
  python3 - "$1" "$2" <<'PY'
import os, random, sys
random.seed(4711)
with open(sys.argv[1], "r+b", buffering=0) as image:
    pages = os.path.getsize(sys.argv[1]) // 4096
    percent = int(sys.argv[2])
    chosen = range(pages) if percent == 100 else sorted({0, pages - 1, *random.sample(range(pages), pages * percent // 100)})
    for page in chosen:
        at = 0 if page == 0 else 4088 if page == pages - 1 else random.randrange(4089)
        os.pwrite(image.fileno(), os.urandom(8), page * 4096 + at)
PY
}

# Sparse images of 64 GiB with 1 GiB of data in 64 places; one per cent of the pages of data differs.
make_sparse() {
  python3 - "$dir/a.img" "$dir/stale.img" $((64 / scale)) <<'PY'
import os, random, sys
random.seed(4711)
with open(sys.argv[1], "wb", buffering=0) as a, open(sys.argv[2], "wb", buffering=0) as b:
    for image in (a, b):
        image.truncate(int(sys.argv[3]) << 30)
    for gib in range(int(sys.argv[3])):
        at = gib << 30
        for part in range(16):
            data = bytearray(os.urandom(1 << 20))
            os.pwrite(a.fileno(), data, at + (part << 20))
            for page in random.sample(range(256), 2 if part % 2 else 3):
                data[page * 4096] ^= 255
            os.pwrite(b.fileno(), data, at + (part << 20))
PY
}

# Makes the target again as it was, on the disk and in the page cache.
target() {
  rm -f "$dir/b.img"
  cp --sparse=auto --reflink=never "$dir/stale.img" "$dir/b.img"
  sync -f "$dir/b.img"
  [ "$case" = sparse ] || cat "$dir/a.img" "$dir/b.img" >/dev/null
}

same() { [ "$case" = sparse ] && cmp_sparse || cmp -s "$dir/a.img" "$dir/b.img" || fail "$1 left a target that differs"; }
# cmp reads 128 GiB of holes in minutes: what the file system knows to be holes in both is left out.
cmp_sparse() {
  python3 - "$dir/a.img" "$dir/b.img" <<'PY'
import os, sys
a, b = (os.open(each, os.O_RDONLY) for each in sys.argv[1:])
def data(fd):
    at, found = 0, set()
    while True:
        try:
            start = os.lseek(fd, at, os.SEEK_DATA)
        except OSError:
            return found
        at = os.lseek(fd, start, os.SEEK_HOLE)
        found.update(range(start >> 20, (at + (1 << 20) - 1) >> 20))
same = os.fstat(a).st_size == os.fstat(b).st_size and all(
    os.pread(a, 1 << 20, mib << 20) == os.pread(b, 1 << 20, mib << 20) for mib in sorted(data(a) | data(b)))
sys.exit(0 if same else 1)
PY
}

# Brings what files hold into the page cache; holes would fill it with zeros and drive out what is needed.
warm() {
  python3 - "$@" <<'PY'
import os, sys
for each in sys.argv[1:]:
    fd, at = os.open(each, os.O_RDONLY), 0
    while True:
        try:
            at = os.lseek(fd, at, os.SEEK_DATA)
        except OSError:
            break
        end = os.lseek(fd, at, os.SEEK_HOLE)
        while at < end:
            at += len(os.pread(fd, min(1 << 20, end - at), at))
PY
}

# The same for a VHDX target, PREFIXb.vhdx from PREFIXstale.vhdx.
target_vhdx() {
  rm -f "$dir/$1b.vhdx"
  cp --sparse=always --reflink=never "$dir/$1stale.vhdx" "$dir/$1b.vhdx"
  sync -f "$dir/$1b.vhdx"
  warm "$dir/$1a.vhdx" "$dir/$1b.vhdx"
}
vhdx=''
notes=()

sink=/dev/null # where the tools' output goes: cat's would be a copy elsewhere
loopback() { sed -n 's/^ *lo: *\([0-9]*\) .*/\1/p' /proc/net/dev; } # bytes so far; what is sent is received there, so once
# measure NAME WRITES COMMAND...: median, fastest and slowest wall time, median of CPU time, largest RSS, median of wire bytes.
measure() {
  local name=$1 writes=$2 i before
  shift 2
  : >"$dir/times"
  : >"$dir/wire"
  for ((i = 0; i < runs; i++)); do
    [ "$writes" != yes ] || target
    [ "$writes" != vhdx ] || target_vhdx "$vhdx"
    [ "$writes" != fresh ] || rm -f "$dir"/b.{raw,vhdx,vhd}
    before=$(loopback)
    /usr/bin/time -a -o "$dir/times" -f '%e %U %S %M' "$@" >"$sink" 2>"$dir/err" || {
      cat "$dir/err" >&2
      fail "$name failed"
    }
    echo $(($(loopback) - before)) >>"$dir/wire"
    [ "$writes" != yes ] || same "$name"
    # of 1 TiB that takes minutes: the last run's result is enough
    if [ "$writes" = vhdx ] && { [ "$vhdx" != large. ] || [ $i -eq $((runs - 1)) ]; }; then
      qemu-img compare -f vhdx -F vhdx "$dir/${vhdx}a.vhdx" "$dir/${vhdx}b.vhdx" >/dev/null || fail "$name left a target that differs"
    fi
  done
  grep -v '^Command' "$dir/times" | sort -n | awk -v name="$name" -v case="$case" \
    -v wire="$(sort -n "$dir/wire" | sed -n "$(((runs + 1) / 2))p")" '
    { wall[NR] = $1; cpu[NR] = $2 + $3; if ($4 > rss) rss = $4 }
    END { m = int((NR + 1) / 2); printf "%s\t%s\t%.2f\t%.2f\t%.2f\t%.2f\t%d\t%.0f\n", case, name, wall[m], wall[1], wall[NR], cpu[m], rss / 1024, wire }
  ' | tee -a "$results" | sed 's/^/peers: /' >&2
}

rdiff_all() {
  rdiff signature "$dir/b.img" "$dir/sig" && rdiff delta "$dir/sig" "$dir/a.img" "$dir/delta" &&
    rdiff patch "$dir/b.img" "$dir/delta" "$dir/c.img" && mv -f "$dir/c.img" "$dir/b.img" && rm -f "$dir/sig" "$dir/delta"
}
export -f rdiff_all
export dir

ours() { # NAME JAVA MODE [OPTION...]
  local name=$1 jvm=$2 mode=$3
  shift 3
  # shellcheck disable=SC2086
  measure "$name" yes "$jvm" $flags -jar "$jar" sync --source "$dir/a.img" --target "$dir/b.img" --mode "$mode" "$@"
}

# An agent that serves the target, run by JAVA; prints nothing, sets agent and port.
start_agent() { # JAVA
  cat >"$dir/agent.properties" <<CONF
listen=127.0.0.1:0
certificate=certificates/one.pem
key=certificates/one.key
authority=certificates/authority.pem
controller.1=CN=two
disk.b.path=b.img
disk.b.rights=write
CONF
  : >"$dir/listening"
  # shellcheck disable=SC2086
  "$1" $wire_flags -jar "$jar" agent --config "$dir/agent.properties" >"$dir/listening" &
  agent=$!
  for _ in $(seq 50); do
    port=$(sed -n 's/^listening .*:\([0-9]*\)$/\1/p' "$dir/listening")
    [ -z "$port" ] || return 0
    sleep 0.2
  done
  fail "the agent does not listen"
}

# A sync of a.img to the disk that the agent serves, by JAVA.
by_agent() { # JAVA [OPTION...]
  local jvm=$1
  shift
  # shellcheck disable=SC2086
  "$jvm" $wire_flags $archive -jar "$jar" sync --source "$dir/a.img" --target "sdr://localhost:$port/b" --mode delta \
    --no-force --certificate "$dir/certificates/two.pem" --key "$dir/certificates/two.key" \
    --authority "$dir/certificates/authority.pem" "$@"
}
archive=''

ours_by_agent() { # NAME JAVA
  start_agent "$2"
  # shellcheck disable=SC2086
  measure "$1" yes "$2" $wire_flags $archive -jar "$jar" sync --source "$dir/a.img" --target "sdr://localhost:$port/b" --mode delta \
    --no-force --certificate "$dir/certificates/two.pem" --key "$dir/certificates/two.key" \
    --authority "$dir/certificates/authority.pem"
  notes+=("$case: $1: the agent took $(cpu_of "$agent") s of CPU in these $runs runs and its own start, and at most $(rss_of "$agent") MiB")
  kill "$agent"
  wait "$agent" 2>/dev/null || true
  agent=''
}

cpu_of() { awk -v ticks="$(getconf CLK_TCK)" '{ printf "%.2f", ($14 + $15) / ticks }' "/proc/$1/stat"; }
rss_of() { awk '/^VmHWM/ { printf "%d", $2 / 1024 }' "/proc/$1/status"; }

start_daemon() {
  cat >"$dir/rsyncd.conf" <<CONF
pid file = $dir/rsyncd.pid
use chroot = no
[images]
path = $dir
read only = no
$([ "$(id -u)" -ne 0 ] || printf 'uid = root\ngid = root\n')
CONF
  rsync --daemon --no-detach --address=127.0.0.1 --port=18730 --config="$dir/rsyncd.conf" &
  daemon=$!
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    rsync -q rsync://127.0.0.1:18730/images/ >/dev/null 2>&1 && return
    sleep 0.2
  done
  fail "the rsync daemon does not answer"
}

results=$dir/results.tsv
: >"$results"
trap 'exit 130' INT TERM
trap 'cleanup; rm -f "$results"; [ -z "${made:-}" ] || rmdir "$dir" 2>/dev/null || true' EXIT
start_daemon
rm -rf "$dir/certificates"
"$java" -jar "$jar" certificates --dir "$dir/certificates" >/dev/null || fail "no certificates"
# An archive of the classes that sync loads: what a user who syncs often can have.
printf 1 >"$dir/a.img"
printf 2 >"$dir/b.img"
# shellcheck disable=SC2086
"$java" -XX:ArchiveClassesAtExit="$dir/sdr.jsa" $flags -jar "$jar" sync --source "$dir/a.img" --target "$dir/b.img" --mode delta \
  >"$sink" 2>&1 || fail "no archive of classes"
# The same for syncs over TLS.
if case " $cases " in *' one '* | *' twenty '* | *' all '*) true ;; *) false ;; esac then
  start_agent "$java"
  archive="-XX:ArchiveClassesAtExit=$dir/wire.jsa" by_agent "$java" >"$sink" 2>&1 || fail "no archive of classes for TLS"
  kill "$agent"
  wait "$agent" 2>/dev/null || true
  agent=''
fi
load_before=$(cut -d' ' -f1-3 /proc/loadavg)

run_case() {
  case=$1
  case $case in
    one) percent=1 ;; twenty) percent=20 ;; all) percent=100 ;; sparse) percent=1 ;;
    *) fail "no case $case" ;;
  esac
  say "case $case: images"
  if [ "$case" = sparse ]; then
    make_sparse
  else
    [ -f "$dir/a.img" ] && [ "$(stat -c %s "$dir/a.img")" = $((size << 30)) ] || make_mixed "$dir/a.img" $((size << 10))
    cp --reflink=never "$dir/a.img" "$dir/stale.img"
    change "$dir/stale.img" "$percent"
  fi
  sync -f "$dir/stale.img"
  target
  local asked=$runs
  [ "$case" != sparse ] || runs=1
  measure "cat, both images" no cat "$dir/a.img" "$dir/b.img"
  if [ "$case" = one ]; then
    measure "qemu-img convert (whole copy)" yes qemu-img convert -n -f raw -O raw "$dir/a.img" "$dir/b.img"
    measure "cmp, equal images" no cmp "$dir/a.img" "$dir/b.img"
    measure "qemu-img compare, equal images" no qemu-img compare -f raw -F raw "$dir/a.img" "$dir/b.img"
  fi
  ours "sdr sync --no-force" "$java" delta --no-force
  [ -z "$newer" ] || ours "sdr sync --no-force, newer JDK" "$newer" delta --no-force
  [ "$case" = sparse ] || ours "sdr sync (mark and end forced)" "$java" delta
  [ "$case" = sparse ] || flags="$flags -XX:SharedArchiveFile=$dir/sdr.jsa" ours "sdr sync --no-force, class archive" "$java" delta --no-force
  [ "$case" = sparse ] || ours "sdr sync --no-force --workers 1" "$java" delta --no-force --workers 1
  [ "$case" != one ] || ours "sdr sync --mode full --no-force" "$java" full --no-force
  ours_by_agent "sdr sync to an agent, TLS" "$java"
  [ "$case" = sparse ] || archive="-XX:SharedArchiveFile=$dir/wire.jsa" ours_by_agent "sdr sync to an agent, TLS, class archive" "$java"
  [ -z "$newer" ] || ours_by_agent "sdr sync to an agent, TLS, newer JDK" "$newer"
  [ "$case" != sparse ] || sparse_vhdx
  [ "$case" = one ] || runs=1 # the slow ones: once is enough to tell a factor of ten
  measure "rsync, local" yes rsync -I --inplace --no-whole-file "$dir/a.img" "$dir/b.img"
  [ "$case" = sparse ] ||
    measure "rsync, daemon" yes rsync -I --inplace --no-whole-file "$dir/a.img" rsync://127.0.0.1:18730/images/b.img
  if [ "$case" = one ] || [ -n "$slow" ]; then
    runs=1
    measure "rdiff signature, delta, patch" yes bash -c rdiff_all
  fi
  runs=$asked
  rm -f "$dir/stale.img" "$dir/b.img"
  [ "$case" != sparse ] || rm -f "$dir/a.img"
}

# Dynamic disks beside raw files, through the same engine: read against an equal raw target, so that nothing is written; written whole.
run_formats() {
  case=formats
  local format qemu
  [ -f "$dir/a.img" ] && [ "$(stat -c %s "$dir/a.img")" = $((size << 30)) ] || make_mixed "$dir/a.img" $((size << 10))
  cp --reflink=never "$dir/a.img" "$dir/b.img"
  for format in raw vhdx vhd; do
    say "case formats: $format"
    qemu=$(case $format in vhd) echo vpc ;; *) echo "$format" ;; esac)
    # of whole size, the zeros included, as the raw file is
    # shellcheck disable=SC2086
    "$java" $flags -jar "$jar" sync --source "$dir/a.img" --target "$dir/a.$format" --mode full >"$sink" || fail "no $format"
    cat "$dir/a.$format" "$dir/b.img" >/dev/null
    # shellcheck disable=SC2086
    measure "read $format" no "$java" $flags -jar "$jar" sync --source "$dir/a.$format" --target "$dir/b.img" --mode delta --no-force
    rm -f "$dir/a.$format"
    # shellcheck disable=SC2086
    measure "write $format" fresh "$java" $flags -jar "$jar" sync --source "$dir/a.img" --target "$dir/b.$format" --mode full --no-force
    qemu-img compare -f raw -F "$qemu" "$dir/a.img" "$dir/b.$format" >"$sink" || fail "the $format differs"
    # shellcheck disable=SC2086
    measure "write and force $format" fresh "$java" $flags -jar "$jar" sync --source "$dir/a.img" --target "$dir/b.$format" --mode full
    rm -f "$dir/b.$format"
  done
  rm -f "$dir/b.img"
}

ours_vhdx() { # NAME JAVA PREFIX
  vhdx=$3
  # shellcheck disable=SC2086
  measure "$1" vhdx "$2" $flags -jar "$jar" sync --source "$dir/${3}a.vhdx" --target "$dir/${3}b.vhdx" --mode delta --no-force
}

# The sparse images as VHDX, and dense ones of as much data as these hold, for the goal.
sparse_vhdx() {
  local each
  for each in a stale; do
    qemu-img convert -f raw -O vhdx -o subformat=dynamic "$dir/$each.img" "$dir/$each.vhdx"
  done
  ours_vhdx "sdr sync --no-force, VHDX" "$java" ''
  [ -z "$newer" ] || ours_vhdx "sdr sync --no-force, VHDX, newer JDK" "$newer" ''
  for each in a stale; do
    python3 - "$dir/$each.img" "$dir/$each.raw" <<'PY'
import os, sys
with open(sys.argv[1], "rb") as sparse, open(sys.argv[2], "wb") as dense:
    for gib in range(os.path.getsize(sys.argv[1]) >> 30):
        dense.write(os.pread(sparse.fileno(), 16 << 20, gib << 30))
PY
  done
  cp "$dir/stale.raw" "$dir/b.raw"
  cat "$dir/a.raw" "$dir/b.raw" >/dev/null
  # shellcheck disable=SC2086
  measure "sdr sync --no-force, dense, as much data" no "$java" $flags -jar "$jar" sync --source "$dir/a.raw" --target "$dir/b.raw" --mode delta --no-force
  rm -f "$dir"/{a,b,stale}.{raw,vhdx}
}

dense() { # GIB PERCENT
  rm -f "$dir/a.img" "$dir/stale.img"
  make_mixed "$dir/a.img" $(($1 << 10))
  cp --reflink=never "$dir/a.img" "$dir/stale.img"
  [ "$2" = 0 ] || change "$dir/stale.img" "$2"
  sync -f "$dir/stale.img"
}

run_growth() {
  case=growth
  local factor gib
  for factor in 1 2 4; do
    gib=$((size * factor))
    say "case growth: $gib GiB"
    dense "$gib" 1
    target
    measure "cat, both images, $gib GiB" no cat "$dir/a.img" "$dir/b.img"
    ours "sdr sync --no-force, $gib GiB" "$java" delta --no-force
    [ -z "$newer" ] || ours "sdr sync --no-force, newer JDK, $gib GiB" "$newer" delta --no-force
    ours_by_agent "sdr sync to an agent, TLS, $gib GiB" "$java"
    [ -z "$newer" ] || ours_by_agent "sdr sync to an agent, TLS, newer JDK, $gib GiB" "$newer"
    measure "rsync, daemon, $gib GiB" yes rsync -I --inplace --no-whole-file "$dir/a.img" rsync://127.0.0.1:18730/images/b.img
  done
  rm -f "$dir"/{a,b,stale}.img
}

# What a report says of the bytes of frames, both ways.
frames() { sed -n 's/.*"bytes\(Sent\|Received\)" : \([0-9]*\).*/\2/p' "$dir/report.json" | paste -sd+ | bc; }

run_unchanged() {
  case=unchanged
  say "case unchanged: images"
  dense "$size" 0
  ours_by_agent "sdr sync to an agent, TLS" "$java"
  target
  measure "rsync, daemon" yes rsync -I --inplace --no-whole-file "$dir/a.img" rsync://127.0.0.1:18730/images/b.img
  start_agent "$java"
  by_agent "$java" --json "$dir/report.json" >"$sink" || fail "an unchanged sync failed"
  notes+=("unchanged: frames of $(($(frames) / size / 1024)) KiB a GiB, without TLS and TCP; goal 24")
  kill "$agent"
  wait "$agent" 2>/dev/null || true
  agent=''
  rm -f "$dir"/{a,b,stale}.img
}

# Waits until so many bytes more have crossed the loopback interface than were counted before.
await_bytes() { # BEFORE BYTES
  while [ $(($(loopback) - $1)) -lt "$2" ]; do sleep 0.01; done
}

run_resume() {
  case=resume
  say "case resume: images"
  dense "$size" 100
  local whole half rest killed before pid
  start_agent "$java"
  target
  before=$(loopback)
  by_agent "$java" >"$sink" || fail "a sync failed"
  whole=$(($(loopback) - before))
  same "the whole sync"
  for killed in sender target; do
    target
    before=$(loopback)
    by_agent "$java" >"$sink" 2>&1 &
    pid=$!
    await_bytes "$before" $((whole / 2))
    # the sync runs in a shell of its own, whose child the JVM is
    if [ "$killed" = sender ]; then kill -9 "$(ps -o pid= --ppid "$pid" | head -n 1)"; else kill -9 "$agent"; fi
    wait "$pid" 2>/dev/null && fail "the sync was to fail"
    if [ "$killed" = target ]; then
      wait "$agent" 2>/dev/null || true
      start_agent "$java"
    fi
    half=$(($(loopback) - before))
    for _ in $(seq 100); do # the agent lets go of the disk once it has seen the end
      before=$(loopback)
      [ -f "$dir/b.img.sdr-sync" ] || fail "no mark beside the target"
      by_agent "$java" >"$sink" 2>"$dir/err" && break
      grep -q DISK_BUSY "$dir/err" || { cat "$dir/err" >&2; fail "the sync did not resume"; }
      sleep 0.2
    done
    rest=$(($(loopback) - before))
    same "the resumed sync"
    notes+=("resume: $killed killed after $((half / 1000000)) MB of $((whole / 1000000)) MB, then $((rest / 1000000)) MB: $(awk -v w="$whole" -v s=$((half + rest)) 'BEGIN { printf "%.2f", (s - w) * 100 / w }') % sent again; goal 2")
  done
  kill "$agent"
  wait "$agent" 2>/dev/null || true
  agent=''
  rm -f "$dir"/{a,b,stale}.img
}

known() { "$java" $flags -cp "$jar" io.sdr.benchmarks.ranges.KnownRanges "$@"; }

run_ranges() {
  case=ranges
  local changed=$(((1 << 30) / scale)) which gib
  for which in small large; do
    gib=$([ "$which" = small ] && echo 8 || echo 1024)
    gib=$((gib / scale > 1 ? gib / scale : 2))
    say "case ranges: $gib GiB"
    known make "$dir/$which.a.vhdx" "${gib}g" "$changed" 1
    known make "$dir/$which.stale.vhdx" "${gib}g" "$changed" 2
    sync -f "$dir/$which.a.vhdx"
    vhdx=$which.
    # shellcheck disable=SC2086
    measure "known ranges, VHDX of $gib GiB" vhdx "$java" $flags -cp "$jar" io.sdr.benchmarks.ranges.KnownRanges sync "$dir/$which.a.vhdx" "$dir/$which.b.vhdx" "$changed"
    # shellcheck disable=SC2086
    [ -z "$newer" ] || measure "known ranges, newer JDK, VHDX of $gib GiB" vhdx "$newer" $flags -cp "$jar" io.sdr.benchmarks.ranges.KnownRanges sync "$dir/$which.a.vhdx" "$dir/$which.b.vhdx" "$changed"
    rm -f "$dir"/$which.{a,b,stale}.vhdx
  done
}

# The dense cases share a source; the others make their own.
for each in $cases; do
  case $each in
    formats) run_formats ;;
    one | twenty | all) run_case "$each" ;;
    *)
      rm -f "$dir"/{a,stale}.img
      case $each in
        sparse) run_case sparse ;;
        growth | unchanged | resume | ranges) "run_$each" ;;
        *) fail "no case $each" ;;
      esac
      ;;
  esac
done

version() { "$1" -version 2>&1 | sed -n 's/.* version "\([^"]*\)".*/\1/p' | head -n 1; }
echo "Measured $(date -u +%Y-%m-%d) on $(nproc) cores of $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1),"
echo "$(awk '/MemTotal/ { printf "%d GiB", $2 / 1048576 + 0.5 }' /proc/meminfo) of memory, Linux $(uname -r), $(stat -f -c %T "$dir"), page cache hot;"
echo "Java $(version "$java")$([ -z "$newer" ] || echo ", newer JDK $(version "$newer")"), flags \`$flags\`, over TLS \`$wire_flags\`; $(rsync --version | head -n 1 | tr -s ' ');"
echo "dense images of $size GiB, sparse ones divided by $scale; $runs runs of each tool (rsync at 20 % and 100 %, and rdiff: one), medians; load before and after:"
echo "$load_before and $(cut -d' ' -f1-3 /proc/loadavg)."
echo
echo "| case | tool | wall s | fastest to slowest | × \`cat\` | CPU s | RSS MiB | wire MB |"
echo "|---|---|---|---|---|---|---|---|"
awk -F '\t' '
  BEGIN { title["one"] = "1 % changed"; title["twenty"] = "20 % changed"; title["all"] = "all pages changed"; title["formats"] = "disk formats"; title["sparse"] = "sparse" }
  $2 ~ /^cat/ { cat[$1] = $3 }
  { printf "| %s | %s | %s | %s to %s | %s | %s | %s | %s |\n", title[$1] ? title[$1] : $1, $2, $3, $4, $5, cat[$1] ? sprintf("%.2f", $3 / cat[$1]) : "", $6, $7, $2 ~ /agent|daemon/ ? sprintf("%.1f", $8 / 1e6) : "" }
' "$results"
echo
awk -F '\t' '
  $1 == "formats" { format = $2; sub(/.* /, "", format); what = $2; sub(/ [^ ]*$/, "", what); speed[what SUBSEP format] = $3 }
  $2 == "sdr sync --no-force" { ours[$1] = $3 }
  $2 == "rsync, local" { rsync[$1] = $3 }
  $2 == "rsync, daemon" { daemon[$1] = $3; bytes[$1] = $8 }
  $2 ~ /^sdr sync to an agent/ { agent[$1 SUBSEP $2] = $3; sent[$1 SUBSEP $2] = $8 }
  END {
    for (k in speed) { split(k, w, SUBSEP); if (w[2] != "raw") printf "- formats: %s %s: %.2f of the speed of raw\n", w[1], w[2], speed[w[1] SUBSEP "raw"] / speed[k] }
    for (c in ours) if (rsync[c]) printf "- %s: %.1f times as fast as rsync locally%s\n", c, rsync[c] / ours[c], daemon[c] ? sprintf(", %.1f times as fast as its daemon", daemon[c] / ours[c]) : ""
    for (k in agent) { split(k, p, SUBSEP); if (daemon[p[1]]) printf "- %s: %s: %.1f times as fast as the rsync daemon, with %.2f times its bytes\n", p[1], p[2], daemon[p[1]] / agent[k], sent[k] / bytes[p[1]] } }
' "$results" | sort
[ "${#notes[@]}" -eq 0 ] || printf -- '- %s\n' "${notes[@]}"
awk -F '\t' '
  $1 == "growth" { gib = $2; sub(/ GiB$/, "", gib); sub(/.*, /, "", gib); name = $2; sub(/, [0-9]* GiB$/, "", name)
    printf "- growth: %s: %.3f s a GiB at %d GiB\n", name, $3 / gib, gib }
  $1 == "ranges" && !small[$2 ~ /newer/] { small[$2 ~ /newer/] = $3; next }
  $1 == "ranges" { printf "- ranges: %s: %.2f times the time of the small disk; goal 1.2\n", $2, $3 / small[$2 ~ /newer/] }
' "$results"
