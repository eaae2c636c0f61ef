#!/usr/bin/env python3
"""Prints the table of docs/benchmarks.md for drafts, as Markdown.

    benches/drafts.py [--program target/release/paraph]

Writes seeded drafts into a temporary folder and runs the program on them: every row is one run, with
CPU seconds (user and system), wall seconds and the peak memory of its process. The hostile texts show
that time grows with the length of a text: each is read twice, the second time four times as long.
"""
import argparse
import os
import random
import subprocess
import tempfile
import time

WHO = ["the commission", "each member", "the secretariat", "every province", "the employer", "the fund",
       "the harbour office", "the court", "a joint patrol", "the mediator", "the railway", "the union",
       "the council", "a panel of experts", "the bank", "the observers", "the ministry", "the tribunal"]
DOES = ["publish", "inspect", "finance", "restore", "register", "escort", "measure", "protect", "license",
        "review", "translate", "store", "repair", "train", "insure", "count", "map", "monitor", "audit"]
WHAT = ["bridges", "fishing permits", "archives", "school books", "water meters", "grain stocks",
        "mine fields", "border posts", "wage tables", "museum loans", "bus routes", "crop seeds",
        "tax returns", "power lines", "prison visits", "forest tracks", "oil tanks", "flood walls",
        "tram depots", "radio masts", "cable cars", "ice roads", "patient files", "wine labels"]


def point(chance):
    return [f"{chance.choice(WHO)} shall {chance.choice(DOES)} {chance.choice(WHAT)} and "
            f"{chance.choice(WHAT)} within {chance.randint(5, 99)} days".capitalize(),
            f"{chance.choice(WHO)} may ask {chance.choice(WHO)} for {chance.choice(WHAT)}".capitalize(),
            f"the costs of {chance.choice(WHAT)} are shared by {chance.choice(WHO)}".capitalize()]


def later(points, chance):
    """The next draft: numbers change, points move, go and come."""
    points = [[sentence for sentence in one] for one in points]
    for one in points:
        if chance.random() < 0.4:
            one[0] = one[0].rsplit("within", 1)[0] + f"within {chance.randint(5, 99)} days"
    for _ in range(len(points) // 25):
        points.insert(chance.randrange(len(points)), points.pop(chance.randrange(len(points))))
        points[chance.randrange(len(points))] = point(chance)
    return points


def write(folder, drafts):
    os.makedirs(f"{folder}/drafts")
    for at, points in enumerate(drafts):
        with open(f"{folder}/drafts/draft-{at:02}.md", "w") as file:
            file.write(f"---\ndate: 2031-01-{at + 1:02}\n---\n")
            for number, sentences in enumerate(points, 1):
                file.write(f"{number}. {'. '.join(sentences)}.\n\n")


def text(folder, words):
    os.makedirs(f"{folder}/drafts")
    with open(f"{folder}/drafts/one.md", "w") as file:
        file.write(words)


def row(name, program, *arguments):
    start = time.monotonic()
    process = subprocess.Popen([program, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    wall, cpu = time.monotonic() - start, used.ru_utime + used.ru_stime
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        raise SystemExit(f"{name}: the program ended with {status}")
    print(f"| {name} | {cpu:.2f} | {wall:.2f} | {used.ru_maxrss / 1024:,.0f} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default="target/release/paraph")
    program = parser.parse_args().program
    print("| what | CPU s | wall s | peak MiB |")
    print("|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        chance = random.Random(8)
        for name, count, size, commands in [
            ("two drafts of 500 points", 2, 500, ("align", "diff")),
            ("ten drafts of 60 points", 10, 60, ("align", "columns")),
        ]:
            drafts = [[point(chance) for _ in range(size)]]
            while len(drafts) < count:
                drafts.append(later(drafts[-1], chance))
            case = f"{folder}/{count}x{size}"
            write(case, drafts)
            for command in commands:
                pair = ["draft-00", "draft-01"] if command == "diff" else []
                row(f"{name}: `drafts {command}`", program, "drafts", command, case, *pair, "--format", "json")
        for name, piece, count in [
            ("opening brackets", "[", 250_000),
            ("pairs of brackets", "[a] ", 250_000),
            ("one line of words", "word ", 500_000),
            ("short points", "1. a\n", 100_000),
            ("options", "Option 1: a\n", 100_000),
        ]:
            for times in (1, 4):
                case = f"{folder}/{name}-{times}"
                text(case, "1. " + piece * (count * times))
                row(f"{count * times:,} × {name}: `drafts brackets`", program, "drafts", "brackets", case,
                    "--format", "json")


if __name__ == "__main__":
    main()
