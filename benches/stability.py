#!/usr/bin/env python3
"""Prints the table of docs/benchmarks.md for stability and deals, as Markdown.

    benches/stability.py [--program target/release/paraph] [--most 24] [--deals]

Every row is one run of `paraph bench stability` on a seeded case; times are CPU seconds and wall
seconds of that run, memory the peak of its process, and the growth columns are ratios to the row of
2^20 outcomes, per outcome.
"""
import argparse
import json
import subprocess


def run(program, *arguments):
    done = subprocess.run([program, "bench", "stability", "--format", "json", *map(str, arguments)],
                          check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def row(name, result, base):
    outcomes = result["outcomes"]
    seconds, memory = result["cpu_s"] / outcomes, result["peak_bytes"] / outcomes
    growth = ("", "")
    if base is not None:
        growth = (f'{seconds / base[0]:.2f}', f'{memory / base[1]:.2f}')
    print(f'| {name} | {outcomes:,} | {result["wall_s"]:.3f} | {result["cpu_s"]:.2f} | '
          f'{result["peak_bytes"] / 2**20:,.0f} | {growth[0]} | {growth[1]} |', flush=True)
    return seconds, memory


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default="target/release/paraph")
    parser.add_argument("--most", type=int, default=24, help="largest number of yes / no issues")
    options = parser.parse_args()
    print("| case | outcomes | wall s | CPU s | peak MiB | CPU per outcome, × 2^20 | memory per outcome, × 2^20 |")
    print("|---|---|---|---|---|---|---|")
    base = None
    for issues in [n for n in (16, 20, 22, 24, 26, 28) if n <= options.most]:
        result = run(options.program, "--issues", issues, "--parties", 4)
        measured = row(f"{issues} issues, 4 parties", result, base)
        if issues == 20:
            base = measured
    size = min(options.most, 20)
    for name, arguments in [
        ("3 parties", ["--parties", 3]),
        ("5 parties", ["--parties", 5]),
        ("uneven: 16 issues, 4, 0", ["--parties", 3, "--split", f"{size - 4},4,0"]),
        ("3 one-way issues", ["--parties", 4, "--one-way", 3]),
        ("constraints remove 1 %", ["--parties", 4, "--constraints", 0.01]),
        ("constraints remove 50 %", ["--parties", 4, "--constraints", 0.5]),
        ("constraints remove 99.9 %", ["--parties", 4, "--constraints", 0.999]),
        ("2 merged classes", ["--parties", 4, "--merged", 2]),
        ("weights", ["--parties", 4, "--preferences", "weights"]),
    ]:
        row(name, run(options.program, "--issues", size, *arguments), base)


if __name__ == "__main__":
    main()
