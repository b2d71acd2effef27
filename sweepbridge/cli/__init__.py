"""The command line: one file a command, imported only when it is called.

`--help` must be fast and import nothing heavy, so what it shows stands here and not in the commands' modules; a test
holds the two together. Exit codes: 0 done, 1 the sweep or a plugin failed, 2 a fault of the user's input, 130
interrupted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module

import typer

from sweepbridge.errors import BackendError, Interrupted, PluginError, SweepbridgeError, UsageError
from sweepbridge.registry import Registry, did_you_mean, version_of

PROMISE = "Any W&B sweep config, on any optimizer, on your own machines, exactly once."

COMMANDS = {
    "run": "Create a sweep from a file and work through it.",
    "sweep": "Create a sweep from a file, and print its id.",
    "agent": "Work on a sweep: take trials, run them, report.",
    "list": "List the sweeps in the store.",
    "status": "Show a sweep, or one of its trials.",
    "best": "Show the best trial, and the command that makes it again.",
    "export": "Write all trials, or the config, for another program.",
    "pause": "Give out no new trials for now.",
    "resume": "Give out trials again.",
    "stop": "Give out no more trials; those that run may end.",
    "cancel": "Give out no more trials, and end those that run.",
    "switch": "Let another backend go on with a sweep; it is told all trials so far.",
    "retry": "Put a failed trial back, as a new one with the same parameters.",
    "replay": "Derive every suggestion again from the log, and compare it with what ran.",
    "explain": "Show each parameter's way from the config to the library that searches it.",
    "lint": "Check config files, and name every fault.",
    "preview": "Show the first suggestions and commands; run and store nothing.",
    "compare": "Run a sweep under several backends, and show which of them does best.",
    "store": "Upgrade a store that an older version made.",
    "schema": "Print the JSON Schema of a sweep config.",
    "backends": "List the backends that are installed, and what each of their methods can do.",
    "plugins": "List the plugins that are installed, and what each offers.",
    "new-plugin": "Write a package with a new backend in it, tested and ready to publish.",
    "check-backend": "Hold a backend to the contract, and show what it can do.",
    "log": "Log metrics from inside a run, in any language.",
}
"""Every built-in command, with the line that `--help` shows for it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line; what comes back is the exit code."""
    # Not list(): once the command of that name was called, it is the module here.
    words = [*(sys.argv[1:] if arguments is None else arguments)]
    try:
        code = _called(words)
        sys.stdout.flush()
        return code
    except Interrupted as error:
        print(error, file=sys.stderr)
        return 130
    except SweepbridgeError as error:
        print(error, file=sys.stderr)
        return 1 if isinstance(error, PluginError) and not isinstance(error, BackendError) else 2
    except (KeyboardInterrupt, typer.Abort):
        return 130
    except BrokenPipeError:
        # The reader of our output went away, as `| head` does. What is left goes nowhere, without a word.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        # A wrong option or argument: the exception knows how to show itself. Its class is private to typer.
        if not (hasattr(error, "show") and hasattr(error, "exit_code")):
            raise
        error.show()
        return int(error.exit_code)


def _called(words: list[str]) -> int:
    name = words[0] if words else "--help"
    if name in ("--help", "-h"):
        return _run(_overview(), ["--help"], "sweepbridge")
    if name in ("--version", "-V"):
        print(f"sweepbridge {version_of('sweepbridge')}")
        return 0
    return _run(_app(name), words[1:], f"sweepbridge {name}")


def _run(app: typer.Typer, words: list[str], title: str) -> int:
    code = app(words, prog_name=title, standalone_mode=False)
    return code if isinstance(code, int) else 0


def _app(name: str) -> typer.Typer:
    if name in COMMANDS:
        module = import_module(f"sweepbridge.cli.{name.replace('-', '_')}")
        app = module.app
        assert isinstance(app, typer.Typer)
        return app
    offers = Registry().commands
    if name in offers:
        return offers[name][0].record.app()
    raise UsageError(
        f'no command "{name}"',
        found=f"sweepbridge {name}",
        expected=f"one of {', '.join([*COMMANDS, *offers])}",
        fix=did_you_mean(name, [*COMMANDS, *offers]) or "sweepbridge --help",
    )


def _overview() -> typer.Typer:
    app = typer.Typer(help=PROMISE, add_completion=False, rich_markup_mode=None)
    summaries = dict(COMMANDS)
    for name, offers in Registry().commands.items():
        summaries.setdefault(name, offers[0].record.summary)
    for name, summary in summaries.items():
        app.command(name, help=summary)(lambda: None)
    return app
