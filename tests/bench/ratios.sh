#!/usr/bin/env bash
# The ratios of our engines against other implementations of the same work, measured in turn on one core.
#
#     tests/bench/ratios.sh ANCHORS            # the folder with rust/ and py/, or ROGATIO_ANCHORS
#     ROGATIO_ROUNDS=5 tests/bench/ratios.sh … # how often everything takes its turn; the best of each counts
#     ROGATIO_BENCH=DIR tests/bench/ratios.sh … # keep what is built there, and build no more than is missing next time
#     ROGATIO_BIN=FILE tests/bench/ratios.sh … # a binary that is there already; the benchmarks of exact answers are left out
#     ROGATIO_QUICK=1 tests/bench/ratios.sh …  # a hundredth of the runs: whether all rows work, not how fast
#
# Builds in a folder of its own that is removed at the end: our binary and the Rust anchors in release, and a Python with
# numpy, numba, simpy and mesa. A row whose anchor or engine is not there is left out, with the reason. Exit code 1 if a
# ratio that could be measured is below what is wanted.
#
# W2 of the anchors steps by months: a deposit falls on a random day of a month that is drawn, a ratification on the end of
# one. Ours draws days with the same means. The means that both find are printed side by side.
set -u
anchors=${1:-${ROGATIO_ANCHORS:-}}
here=$(cd "$(dirname "$0")/../.." && pwd)
rounds=${ROGATIO_ROUNDS:-3}
part=${ROGATIO_QUICK:+100}
part=${part:-1}
if [ ! -d "$anchors/rust" ]; then
    echo "usage: tests/bench/ratios.sh ANCHORS  (a folder with rust/ and py/)" >&2
    exit 2
fi
if [ -n "${ROGATIO_BENCH:-}" ]; then
    mkdir -p "$ROGATIO_BENCH" && work=$(cd "$ROGATIO_BENCH" && pwd) || exit 1
else
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
fi
core=(); command -v taskset >/dev/null && core=(taskset -c 0)
note() { printf '%s\n' "$*" >&2; }

rogatio=${ROGATIO_BIN:-$work/ours/release/rogatio}
if [ -z "${ROGATIO_BIN:-}" ]; then
    note "building rogatio …"
    CARGO_TARGET_DIR="$work/ours" cargo build -q --release --manifest-path "$here/Cargo.toml" -p rogatio-cli || exit 1
fi
note "building the Rust anchors …"
rm -rf "$work/rust" && cp -r "$anchors/rust" "$work/rust" && chmod -R u+w "$work/rust"
(cd "$work/rust" && RUSTFLAGS="-C target-cpu=native" CARGO_TARGET_DIR="$work/theirs" cargo build -q --release) || note "the Rust anchors do not build"
note "a Python with numpy, numba, simpy and mesa …"
python=
if [ -x "$work/venv/bin/python" ] || python3 -m venv "$work/venv" 2>"$work/venv.log"; then
    for package in numpy numba simpy mesa; do
        "$work/venv/bin/python" -c "import $package" 2>/dev/null || "$work/venv/bin/pip" install -q "$package" >>"$work/venv.log" 2>&1 || note "pip cannot install $package"
    done
    python="$work/venv/bin/python"
else
    note "no Python: $(tail -1 "$work/venv.log")"
fi

# ---- runs a second, the best of all rounds ---------------------------------------------------------------------------

declare -A best
keep() { # name, runs a second
    awk -v a="$2" -v b="${best[$1]:-0}" 'BEGIN { exit !(a > b) }' && best[$1]=$2
}
declare -A missing
# The time of so many runs, less that of few: what is compiled before does not count.
ours() { # name, file, few, many, more arguments
    local name=$1 file=$2 few=$3 many=$4; shift 4
    [ -f "$here/$file" ] || return
    many=$((many / part)); [ "$few" -lt "$many" ] || few=$((many / 10))
    local times=() runs begin end
    for runs in "$few" "$many"; do
        begin=$(date +%s%N)
        "${core[@]}" timeout 300 "$rogatio" simulate "$here/$file" --runs "$runs" --seed 1 --threads 1 -o "$work/$name.json" "$@" >"$work/out" 2>"$work/err" || { missing[$name]="rogatio: $(grep -m1 -E '^error' "$work/err" || echo "longer than five minutes")"; return; }
        end=$(date +%s%N)
        times+=($((end - begin)))
    done
    grep -q 'interpreted' "$work/out" "$work/err" && missing[$name]="interpreted: $(head -c 100 "$work/err")" && return
    keep "$name" "$(awk -v n=$((many - few)) -v a="${times[0]}" -v b="${times[1]}" 'BEGIN { print (b > a) ? n * 1e9 / (b - a) : 0 }')"
}
# A line `NAME … median X runs/s best Y runs/s` for each of an anchor's ways.
theirs() { # command …
    "${core[@]}" timeout 300 "$@" 2>>"$work/anchors.log" | tee -a "$work/anchors.out" | sed -n 's/^\(.*[^ ]\)  *median *\([0-9.e+]*\) [a-z]*\/s  *best *\([0-9.e+]*\).*/\3\t\1/p' >"$work/lines"
    while IFS=$'\t' read -r speed name; do keep "$name" "$speed"; done <"$work/lines"
}
for round in $(seq "$rounds"); do
    note "round $round of $rounds …"
    ours W1.block examples/bench/w1_council.rog 100000 1000000000
    ours W1.jit examples/bench/w1_council.rog 10000 20000000 --engine jit
    ours W2 examples/bench/w2_treaty.rog 200 20000
    ours W3 examples/bench/w3_approval.rog 10000 40000000
    for w in w1 w2 w3; do
        [ -x "$work/theirs/release/$w" ] && theirs "$work/theirs/release/$w"
        # Python starts slowly and its best changes little: once is enough.
        [ -n "$python" ] && [ "$round" = 1 ] && theirs env PYTHONPATH="$anchors/py" PYTHONDONTWRITEBYTECODE=1 "$python" "$anchors/py/$w.py"
    done
done

# ---- the table -------------------------------------------------------------------------------------------------------

failed=0
row() { # what, ours, theirs (a pattern over names), wanted
    local mine=${best[$2]:-} name speed other=
    for name in "${!best[@]}"; do
        [[ $name =~ $3 ]] || continue
        speed=${best[$name]}
        awk -v a="$speed" -v b="${other:-0}" 'BEGIN { exit !(a > b) }' && other=$speed
    done
    if [ -z "$mine" ]; then left+=("$1: ${missing[$2]:-no module for $2}"); return; fi
    if [ -z "$other" ]; then left+=("$1: no figure of the anchor"); return; fi
    awk -v w="$1" -v a="$mine" -v b="$other" -v at="$4" 'BEGIN { r = a / b; printf "%-58s %10.3e %10.3e %9.2f %8s  %s\n", w, a, b, r, at, (r >= at) ? "ok" : "below"; exit !(r >= at) }' || failed=1
}
left=()
printf '%-58s %10s %10s %9s %8s\n' "runs a second" ours theirs ratio "at least"
row "W1, block machine, against our scalar native code" W1.block '^W1\.jit$' 8
row "W1, block machine, against Numba with splitmix" W1.block '^W1 numba njit \(hand-written splitmix\)' 3
row "W1, block machine, against AVX-512 by hand" W1.block '^(SIMD u16\+refine|bit-sliced 512 lazy)' 0.7
row "W2 against Rust from event to event" W2 '^W2 (geometric skips|skips, per-run)' 0.6
row "W2 against Mesa" W2 '^W2 Mesa' 1000
row "W2 against the best numpy" W2 '^W2.*numpy' 2
row "W3 against Rust with tables, splitmix" W3 '^W3 table\+alias, per-run splitmix' 0.6
row "W3 against SimPy" W3 '^W3 SimPy' 150
row "W3 against Numba" W3 '^W3 numba' 2

# Threads, without a core of their own.
spent() { # command …
    local t0 t1
    t0=$(date +%s%N); timeout 300 "$@" >/dev/null 2>&1 || return 1; t1=$(date +%s%N)
    echo $((t1 - t0))
}
two_threads() { # what, file, runs
    local runs=$(($3 / part)) one two a b
    for _ in $(seq "$rounds"); do
        a=$(spent "$rogatio" simulate "$here/$2" --runs "$runs" --seed 1 --threads 1 -o "$work/one.json") || { left+=("two threads, $1: it fails, or takes five minutes"); return; }
        b=$(spent "$rogatio" simulate "$here/$2" --runs "$runs" --seed 1 --threads 2 -o "$work/two.json") || { left+=("two threads, $1: it fails, or takes five minutes"); return; }
        [ -n "${one:-}" ] && [ "$a" -ge "$one" ] || one=$a
        [ -n "${two:-}" ] && [ "$b" -ge "$two" ] || two=$b
    done
    cmp -s "$work/one.json" "$work/two.json" || { echo "$1: the files of one thread and of two differ"; failed=1; }
    awk -v w="$1" -v a="$one" -v b="$two" 'BEGIN { printf "%-58s %9.0fms %9.0fms %9.2f %8s  %s\n", w, b / 1e6, a / 1e6, a / b, 1.9, (a >= 1.9 * b) ? "ok" : "below"; exit !(a >= 1.9 * b) }' || failed=1
}
# What the machine itself can do: two programs that know nothing of each other, each the work of one, beside one alone.
# Two cores that are two halves of one give less than two, and no division of the runs gets past it.
two_programs() { # what, file, runs
    local runs=$(($3 / part)) one two a t0 t1
    for _ in $(seq "$rounds"); do
        a=$(spent "$rogatio" simulate "$here/$2" --runs "$runs" --seed 1 --threads 1 -o "$work/one.json") || return
        t0=$(date +%s%N)
        spent "$rogatio" simulate "$here/$2" --runs "$runs" --seed 1 --threads 1 -o "$work/one.json" >"$work/spent" & local other=$!
        spent "$rogatio" simulate "$here/$2" --runs "$runs" --seed 2 --threads 1 -o "$work/two.json" >"$work/spent2"
        wait "$other"; t1=$(($(date +%s%N) - t0))
        [ -n "${one:-}" ] && [ "$a" -ge "$one" ] || one=$a
        [ -n "${two:-}" ] && [ "$t1" -ge "$two" ] || two=$t1
    done
    awk -v w="$1" -v a="$one" -v b="$two" 'BEGIN { printf "%-58s %9.0fms %9.0fms %9.2f %8s\n", w, b / 1e6, 2 * a / 1e6, 2 * a / b, "" }'
}
printf '\n%-58s %10s %10s %9s %8s\n' "two threads against one, the same bytes" two one ratio "at least"
if [ "$(nproc)" -gt 1 ]; then
    two_threads "W1" examples/bench/w1_council.rog 6000000000
    two_programs "  two programs at once, one after the other" examples/bench/w1_council.rog 2000000000
    two_threads "W2" examples/bench/w2_treaty.rog 400000
    two_programs "  two programs at once, one after the other" examples/bench/w2_treaty.rog 400000
    two_threads "W3" examples/bench/w3_approval.rog 60000000
    two_programs "  two programs at once, one after the other" examples/bench/w3_approval.rog 20000000
else
    left+=("two threads against one: there is one core")
fi

# The most memory that a run ever had, in MiB, as the kernel counts it.
memory_row() { # what, file, runs
    local runs=$(($3 / part)) pid peak=0 now
    "$rogatio" simulate "$here/$2" --runs "$runs" --seed 1 --threads 1 >/dev/null 2>"$work/err" &
    pid=$!
    (sleep 300; kill "$pid") >/dev/null 2>&1 & local watch=$!
    while now=$(awk '/^VmHWM/ { print $2 }' "/proc/$pid/status" 2>/dev/null) && kill -0 "$pid" 2>/dev/null; do
        [ "${now:-0}" -gt "$peak" ] && peak=$now
        sleep 0.02
    done
    wait "$pid"; local ended=$?
    kill "$watch" 2>/dev/null
    if [ "$ended" != 0 ] || [ "$peak" = 0 ]; then left+=("memory of $1: $(grep -m1 -E '^error' "$work/err" || echo "longer than five minutes")"); return; fi
    awk -v w="$1" -v k="$peak" 'BEGIN { m = k / 1024; printf "%-58s %10.1f %9d  %s\n", w, m, 64, (m <= 64) ? "ok" : "above"; exit !(m <= 64) }' || failed=1
}
printf '\n%-58s %10s %9s\n' "MiB of one thread at the most" ours "at most"
if [ -r /proc/self/status ]; then
    memory_row "10^8 votes (W1)" examples/bench/w1_council.rog 100000000
    memory_row "10^7 histories (W3)" examples/bench/w3_approval.rog 10000000
else
    left+=("memory: there is no /proc here")
fi

# Times, the least of ten, less that of a command that does nothing.
least() { # command …
    local min= t0 t1
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        t0=$(date +%s%N); "${core[@]}" "$@" >/dev/null 2>&1; t1=$(date +%s%N)
        [ -z "$min" ] || [ $((t1 - t0)) -lt "$min" ] && min=$((t1 - t0))
    done
    echo "$min"
}
nothing=$(least "$rogatio" explain E0001)
printf '\n%-58s %10s %9s\n' "milliseconds, above the start of the program" ours "at most"
time_row() { # what, at most, command …
    local what=$1 most=$2; shift 2
    local t; t=$(least "$@")
    awk -v w="$what" -v t="$t" -v n="$nothing" -v m="$most" 'BEGIN { ms = (t - n) / 1e6; printf "%-58s %10.2f %9s  %s\n", w, ms, m, (ms <= m) ? "ok" : "above"; exit !(ms <= m) }' || failed=1
}
time_row "cold start: un.cbd parsed and checked" 10 "$rogatio" check un.cbd
time_row "cold start: the race, parsed, checked and compiled" 10 "$rogatio" simulate "$here/examples/cbd_race.rog" --runs 1 --threads 1
time_row "power in a weighted body of fifteen, parsed and counted" 10 "$rogatio" power "$here/examples/power/eu_of_fifteen.rog"


# What has no ratio but a budget, from the benchmarks.
if [ -z "${ROGATIO_BIN:-}" ]; then
    note "benchmarks of exact answers …"
    CARGO_TARGET_DIR="$work/ours" cargo bench -q --manifest-path "$here/Cargo.toml" -p rogatio-tests --bench exact >"$work/exact" 2>"$work/err" || note "$(tail -1 "$work/err")"
else
    : >"$work/exact"
fi
bench_row() { # what, at most (us), name
    local us
    us=$(awk -v n="$3" '$2 == n { f = ($4 == "ns") ? 0.001 : ($4 == "ms") ? 1000 : ($4 == "s") ? 1e6 : 1; print $3 * f }' "$work/exact")
    [ -n "$us" ] || { left+=("$1: no figure"); return; }
    awk -v w="$1" -v u="$us" -v m="$2" 'BEGIN { printf "%-58s %10.2f %9s  %s\n", w, u, m, (u <= m) ? "ok" : "above"; exit !(u <= m) }' || failed=1
}
printf '\n%-58s %10s %9s\n' "microseconds" ours "at most"
bench_row "the probability of W1, once it is known of what" 1 probability_of_w1
bench_row "the same from the checked program" 2000 probability_of_w1_from_its_program
bench_row "all power indices of twenty-seven members" 1000 power_of_27_members
bench_row "cold start: the race, from its text to native code" 10000 cold_start_of_the_race

# Whether W2 is the same process: days until it is in force, conferences, adopted, in force.
printf '\nW2, means of a run\n'
grep -h -m1 -o 'eif=[^"]*' "$work/anchors.out" 2>/dev/null | sed 's/^/  the anchor  /'
[ -f "$work/W2.json" ] && sed 's/^/  ours        /' < <(tr -d '\n ' <"$work/W2.json" | grep -o '"mean":{"mean":[0-9.]*\|"mean":[0-9.]*' | sed 's/.*://' | tr '\n' ' '; echo)

if [ ${#left[@]} -gt 0 ]; then
    printf '\nleft out:\n'
    printf '  %s\n' "${left[@]}"
fi
exit $failed
