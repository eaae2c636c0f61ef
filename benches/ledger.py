#!/usr/bin/env python3
"""Measures a ledger of many statements and prints the table of docs/benchmarks.md.

python3 benches/ledger.py [STATEMENTS] [FOLDER]

STATEMENTS is 1,000,000 unless given; FOLDER keeps the generated ledger between runs.
"""

import os
import subprocess
import sys
from pathlib import Path


def main() -> None:
    statements = sys.argv[1].replace(",", "") if len(sys.argv) > 1 else "1000000"
    environment = dict(os.environ, PARAPH_LEDGER_STATEMENTS=statements)
    if len(sys.argv) > 2:
        environment["PARAPH_LEDGER_FOLDER"] = str(Path(sys.argv[2]).resolve())
    root = Path(__file__).resolve().parent.parent
    command = ["cargo", "bench", "--quiet", "-p", "paraph-ledger", "--bench", "million"]
    run = subprocess.run(command, cwd=root, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    print(f"{int(statements):,} statements\n")
    print("| what | wall | CPU | target |\n|---|---|---|---|")
    remarks = []
    for line in run.stdout.splitlines():
        if line.startswith("# "):
            remarks.append(line[2:])
        elif line.count(" | ") == 3:
            print(f"| {line} |")
    print("\n" + "; ".join(remarks) + ".")


if __name__ == "__main__":
    main()
