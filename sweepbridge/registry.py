"""The only plugin manager: it finds plugins, loads them, and finds by name what they offer.

Loading is ours and not pluggy's, because pluggy's loader lets one broken plugin stop everything. Here a plugin that
fails to import is set aside with its error, and whoever asks for what it would have offered is given that error as
the cause. The built-ins come in by the same door: they are entry points of sweepbridge's own distribution.

A plugin may also be a file that somebody names, as `--plugin sweepfile.py` does. It is never loaded for being there,
and if it is broken, that is said at once: whoever has named it wants it.
"""

from __future__ import annotations

import difflib
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import Any, Generic, TypeAlias, TypeVar

import pluggy

from sweepbridge.errors import BackendError, Interrupted, PluginError, UsageError
from sweepbridge.plugin import (
    Backend,
    Command,
    Companion,
    Exporter,
    Launcher,
    Observer,
    Stopper,
    UsesLibraries,
    hookspecs,
)
from sweepbridge.plugin.border import border, in_words, prints_aside
from sweepbridge.plugin.files import load_file

GROUP = "sweepbridge"
"""The entry-point group in which plugins name their module."""

DEFAULT_BACKENDS = {"grid": ("grid",), "random": ("random",), "bayes": ("gp", "optuna")}
"""Which backends serve a method when the config names none: the first of them that is installed.

The sweep keeps the one that it was made with (`docs/decisions/0060-bayes-is-a-gaussian-process.md`).
"""

PUBLISHED = {
    "gp": ("bayes",),
    "optuna": ("bayes", "tpe", "cmaes", "gp", "nsga2", "qmc"),
    "hyperopt": ("bayes", "tpe", "anneal"),
    "nevergrad": ("bayes", "nevergrad"),
    "smac": ("bayes", "rf", "gp"),
}
"""The backends that we publish beside the core, so that an error can say what to install."""

PUBLISHED_STOPPERS = ("optuna",)
"""The extras whose plugins offer stoppers, named with the extra and a dash before."""
PUBLISHED_EXPORTERS = ("optuna",)
"""The extras whose plugins offer exporters, of the same name."""
IN_MEMORY = "in memory"
"""The version of a plugin that is a module, and was given as such."""

HOOKS = tuple(sorted(name for name in vars(hookspecs) if name.startswith("sweepbridge_")))

Record = TypeVar("Record", Backend, Stopper, Launcher, Observer, Companion, Command, Exporter)
Refusal = TypeVar("Refusal", BackendError, UsageError)


@dataclass(frozen=True)
class Plugin:
    """A plugin that is installed, whether or not it loads."""

    name: str
    """The name of its entry point."""
    module: str
    distribution: str
    version: str
    error: BaseException | None = None
    """Why it was set aside; None if it loaded."""
    file: str | None = None
    """The file that it stands in, as it was named; None if it is installed."""

    @property
    def title(self) -> str:
        """The distribution and its version, as errors name it."""
        return f"{self.distribution} {self.version}"

    @property
    def complaint(self) -> str:
        """Whom to tell that it is broken, for people."""
        return f"mend {self.file}" if self.file else f"report it to the authors of {self.distribution}"

    @property
    def removal(self) -> str:
        """How to be rid of it, for people."""
        return f"leave out --plugin {self.file}" if self.file else f"pip uninstall {self.distribution}"


@dataclass(frozen=True)
class Offer(Generic[Record]):
    """Something that a plugin offers, and the plugin that offers it."""

    record: Record
    plugin: Plugin


Offers: TypeAlias = tuple[Offer[Record], ...]
Local: TypeAlias = "str | Path | ModuleType"
"""A plugin that is not installed: the path of a file, or a module."""
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
        versions = {name: version_of(name) for name in ("sweepbridge", self.plugin.distribution, *libraries)}
        return {**versions, self.plugin.distribution: self.plugin.version}


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
    local: Sequence[Local] = ()
    """Plugins that are not installed: files, or modules that are in memory."""

    def with_local(self, local: Sequence[Local] | None) -> Registry:
        """The same, with plugins beside it that are not installed."""
        return replace(self, local=(*self.local, *(local or ())))

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

    @cached_property
    def exporters(self) -> Mapping[str, Offers[Exporter]]:
        """What is offered under each exporter's name."""
        return self._offers("sweepbridge_exporters")

    @property
    def by_kind(self) -> dict[str, Mapping[str, Offers[Any]]]:
        """Everything that is offered: by kind, then by name."""
        return {
            "backend": self.backends,
            "stopper": self.stoppers,
            "launcher": self.launchers,
            "observer": self.observers,
            "companion": self.companions,
            "command": self.commands,
            "exporter": self.exporters,
        }

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

    def exporter(self, name: str) -> Offer[Exporter]:
        """The exporter of this name. UsageError if it is not there, PluginError if two plugins offer it."""
        if name in self.exporters:
            return _only(name, "exporter", self.exporters[name])
        if (broken := self._broken(name)) is not None:
            raise _unavailable(UsageError, f'exporter "{name}"', broken)
        install = f"pip install 'sweepbridge[{name}]'" if name in PUBLISHED_EXPORTERS else ""
        raise _unknown(f"format: {name}", "exporter", name, self.exporters, install)

    def choose(self, method: str, name: str | None) -> Chosen:
        """The backend for a config: the one it names, else its method's default, else the only one that offers it.

        BackendError where none can serve, with the choices and what to install.
        """
        if name is not None:
            return self._chosen(self.backend(name), method)
        if method in DEFAULT_BACKENDS:
            return self._chosen(self.backend(self._default(method)), method)
        able = sorted(name for name, offers in self.backends.items() if method in offers[0].record.methods)
        if len(able) == 1:
            return self._chosen(self.backend(able[0]), method)
        raise self._ambiguous(method, able) if able else self._unserved(method)

    def _default(self, method: str) -> str:
        """The first of a method's default backends that is installed, whether or not it loads; else the first."""
        names = DEFAULT_BACKENDS[method]
        there = (name for name in names if name in self.backends or self._broken(name))
        return next(there, names[0])

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
        installed = [_load(manager, point) for _, point in sorted(found.items())]
        return (*installed, *(_load_local(manager, one) for one in self.local))

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
        near = did_you_mean(name, [*self.backends, *PUBLISHED])
        unloaded = (
            f"it may be in {broken[0].title}, which failed to load: sweepbridge plugins --doctor" if broken else ""
        )
        return BackendError(
            f'no backend named "{name}"',
            found=f"backend: {name}",
            expected=f"one of {', '.join(sorted(self.backends))}",
            fix=install or near or unloaded or f"install the plugin that offers {name}",
        )

    def require(self, name: str, provenance: Mapping[str, str]) -> None:
        """BackendError if there is no backend of this name, which says what it was made with and what to install.

        `provenance` is what a sweep was made with, as `Chosen.provenance` has it.
        """
        if name in self.backends:
            return
        error = self._missing_backend(name)
        made_with = {other: version for other, version in provenance.items() if other != "sweepbridge"}
        if error.__cause__ is None and made_with:
            found = f"a sweep that was made with {', '.join(map(' '.join, made_with.items()))}"
            error = BackendError(error.what, found=found, expected=error.expected, fix=_bring_back(made_with))
        raise error

    def _missing_stopper(self, name: str) -> UsageError:
        extra = name.partition("-")[0]
        if (broken := self._broken(extra)) is not None:
            return _unavailable(UsageError, f'stopper "{name}"', broken)
        is_published = extra in PUBLISHED_STOPPERS and extra not in self.backends
        install = f"pip install 'sweepbridge[{extra}]'" if is_published else ""
        return _unknown(f"early_terminate.type: {name}", "stopper", name, self.stoppers, install)

    def _broken(self, name: str) -> Plugin | None:
        """The plugin of this name that is installed and does not load; by its own name, or by its distribution's."""
        broken = (plugin for plugin in self.plugins if plugin.error)
        named = (one for one in broken if name in (one.name, one.distribution, one.distribution.partition("-")[2]))
        return next(named, None)

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
        with prints_aside():
            return plugin, _offered(manager, plugin, point.load())
    except KeyboardInterrupt as error:  # a person who did not want to wait is told for whom they have waited
        raise Interrupted(f"interrupted while {plugin.title} was being loaded") from error
    except BaseException as error:  # the border to other people's code; some of it exits when it is imported
        return replace(plugin, error=error), {}


def _load_local(manager: pluggy.PluginManager, local: Local) -> tuple[Plugin, Records]:
    """A plugin that somebody has named, and all that it offers. UsageError on any failure."""
    if isinstance(local, ModuleType):
        plugin = Plugin(local.__name__, local.__name__, local.__name__, IN_MEMORY)
        return plugin, _offered(manager, plugin, local)
    path = Path(local)
    if not path.is_file():
        raise UsageError(
            f'no plugin file "{local}"',
            found=f"--plugin {local}",
            expected="a Python file that defines a hook, such as sweepbridge_backends",
            fix="name the file as it lies from this folder",
        )
    version = hashlib.blake2b(path.read_bytes(), digest_size=4).hexdigest()
    plugin = Plugin(path.stem, str(path.resolve()), path.name, version, file=str(local))
    with border(lambda error: _broken_file(plugin, error)), prints_aside():
        return plugin, _offered(manager, plugin, load_file(path, f"sweepbridge_local_{path.stem}_{version}"))


def _broken_file(plugin: Plugin, error: str) -> UsageError:
    return UsageError(
        f'plugin file "{plugin.file}" can\'t be loaded',
        found=error,
        expected="a Python file that can be imported, and defines a hook such as sweepbridge_backends",
        fix=plugin.complaint,
    )


def _offered(manager: pluggy.PluginManager, plugin: Plugin, module: ModuleType) -> Records:
    """All that a module's hooks return. PluginError if it has none that exists, or if a record is not usable."""
    manager.register(module, f"{plugin.distribution}:{plugin.name}")
    _refuse_unknown_hooks(manager, module)
    if plugin.file and not any(hasattr(module, hook) for hook in HOOKS):
        raise PluginError(f"it has none of the hooks {', '.join(HOOKS)}")
    return {hook: _records(module, hook) for hook in HOOKS}


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
    faults = [
        f"{fault}, in {record!r}"
        for record in records
        if (fault := _fault_of_backend(record) if hook == "sweepbridge_backends" else _fault_of_name(record))
    ]
    counts = Counter(record.name for record in records) if not faults else Counter[str]()
    faults += [f"the name {name!r}, {count} times" for name, count in counts.items() if count > 1]
    if faults:
        raise PluginError(
            f"{hook} returned something that is not usable",
            found=faults[0],
            expected="a record as the contract describes it, with a name of its own",
            fix="mend the record",
        )
    return records


def _only(name: str, kind: str, offers: Offers[Record]) -> Offer[Record]:
    if len(offers) == 1:
        return offers[0]
    # Whoever took a name of ours is the one to go.
    others = [offer.plugin for offer in offers if offer.plugin.distribution != "sweepbridge"]
    raise PluginError(
        f'two plugins offer a {kind} named "{name}"',
        found=" and ".join(offer.plugin.title for offer in offers),
        expected="one",
        fix=f"remove one: {others[-1].removal}",
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
    assert plugin.error is not None, f"{plugin.title} failed to load"
    error = kind(
        f"{what} is not available: {plugin.title} failed to load",
        found=in_words(plugin.error),
        expected=f"that {plugin.module} can be imported",
        fix=f"sweepbridge plugins --doctor says what is missing; or {plugin.complaint}",
    )
    error.__cause__ = plugin.error
    return error


def _bring_back(made_with: Mapping[str, str]) -> str:
    """How to have again what a sweep was made with."""
    modules = [name for name, version in made_with.items() if version == IN_MEMORY]
    files = [name for name in made_with if name.endswith(".py")]
    installed = {name: version for name, version in made_with.items() if name not in (*files, *modules)}
    missing = [name for name in installed if version_of(name) == "not installed"] or list(installed)[:1]
    words = " ".join(f"'{name}=={installed[name]}'" for name in missing)
    if modules:
        return f"plugins=[{', '.join(modules)}] in Python"
    if files:
        return f"{' '.join(f'--plugin {file}' for file in files)}, or plugins={files!r} in Python"
    return f"pip install {words}"


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
