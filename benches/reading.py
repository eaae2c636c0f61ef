#!/usr/bin/env python3
"""Measure reading: many reports, and long lines.

    benches/reading.py [PROGRAM] [REPORTS]

PROGRAM is paraph's program (default: target/release/paraph), REPORTS how many reports are made (default 10,000).
The reports are invented, from a seed, about 1.7 kB each; every tenth is a rewrite of the one before it. Prints CPU
seconds, reports a second of CPU time and the peak of memory, then the same for one line of 10 and of 50 MB.
"""
import os
import pathlib
import random
import subprocess
import sys
import tempfile

SPEAKERS = ["Ana Brandt", "Foreign Minister Ode Lind", "Norland’s government", "Sudria", "Kofi Reyes of Sudria",
            "a person close to the talks", "the port authority", "union leader Mara Vey"]
CUES = ["said that", "insisted that", "warned that", "denied that", "told reporters that", "added that", "hinted that"]
SUBJECTS = ["the ferries", "the northern pier", "the patrol boats", "the customs house", "the second draft", "the crews",
            "the strait", "the fishing zone", "the inspectors", "the coast guard"]
VERBS = ["would stay closed", "must be opened", "could be shared", "would not be touched", "had been searched",
         "would be discussed", "might be handed over", "were ready"]
WHEN = ["before Monday", "until both sides had met", "for another two weeks", "in the coming days", "after the vote",
        "unless the tolls were lifted", "this spring", "within a month"]


def report(dice):
    sentences = []
    for _ in range(16):
        if dice.random() < 0.25:
            sentences.append(f"{dice.choice(SUBJECTS).capitalize()} lay quiet {dice.choice(WHEN)}.")
            continue
        what = f"{dice.choice(SUBJECTS)} {dice.choice(VERBS)} {dice.choice(WHEN)}"
        if dice.random() < 0.3:
            what += f" and {dice.choice(SUBJECTS)} {dice.choice(VERBS)}"
        sentences.append(f"{dice.choice(SPEAKERS)} {dice.choice(CUES)} {what}.")
    return sentences


def run(arguments):
    """Runs a command; CPU seconds and peak memory in MiB."""
    pid = os.posix_spawn(arguments[0], arguments, os.environ,
                         file_actions=[(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0),
                                       (os.POSIX_SPAWN_OPEN, 2, "/dev/null", os.O_WRONLY, 0)])
    _, status, usage = os.wait4(pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        sys.exit(f"{arguments} failed")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else "target/release/paraph"
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    dice = random.Random(7)
    with tempfile.TemporaryDirectory() as folder:
        case = pathlib.Path(folder) / "case"
        subprocess.run([program, "new", str(case)], check=True, capture_output=True)
        before, size = [], 0
        for number in range(count):
            sentences = before[::-1] if number % 10 == 9 else report(dice)
            before = sentences
            day = 1 + number * 27 // max(count, 1)
            text = f"---\ndate: 2031-03-{day:02}\n---\n" + " ".join(sentences) + "\n"
            size += len(text.encode())
            (case / "reports" / f"{number:05}.txt").write_text(text, encoding="utf-8")
        print(f"{count} reports, {size / 1e6:.1f} MB")
        print("| what | CPU s | reports a CPU second | peak MiB |\n|---|---|---|---|")
        for what in ["read the first time", "read again"]:
            seconds, peak = run([program, "read", str(case), "--author", "bench"])
            print(f"| {what} | {seconds:.1f} | {count / seconds:,.0f} | {peak:.0f} |")
        for name, unit in [("one line of statements", " ".join(report(random.Random(3))) + " "),
                           ("one line of quotation marks", "“" * 97 + "said ”")]:
            for size in [10, 50]:
                path = pathlib.Path(folder) / "line.txt"
                path.write_text(unit * (size * 1_000_000 // len(unit.encode())), encoding="utf-8")
                seconds, peak = run([program, "read", "--format", "jsonl", str(path)])
                print(f"| {name}, {size} MB | {seconds:.1f} | | {peak:.0f} |")


if __name__ == "__main__":
    main()
