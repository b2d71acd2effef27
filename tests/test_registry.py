"""Plugins are found, set aside when they are broken, and blamed by name when they are asked for."""

from importlib import metadata
from types import ModuleType

import pytest

from sweepbridge import stop
from sweepbridge.errors import BackendError, PluginError, UsageError
from sweepbridge.plugin import from_function, hookimpl
from sweepbridge.registry import Registry
from sweepbridge.search import GridBackend, RandomBackend


class Dist:
    def __init__(self, name, version):
        self.name = name
        self.version = version


class Point:
    """An entry point that gives a module made here, or raises; a real one needs an installed distribution."""

    def __init__(self, dist, what, version="1.0", name="plugin"):
        self.dist = Dist(dist, version)
        self.name = name
        self.value = dist.replace("-", "_")
        self._what = what

    def load(self):
        if isinstance(self._what, BaseException):
            raise self._what
        return self._what


def offering(*backends):
    module = ModuleType("made_for_a_test")
    module.sweepbridge_backends = hookimpl(lambda: list(backends))
    return module


def backend(name, *methods):
    return from_function(name, lambda problem, trials, seed: None, methods=methods)


BUILT_IN = Point("sweepbridge", offering(GridBackend(), RandomBackend()))


def test_the_built_in_plugins_come_in_by_entry_points_like_anyones():
    registry = Registry()

    assert {plugin.distribution for plugin in registry.plugins} >= {"sweepbridge"}
    assert {"grid", "random"} <= set(registry.backends)
    assert "hyperband" in registry.stoppers


@pytest.mark.parametrize(
    ("method", "expected"), [("grid", "grid"), ("random", "random"), ("anneal", "annealer"), ("bayes", "optuna")]
)
def test_a_method_without_a_backend_is_served_by_its_default_or_the_only_one_that_offers_it(method, expected):
    registry = Registry([BUILT_IN, Point("a", offering(backend("annealer", "anneal"), backend("optuna", "bayes")))])

    assert registry.choose(method, None).backend.name == expected


def test_two_backends_with_the_same_method_are_listed_and_not_guessed_between():
    registry = Registry([Point("a", offering(backend("one", "tpe"), backend("two", "tpe")))])

    with pytest.raises(BackendError) as raised:
        registry.choose("tpe", None)

    assert raised.value.expected == "backend: one of one, two"


def test_a_method_that_nothing_installed_offers_says_what_to_install():
    with pytest.raises(BackendError) as raised:
        Registry([BUILT_IN]).choose("cmaes", None)

    assert raised.value.fix == "pip install 'sweepbridge[optuna]'"


def test_a_stopper_as_a_method_is_told_where_it_belongs():
    with pytest.raises(BackendError) as raised:
        Registry([BUILT_IN, Point("stop", stop)]).choose("hyperband", None)

    assert raised.value.fix == "method: random, and early_terminate: {type: hyperband, …}"


def test_bayes_with_nothing_that_offers_it_says_what_to_install():
    with pytest.raises(BackendError) as raised:
        Registry([BUILT_IN]).choose("bayes", None)

    assert raised.value.fix == "pip install 'sweepbridge[gp]'"


@pytest.mark.parametrize(("there", "serves"), [(("optuna",), "optuna"), (("optuna", "gp"), "gp"), (("gp",), "gp")])
def test_bayes_is_served_by_the_first_of_its_backends_that_is_there(there, serves):
    points = [point for point in metadata.entry_points(group="sweepbridge") if point.name in there]

    assert Registry([BUILT_IN, *points]).choose("bayes", None).backend.name == serves


def test_a_default_backend_that_does_not_load_is_not_passed_over_in_silence():
    broken = Point("gp", ImportError("no numpy"))
    optuna = [point for point in metadata.entry_points(group="sweepbridge") if point.name == "optuna"]

    with pytest.raises(BackendError) as raised:
        Registry([BUILT_IN, broken, *optuna]).choose("bayes", None)

    assert "no numpy" in str(raised.value)


def test_a_misspelled_backend_gets_the_choices_and_the_nearest_name():
    with pytest.raises(BackendError) as raised:
        Registry([BUILT_IN]).choose("random", "randm")

    assert str(raised.value).splitlines() == [
        'no backend named "randm"',
        "  found     backend: randm",
        "  expected  one of grid, random",
        '  fix       did you mean "random"?',
    ]


def test_a_backend_that_does_not_offer_the_method_is_refused():
    with pytest.raises(BackendError) as raised:
        Registry([BUILT_IN]).choose("bayes", "grid")

    assert raised.value.what == 'backend "grid" has no method "bayes"'


def test_a_backend_on_the_command_line_takes_over_w_and_bs_methods_with_its_default():
    registry = Registry([BUILT_IN, Point("a", offering(backend("mine", "tpe", "random")))])

    assert registry.choose_instead("random", "mine").method == "random"
    chosen = registry.choose_instead("bayes", "mine")

    assert (chosen.method, chosen.notice) == ("tpe", "mine has no method bayes: searching with its default, tpe")


def test_a_backend_on_the_command_line_does_not_take_over_a_method_of_someones_own():
    registry = Registry([BUILT_IN])

    with pytest.raises(BackendError):
        registry.choose_instead("cmaes", "random")


@pytest.mark.parametrize("broken", [ImportError("no module named torch"), SystemExit(3), RuntimeError("at import")])
def test_a_plugin_that_fails_to_load_is_set_aside_and_the_others_serve(broken):
    registry = Registry([BUILT_IN, Point("sweepbridge-bad", broken, "0.3", name="bad")])

    assert set(registry.backends) == {"grid", "random"}
    assert [plugin.title for plugin in registry.plugins if plugin.error] == ["sweepbridge-bad 0.3"]


def test_asking_for_a_broken_plugins_backend_gives_its_own_error_as_the_cause():
    cause = ImportError("no module named torch")
    registry = Registry([Point("sweepbridge-bad", cause, "0.3", name="bad")])

    with pytest.raises(BackendError, match=r"sweepbridge-bad 0\.3 failed to load") as raised:
        registry.backend("bad")

    assert raised.value.__cause__ is cause


def test_a_name_offered_twice_names_both_plugins():
    registry = Registry([Point("one", offering(backend("mine"))), Point("two", offering(backend("mine")), "2.0")])

    with pytest.raises(PluginError) as raised:
        registry.backend("mine")

    assert raised.value.found == "one 1.0 and two 2.0"


def test_a_hook_that_does_not_exist_is_a_fault_of_its_plugin():
    module = offering()
    module.sweepbridge_backend = hookimpl(lambda: [])

    (plugin,) = Registry([Point("a", module)]).plugins

    assert isinstance(plugin.error, PluginError)
    assert plugin.error.fix == 'did you mean "sweepbridge_backends"?'


@pytest.mark.parametrize("record", [object(), backend("Upper"), backend(""), "optuna"])
def test_a_record_that_is_no_backend_sets_its_plugin_aside(record):
    registry = Registry([BUILT_IN, Point("a", offering(record))])

    assert [plugin.distribution for plugin in registry.plugins if plugin.error] == ["a"]
    assert set(registry.backends) == {"grid", "random"}


def test_an_unknown_stopper_lists_the_known_ones():
    with pytest.raises(UsageError) as raised:
        Registry().stopper("hyperbnd")

    assert raised.value.fix == 'did you mean "hyperband"?'


def test_an_editable_install_that_lists_an_entry_point_twice_is_one_plugin():
    assert len(Registry([BUILT_IN, BUILT_IN]).plugins) == 1


def test_every_entry_point_of_our_own_loads():
    points = metadata.entry_points(group="sweepbridge")

    assert [plugin for plugin in Registry(points).plugins if plugin.error] == []
