"""Samplers that a config names by import path: what is refused, and what searches."""

import hashlib
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import ClassVar

import pytest
from sweepbridge_optuna import OptunaBackend

from sweepbridge.plugin import Problem, Trial
from sweepbridge.plugin.testing import FOUR_LAWS, MIXED, NUMBERS, BackendLaws
from sweepbridge.trials import seed_of


def issues(sampler, method="bayes", space=NUMBERS, objectives=1, **options):
    return list(OptunaBackend().check(Problem(space, method, {"sampler": sampler, **options}, objectives)))


def search(sampler, trials, space=NUMBERS, **options):
    """One trial after the other; gives the searcher and the params of each."""
    searcher = OptunaBackend().start(Problem(space, "bayes", {"sampler": sampler, **options}))
    ran = []
    for number in range(trials):
        suggestion = searcher.ask(seed_of(1, number))
        began = Trial(number, seed_of(1, number), "running", suggestion.params, suggestion.note)
        searcher.tell(began)
        searcher.tell(replace(began, state="finished", losses=(abs(began.params["x"]),)))
        ran.append(dict(began.params))
    return searcher, ran


class Laws(BackendLaws):
    """The laws for samplers in the place of methods."""

    backend = OptunaBackend()
    promises = FOUR_LAWS
    trials = 15
    own: ClassVar = {}

    def problem_of(self, method, space):
        return Problem(space, "bayes", {"sampler": method, **self.own}, budget=self.trials)


class TestASampler(Laws):
    test_the_capability_card = None  # it is among the slow
    methods = ("third_party:Swarm",)
    spaces: ClassVar = {"mixed": MIXED}


@pytest.mark.slow
class TestLivingSamplers(Laws):
    methods = ("third_party:AroundTheBest", "third_party:Swarm", "third_party:Global", "optuna.samplers:NSGAIISampler")
    spaces: ClassVar = {"mixed": MIXED}


@pytest.mark.slow
class TestStatelessSamplers(Laws):
    methods = ("third_party:AroundTheBest", "optuna.samplers:TPESampler")
    spaces: ClassVar = {"mixed": MIXED}
    own: ClassVar = {"stateless": True}


def test_what_a_sampler_keeps_in_itself_outlives_the_trial():
    """A fresh one for each trial would never have heard of any."""
    _, ran = search("third_party:Swarm", 10)

    best_of_three = min(ran[:3], key=lambda params: abs(params["x"]))
    assert ran[3] == best_of_three


def test_a_stateless_sampler_reads_the_study_alone():
    _, ran = search("third_party:AroundTheBest", 30, stateless=True, share=1.0)

    assert all(params == ran[0] for params in ran)


def test_a_sampler_that_wants_the_space_is_given_it():
    """So that it draws all parameters together from trial 0 on, and not each by itself."""
    _, ran = search("third_party:AroundTheBest", 2, share=1.0)

    assert ran[0] == ran[1]


def test_places_that_lie_outside_are_drawn_again_as_optuna_does_it():
    _, ran = search("third_party:Outside", 5)

    assert [NUMBERS.outside(params) for params in ran] == [[]] * 5
    assert len({params["x"] for params in ran}) > 1


@pytest.mark.parametrize(
    ("sampler", "found", "fix"),
    [
        (7, "option sampler = 7", "sampler: package.module:Class"),
        ("third_party.Swarm", "option sampler = 'third_party.Swarm'", "sampler: package.module:Class"),
        ("nowhere.at_all:Swarm", "and no module named nowhere", "put the folder that it lies in on PYTHONPATH"),
        ("broken_on_import:Swarm", "RuntimeError on import: no GPU here", "report it to its authors"),
        ("third_party:Swam", "which is not there", 'did you mean "third_party:Swarm"?'),
        ("third_party:NoSampler", "which is no sampler", "third_party:"),
        ("third_party:Unfinished", "which has no infer_relative_search_space, sample_", "write infer_relative"),
    ],
)
def test_what_is_no_sampler_is_refused_before_the_first_trial(sampler, found, fix):
    (issue,) = issues(sampler)

    assert issue.refuses
    assert found in issue.found
    assert fix in issue.fix


def test_its_options_are_those_of_its_constructor():
    assert issues("third_party:AroundTheBest", share=0.25, bold=True) == []

    (misspelt, wrong) = issues("third_party:AroundTheBest", shar=0.25, bold="yes")

    assert misspelt.fix == 'did you mean "share"?'
    assert wrong.expected == "true or false"


@pytest.mark.parametrize("name", ["seed", "search_space"])
def test_what_sweepbridge_gives_a_sampler_is_no_option(name):
    (issue,) = issues("third_party:AroundTheBest", **{name: 1})

    assert issue.expected == "one of bold, share"


def test_what_a_constructor_needs_and_a_config_lacks_is_told_all_at_once():
    other, size = issues("third_party:Needy")

    assert other.expected == "samplers that a config can make: this one takes an object"
    assert size.fix == "size: a whole number"


def test_a_sampler_without_a_seed_may_draw_from_what_everyone_shares_and_from_nowhere_else():
    assert issues("third_party:Global") == []

    (issue,) = issues("third_party:Unseeded")

    assert issue.fix == "let its constructor take a seed, and draw from that alone"


def test_a_sampler_that_fails_is_named_with_who_provides_it():
    (issue,) = issues("third_party:Failing")

    assert "third_party:Failing of third_party file " in issue.found
    assert "ZeroDivisionError: three is enough" in issue.expected


def test_a_sampler_that_fails_in_the_middle_is_named_with_who_provides_it():
    searcher, _ = search("third_party:Failing", 10, after=10)

    with pytest.raises(RuntimeError, match=r"third_party:Failing of third_party file .* three is enough"):
        searcher.ask(0)


def test_a_sampler_beside_a_method_that_names_one_is_refused():
    (issue,) = issues("third_party:Swarm", method="tpe")

    assert issue.fix == "method: bayes, or remove sampler"


def test_stateless_is_true_or_false():
    (issue,) = issues("third_party:Swarm", stateless="yes")

    assert issue.expected == "true or false"


def test_who_provides_a_sampler_is_part_of_a_sweeps_provenance():
    """Of a file on the path, the content stands for the version."""

    def provenance(sampler):
        return OptunaBackend().provenance(Problem(NUMBERS, "bayes", {"sampler": sampler}))

    digest = hashlib.sha256((Path(__file__).parent / "samplers" / "third_party.py").read_bytes()).hexdigest()
    assert provenance("optuna.samplers:TPESampler") == {"optuna": version("optuna")}
    assert provenance("third_party:Swarm") == {"third_party": f"file {digest[:12]}"}
    assert OptunaBackend().provenance(Problem(NUMBERS, "bayes")) == {}
