"""The standing house: W&B's agents work on ordinary sweeps, and this process is the agent on behalf of each.

The store remembers who holds which run, and each run's folder what its client has sent. Nothing that matters is in
memory alone, so a server that was killed goes on where it was: an agent's id says which sweep it works on and under
which name, and a run's id which trial it runs. What is kept in memory can be dropped and made again at any moment.

W&B's agent does not say how a run has ended. The client inside of the run does, by its last post; where that is
missing, the run is gone from what its agent says it has, and then:

    the client never called `init`          the run is offered once more, and has failed if that comes to nothing
    it was asked to end                     it was stopped
    otherwise                               it has failed: its process ended without a word
"""

from __future__ import annotations

import re
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Literal, cast

import yaml

import sweepbridge
from sweepbridge import Held, Over, Wait
from sweepbridge.plugin import Json
from sweepbridge.space import flat
from sweepbridge_wandb.folders import Posted, RunFolder, placed
from sweepbridge_wandb.keeping import Kept, NoSweep, run_name
from sweepbridge_wandb.nodes import id_of, names_in
from sweepbridge_wandb.refusals import Object, Refused, TryLater
from sweepbridge_wandb.views import RunView, SweepView

SILENT_S = 60.0
"""How long neither an agent nor its run may be heard of, before the run is lost."""

INTERRUPTED_S = 12.0
"""How long after a run that is over its agent may be silent, before that is taken to have ended as well.

So it is after a Ctrl-C, and after a last run that has not logged its metric.
"""

INTERRUPTED_CODE = 255
"""What the client says of a run that ended by a KeyboardInterrupt."""

OFFERS = 2
"""How often a run is offered to its agent."""

AGENT = "wandb-"
"""What the name of every agent begins with that is one of W&B's."""


@dataclass
class Hand:
    """A run that one of W&B's agents has, as this process knows it."""

    held: Held
    folder: RunFolder
    heard_at: float
    """When the agent or the run was last heard of, by this process's clock."""

    @property
    def name(self) -> str:
        """The id of the run."""
        return run_name(self.held.sweep_id, self.held.number, self.held.run)

    @property
    def key(self) -> tuple[str, str]:
        """Sweep and agent."""
        return self.held.sweep_id, self.held.agent

    @property
    def why_to_end(self) -> str | None:
        """Why it was asked to end; None if it was not. What was once said stays said."""
        return self.held.reason_to_end or cast("str | None", self.folder.about.get("stop"))


class Standing(Kept):
    """Sweeps in a store, for W&B's agents to work on. Threads share it."""

    def __init__(
        self, store: sweepbridge.Store, say: Callable[[str], None], now: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(store)
        self._say = say
        self._now = now
        self._hands: dict[tuple[str, str], Hand] = {}
        self._locks = [threading.RLock() for _ in range(256)]

    # What the server does by itself

    def take_up(self) -> None:
        """After a start: every run that one of W&B's agents had is given another minute to be heard of."""
        for opened in sweepbridge.list_sweeps(store=self.store):
            for run in opened.runs():
                if run.state == "running" and run.agent.startswith(AGENT):
                    with self._of_agent(opened.id, run.agent):
                        if (hand := self._hand(opened.id, run.agent)) is not None:
                            self._taken(hand)

    def reap(self) -> None:
        """End what nobody will report: runs of which nothing was heard for long, or whose agent was interrupted."""
        for key, hand in list(self._hands.items()):
            silent = self._now() - hand.heard_at
            if silent < (INTERRUPTED_S if hand.folder.is_complete else SILENT_S):
                continue
            with self._of_agent(*key):
                if self._hands.get(key) is hand:
                    self._lose(hand)
        self.forget_sweeps(unless=[sweep for sweep, _ in list(self._hands)])

    def _lose(self, hand: Hand) -> None:
        opened = self.open(hand.held.sweep_id)
        if opened.state == "cancelled":
            self._end(hand, "stopped", "the sweep was cancelled")
        elif hand.folder.is_complete and hand.folder.exit_code != INTERRUPTED_CODE:
            self._end(hand, "failed" if hand.folder.exit_code else "finished", _how(hand))
        elif hand.folder.is_complete:
            hand.held.give_back("its agent was interrupted", exit_code=hand.folder.exit_code)
            self._forget(hand)
        else:
            hand.held.give_back(f"neither it nor its agent was heard of for {SILENT_S:g} seconds", state="lost")
            self._forget(hand)

    # What agents ask for

    def new_agent(self, sweep: str, host: str) -> str:
        """An agent wants to work on a sweep: its id, which says where it belongs after any restart."""
        opened = self.open(sweep)
        place = re.sub(r"[^A-Za-z0-9._-]", "_", host)[:60] or "somewhere"
        return id_of("Agent", opened.id, f"{AGENT}{place}-{secrets.token_hex(4)}")

    def heartbeat(self, agent: str, running: Sequence[str]) -> list[dict[str, Json]]:
        """An agent is alive, and has these runs: what it is to do. Of several commands, older agents obey the first."""
        names = names_in(agent, "Agent")
        if len(names) != 2 or not names[1].startswith(AGENT):
            raise Refused(f"{agent[:80]!r} is no id of an agent")
        sweep, name = names
        try:
            with self._of_agent(sweep, name):
                return self._commands(sweep, name, running)
        except NoSweep:
            return [{"type": "exit"}]  # a 404 would end the newest agents, and leave older ones asking for ever
        except sweepbridge.PluginError as error:
            self._say(str(error))
            return [{"type": "exit"}]

    def _commands(self, sweep: str, name: str, running: Sequence[str]) -> list[dict[str, Json]]:
        hand = self._hand(sweep, name)
        commands: list[dict[str, Json]] = []
        if hand is not None and hand.name in running:
            if self._beat(hand) is not None:
                commands.append({"type": "stop", "run_id": hand.name})
        elif hand is not None and (again := self._gone(hand)) is not None:
            return [again]
        known = hand.name if hand is not None else None
        strays: list[dict[str, Json]] = [
            {"type": "stop", "run_id": run} for run in running if run != known and not self._has_ended(run)
        ]
        if commands or strays or running:
            return [*commands, *strays]
        return self._next(sweep, name)

    def _has_ended(self, run: str) -> bool:
        """Whether a run came to an end of its own: what its program does after that is none of our business."""
        return self.holder(run)[2] in ("finished", "failed")

    def _next(self, sweep: str, name: str) -> list[dict[str, Json]]:
        found = self.open(sweep).ask_for(name)
        match found:
            case Over(reason):
                self._say(f"{name} leaves sweep {sweep}: {reason}")
                return [{"type": "exit"}]
            case Wait():
                return []
            case _:
                hand = self._new_hand(found)
                self._say(f"{name} runs trial {found.number} of sweep {sweep}: {found.params}")
                return [self._offer(hand)]

    def _offer(self, hand: Hand) -> dict[str, Json]:
        offers = cast("int", hand.folder.about.get("offers", 0))
        hand.folder.note(offers=offers + 1)
        args: dict[str, Json] = {name: {"value": value} for name, value in hand.held.params.items()}
        program = self.open(hand.held.sweep_id).config.program
        return {"type": "run", "run_id": hand.name, "args": args, "program": program}

    def _gone(self, hand: Hand) -> dict[str, Json] | None:
        """A run that its agent does not have, and of which nobody has said how it ended: an offer, or its end."""
        offers = cast("int", hand.folder.about.get("offers", 0))
        if hand.why_to_end is not None:
            self._end(hand, "stopped", hand.why_to_end)
        elif hand.folder.is_complete:
            self._end(hand, "failed" if hand.folder.exit_code else "finished", _how(hand))
        elif hand.folder.has_begun:
            self._end(hand, "failed", "its process ended without a word, as one that was killed does")
        elif offers < OFFERS:
            hand.heard_at = self._now()
            return self._offer(hand)
        else:
            self._end(hand, "failed", f"it ended before wandb.init(), {OFFERS} times: see what its agent has printed")
        return None

    # What runs send

    def begin(self, name: str, project: str | None, sweep: str | None, about: Object) -> tuple[RunView, bool]:
        """The client has called `init`, or says more about the run. One that belongs to no sweep is kept as well."""
        folder = self.folder_of(name) or self.make_folder(name)
        is_first = folder.begin(placed(about, project, sweep))
        hand = next((one for one in list(self._hands.values()) if one.name == name), None)
        if hand is not None:
            hand.heard_at = self._now()
        run = self.run(name)
        assert run is not None, "its folder is there"
        return run, is_first

    def folder(self, name: str) -> RunFolder:
        """The folder of a run. Refused if there is none."""
        found = self.folder_of(name)
        if found is None:
            raise Refused(f"no run {name[:80]}", 404)
        return found

    def take(self, name: str, posted: Posted) -> bool:
        """Take in what the client has posted: to disk first, then to the store. Whether the run is to end now."""
        folder = self.folder_of(name)
        if folder is None:
            raise TryLater(f"no run {name[:80]}")
        folder.take(posted)
        if posted.output is not None:
            folder.take_output(*posted.output, posted.writer)
        sweep, agent, state = self.holder(name)
        if state != "running":
            return state == "lost"  # another run has its trial: this one may as well end
        with self._of_agent(sweep, agent):
            hand = self._hand(sweep, agent)
            return hand is not None and hand.name == name and self._taken(hand)

    def _taken(self, hand: Hand) -> bool:
        why = self._beat(hand)
        if hand.key in self._hands and hand.folder.is_complete:
            self._complete(hand)
        return why is not None

    def _complete(self, hand: Hand) -> None:
        code = hand.folder.exit_code
        if hand.why_to_end is not None:
            self._end(hand, "stopped", hand.why_to_end)
        elif code != INTERRUPTED_CODE and (code or self._has_result(hand)):
            self._end(hand, "failed" if code else "finished", _how(hand))
        # Else it was Ctrl-C, if its agent is gone too; or the script calls `init` again, and logs its metric then. The
        # next heartbeat tells, or its absence.

    def _has_result(self, hand: Hand) -> bool:
        """Whether a run has logged what its sweep looks for."""
        logged = {name for row in hand.folder.rows() for name in row} | {*flat(hand.folder.summary)}
        return all(objective.name in logged for objective in self.open(hand.held.sweep_id).objectives)

    # Hands

    def _hand(self, sweep: str, agent: str) -> Hand | None:
        """The run that an agent has: as it is known here, else as the store and the run's folder know it."""
        known = self._hands.get((sweep, agent))
        if known is not None:
            return known
        held = self.open(sweep).held(agent)
        return self._new_hand(held) if held is not None else None

    def _new_hand(self, held: Held) -> Hand:
        hand = Hand(held, self.folder_at(held.directory), self._now())
        self._hands[hand.key] = hand
        return hand

    def _beat(self, hand: Hand) -> str | None:
        """The run is alive: carry what it has sent to the store. Why it is to end, or None."""
        hand.heard_at = self._now()
        try:
            why = hand.held.beat()
        except sweepbridge.StoreError:
            self._forget(hand)  # what was not stored is read again from its folder
            raise
        if hand.held.is_given_up:
            self._forget(hand)
        elif why is not None and hand.folder.about.get("stop") is None:
            hand.folder.note(stop=why)
        return why or hand.why_to_end

    def _end(self, hand: Hand, state: Literal["finished", "stopped", "failed"], reason: str | None) -> None:
        try:
            ended = hand.held.end(state, reason=reason, exit_code=hand.folder.exit_code)
        finally:
            self._forget(hand)
        if ended is not None:
            why = ended.reason or self._result(hand, ended.loss)
            line = f"trial {ended.number} of sweep {hand.held.sweep_id} {ended.state}"
            self._say(f"{line}: {why}" if why else line)

    def _result(self, hand: Hand, loss: float | None) -> str:
        """The first metric as it was logged, of which a loss may be the negative; empty if there is none."""
        objectives = self.open(hand.held.sweep_id).objectives
        if loss is None or not objectives:
            return ""
        return f"{objectives[0].name}={loss if objectives[0].goal == 'minimize' else -loss:g}"

    def _forget(self, hand: Hand) -> None:
        self._hands.pop(hand.key, None)

    def _of_agent(self, sweep: str, agent: str) -> AbstractContextManager[bool]:
        """One thing at a time for each agent."""
        return self._locks[hash((sweep, agent)) % len(self._locks)]

    # Sweeps

    def make_sweep(self, config: str, project: str | None, title: str | None) -> tuple[SweepView, list[str]]:
        """Make a sweep from the text of its config; and what there is to note about it."""
        given = _config_of(config)
        if title and not given.get("name"):
            given["name"] = title
        notes: list[str] = []
        try:
            made = sweepbridge.sweep(given, project=project, store=self.store, say=notes.append)
        except (sweepbridge.ConfigError, sweepbridge.BackendError) as error:
            raise Refused(str(error)) from error
        self._say(f"sweep {made} was made")
        return self.view(self.open(made)), [note for note in notes if note.startswith("note: ")]

    def set_state(self, name: str, state: str) -> SweepView:
        """Pause, resume, stop or cancel a sweep, in W&B's words."""
        opened = self.open(name)
        change = {
            "PAUSED": opened.pause,
            "RUNNING": opened.resume,
            "FINISHED": opened.stop,
            "CANCELED": opened.cancel,
            "CANCELLED": opened.cancel,
        }.get(state.upper())
        if change is None:
            raise Refused(f"state {state[:40]!r} is none of RUNNING, PAUSED, FINISHED, CANCELED")
        try:
            change()
        except sweepbridge.UsageError as error:
            raise Refused(str(error)) from error
        self._say(f"sweep {name} is now {opened.state}")
        return self.view(opened)


def _how(hand: Hand) -> str | None:
    """How a run has failed: its exit code, and the last line of what it has printed. None if it has not."""
    if not hand.folder.exit_code:
        return None
    printed = hand.folder.path / "stdout.log"
    lines = (
        printed.read_text(encoding="utf-8", errors="replace")[-4000:].strip().splitlines() if printed.is_file() else []
    )
    code = f"exit code {hand.folder.exit_code}"
    return f"{code}: {lines[-1].strip()}" if lines else code


def _config_of(text: str) -> dict[str, object]:
    try:
        given = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise Refused(f"the config can't be read: {error}") from None
    if not isinstance(given, dict):
        raise Refused("the config is no mapping")
    return given
