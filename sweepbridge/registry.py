"""The only plugin manager: it finds plugins, loads them, and finds by name what they offer.

Loading is ours and not pluggy's, because pluggy's loader lets one broken plugin stop everything. Here a plugin that
fails to import is set aside with its error, and whoever asks for what it would have offered is given that error as
the cause. The built-ins come in by the same door: they are entry points of sweepbridge's own distribution.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib import metadata
from typing import Any, Generic, TypeAlias, TypeVar

import pluggy

from sweepbridge.errors import BackendError, PluginError, UsageError
from sweepbridge.plugin import Backend, Command, Companion, Launcher, Observer, Stopper, UsesLibraries, hookspecs

GROUP = "sweepbridge"
"""The entry-point group in which plugins name their module."""

DEFAULT_BACKENDS = {"grid": "grid", "random": "random", "bayes": "optuna"}
"""Which backend serves a method when the config names none."""

PUBLISHED = {
    "optuna": ("bayes", "tpe", "cmaes", "gp", "nsga2", "qmc"),
    "hyperopt": ("bayes", "tpe", "anneal"),
    "nevergrad": ("bayes", "nevergrad"),
    "smac": ("bayes", "rf", "gp"),
}
"""The backends that we publish beside the core, so that an error can say what to install."""

PUBLISHED_STOPPERS = ("optuna",)
"""The extras whose plugins offer stoppers, named with the extra and a dash before."""

HOOKS = tuple(sorted(name for name in vars(hookspecs) if name.startswith("sweepbridge_")))

Record = TypeVar("Record", Backend, Stopper, Launcher, Observer, Companion, Command)
Refusal = TypeVar("Refusal", BackendError, UsageError)


@dataclass(frozen=True)
class Plugin:
    """A plugin that is installed, whether or not it loads."""

    name: str
    """The name of its entry point."""
    module: str
    distribution: str
    version: str
    error: Exception | None = None
    """Why it was set aside; None if it loaded."""

    @property
    def title(self) -> str:
        """The distribution and its version, as errors name it."""
        return f"{self.distribution} {self.version}"


@dataclass(frozen=True)
class Offer(Generic[Record]):
    """Something that a plugin offers, and the plugin that offers it."""

    record: Record
    plugin: Plugin


Offers: TypeAlias = tuple[Offer[Record], ...]
Records: TypeAlias = dict[str, list[Any]]
"""What a plugin's hooks returned, by hook. Each record was looked at when it came in."""


@dataclass(frozen=True)
class Chosen:
    """The backend that serves a sweep, and the method that it serves with."""

    backend: Backend
    method: str
    plugin: Plugin
    notice: str | None = None
    """What the user should know about the choice; None if there is nothing to say."""

    @property
    def provenance(self) -> dict[str, str]:
        """The versions that its suggestions depend on, by distribution."""
        libraries = self.backend.libraries if isinstance(self.backend, UsesLibraries) else ()
        names = ["sweepbridge", self.plugin.distribution, *libraries]
        return {name: version_of(name) for name in names}


def version_of(distribution: str) -> str:
    """The installed version of a distribution; `not installed` if it is not."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return "not installed"


@dataclass
class Registry:
    """What is installed, by name. Reading it imports every plugin's module, and no vendor library."""

    entry_points: Iterable[metadata.EntryPoint] = field(default_factory=lambda: metadata.entry_points(group=GROUP))

    @cached_property
    def plugins(self) -> tuple[Plugin, ...]:
        """Every plugin that is installed, those that failed to load among them."""
        return tuple(plugin for plugin, _ in self._loaded)

    @cached_property
    def backends(self) -> Mapping[str, Offers[Backend]]:
        """What is offered under each backend's name: one offer, unless two plugins took the same name."""
        return self._offers("sweepbridge_backends")

    @cached_property
    def stoppers(self) -> Mapping[str, Offers[Stopper]]:
        """What is offered under each stopper's name."""
        return self._offers("sweepbridge_stoppers")

    @cached_property
    def launchers(self) -> Mapping[str, Offers[Launcher]]:
        """What is offered under each launcher's name."""
        return self._offers("sweepbridge_launchers")

    @cached_property
    def observers(self) -> Mapping[str, Offers[Observer]]:
        """What is offered under each observer's name."""
        return self._offers("sweepbridge_observers")

    @cached_property
    def companions(self) -> Mapping[str, Offers[Companion]]:
        """What is offered under each companion's name."""
        return self._offers("sweepbridge_companions")

    @cached_property
    def commands(self) -> Mapping[str, Offers[Command]]:
        """What is offered under each command's name."""
        return self._offers("sweepbridge_commands")

    def backend(self, name: str) -> Offer[Backend]:
        """The backend of this name. BackendError if there is none, or two, or its plugin is broken."""
        if name not in self.backends:
            raise self._missing_backend(name)
        return _only(name, "backend", self.backends[name])

    def stopper(self, name: str) -> Offer[Stopper]:
        """The stopper of this name. UsageError if it is not there, PluginError if two plugins offer it."""
        if name in self.stoppers:
            return _only(name, "stopper", self.stoppers[name])
        raise self._missing_stopper(name)

    def launcher(self, name: str) -> Offer[Launcher]:
        """The launcher of this name. UsageError if there is none, PluginError if there are two."""
        if name in self.launchers:
            return _only(name, "launcher", self.launchers[name])
        raise _unknown(f"--launcher: {name}", "launcher", name, self.launchers)

    def choose(self, method: str, name: str | None) -> Chosen:
        """The backend for a config: the one it names, else its method's default, else the only one that offers it.

        BackendError where none can serve, with the choices and what to install.
        """
        if name is not None:
            return self._chosen(self.backend(name), method)
        if method in DEFAULT_BACKENDS:
            return self._chosen(self.backend(DEFAULT_BACKENDS[method]), method)
        able = sorted(name for name, offers in self.backends.items() if method in offers[0].record.methods)
        if len(able) == 1:
            return self._chosen(self.backend(able[0]), method)
        raise self._ambiguous(method, able) if able else self._unserved(method)

    def choose_instead(self, method: str, name: str) -> Chosen:
        """The backend that a user put in place of the config's own, as `--backend` does.

        It keeps the config's method where it can. A method of W&B's own that it does not offer gives way to its
        default, with a notice; any other method is a BackendError, as the user has named both.
        """
        offer = self.backend(name)
        backend = offer.record
        if method in backend.methods:
            return Chosen(backend, method, offer.plugin)
        if method not in DEFAULT_BACKENDS:
            raise _no_such_method(backend, method, f"--backend {name}:{backend.methods[0]}")
        notice = f"{name} has no method {method}: searching with its default, {backend.methods[0]}"
        return Chosen(backend, backend.methods[0], offer.plugin, notice)

    @cached_property
    def _loaded(self) -> tuple[tuple[Plugin, Records], ...]:
        manager = pluggy.PluginManager(GROUP)
        manager.add_hookspecs(hookspecs)
        # An editable install can list one entry point twice.
        found = {(_distribution(point), point.name): point for point in self.entry_points}
        return tuple(_load(manager, point) for _, point in sorted(found.items()))

    def _offers(self, hook: str) -> dict[str, Any]:
        offers: dict[str, Any] = {}
        for plugin, records in self._loaded:
            for record in records.get(hook, ()):
                offers[record.name] = (*offers.get(record.name, ()), Offer(record, plugin))
        return offers

    def _chosen(self, offer: Offer[Backend], method: str) -> Chosen:
        backend = offer.record
        if method in backend.methods:
            return Chosen(backend, method, offer.plugin)
        others = sorted(name for name, offers in self.backends.items() if method in offers[0].record.methods)
        elsewhere = f"backend: {others[0]}" if others else f"method: {backend.methods[0]}"
        raise _no_such_method(backend, method, did_you_mean(method, backend.methods) or elsewhere)

    def _missing_backend(self, name: str) -> BackendError:
        if (broken := self._broken(name)) is not None:
            return _unavailable(BackendError, f'backend "{name}"', broken)
        install = f"pip install 'sweepbridge[{name}]'" if name in PUBLISHED else ""
        return BackendError(
            f'no backend named "{name}"',
            found=f"backend: {name}",
            expected=f"one of {', '.join(sorted(self.backends))}",
            fix=install or did_you_mean(name, [*self.backends, *PUBLISHED]) or f"install the plugin that offers {name}",
        )

    def _missing_stopper(self, name: str) -> UsageError:
        extra = name.partition("-")[0]
        if (broken := self._broken(extra)) is not None:
            return _unavailable(UsageError, f'stopper "{name}"', broken)
        is_published = extra in PUBLISHED_STOPPERS and extra not in self.backends
        install = f"pip install 'sweepbridge[{extra}]'" if is_published else ""
        return _unknown(f"early_terminate.type: {name}", "stopper", name, self.stoppers, install)

    def _broken(self, name: str) -> Plugin | None:
        """The plugin of this name that is installed and does not load; by its own name, or by its distribution's."""
        broken = [plugin for plugin in self.plugins if plugin.error and name in (plugin.name, plugin.distribution)]
        broken += [plugin for plugin in self.plugins if plugin.error and plugin.distribution == f"sweepbridge-{name}"]
        return broken[0] if broken else None

    def _ambiguous(self, method: str, able: list[str]) -> BackendError:
        return BackendError(
            f'several backends offer the method "{method}"',
            found=f"method: {method}, and no backend",
            expected=f"backend: one of {', '.join(able)}",
            fix=f"backend: {able[0]}",
        )

    def _unserved(self, method: str) -> BackendError:
        known = sorted({known for offers in self.backends.values() for known in offers[0].record.methods})
        publishers = sorted(name for name, methods in PUBLISHED.items() if method in methods)
        install = " or ".join(f"pip install 'sweepbridge[{name}]'" for name in publishers)
        everything = {*known, *(method for methods in PUBLISHED.values() for method in methods)}
        is_stopper = f"method: random, and early_terminate: {{type: {method}, …}}" if method in self.stoppers else ""
        return BackendError(
            f'no installed backend offers the method "{method}"',
            found=f"method: {method}",
            expected=f"one of {', '.join(known)}",
            fix=install or is_stopper or did_you_mean(method, everything) or "install the plugin that offers it",
        )


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """The fix for a word that is nearly one of the choices; empty if none is near."""
    near = difflib.get_close_matches(word.lower(), list(choices), n=1)
    return f'did you mean "{near[0]}"?' if near else ""


def _distribution(point: metadata.EntryPoint) -> str:
    return point.dist.name if point.dist else "an unknown distribution"


def _load(manager: pluggy.PluginManager, point: metadata.EntryPoint) -> tuple[Plugin, Records]:
    """A plugin and all that it offers; on any failure the plugin with its error, offering nothing."""
    version = point.dist.version if point.dist else "unknown"
    plugin = Plugin(point.name, point.value, _distribution(point), version)
    try:
        module = point.load()
        manager.register(module, f"{plugin.distribution}:{point.name}")
        _refuse_unknown_hooks(manager, module)
        return plugin, {hook: _records(module, hook) for hook in HOOKS}
    except Exception as error:  # the border to other people's code
        return replace(plugin, error=error), {}
    except SystemExit as error:
        return replace(plugin, error=RuntimeError(f"it exits when it is imported, with {error}")), {}


def _refuse_unknown_hooks(manager: pluggy.PluginManager, module: object) -> None:
    for name in dir(module):
        if manager.parse_hookimpl_opts(module, name) is not None and name not in HOOKS:
            raise PluginError(
                f"no hook named {name}",
                found=f"@hookimpl def {name}",
                expected=f"one of {', '.join(HOOKS)}",
                fix=did_you_mean(name, HOOKS) or "rename the function",
            )


def _records(module: object, hook: str) -> list[Any]:
    records = list(getattr(module, hook, list)())
    for record in records:
        fault = _fault_of_backend(record) if hook == "sweepbridge_backends" else _fault_of_name(record)
        if fault:
            raise PluginError(
                f"{hook} returned something that is not usable",
                found=f"{fault}, in {record!r}",
                expected="a record as the contract describes it",
                fix="mend the record",
            )
    return records


def _only(name: str, kind: str, offers: Offers[Record]) -> Offer[Record]:
    if len(offers) == 1:
        return offers[0]
    raise PluginError(
        f'two plugins offer a {kind} named "{name}"',
        found=" and ".join(offer.plugin.title for offer in offers),
        expected="one",
        fix=f"uninstall one: pip uninstall {offers[-1].plugin.distribution}",
    )


def _no_such_method(backend: Backend, method: str, fix: str) -> BackendError:
    return BackendError(
        f'backend "{backend.name}" has no method "{method}"',
        found=f"method: {method}",
        expected=f"one of {', '.join(backend.methods)}",
        fix=fix,
    )


def _unknown(found: str, kind: str, name: str, choices: Iterable[str], install: str = "") -> UsageError:
    return UsageError(
        f'no {kind} named "{name}"',
        found=found,
        expected=f"one of {', '.join(sorted(choices))}",
        fix=install or did_you_mean(name, choices) or f"install the plugin that offers {name}",
    )


def _unavailable(kind: type[Refusal], what: str, plugin: Plugin) -> Refusal:
    assert plugin.error is not None
    error = kind(
        f"{what} is not available: {plugin.title} failed to load",
        found=f"{type(plugin.error).__name__}: {plugin.error}",
        expected=f"that {plugin.module} can be imported",
        fix=f"pip install --upgrade {plugin.distribution}, or report it to its authors",
    )
    error.__cause__ = plugin.error
    return error


def _fault_of_name(record: object) -> str | None:
    name = getattr(record, "name", None)
    if not isinstance(name, str) or not name or name != name.lower().strip():
        return f"the name {name!r} is not a lower-case word"
    return None


def _fault_of_backend(record: object) -> str | None:
    methods = getattr(record, "methods", None)
    if not methods or isinstance(methods, str) or not all(isinstance(method, str) for method in methods):
        return f"methods = {methods!r} is not a list of at least one name"
    missing = [name for name in ("check", "start") if not callable(getattr(record, name, None))]
    return f"no method {missing[0]}" if missing else _fault_of_name(record)
