"""Backends that each break one promise.

For every check of the kit there is one that it must find: `BAD` has it by the check's name, with what the check must
say of it. So no check can pass everything.
"""

import itertools
import os
import random
import threading
import time

import numpy

from sweepbridge.plugin import Issue, Suggestion, unknown_options
from sweepbridge.space import Grid
from tests.plugin.kit.good import Good, Searcher
from tests.plugin.kit.imports_numpy import ImportsNumpy

RELEASE = threading.Event()
"""Set by the tests, so that a thread that was left behind ends with them."""


def backend(**parts):
    """A good backend but for these parts."""
    return type("Bad", (Good,), parts)()


def searching(method="bad", **parts):
    """A good backend but for these parts of its searcher."""
    return backend(methods=(method,), searcher=type("BadSearcher", (Searcher,), parts))


def with_value(path, value):
    """A backend that gives one parameter, where there is one of this name, what `value` makes of chance."""

    def params(self, chance):
        found = Searcher.params(self, chance)
        return {**found, path: value(chance)} if path in found else found

    return searching(params=params)


def failing(when, error):
    """A backend that raises when it is told of certain trials."""

    def tell(self, trial):
        Searcher.tell(self, trial)
        if when(self, trial):
            raise error

    return searching(tell=tell)


COUNTER = itertools.count()


class OfItsOwn(Searcher):
    """Has a generator of its own, made when it was started."""

    def __init__(self, problem):
        super().__init__(problem)
        self.own = next(COUNTER)

    def salt(self):
        return self.own


class Mutating(Searcher):
    """Moves on when it is asked."""

    asked = 0

    def salt(self):
        self.asked += 1
        return self.asked


class Ordered(Searcher):
    """Answers by what it was asked before."""

    before = 0

    def ask(self, seed):
        self.before, before = seed, self.before
        return Suggestion(self.params(random.Random(f"{seed}/{before}")))


HASHES = searching(salt=lambda self: hash("a string"))
"""Answers by the order of a set, which is another one in each process."""

SHARED = []


class Shares(Searcher):
    def tell(self, trial):
        SHARED.append(trial)

    def salt(self):
        return len(SHARED)


class MatchesByValue(Searcher):
    """Takes what it has named for what ran."""

    named = None

    def ask(self, seed):
        self.named = super().ask(seed)
        return self.named

    def tell(self, trial):
        super().tell(trial)
        if trial.is_running and self.named is not None and dict(trial.params) != dict(self.named.params):
            raise KeyError("I have named no such trial")


class HandsOutItsOwn(Searcher):
    def __init__(self, problem):
        super().__init__(problem)
        self.notes = {"mine": True}

    def note(self):
        return self.notes


class SpoilsTrials(Searcher):
    def tell(self, trial):
        trial.params["seen"] = True


class SpoilsOptions(Searcher):
    def __init__(self, problem):
        super().__init__(problem)
        problem.options["seen"] = True


class EndsUnlessOdd(Searcher):
    """Has an end for even seeds only."""

    def ask(self, seed):
        return None if len(self.trials) >= 6 and seed % 2 == 0 else super().ask(seed)


class WaitsAndThenEndsForSome(Searcher):
    def ask(self, seed):
        if len(self.running) >= 20 or (len(self.trials) >= 20 and seed % 2 == 0):
            return None
        return super().ask(seed)


class ForgetsWhatRuns(Searcher):
    """A grid that counts results only, so that a point is handed out again while it runs."""

    def ask(self, seed):
        place = len(self.trials) - len(self.running)
        grid = Grid(self.space)
        return Suggestion(grid.point(place)) if place < grid.size else None


class GivesUp(Searcher):
    """Ends once twenty trials have run at once."""

    most = 0

    def tell(self, trial):
        super().tell(trial)
        self.most = max(self.most, len(self.running))

    def ask(self, seed):
        return None if self.most >= 20 else super().ask(seed)


class PerWholeBudget(Searcher):
    def __init__(self, problem):
        super().__init__(problem)
        self.plan = range(problem.budget)


class Prints(Searcher):
    def ask(self, seed):
        print("thinking")
        return super().ask(seed)


class LeavesThreads(Searcher):
    def __init__(self, problem):
        super().__init__(problem)
        threading.Thread(target=RELEASE.wait, name="left-behind").start()


class ChangesTheEnvironment(Searcher):
    def ask(self, seed):
        os.environ["SWEEPBRIDGE_BAD"] = str(seed)
        return super().ask(seed)


class UsesGlobalChance(Searcher):
    def salt(self):
        return random.random()


class SeedsGlobalChance(Searcher):
    def ask(self, seed):
        random.seed(seed)
        return super().ask(seed)


class OneLossOnly(Searcher):
    def tell(self, trial):
        super().tell(trial)
        if trial.losses:
            (self.loss,) = trial.losses


class TwoLossesOfItsOwn(OfItsOwn):
    def salt(self):
        return self.own if self.problem.objectives > 1 else 0


class SlowToAsk(Searcher):
    def ask(self, seed):
        time.sleep(0.3 if len(self.trials) > 100 else 0)
        return super().ask(seed)


class SlowToTell(Searcher):
    def tell(self, trial):
        time.sleep(0.001)
        super().tell(trial)


class Hoards(Searcher):
    def tell(self, trial):
        super().tell(trial)
        self.hoard = (bytearray(300_000), getattr(self, "hoard", None))


class StatefulCheck(Good):
    def check(self, problem):
        return unknown_options(problem, known=()) * (next(COUNTER) % 2 + 1)


class Refuses(Good):
    def check(self, problem):
        yield Issue(found="this space", expected="another one", fix="leave it")


class Describes(Good):
    def describe(self, problem):
        return {"not/here": "nothing"}


class NamesALibrary(Good):
    libraries = ("no-such-distribution",)


BAD = {
    "its-name-is-a-lower-case-word": (backend(name="Bad One"), "'Bad One', which is not a lower-case word"),
    "its-methods-have-names": (backend(methods=("bad", "bad")), "'bad' is there 2 times"),
    "importing-it-loads-no-library": (ImportsNumpy(), r"loads numpy \d"),
    "the-libraries-it-names-are-distributions": (NamesALibrary(), "'no-such-distribution', and no distribution"),
    "it-accepts-the-problem": (Refuses(), "refuses it: this space, where it takes another one"),
    "checking-twice-finds-the-same": (StatefulCheck(), "found .* and for the same problem"),
    "an-option-that-does-not-exist-is-refused": (backend(check=lambda self, problem: ()), "without a word"),
    "what-it-refuses-it-explains": (
        backend(check=lambda self, problem: [Issue(found="x", expected="y", fix="")]),
        "an issue without 'fix'",
    ),
    "it-describes-the-parameters-that-are-searched": (Describes(), r"has \['not/here'\], which are not searched"),
    "the-problem-is-left-as-it-is": (backend(searcher=SpoilsOptions), r"are \{'seen': True\} after a search"),
    "it-gets-through-a-play": (failing(lambda self, trial: trial.number == 3, ZeroDivisionError("by zero")), "by zero"),
    "rebuilt-with-one-trial-at-a-time-it-answers-alike": (backend(searcher=OfItsOwn), "one rebuilt from the log"),
    "rebuilt-with-four-running-it-answers-alike": (backend(searcher=OfItsOwn), "one rebuilt from the log"),
    "rebuilt-from-a-stored-log-it-answers-alike": (
        searching(note=lambda self: {1: 2}, salt=lambda self: [sorted(t.note) for t in self.trials.values()]),
        "told the log as the store gives it back",
    ),
    "rebuilt-half-way-it-stays-in-step": (backend(searcher=Mutating), "that took over at trial 15"),
    "the-same-results-make-the-same-search": (backend(searcher=OfItsOwn), "with the same seeds and results part"),
    "rebuilt-after-late-ends-it-answers-alike": (backend(searcher=OfItsOwn), "one rebuilt from the log"),
    "rebuilt-in-a-new-process-it-answers-alike": (HASHES, "and a new one"),
    "two-searchers-share-nothing": (backend(searcher=Shares), "another one beside it parts"),
    "asked-twice-it-answers-alike": (backend(searcher=Mutating), "asked twice, answers differently"),
    "asks-in-between-leave-no-trace": (backend(searcher=Mutating), "once another seed was asked"),
    "asked-in-another-order-it-answers-alike": (backend(searcher=Ordered), "depends on what was asked before"),
    "asks-in-vain-leave-no-trace-in-what-follows": (backend(searcher=Mutating), "asked in vain before it"),
    "an-answer-belongs-to-who-asked": (backend(searcher=HandsOutItsOwn), "comes back changed: note mine"),
    "a-trial-that-is-told-is-left-as-it-is": (backend(searcher=SpoilsTrials), "and made Trial.*seen"),
    "chance-comes-from-the-seed-alone": (backend(searcher=UsesGlobalChance), "the global state of `random`"),
    "global-chance-is-left-as-it-is": (backend(searcher=SeedsGlobalChance), "moved the global state of random"),
    "suggestions-lie-in-the-space": (with_value("momentum", lambda chance: 1.5), "momentum = 1.5 is not from"),
    "every-parameter-is-named": (searching(params=lambda self, chance: {}), "trial 0 leaves out"),
    "values-are-plain": (
        with_value("momentum", lambda chance: numpy.float64(chance.random())),
        "which is of type numpy.float64",
    ),
    "notes-are-json": (searching(note=lambda self: {"at": (1, 2)}), r"not plain JSON: \{'at': \(1, 2\)\}"),
    "notes-stay-small": (searching(note=lambda self: {"all": "x" * 70_000}), "has 70,011 bytes"),
    "categories-alone-are-searched": (with_value("kind", lambda chance: 1), "kind = 1 is not one of"),
    "an-integer-alone-is-searched": (with_value("k", lambda chance: 3), "k = 3 is not an int from -2 to 2"),
    "an-interval-alone-is-searched": (with_value("x", lambda chance: 2.6), "x = 2.6 is not from -1.0 to 2.5"),
    "a-log-scale-alone-is-searched": (with_value("lr", lambda chance: 0.2), "lr = 0.2 is not from"),
    "what-has-no-axis-of-its-own-is-searched": (with_value("q", lambda chance: 0.3), "q = 0.3 is not a multiple"),
    "a-space-without-choice-is-searched": (
        searching(params=lambda self, chance: {**Searcher.params(self, chance), chance.choice([*self.space.axes]): 1}),
        "IndexError",
    ),
    "odd-names-are-taken": (
        searching(params=lambda self, chance: dict(sorted(Searcher.params(self, chance).items())[1:])),
        "is missing",
    ),
    "wide-ranges-keep-their-ends": (with_value("count", lambda chance: float(2**40)), "count = .* is not an int"),
    "fifty-parameters-are-searched": (with_value("p49", lambda chance: 0), "p49 = 0 is not an int from 1 to 9"),
    "a-search-begins": (searching(ask=lambda self, seed: None), "None before there was any trial"),
    "waiting-is-not-the-end": (backend(searcher=WaitsAndThenEndsForSome), "None to 3 seeds of 4"),
    "an-end-stays-the-end": (backend(searcher=EndsUnlessOdd), "answers None, and ask"),
    "a-finite-grid-is-handed-out-once": (
        backend(methods=("grid",), searcher=ForgetsWhatRuns),
        "was handed out 4 times, as trials",
    ),
    "many-may-run-at-once": (backend(searcher=GivesUp), "20 trials have run at once"),
    "a-small-budget-is-taken": (backend(searcher=PerWholeBudget), "TypeError: 'NoneType'"),
    "failed-trials-are-taken-in": (
        failing(lambda self, trial: trial.state == "failed" and trial.losses is None, TypeError("no losses")),
        "TypeError: no losses",
    ),
    "imputed-losses-are-taken-in": (
        failing(lambda self, trial: trial.state == "failed" and trial.losses, ValueError("failed, with losses")),
        "ValueError: failed, with losses",
    ),
    "a-result-that-is-no-number-is-taken-in": (
        failing(lambda self, trial: trial.observations and not trial.losses, ValueError("a curve and no loss")),
        "ValueError: a curve and no loss",
    ),
    "stopped-trials-are-taken-in": (
        failing(lambda self, trial: trial.state == "stopped" and trial.losses, ValueError("stopped")),
        "ValueError: stopped",
    ),
    "a-trial-stopped-before-its-first-result-is-taken-in": (
        failing(lambda self, trial: trial.state == "stopped" and not trial.observations, IndexError("no curve")),
        "IndexError: no curve",
    ),
    "nothing-but-failures-is-taken-in": (
        searching(
            ask=lambda self, seed: (
                None if sum(trial.state == "failed" for trial in self.trials.values()) > 9 else Searcher.ask(self, seed)
            )
        ),
        "10 trials have failed, and ask",
    ),
    "extreme-losses-are-taken-in": (
        failing(lambda self, trial: trial.losses and abs(trial.losses[0]) > 1e300, OverflowError("too large")),
        "OverflowError: too large",
    ),
    "ends-in-any-order-are-taken-in": (
        failing(
            lambda self, trial: not trial.is_running and trial.number > min(t.number for t in self.running),
            KeyError("the first is not done"),
        ),
        "the first is not done",
    ),
    "a-point-that-comes-twice-is-taken-in": (
        failing(
            lambda self, trial: trial.is_running and sum(t.params == trial.params for t in self.trials.values()) > 1,
            ValueError("seen before"),
        ),
        "ValueError: seen before",
    ),
    "a-trial-that-is-put-back-is-taken-in": (
        failing(
            lambda self, trial: trial.is_running and sum(t.seed == trial.seed for t in self.trials.values()) > 1,
            ValueError("this seed again"),
        ),
        "ValueError: this seed again",
    ),
    "what-ran-counts-and-not-what-was-suggested": (backend(searcher=MatchesByValue), "I have named no such trial"),
    "a-trial-without-a-note-is-taken-in": (
        failing(lambda self, trial: trial.note["known"] < 0, ValueError()),
        "KeyError: 'known'",
    ),
    "a-parameter-may-be-missing": (
        failing(lambda self, trial: [trial.params[path] for path in self.space] == [], ValueError()),
        "KeyError",
    ),
    "values-of-another-space-are-taken-in": (
        failing(lambda self, trial: self.space.outside(trial.params), ValueError("not mine")),
        "ValueError: not mine",
    ),
    "every-distribution-is-drawn-inside": (with_value("beta", lambda chance: 1.5), "beta = 1.5 is not from 0.0 to"),
    "intervals-are-drawn-evenly": (
        with_value("interval", lambda chance: 3.5 * chance.random() ** 2 - 1),
        "should lie below",
    ),
    "log-scales-are-drawn-evenly-over-the-logarithm": (
        with_value("log", lambda chance: chance.uniform(1e-4, 1e-1)),
        "should lie below",
    ),
    "whole-numbers-are-drawn-alike-with-their-ends": (
        with_value("integer", lambda chance: round(chance.uniform(1, 5))),
        "are 1 and 5, and 160 should be",
    ),
    "values-are-drawn-alike": (
        with_value("choice", lambda chance: chance.choice(["a", "a", None, 0, False])),
        "are 'a', and 100 should be",
    ),
    "a-value-that-stands-twice-is-drawn-twice-as-often": (
        with_value("twice", lambda chance: chance.choice(["a", "b"])),
        "and 133 should be",
    ),
    "weights-are-kept": (with_value("weighted", lambda chance: chance.choice("abcd")), "are 'c', and 0 should be"),
    "steps-are-drawn-with-half-of-each-end": (
        with_value("steps", lambda chance: chance.choice([0.0, 0.25, 0.5, 0.75, 1.0])),
        "are 0.0 and 1.0, and 100 should be",
    ),
    "steps-on-a-log-scale-are-drawn-by-the-logarithm": (
        with_value("log_steps", lambda chance: 32 * chance.randint(1, 8)),
        "are 256, and 12 should be",
    ),
    "normals-are-normal": (with_value("normal", lambda chance: chance.gauss(100, 20)), "should lie below"),
    "log-normals-are-log-normal": (
        with_value("log_normal", lambda chance: abs(chance.gauss(2, 3))),
        "should lie below",
    ),
    "rounded-normals-are-normal": (with_value("normal_steps", lambda chance: chance.randint(2, 6)), "should be"),
    "betas-are-beta": (with_value("beta", lambda chance: chance.random()), "should lie below"),
    "two-objectives-are-searched": (backend(searcher=OneLossOnly), "ValueError: too many values to unpack"),
    "with-two-objectives-it-can-be-rebuilt": (backend(searcher=TwoLossesOfItsOwn), "with two objectives, after"),
    "asking-stays-quick": (backend(searcher=SlowToAsk), r"with 300 trials told, ask\(\) took \d"),
    "telling-stays-quick": (backend(searcher=SlowToTell), r"600 events took \d"),
    "memory-stays-small": (backend(searcher=Hoards), r"90 trials and as many asks left \d{3},\d{3} bytes each"),
    "it-prints-nothing": (backend(searcher=Prints), r"printed 'thinking\\n"),
    "it-leaves-no-threads-behind": (backend(searcher=LeavesThreads), "'left-behind' among them"),
    "it-leaves-the-process-as-it-is": (backend(searcher=ChangesTheEnvironment), "the environment was"),
}
"""By the name of the check that must find it: a bad backend, and what the check must say of it."""
