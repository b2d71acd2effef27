"""Every statement that the store runs, built once and the same for every database.

What an agent must win against others is one conditional UPDATE: whoever changes the row has it, and whoever changes
none has lost. No statement needs RETURNING or an upsert: clusters still run SQLite 3.26, which has neither in the
form that PostgreSQL has.
"""

from __future__ import annotations

from dataclasses import fields

from sqlalchemy import BigInteger, BindParameter, Double, String, bindparam, case, func, insert, null, select, update

from sweepbridge.store.records import Run, Search, Sweep
from sweepbridge.store.tables import Words, events, now, rows, runs, searches, sweeps, trials

OVER = ("stopped", "cancelled", "finished", "failed")
"""The states of a sweep in which no trial begins any more."""

ITS_OWN_END = ("finished", "failed")
"""Those that no person has put it in."""

# What a person may have typed is put so that a database answers "none", and not that it can't be: an id as words, and
# a number as one of 64 bits.
_sweep: BindParameter[str] = bindparam("of_sweep", Words())
_trial: BindParameter[int] = bindparam("of_trial", BigInteger())
_run: BindParameter[int] = bindparam("of_run", BigInteger())
_agent: BindParameter[str] = bindparam("of_agent", Words())
_since: BindParameter[int] = bindparam("since", BigInteger())
_at: BindParameter[int] = bindparam("at", BigInteger())
_search: BindParameter[int] = bindparam("of_search", BigInteger())
_to_state: BindParameter[str] = bindparam("to_state", String())
_why: BindParameter[str] = bindparam("why", Words())

_this_sweep = sweeps.c.id == _sweep
_this_trial = (trials.c.sweep_id == _sweep) & (trials.c.number == _trial)
_this_run = (runs.c.sweep_id == _sweep) & (runs.c.trial == _trial) & (runs.c.run == _run)
_still_held = _this_run & (runs.c.agent == _agent) & (runs.c.state == "running")
_takes_trials = select(sweeps.c.id).where(_this_sweep, sweeps.c.state == "running").exists()

# Sweeps

NEW_SWEEP = insert(sweeps).values(
    id=_sweep, state="running", logged=0, created_at=now(), ended_at=null(), search=0, searches=1
)
ALL_SWEEPS = (
    select(*((sweeps if field.name in sweeps.c else searches).c[field.name] for field in fields(Sweep)))
    .join_from(sweeps, searches, (searches.c.sweep_id == sweeps.c.id) & (searches.c.number == sweeps.c.search))
    .order_by(sweeps.c.number)
)
ONE_SWEEP = ALL_SWEEPS.where(_this_sweep)
SWEEP_IDS = select(sweeps.c.id).order_by(sweeps.c.number)
AGE = select(now() - sweeps.c.created_at).where(_this_sweep)
STATE = select(sweeps.c.state).where(_this_sweep)

SET_STATE = (
    update(sweeps)
    .where(
        _this_sweep,
        sweeps.c.state.not_in(bindparam("unless", expanding=True)),
        # What is over stays over, unless a person lets it run again. `stopped` lets trials run on, and so it can still
        # become `cancelled`.
        sweeps.c.state.not_in(OVER)
        | (_to_state == "running")
        | ((sweeps.c.state == "stopped") & (_to_state == "cancelled")),
    )
    .values(
        state=_to_state,
        reason=_why,
        ended_at=case((_to_state.in_(OVER), func.coalesce(sweeps.c.ended_at, now())), else_=null()),
    )
)
FINISH = SET_STATE.where(sweeps.c.length == _at, sweeps.c.state == "running")

# Searches

NEW_SEARCH = insert(searches).values(sweep_id=_sweep, number=_search)
COUNT_SEARCH = update(sweeps).where(_this_sweep, sweeps.c.searches == _search).values(searches=sweeps.c.searches + 1)
SEARCHES = (
    select(*(searches.c[field.name] for field in fields(Search)))
    .where(searches.c.sweep_id == _sweep)
    .order_by(searches.c.number)
)
SWITCH = update(sweeps).where(_this_sweep).values(search=_search)

# The log

ADVANCE = (
    update(sweeps)
    .where(_this_sweep, sweeps.c.length == _at, sweeps.c.state == "running")
    .values(length=sweeps.c.length + 1, began=sweeps.c.began + 1)
)
ADVANCE_AGAIN = (
    update(sweeps)
    .where(_this_sweep, sweeps.c.length == _at, sweeps.c.state.in_(("running", "paused", *ITS_OWN_END)))
    .values(
        length=sweeps.c.length + 1,
        began=sweeps.c.began + 1,
        state=case((sweeps.c.state.in_(ITS_OWN_END), "running"), else_=sweeps.c.state),
        reason=case((sweeps.c.state == "paused", sweeps.c.reason), else_=null()),
        ended_at=null(),
    )
)
EXTEND = update(sweeps).where(_this_sweep).values(length=sweeps.c.length + 1)
LENGTHS = select(sweeps.c.length, sweeps.c.began).where(_this_sweep)
NEW_EVENT = insert(events).values(sweep_id=_sweep, position=_at, kind=bindparam("of_kind"), trial=_trial)

_has_ended = events.c.kind == "ended"
LOG = (
    select(
        events.c.position,
        events.c.kind,
        trials.c.number,
        trials.c.seed,
        trials.c.state,
        trials.c.run,
        trials.c.params,
        trials.c.note,
        trials.c.search,
        case((_has_ended, trials.c.losses)).label("losses"),
        case((_has_ended, trials.c.observations)).label("observations"),
        case((_has_ended, trials.c.reason)).label("reason"),
    )
    .join_from(events, trials, (trials.c.sweep_id == events.c.sweep_id) & (trials.c.number == events.c.trial))
    .where(events.c.sweep_id == _sweep, events.c.position >= _since)
    .order_by(events.c.position)
)
ENDS = (
    select(events.c.position, events.c.trial, trials.c.state)
    .join_from(events, trials, (trials.c.sweep_id == events.c.sweep_id) & (trials.c.number == events.c.trial))
    .where(events.c.sweep_id == _sweep, events.c.position >= _since, _has_ended)
    .order_by(events.c.position)
)

# Trials

NEW_TRIAL = insert(trials).values(
    sweep_id=_sweep, number=_trial, state="running", run=1, agent=_agent, began_at=now(), search=_search
)
NEW_WAITING_TRIAL = insert(trials).values(
    sweep_id=_sweep, number=_trial, state="waiting", run=0, agent="", began_at=now(), search=null()
)
NEW_PRIOR_TRIAL = insert(trials).values(
    sweep_id=_sweep,
    number=_trial,
    state=_to_state,
    run=0,
    agent="",
    losses=bindparam("its_losses"),
    observations=bindparam("its_observations"),
    summary=bindparam("its_summary"),
    reason=_why,
    began_at=now(),
    ended_at=now(),
    search=null(),
)
_is_prior = (trials.c.run == 0) & (trials.c.state != "waiting")
_trials_with_their_search = select(trials, searches.c.backend, searches.c.method).outerjoin_from(
    trials, searches, (searches.c.sweep_id == trials.c.sweep_id) & (searches.c.number == trials.c.search)
)
ALL_TRIALS = _trials_with_their_search.where(trials.c.sweep_id == _sweep).order_by(trials.c.number)
ONE_TRIAL = _trials_with_their_search.where(_this_trial)
PRIORS = ALL_TRIALS.where(_is_prior)
COUNTS = (
    select(trials.c.state, func.count().label("trials"))
    .where(trials.c.sweep_id == _sweep, ~_is_prior)
    .group_by(trials.c.state)
)
END_TRIAL = (
    update(trials)
    .where(_this_trial, trials.c.state == "running")
    .values(
        state=_to_state,
        losses=bindparam("its_losses"),
        observations=bindparam("its_observations"),
        summary=bindparam("its_summary"),
        reason=_why,
        ended_at=now(),
    )
)
OLDEST_WAITING = (
    select(trials)
    .where(trials.c.sweep_id == _sweep, trials.c.state == "waiting", _takes_trials)
    .order_by(trials.c.number)
    .limit(1)
)
TAKE = (
    update(trials)
    .where(_this_trial, trials.c.state == "waiting", trials.c.run == _run - 1, _takes_trials)
    .values(state="running", run=_run, agent=_agent)
)
PUT_BACK = update(trials).where(_this_trial, trials.c.state == "running").values(state="waiting")

# Runs

NEW_RUN = insert(runs).values(
    sweep_id=_sweep, trial=_trial, run=_run, agent=_agent, state="running", started_at=now(), heard_at=now()
)
RUNS_OF_SWEEP = (
    select(*(runs.c[field.name] for field in fields(Run)))
    .where(runs.c.sweep_id == _sweep)
    .order_by(runs.c.trial, runs.c.run)
)
RUNS_OF_TRIAL = RUNS_OF_SWEEP.where(runs.c.trial == _trial)
UNFINISHED_OF_AGENT = (
    select(trials)
    .join_from(runs, trials, (trials.c.sweep_id == runs.c.sweep_id) & (trials.c.number == runs.c.trial))
    .where(runs.c.sweep_id == _sweep, runs.c.agent == _agent, runs.c.state == "running")
    .order_by(runs.c.started_at)  # by number, SQLite would walk the primary key, and read every run there is
    .limit(1)
)
HEAR_RUN = update(runs).where(_still_held).values(heard_at=now())
HEAR_AGENT = (
    update(runs)
    .where(runs.c.sweep_id == _sweep, runs.c.agent == _agent, runs.c.state == "running")
    .values(heard_at=now())
)
END_RUN = (
    update(runs)
    .where(_still_held)
    .values(state=_to_state, ended_at=now(), exit_code=bindparam("with_code"), reason=_why)
)

_is_silent = (runs.c.state == "running") & (runs.c.heard_at < now() - bindparam("silence_s", Double()))
SILENT_RUNS = select(runs.c.trial, runs.c.run).where(runs.c.sweep_id == _sweep, _is_silent).order_by(runs.c.heard_at)
HAS_ENDED = (
    select(events.c.position)
    .join_from(events, runs, (runs.c.sweep_id == events.c.sweep_id) & (runs.c.trial == events.c.trial))
    .where(events.c.kind == "ended", _this_run, runs.c.agent == _agent, runs.c.state == _to_state)
)
LOSE_RUN = update(runs).where(_this_run, _is_silent).values(state="lost", ended_at=now(), reason=_why)

# Rows

KNOWN_ROWS = select(rows.c.index).where(
    rows.c.sweep_id == _sweep, rows.c.trial == _trial, rows.c.run == _run, rows.c.index >= _since
)
COUNT_ROWS = update(sweeps).where(_this_sweep).values(logged=sweeps.c.logged + bindparam("more", BigInteger()))
NEW_ROWS = insert(rows).values(
    sweep_id=_sweep,
    trial=_trial,
    run=_run,
    index=bindparam("at_index"),
    data=bindparam("its_data"),
    loss=bindparam("its_loss"),
    # The sweep's own count, taken in the same transaction, and not a sequence of the database's: numbers of a
    # sequence become visible in another order than they were drawn in, and a reader would miss some.
    cursor=select(sweeps.c.logged).where(_this_sweep).scalar_subquery() - bindparam("from_the_end", BigInteger()),
)
_rows_of_trial = (
    select(rows.c.index, rows.c.data, rows.c.loss)
    .where(rows.c.sweep_id == _sweep, rows.c.trial == _trial)
    .order_by(rows.c.index)
)
ROWS_OF_RUN = _rows_of_trial.where(rows.c.run == _run)
ROWS_OF_LATEST_RUN = _rows_of_trial.where(rows.c.run == select(trials.c.run).where(_this_trial).scalar_subquery())
CURVES = (
    select(rows.c.cursor, rows.c.trial, rows.c.run, rows.c.index, rows.c.loss)
    .where(rows.c.sweep_id == _sweep, rows.c.cursor > _since, rows.c.loss.is_not(None))
    .order_by(rows.c.cursor)
)
