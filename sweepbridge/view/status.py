"""A sweep, one of its trials, and its best trial, in words."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from sweepbridge.engine import name_of
from sweepbridge.rundir import RunDir
from sweepbridge.space import dotted
from sweepbridge.spec import SweepConfig
from sweepbridge.store import Row, Run, Search, Sweep, TrialRecord
from sweepbridge.view import words
from sweepbridge.view.again import as_json, command_if_any
from sweepbridge.view.best import best_of


def sweep_text(
    sweep: Sweep, config: SweepConfig, trials: Sequence[TrialRecord], searches: Sequence[Search] = ()
) -> str:
    """What a sweep is, how far it is, and its best trial; and where it has several searches, which trials are whose."""
    counts = Counter("prior" if record.trial.is_prior else record.state for record in trials)
    lines = [
        f"{sweep.id}  {sweep.name or ''}".rstrip(),
        f"  state     {sweep.state}{f': {sweep.reason}' if sweep.reason else ''}",
        f"  search    {sweep.method} by {sweep.backend}, seed {sweep.seed}  ({_versions(sweep.provenance)})",
    ]
    if len(searches) > 1:
        lines += [f"            {_whose(search, trials)}" for search in searches]
    lines += [
        f"  created   {words.moment(sweep.created_at)}",
        f"  trials    {', '.join(f'{count} {state}' for state, count in sorted(counts.items())) or 'none yet'}",
    ]
    lines += [
        f"  {record.state:<9} {_trial_line(record, config)}"
        for record in trials
        if record.state in ("running", "waiting")
    ]
    best = best_of(trials)
    if best is not None:
        found = words.objectives(config.objectives, best.trial.losses)
        lines.append(f"  best      {_title(best, config)}  {found}  {words.params(best.trial.params)}")
    return "\n".join(lines)


def trial_text(
    record: TrialRecord,
    config: SweepConfig,
    runs: Sequence[Run],
    rows: Sequence[Row],
    *,
    standing: str | None = None,
    searches: Sequence[Search] = (),
) -> str:
    """All that is known of one trial; `standing` is what the stopper says of it now."""
    trial = record.trial
    lines = [f"{_title(record, config)}  {record.state}{f': {trial.reason}' if trial.reason else ''}"]
    lines += [f"  {dotted(path):<24} {words.value(value)}" for path, value in trial.params.items()]
    if trial.losses and trial.state != "failed":
        lines.append(f"  result    {words.objectives(config.objectives, trial.losses)}")
    lines.append(f"  seed      {trial.seed}")
    lines += [
        f"  search    {search.who}  ({_versions(search.provenance)})"
        for search in searches
        if search.number == trial.search
    ]
    lines.append(f"  logged    {len(rows)} rows")
    if standing is not None:
        lines.append(f"  stopper   {standing}")
    if record.summary:
        lines.append(f"  summary   {json.dumps(dict(record.summary), ensure_ascii=False)}")
    for run in runs:
        reason = f": {run.reason}" if run.reason else ""
        lines.append(f"  run {run.run}     {run.state}{reason}, by {run.agent}, from {words.moment(run.started_at)}")
    return "\n".join(lines)


def best_text(sweep: Sweep, config: SweepConfig, trials: Sequence[TrialRecord], *, runs: Path) -> str:
    """The best trial, its parameters, and how to make it again; `runs` is the store's folder of run directories."""
    if not config.objectives:
        return f"no trial of {sweep.id} is the best: its config has no metric; {len(trials)} have begun"
    best = best_of(trials)
    if best is None:
        return f"no trial of {sweep.id} has a result yet: {len(trials)} have begun"
    directory = RunDir.of(runs, sweep.id, best.trial.number, best.runs)
    found = words.objectives(config.objectives, best.trial.losses)
    lines = [f"best of {len(trials)}: {_title(best, config)}  {found}"]
    lines += [f"  {dotted(path):<24} {words.value(value)}" for path, value in best.trial.params.items()]
    lines += ["again:", f"  {again(config, best, config_file=directory.config_file)}"]
    return "\n".join(lines)


def again(config: SweepConfig, record: TrialRecord, *, config_file: Path) -> str:
    """The command that runs a trial's configuration again; its parameters as JSON where there is none."""
    return command_if_any(config, record, config_file=config_file) or as_json(record)


def _whose(search: Search, trials: Sequence[TrialRecord]) -> str:
    """Which trials a search has suggested, and the versions it was made of."""
    own = [record.trial.number for record in trials if record.trial.search == search.number]
    return f"{search.who}: {words.numbered(own)}  ({_versions(search.provenance)})"


def _versions(provenance: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in provenance.items())


def _title(record: TrialRecord, config: SweepConfig) -> str:
    """A trial by its number and its name."""
    return f"trial {record.trial.number} {name_of(config, record.trial)}"


def _trial_line(record: TrialRecord, config: SweepConfig) -> str:
    agent = f"  by {record.agent}" if record.agent else ""
    return f"{_title(record, config)}{agent}  {words.params(record.trial.params)}"
