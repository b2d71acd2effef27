"""Every value survives: from a YAML file, through the store and a backend, to a real program, in every macro.

10,000 generated values go the whole way, 500 in a sweep: numbers, text with spaces, quotes, line ends and what looks
like YAML, booleans, None, and lists and dicts of them. What can't be a word of a command line at all is not among
them (a NUL, half of a surrogate pair; `test_environment.py` has those), and neither is NaN, which is not equal to
itself. JSON and W&B's file bring back the same value of the same type; the other macros are W&B's text, Python's
`str()`, from which `ast.literal_eval` makes the value again unless it is text itself.
"""

import ast
import json
import random

import pytest
import yaml

from sweepbridge.agents.agent import work
from sweepbridge.agents.program import ProgramRunner
from sweepbridge.engine import Engine, create, plan
from sweepbridge.registry import Registry
from sweepbridge.space import nest
from sweepbridge.spec import load_file
from sweepbridge.store import open_store

SWEEPS = 20
VALUES = 500

TEXTS = [
    "", " ", "  a  b ", "1", "1.0", "1e-4", "1_000", "007", "0x1F", "True", "false", "None", "null", "~", "on", "y",
    "nan", "2024-01-01", "12:30", "-", "--x", "--x=1", "=", "a=b", "[1, 2]", "{'a': 1}", '{"a": 1}', "'", '"', "a'b\"c",
    "$HOME", "${lr}", "${args}", "${envvar:HOME}", "`id`", "$(id)", "\\", "\\n", "%s", "{0}", "#", "a # b", "a: b", ":",
    "- a", "*a", "&a", "!!int 1", "!", "<<", ">", "|", "a\nb", "\n", "\ta", "a\r\nb", "größe ✓", "🎲", "\u2028", "\x85",
    "\x7f", "\x01", "\ufeff", "é", "e\u0301", ";", "a;b", "*", "?", "~/x", "a,b", "/usr/bin/env",
]  # fmt: skip
SCALARS = [
    True, False, None, 0, 1, -1, 10**40, -(2**63), 0.0, -0.0, 1.0, 1e-05, 0.1, 1 / 3, 1e16, 1e22, 5e-324, -1e308,
    1.7976931348623157e308, [], {},
]  # fmt: skip


def text(chance):
    if chance.random() < 0.7:
        return chance.choice(TEXTS)
    letters = "ab 1'\"\\$\n\t={}[]:,#-öЖ漢🎲"
    return "".join(chance.choices(letters, k=chance.randint(1, 12)))


def value(chance, depth=0):
    kind = chance.randrange(6 if depth < 3 else 4)
    if kind == 0:
        return text(chance)
    if kind == 1:
        return chance.choice(SCALARS)
    if kind == 2:
        return chance.choice([chance.randint(-(10**6), 10**6), chance.getrandbits(80)])
    if kind == 3:
        return chance.choice([chance.random(), chance.uniform(-1, 1) * 10.0 ** chance.randint(-300, 300)])
    if kind == 4:
        return [value(chance, depth + 1) for _ in range(chance.randint(0, 3))]
    return {text(chance): value(chance, depth + 1) for _ in range(chance.randint(0, 3))}


def params_of(seed):
    """Parameters by path, sorted; a third of them stand in groups, and some of those in groups again."""
    chance = random.Random(seed)
    outer = ["", "", "", "", "group/", "group/inner/"]
    return {path: value(chance) for path in sorted(f"{chance.choice(outer)}p{place:03}" for place in range(VALUES))}


class Quoting(yaml.SafeDumper):
    """Writes text in quotes, so that none is taken for a number, and no value as a reference to another."""

    def ignore_aliases(self, data):
        return True


Quoting.add_representer(str, lambda dumper, data: dumper.represent_scalar("tag:yaml.org,2002:str", data, style='"'))


def forms(params):
    """W&B's forms for parameters: a constant, or a choice of one, inside the groups they stand in."""
    nested = nest({path.replace("/", "/parameters/"): {"value": value} for path, value in params.items()})
    for path, given in list(params.items())[::2]:
        level = nested
        *groups, name = path.replace("/", "/parameters/").split("/")
        for group in groups:
            level = level[group]
        level[name] = {"values": [given]}
    return nested


CHILD = """
import json, os, sys
import yaml
import sweepbridge

with open(sys.argv[1]) as file, open(os.environ["WANDB_SWEEP_PARAM_PATH"]) as wandb_file:
    of_file, of_wandb = json.load(file), yaml.safe_load(wandb_file)
of_wandb.pop("wandb_version")
seen = {
    "args_json_file": of_file,
    "args_json": json.loads(sys.argv[2]),
    "wandb": {name: wrapped["value"] for name, wrapped in of_wandb.items()},
    "config": sweepbridge.init().config.as_dict(),
    "rest": sys.argv[3:],
}
with open(os.environ["SWEEPBRIDGE_RUN_DIR"] + "/seen.json", "w") as file:
    json.dump(seen, file)
"""

FORMS = {
    "${args}": "--{}={}",
    "${args_no_hyphens}": "{}={}",
    "${args_append_hydra}": "+{}={}",
    "${args_override_hydra}": "++{}={}",
}


@pytest.fixture
def seen_by(tmp_path, script):
    """What a real program sees of one trial, after a sweep's whole way from a YAML file; and the trial's params."""

    def seen(params, **keys):
        file = tmp_path / "sweep.yaml"
        config = {"method": "random", "parameters": forms(params), "program": script(CHILD), **keys}
        file.write_text(yaml.dump(config, Dumper=Quoting, sort_keys=False), encoding="utf-8")
        registry, store = Registry(), open_store(tmp_path / ".sweepbridge")
        decided = plan(load_file(file).config, registry)
        engine = Engine(store, create(store, decided, seed=1), decided, registry)
        loaded = decided.config
        runner = ProgramRunner(loaded.command, loaded.program, nested_args=loaded.nested_args)
        said = []
        work(engine, runner, name="me", runs=tmp_path / "runs", count=1, say=said.append)
        found = tmp_path / "runs" / engine.sweep.id / "0-1" / "seen.json"
        assert found.exists(), said
        return json.loads(found.read_text()), store.trial(engine.sweep.id, 0).trial.params

    return seen


def exactly(value):
    """A value as text that tells 1 from 1.0 and from True, and -0.0 from 0.0."""
    return json.dumps(value)


def dotted(params):
    return {path.replace("/", "."): given for path, given in params.items()}


def flag(name, given):
    return f"--{name}" if given is True else f"--{name}={given}"


def words_of(options):
    """What W&B's macros are for options, in the order of `MACROS`."""
    words = [form.format(name, given) for form in FORMS.values() for name, given in options.items()]
    words += [word for name, given in options.items() for word in (f"--{name}", str(given))]
    return words + [flag(name, given) for name, given in options.items() if given is not False]


MACROS = ["${interpreter}", "${program}", "${args_json_file}", "${args_json}", *FORMS]
MACROS += ["${args_no_equals}", "${args_no_boolean_flags}"]


@pytest.mark.parametrize("seed", range(SWEEPS))
def test_every_value_reaches_a_program_in_every_macro(seed, seen_by):
    params = params_of(seed)
    is_nested, method = seed % 2, ("grid", "random")[seed // 2 % 2]
    command = [*MACROS, *(f"--again=${{{name}}}" for name in dotted(params))]

    seen, stored = seen_by(params, method=method, command=command, nested_args="dict" if is_nested else "dotted")

    again = [f"--again={given}" for given in params.values()]
    assert seen["rest"] == words_of(nest(params) if is_nested else dotted(params)) + again
    assert {exactly(seen[way]) for way in ("args_json_file", "args_json", "wandb", "config")} == {exactly(nest(params))}
    assert exactly(stored) == exactly(params)


@pytest.mark.parametrize("seed", range(SWEEPS))
def test_the_text_of_an_option_tells_value_and_type_unless_it_is_text_itself(seed):
    for given in params_of(seed).values():
        assert isinstance(given, str) or exactly(ast.literal_eval(str(given))) == exactly(given)


@pytest.mark.parametrize("seed", [100, 101])
def test_every_value_passes_through_a_shell(seed, seen_by):
    params = params_of(seed)
    command = ["bash", "-c", "exec ${interpreter} ${program} ${args_json_file} ${args_json} ${args}"]

    seen, _ = seen_by(params, command=command)

    assert seen["rest"] == [f"--{name}={given}" for name, given in dotted(params).items()]
    assert exactly(seen["args_json"]) == exactly(nest(params))
