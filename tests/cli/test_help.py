"""What the command line shows of itself, how fast, and what it imports for it."""

import os
import subprocess
import sys
from importlib import import_module, metadata

import pytest
import typer

from sweepbridge import cli
from sweepbridge.plugin import Command
from sweepbridge.registry import Registry
from tests.engine.made_up import raises, registry

HEAVY = {"hyperopt", "nevergrad", "numpy", "optuna", "pydantic", "rich", "scipy", "smac", "sqlalchemy", "yaml"}


def python(code):
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout


def seconds_of_help():
    """Of a processor: what a person waits on a machine that has nothing else to do."""
    began = os.times()
    subprocess.run([sys.executable, "-m", "sweepbridge", "--help"], check=True, capture_output=True)
    ended = os.times()
    return ended.children_user - began.children_user + ended.children_system - began.children_system


def test_help_takes_less_than_half_a_second():
    assert min(seconds_of_help() for _ in range(5)) < 0.5


def test_help_imports_nothing_heavy():
    """The house's rule is about vendors, SQLAlchemy and scipy; the rest would cost a person's patience as well."""
    loaded = python("import sys, sweepbridge.cli as c; c.main(['--help']); print('LOADED', *sys.modules)")

    assert HEAVY & {name.partition(".")[0] for name in loaded.partition("LOADED")[2].split()} == set()


def test_help_lists_every_command_with_its_line(call):
    printed = call("--help")

    assert printed.code == 0
    assert cli.PROMISE in printed.out
    assert [line.split()[0] for line in printed.out.partition("Commands:")[2].splitlines() if line.strip()] == [
        *cli.COMMANDS,
        *Registry().commands,
    ]


def test_no_words_at_all_show_the_help(call):
    assert call().out == call("--help").out


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_the_line_that_help_shows_is_the_commands_own(name, call):
    summary = cli.COMMANDS[name]
    (registered,) = import_module(f"sweepbridge.cli.{name.replace('-', '_')}").app.registered_commands

    assert registered.callback.__doc__.splitlines()[0] == summary
    assert summary in " ".join(call(name, "--help").out.split())


def test_commands_are_called_one_after_the_other_in_one_process(call):
    """The module of the command `list` must not stand in the way of the builtin."""
    assert [call(name, "--help").code for name in cli.COMMANDS] == [0] * len(cli.COMMANDS)


def test_version(call):
    assert call("--version").out == f"sweepbridge {metadata.version('sweepbridge')}\n"


@pytest.mark.parametrize(("word", "meant"), [("statu", "status"), ("explan", "explain"), ("agents", "agent")])
def test_a_word_that_is_nearly_a_command_gets_the_command(call, word, meant):
    printed = call(word)

    assert printed.code == 2
    assert printed.err.splitlines()[-1] == f'  fix       did you mean "{meant}"?'


def make_app():
    app = typer.Typer()
    app.command()(lambda: print("served"))
    return app


def test_a_plugins_command_is_called_and_listed_beside_ours(call, monkeypatch):
    offered = registry(commands=[Command("serve", "Serve it.", make_app)])
    monkeypatch.setattr(cli, "Registry", lambda: offered)

    assert call("serve").out == "served\n"
    assert "Serve it." in call("--help").out


def test_a_plugin_can_not_take_the_place_of_a_command_of_ours(call, monkeypatch):
    offered = registry(commands=[Command("schema", "Something else.", make_app)])
    monkeypatch.setattr(cli, "Registry", lambda: offered)

    assert "Something else." not in call("--help").out
    assert call("schema").out.startswith("{")


@pytest.mark.parametrize("line", ["schema | head -1", "backends --no-measure | true", "plugins | true"])
def test_a_reader_that_goes_away_is_no_news(shell, line):
    printed = shell(f"sweepbridge {line}")

    assert (printed.code, printed.err) == (0, "")


@pytest.mark.parametrize("stops", [KeyboardInterrupt, typer.Abort])
def test_ctrl_c_is_no_traceback_and_exit_code_130(call, monkeypatch, stops):
    monkeypatch.setattr("sweepbridge.cli.schema.json_schema", raises(stops))

    printed = call("schema")

    assert printed.code == 130
    assert "Traceback" not in printed.err


def test_backends_lists_each_with_its_methods_distribution_and_version(call):
    lines = [line.split() for line in call("backends", "--no-measure").out.splitlines()]

    version = metadata.version("sweepbridge-optuna")
    assert any(
        line[:2] == ["grid", "grid"] and line[-2:] == ["sweepbridge", metadata.version("sweepbridge")] for line in lines
    )
    assert any(line[:2] == ["optuna", "tpe"] and line[-2:] == ["sweepbridge-optuna", version] for line in lines)
    assert [line[1] for line in lines if line[0] == "hyperopt"] == ["bayes", "tpe", "random", "anneal"]


def test_backends_says_what_could_be_installed(call, monkeypatch):
    monkeypatch.setattr("sweepbridge.cli.backends.Registry", lambda: Registry([]))

    assert "not installed: optuna (pip install 'sweepbridge[optuna]')" in call("backends").out


def test_plugins_lists_each_with_what_it_offers(call):
    shown = " ".join(call("plugins").out.split())

    assert "backend grid, backend random" in shown
    assert "stopper hyperband" in shown
    assert "launcher local" in shown


def test_plugins_says_why_one_does_not_load(call, monkeypatch):
    broken = registry(backends=["no backend"])
    monkeypatch.setattr("sweepbridge.cli.plugins.Registry", lambda: broken)

    shown = " ".join(call("plugins").out.split())

    assert "sweepbridge-strange 0.7 nothing: it failed to load" in shown
