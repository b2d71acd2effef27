"""What keeps a plugin from being of use, and the command that mends it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import metadata

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from sweepbridge.agents.apart import Gone, apart
from sweepbridge.plugin import Backend, Issue
from sweepbridge.plugin.border import in_words
from sweepbridge.plugin.kit.checks import Broken
from sweepbridge.plugin.kit.running import Bench
from sweepbridge.registry import PUBLISHED, Plugin, Registry, version_of

LIMIT_S = 30.0
"""How long a method may take to say whether it can search here. It loads its library."""


@dataclass(frozen=True, slots=True)
class Ailment:
    """One thing that keeps a plugin, or a part of it, from being of use."""

    what: str
    found: str
    fix: str
    is_grave: bool = True
    """Whether something that is installed is broken, and not only left out."""


def ailments(registry: Registry) -> list[Ailment]:
    """Everything that is the matter with the plugins that are installed, the grave first."""
    found = [
        *(ailment for plugin in registry.plugins for ailment in _of_plugin(plugin)),
        *_conflicts(registry),
        *_methods(registry),
        *_not_installed(registry),
    ]
    return sorted(found, key=lambda ailment: not ailment.is_grave)


def _of_plugin(plugin: Plugin) -> Iterator[Ailment]:
    unmet = list(_unmet(plugin.distribution))
    for requirement, here in unmet:
        found = f"{requirement.name} {here}" if here else f"{requirement.name} is not installed"
        yield Ailment(f"{plugin.title} requires {requirement}", found, f"pip install '{_plain(requirement)}'")
    if plugin.error is not None and not unmet:
        yield Ailment(f"{plugin.title} failed to load", in_words(plugin.error), _remedy(plugin))


def _remedy(plugin: Plugin) -> str:
    """The command that mends a plugin whose requirements are all met, and which still fails to load."""
    missing = plugin.error.name if isinstance(plugin.error, ModuleNotFoundError) else None
    if missing is None:
        return f"pip install --upgrade {plugin.distribution}"
    if plugin.module.partition(":")[0].split(".")[0] == missing.partition(".")[0]:
        return f"pip install --force-reinstall {plugin.distribution}"
    for requirement in _requirements(plugin.distribution):
        for extra in _extras(plugin.distribution):
            is_of_extra = requirement.marker is not None and requirement.marker.evaluate({"extra": extra})
            if is_of_extra and canonicalize_name(requirement.name) == canonicalize_name(missing):
                return f"pip install '{plugin.distribution}[{extra}]'"
    return f"pip install {missing.partition('.')[0]}"


def _unmet(distribution: str) -> Iterator[tuple[Requirement, str | None]]:
    """Each requirement that is not met, with the version that is here."""
    for requirement in _requirements(distribution):
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue
        here = version_of(requirement.name)
        if here == "not installed":
            yield requirement, None
        elif not requirement.specifier.contains(here, prereleases=True):
            yield requirement, here


def _plain(requirement: Requirement) -> str:
    """A requirement as pip takes it on a command line, without its marker."""
    extras = f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
    return f"{requirement.name}{extras}{requirement.specifier}"


def _requirements(distribution: str) -> Iterator[Requirement]:
    try:
        written = metadata.requires(distribution) or []
    except metadata.PackageNotFoundError:
        return
    for line in written:
        try:
            yield Requirement(line)
        except InvalidRequirement:  # noqa: PERF203  # whoever wrote it, the other lines are still good
            continue


def _extras(distribution: str) -> Sequence[str]:
    return metadata.metadata(distribution).get_all("Provides-Extra") or []


def _conflicts(registry: Registry) -> Iterator[Ailment]:
    for kind, offers in registry.by_kind.items():
        for name, given in offers.items():
            if len(given) > 1:
                titles = " and ".join(offer.plugin.title for offer in given)
                others = [offer.plugin for offer in given if offer.plugin.distribution != "sweepbridge"]
                yield Ailment(f'two plugins offer a {kind} named "{name}"', titles, others[-1].removal)


def _methods(registry: Registry) -> Iterator[Ailment]:
    """Each method that can't search here, as its own `check` says."""
    methods = [
        (offer, method) for offers in registry.backends.values() for offer in offers for method in offer.record.methods
    ]
    answers = apart([partial(_refusal, offer.record, method) for offer, method in methods], limit_s=LIMIT_S)
    for (offer, method), answer in zip(methods, answers, strict=True):
        title = f"{offer.record.name} {method}, of {offer.plugin.title}"
        match answer:
            case None:
                pass
            case Issue():
                yield Ailment(f"{title}, can't search here", answer.found, answer.fix, is_grave=False)
            case Gone(why):
                yield Ailment(f"{title}, {why} when it was asked to check a config", why, offer.plugin.complaint)
            case str():
                yield Ailment(f"{title}, failed to check a config", answer, offer.plugin.complaint)


def _refusal(backend: Backend, method: str) -> Issue | str | None:
    """Why a method can't search anything here: its own word, or how it fails; None if it can."""
    try:
        return Bench(backend).refusal(method)
    except Broken as broken:
        return str(broken)


def _not_installed(registry: Registry) -> Iterator[Ailment]:
    for name in sorted(set(PUBLISHED) - set(registry.backends)):
        if not any(plugin.error and plugin.name == name for plugin in registry.plugins):
            what = f"{name} is not installed"
            yield Ailment(what, "nothing of it", f"pip install 'sweepbridge[{name}]'", is_grave=False)
