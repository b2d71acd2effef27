"""How good the searches are: each backend through sweepbridge, the same library used bare, and W&B's own search.

    python bench/quality.py [--seeds 10] [--trials 60] [--at-once 1,4] [--only "bayes;W&B bayes"] [--jobs 2]

Twelve problems, each searched under every seed, which is also the number of the problem's instance. Two searches are
compared pair by pair, with the same problem and seed: the one with the lesser loss so far has won, and equal ones share
the win. Where a library is compared with itself used bare, the problems that are formulas are searched under 30 more
seeds, as they cost little.

W&B's package is installed into an environment of its own under `build/`, once. Results are kept in
`build/quality.jsonl`, and a second call goes on from them; `--again` begins anew. SMAC takes ten seconds to
half a minute for a search, so it is left out unless `--only` names it.
"""

from __future__ import annotations

import argparse
import json
import math
import multiprocessing
import statistics
import sys
import warnings
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from contest.problems import FORMULAS, PROBLEMS
from contest.searches import WANDB, on_one_core, python_of, searches

BUILD = Path(__file__).resolve().parent.parent / "build"
KEPT = BUILD / "quality.jsonl"
PEER = "W&B bayes"
BARE = ", bare"
DEAR = "smac"
MORE_SEEDS = 30
"""How many more there are for a library against itself, on formulas."""
DOUBT = 0.05
"""How often "worse" may be said of any of the searches, if all of them are as good through sweepbridge as bare."""


class Job(NamedTuple):
    """One search."""

    who: str
    problem: str
    seed: int
    at_once: int
    trials: int


Found = Mapping[Job, list[float]]
"""The losses of each search, in the order in which its trials ended."""


def jobs_of(names: Iterable[str], terms: Any) -> Iterator[Job]:
    """All of them, the seeds one after the other: cut short, it has played some seeds whole."""
    names = list(names)
    twins = [name for name in names if name.removesuffix(BARE) in names and name.removesuffix(BARE) + BARE in names]
    for seed in range(terms.seeds + MORE_SEEDS):
        is_more = seed >= terms.seeds
        for at_once in terms.at_once:
            for problem in FORMULAS if is_more else PROBLEMS:
                for who in twins if is_more else names:
                    if not (is_more and who.startswith(DEAR)):
                        yield Job(who, problem, seed, at_once, terms.trials)


def play(job: Job) -> tuple[Job, list[float]]:
    """The losses of a search."""
    warnings.simplefilter("ignore")
    search = searches(python_of(WANDB) if job.who.startswith("W&B") else None)[job.who]
    losses = search(PROBLEMS[job.problem].instance(job.seed), job.seed, job.trials, job.at_once)
    assert len(losses) == job.trials, job
    return job, losses


def kept() -> dict[Job, list[float]]:
    """What earlier calls have found."""
    rows = [json.loads(line) for line in KEPT.read_text().splitlines()] if KEPT.exists() else []
    return {Job(*row["job"]): row["losses"] for row in rows}


def fill(jobs: Iterable[Job], workers: int) -> Found:
    """Every job's losses, played now where they are not kept."""
    found = kept()
    todo = [job for job in jobs if job not in found]
    BUILD.mkdir(exist_ok=True)
    on_one_core()
    with multiprocessing.get_context("spawn").Pool(workers) as pool, KEPT.open("a") as file:
        for count, (job, losses) in enumerate(pool.imap_unordered(play, todo), 1):
            file.write(json.dumps({"job": job, "losses": losses}) + "\n")
            file.flush()
            found[job] = losses
            if sys.stderr.isatty() or count % 100 == 0:
                print(f"{count} of {len(todo)} searches", file=sys.stderr)
    return found


def duel(found: Found, one: str, other: str, at_once: int, after: int) -> list[float]:
    """For each problem and seed: 1 where the one has the lesser loss so far, 0 where the other has, 0.5 where equal."""
    points = []
    for job, losses in found.items():
        rival = job._replace(who=other)
        if job.who == one and job.at_once == at_once and rival in found:
            mine, its = min(losses[:after]), min(found[rival][:after])
            is_equal = math.isclose(mine, its, rel_tol=1e-9, abs_tol=1e-12)
            points.append(0.5 if is_equal else float(mine < its))
    return points


def p_worse(points: list[float]) -> float:
    """How likely so few wins are if both are as good: the exact sign test, one-sided, without ties."""
    wins, decided = points.count(1.0), len(points) - points.count(0.5)
    return sum(math.comb(decided, few) for few in range(wins + 1)) / 2**decided


def percent(points: list[float]) -> str:
    return f"{100 * statistics.fmean(points):.0f} %" if points else "-"


def print_against(found: Found, peer: str, names: list[str], terms: argparse.Namespace):
    """A table of how often each has won against a peer, under the seeds that all have."""
    ways = [(at_once, after) for at_once in terms.at_once for after in (terms.trials // 2, terms.trials)]
    heads = [f"{after} trials, {at_once} at once" for at_once, after in ways]
    print(f"\nwins against {peer}, of as many pairs as the last column says\n")
    print("| | " + " | ".join(heads) + " | pairs |")
    print("|---" * (len(ways) + 2) + "|")
    for who in names:
        points = [duel(found, who, peer, *way) for way in ways]
        if who != peer and points[0]:
            print(f"| {who} | {' | '.join(map(percent, points))} | {len(points[0])} |")


def print_bare(found: Found, names: list[str], terms: argparse.Namespace):
    """A table of how each does through sweepbridge against the same library used bare."""
    half, whole = terms.trials // 2, terms.trials
    duels = {
        (who, at_once, after): duel(found, who, who + BARE, at_once, after)
        for who in names
        if who + BARE in names
        for at_once in terms.at_once
        for after in (half, whole)
    }
    print("\nthrough sweepbridge, against the same library used bare; p is that of the through one being worse\n")
    print(f"| | at once | wins after {half} | p | wins after {whole} | p | pairs |")
    print("|---" * 7 + "|")
    for who, at_once in dict.fromkeys((who, at_once) for who, at_once, _ in duels):
        cells = [f"{percent(duels[who, at_once, n])} | {p_worse(duels[who, at_once, n]):.3f}" for n in (half, whole)]
        print(f"| {who} | {at_once} | {' | '.join(cells)} | {len(duels[who, at_once, whole])} |")
    worse = [f"{who}, {at_once} at once, after {after}" for who, at_once, after in worst(duels)]
    print(f"\nworse, of {len(duels)} comparisons with {DOUBT:.0%} doubt in all: {'; '.join(worse) or 'none'}")


def worst(duels: Mapping[Any, list[float]]) -> list[Any]:
    """Which are worse by Holm's step-down rule: so many comparisons make some of them look bad by chance."""
    ordered = sorted(duels, key=lambda which: p_worse(duels[which]))
    found = []
    for place, which in enumerate(ordered):
        if p_worse(duels[which]) > DOUBT / (len(ordered) - place):
            break
        found.append(which)
    return found


def print_problems(found: Found, names: list[str], terms: argparse.Namespace):
    """A table of the median of the least losses."""
    print(f"\nmedian over the seeds of the least loss after {terms.trials} trials, one at a time\n")
    print("| | " + " | ".join(names) + " |")
    print("|---" * (len(names) + 1) + "|")
    for problem in PROBLEMS:
        cells = []
        for who in names:
            own = [
                min(losses) for job, losses in found.items() if (job.who, job.problem, job.at_once) == (who, problem, 1)
            ]
            cells.append(f"{statistics.median(own):.4g}" if own else "-")
        print(f"| {problem} | {' | '.join(cells)} |")


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--trials", type=int, default=60)
    parser.add_argument("--at-once", type=lambda text: [int(one) for one in text.split(",")], default=[1, 4])
    parser.add_argument("--only", type=lambda text: text.split(";"), help="names of searches, with ; between")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--again", action="store_true")
    return parser.parse_args()


def main() -> None:
    terms: Any = parsed()
    if terms.again:
        KEPT.unlink(missing_ok=True)
    everyone = list(searches(WANDB))
    names = [name for name in everyone if (name in terms.only if terms.only else not name.startswith(DEAR))]
    if unknown := set(terms.only or ()) - set(everyone):
        raise SystemExit(f"no search named {', '.join(sorted(unknown))}; there are {'; '.join(everyone)}")
    if PEER in names:
        python_of(WANDB)
    jobs = list(jobs_of(names, terms))
    found = fill(jobs, terms.jobs)
    found = {job: found[job] for job in jobs}
    common = {job: losses for job, losses in found.items() if job.seed < terms.seeds}
    for peer in (PEER, "random"):
        if peer in names:
            print_against(common, peer, names, terms)
    print_bare(found, names, terms)
    print_problems(common, names, terms)


if __name__ == "__main__":
    main()
