#!/usr/bin/env python3
"""Prints the table of docs/benchmarks.md for deals of additive preferences, as Markdown.

    cargo build --release && cargo build --release -p paraph-exchange --example scenario
    benches/scenarios.py [--program target/release/paraph] [--only 10^7x4] [--negmas PYTHON]

Every case is written as GENIUS XML by the seeded generator, so that other tools can be run on the same
files, imported, and worked out by `paraph deals` on one core. CPU seconds are those of the two processes,
memory is the larger peak. `--negmas` names a Python that has the package `negmas` (installed into an
environment of the bench's own: `python3 -m venv V && V/bin/pip install negmas`); it then reads the same
files and looks for the same points, as long as `--patience` allows.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

# Name, issues of ten options, parties, seed, target in seconds.
CASES = [
    ("10^7x4", 7, 4, 1, 0.5),
    ("10^8x3", 8, 3, 1, 2.5),
    ("10^5x8", 5, 8, 5, 2.0),
    ("10^6x8", 6, 8, 1, 20.0),
]

NEGMAS = r"""
import json, resource, sys, time
import negmas
from negmas.inout import Scenario
from negmas.preferences.ops import kalai_points, nash_points, pareto_frontier
start = time.process_time()
scenario = Scenario.from_genius_folder(sys.argv[1], ignore_discount=True)
outcomes = list(scenario.outcome_space.enumerate())
frontier, indices = pareto_frontier(scenario.ufuns, outcomes=outcomes, sort_by_welfare=True)
nash = nash_points(scenario.ufuns, frontier, outcome_space=scenario.outcome_space)
kalai = kalai_points(scenario.ufuns, frontier, outcome_space=scenario.outcome_space)
print(json.dumps({"version": negmas.__version__, "points": len(set(frontier)), "cpu": time.process_time() - start,
                  "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}))
"""


def measured(arguments, **more):
    """Runs a program on one core; what it printed, its CPU seconds, wall seconds and peak memory in bytes."""
    core = sorted(os.sched_getaffinity(0))[0]
    start = time.monotonic()
    process = subprocess.Popen(list(map(str, arguments)), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                               preexec_fn=lambda: os.sched_setaffinity(0, {core}), **more)
    printed = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{arguments[0]} {arguments[1]} ended with {process.returncode}")
    return printed, usage.ru_utime + usage.ru_stime, time.monotonic() - start, usage.ru_maxrss * 1024


def beside(python, folder, patience):
    """The same by negmas, or why not."""
    try:
        done = subprocess.run([python, "-c", NEGMAS, str(folder)], capture_output=True, text=True, timeout=patience)
    except subprocess.TimeoutExpired:
        return f"not within {patience} s"
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines()
        return "fails: " + (lines[-1] if lines else f"signal {-done.returncode}")
    found = json.loads(done.stdout.splitlines()[-1])
    return f'{found["cpu"]:.1f} s, {found["peak"] / 2**20:,.0f} MiB, {found["points"]:,} points ({found["version"]})'


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default="target/release/paraph")
    parser.add_argument("--generator", default="target/release/examples/scenario")
    parser.add_argument("--only", help="one of " + ", ".join(name for name, *_ in CASES))
    parser.add_argument("--reservation", default="0.0", help="every party's reservation value")
    parser.add_argument("--negmas", help="a Python that has the package negmas")
    parser.add_argument("--patience", type=int, default=300, help="seconds that negmas may take for a case")
    options = parser.parse_args()
    print("| packages × parties | efficient points | CPU s | wall s | peak MiB | target |"
          + (" negmas |" if options.negmas else ""))
    print("|---|---|---|---|---|---|" + ("---|" if options.negmas else ""))
    for name, issues, parties, seed, target in CASES:
        if options.only not in (None, name):
            continue
        with tempfile.TemporaryDirectory() as place:
            place = pathlib.Path(place)
            files = place / "files"
            subprocess.run([options.generator, "generate", files, "--issues", str(issues), "--parties", str(parties),
                            "--seed", str(seed), "--reservation", options.reservation], check=True)
            profiles = sorted(files.glob("profile-*.xml"))
            _, read_cpu, read_wall, read_peak = measured(
                [options.program, "import", files / "domain.xml", *profiles, "-o", place / "case", "--format", "json"])
            printed, cpu, wall, peak = measured(
                [options.program, "deals", place / "case", "--format", "json", "--list", "1"])
            found = json.loads(printed)
            assert len(found["picks"]) == 5, "all five rules pick"
            row = (f'| {name.replace("x", " × ")} | {found["efficient"]["points"]:,} | {read_cpu + cpu:.2f} | '
                   f'{read_wall + wall:.2f} | {max(read_peak, peak) / 2**20:.0f} | ≤ {target} s |')
            if options.negmas:
                row += f" {beside(options.negmas, files, options.patience)} |"
            print(row, flush=True)


if __name__ == "__main__":
    main()
