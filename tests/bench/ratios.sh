#!/usr/bin/env bash
# The ratios of our engines against other implementations of the same work, measured in turn on one core.
#
#     tests/bench/ratios.sh ANCHORS            # the folder with rust/ and py/, or ROGATIO_ANCHORS
#     ROGATIO_ROUNDS=5 tests/bench/ratios.sh … # how often everything takes its turn; the best of each counts
#
# Builds in a folder of its own that is removed at the end: our binary and the Rust anchors in release, and a Python with
# numpy, numba, simpy and mesa. A row whose anchor or engine is not there is left out, with the reason. Exit code 1 if a
# ratio that could be measured is below what is wanted.
set -u
anchors=${1:-${ROGATIO_ANCHORS:-}}
here=$(cd "$(dirname "$0")/../.." && pwd)
rounds=${ROGATIO_ROUNDS:-3}
if [ ! -d "$anchors/rust" ]; then
    echo "usage: tests/bench/ratios.sh ANCHORS  (a folder with rust/ and py/)" >&2
    exit 2
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
core=(); command -v taskset >/dev/null && core=(taskset -c 0)
note() { printf '%s\n' "$*" >&2; }

note "building rogatio …"
CARGO_TARGET_DIR="$work/ours" cargo build -q --release --manifest-path "$here/Cargo.toml" -p rogatio-cli || exit 1
rogatio="$work/ours/release/rogatio"
note "building the Rust anchors …"
cp -r "$anchors/rust" "$work/rust"
(cd "$work/rust" && RUSTFLAGS="-C target-cpu=native" CARGO_TARGET_DIR="$work/theirs" cargo build -q --release) || note "the Rust anchors do not build"
note "a Python with numpy, numba, simpy and mesa …"
python=
if python3 -m venv "$work/venv" 2>"$work/venv.log"; then
    for package in numpy numba simpy mesa; do
        "$work/venv/bin/pip" install -q "$package" >>"$work/venv.log" 2>&1 || note "pip cannot install $package"
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
# The time of so many runs, less that of few: what is compiled before does not count.
ours() { # name, file, few, many, more arguments
    local name=$1 file=$2 few=$3 many=$4; shift 4
    [ -f "$here/$file" ] || return
    local times=()
    for runs in "$few" "$many"; do
        local begin end
        begin=$(date +%s%N)
        "${core[@]}" "$rogatio" simulate "$here/$file" --runs "$runs" --seed 1 --threads 1 "$@" >"$work/out" 2>"$work/err" || { missing[$name]="rogatio: $(grep -m1 -E '^error' "$work/err")"; return; }
        end=$(date +%s%N)
        times+=($((end - begin)))
    done
    grep -q 'interpreted' "$work/out" && missing[$name]="interpreted: $(head -c 100 "$work/err")" && return
    keep "$name" "$(awk -v n=$((many - few)) -v a="${times[0]}" -v b="${times[1]}" 'BEGIN { print (b > a) ? n * 1e9 / (b - a) : 0 }')"
}
# A line `NAME … median X runs/s best Y runs/s` for each of an anchor's ways.
theirs() { # command …
    "${core[@]}" timeout 600 "$@" 2>>"$work/anchors.log" | sed -n 's/^\(.*[^ ]\)  *median *\([0-9.e+]*\) [a-z]*\/s  *best *\([0-9.e+]*\).*/\3\t\1/p' >"$work/lines"
    while IFS=$'\t' read -r speed name; do keep "$name" "$speed"; done <"$work/lines"
}
declare -A missing
for round in $(seq "$rounds"); do
    note "round $round of $rounds …"
    ours W1.block examples/bench/council_vote.rog 100000 60000000
    ours W1.jit examples/bench/council_vote.rog 10000 2000000 --engine jit
    ours W2 examples/bench/w2_treaty.rog 1000 30000
    ours W3 examples/bench/w3_approval.rog 10000 2000000
    for w in w1 w2 w3; do
        [ -x "$work/theirs/release/$w" ] && theirs "$work/theirs/release/$w"
        [ -n "$python" ] && [ "$round" = 1 ] && (cd "$anchors/py" && :) && theirs env PYTHONPATH="$anchors/py" PYTHONDONTWRITEBYTECODE=1 "$python" "$anchors/py/$w.py"
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
row "W2 against Mesa" W2 '[Mm]esa' 1000
row "W2 against the best numpy" W2 '^W2.*numpy' 2
row "W3 against Rust with tables, splitmix" W3 '^W3 table\+alias, per-run splitmix' 0.6
row "W3 against SimPy" W3 '[Ss]im[Pp]y' 150
row "W3 against Numba" W3 '[Nn]umba' 2

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

left+=("the exact probability of W1 in a microsecond, the law of W2's date: not timed here")
left+=("two threads against one, memory of a thread: not timed here")
if [ ${#left[@]} -gt 0 ]; then
    printf '\nleft out:\n'
    printf '  %s\n' "${left[@]}"
fi
exit $failed
