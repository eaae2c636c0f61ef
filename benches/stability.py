#!/usr/bin/env python3
"""Prints the table of docs/benchmarks.md for stability and deals, as Markdown.

    benches/stability.py [--program target/release/paraph] [--most 24] [--plot docs/growth.svg]

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


def plot(path, rows):
    """Time and memory per outcome over the number of issues: one line each, relative to the smallest case."""
    width, height, left, top, bottom = 640, 300, 56, 24, 44
    issues = [row[0] for row in rows]
    highest = 2.0

    def place(issue, ratio):
        x = left + (issue - issues[0]) / (issues[-1] - issues[0]) * (width - left - 150)
        return x, top + (1 - min(ratio, highest) / highest) * (height - top - bottom)

    def line(name, column, style, marker):
        points = [place(row[0], row[column] / rows[0][column]) for row in rows]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        dots = "".join(marker.format(x=x, y=y) for x, y in points)
        x, y = points[-1]
        return (f'<polyline points="{path}" fill="none" stroke="currentColor" stroke-width="1.5" {style}/>{dots}'
                f'<text x="{x + 10:.1f}" y="{y + 4:.1f}">{name}</text>')

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" '
           'font-size="12" fill="currentColor" role="img"><title>Growth per outcome</title>'
           '<style>svg{color:#222}@media (prefers-color-scheme:dark){svg{color:#ddd}}</style>']
    for ratio in (0, 0.5, 1, 1.5, 2):
        _, y = place(issues[0], ratio)
        dash = ' stroke-dasharray="4 3"' if ratio == 1.5 else ""
        out.append(f'<line x1="{left}" x2="{width - 150}" y1="{y:.1f}" y2="{y:.1f}" stroke="currentColor" '
                   f'stroke-opacity="0.3"{dash}/><text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end">{ratio}</text>')
    for issue in issues:
        x, _ = place(issue, 0)
        out.append(f'<text x="{x:.1f}" y="{height - bottom + 18}" text-anchor="middle">{issue}</text>')
    out.append(f'<text x="{left}" y="14">per outcome, relative to {issues[0]} issues (dashed: the bound of 1.5)</text>')
    out.append(f'<text x="{(left + width - 150) / 2:.0f}" y="{height - 6}" text-anchor="middle">yes / no issues</text>')
    out.append(line("CPU time", 1, "", '<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="currentColor"/>'))
    out.append(line("memory", 2, 'stroke-dasharray="2 3"',
                    '<path d="M{x:.1f} {y:.1f}m-3.5 3.5l7 0l-3.5 -7z" fill="currentColor"/>'))
    out.append("</svg>")
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(out) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default="target/release/paraph")
    parser.add_argument("--most", type=int, default=24, help="largest number of yes / no issues")
    parser.add_argument("--plot", help="write the growth per outcome as SVG here")
    options = parser.parse_args()
    print("| case | outcomes | wall s | CPU s | peak MiB | CPU per outcome, × 2^20 | memory per outcome, × 2^20 |")
    print("|---|---|---|---|---|---|---|")
    base = None
    grown = []
    for issues in [n for n in (16, 20, 22, 24, 26, 28) if n <= options.most]:
        result = run(options.program, "--issues", issues, "--parties", 4)
        measured = row(f"{issues} issues, 4 parties", result, base)
        if issues == 20:
            base = measured
        if base is not None:
            grown.append((issues, *measured))
    if options.plot and len(grown) > 1:
        plot(options.plot, grown)
    size = min(options.most, 20)
    for name, arguments in [
        ("3 parties", ["--parties", 3]),
        ("5 parties", ["--parties", 5]),
        ("uneven: 16 issues, 4, 0", ["--parties", 3, "--split", f"{size - 4},4,0"]),
        ("every other issue with 5 options", ["--parties", 4, "--options", 5, "--issues", 12]),
        ("3 one-way issues", ["--parties", 4, "--one-way", 3]),
        ("constraints remove 1 %", ["--parties", 4, "--constraints", 0.01]),
        ("constraints remove 50 %", ["--parties", 4, "--constraints", 0.5]),
        ("constraints remove 99.9 %", ["--parties", 4, "--constraints", 0.999]),
        ("2 merged classes", ["--parties", 4, "--merged", 2]),
        ("weights", ["--parties", 4, "--preferences", "weights"]),
    ]:
        # Issues with more options are fewer.
        row(name, run(options.program, *([] if "--issues" in arguments else ["--issues", size]), *arguments), base)


if __name__ == "__main__":
    main()
