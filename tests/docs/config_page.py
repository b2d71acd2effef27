"""Makes `docs/reference/config.md` of the model: `python -m tests.docs.config_page` writes it anew.

What a key takes, its default and what it does come from the model's JSON Schema and its docstrings; the domain and the
values of an example come from loading it. Written here are the examples, and what W&B does otherwise.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

import yaml

from sweepbridge.plugin import Option
from sweepbridge.space import Domain, decode
from sweepbridge.spec import Loaded, json_schema, load_object
from sweepbridge.spec.parameters import form_of
from sweepbridge.spec.reading import Reader
from sweepbridge.spec.schedulers import PRUNERS, SAMPLERS
from sweepbridge.stop import asha, median, patience

PAGE = Path(__file__).parent.parent.parent / "docs/reference/config.md"
COMMAND = "python -m tests.docs.config_page"
SCHEMA = json_schema()
FORMS = SCHEMA["$defs"]
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
NOTHING = "none"


@dataclass(frozen=True)
class Example:
    """A part of a config, which is whole with the parts that it does not need to show."""

    text: str
    warnings: tuple[str, ...] = ()
    """The places that are warned of."""

    def load(self) -> Loaded:
        """The whole config."""
        given = yaml.load(self.text, Loader=Reader)
        base = {"method": "random", "parameters": {"lr": {"values": [0.1, 0.01]}}}
        if "settings" in given.get("scheduler", {}):
            del base["method"]
        if not {"metric", "metrics"} & given.keys():
            base["metric"] = {"name": "loss"}
        return load_object({**base, **given})


PARAMETERS = """\
parameters:
  lr: {distribution: log_uniform_values, min: 1e-5, max: 1e-1}
  layers: {min: 1, max: 4}
  optimizer: {values: [adam, sgd]}"""

KEYS = {
    "method": (
        Example("method: bayes"),
        "`grid`, `random`, `bayes` and `custom` alone; a Gaussian process for `bayes`",
    ),
    "parameters": (Example(PARAMETERS), "groups are not checked, and some are lost"),
    "metric": (Example("metric: {name: val_loss, goal: minimize}"), "a misspelt `goal` minimizes"),
    "metrics": (
        Example("metrics:\n  - {name: val_loss}\n  - {name: accuracy, goal: maximize}"),
        "with `method: custom` alone",
    ),
    "early_terminate": (
        Example("early_terminate: {type: hyperband, min_iter: 3}"),
        "decided every few minutes; here on every logged row",
    ),
    "program": (Example("program: train.py"), "an unset one is an empty word"),
    "command": (
        Example('command: ["${env}", "${interpreter}", "${program}", "${args}"]'),
        "an unknown macro is dropped, and `--lr=${lr}` is not replaced",
    ),
    "nested_args": (Example("nested_args: dict"), "ours"),
    "name": (Example("name: first try"), "the same"),
    "description": (Example("description: wider layers than last week"), "the same"),
    "entity": (Example("entity: my-team"), "picks the account"),
    "project": (Example("project: digits"), "picks the project"),
    "run_cap": (Example("run_cap: 50"), "counted in three ways"),
    "timeout": (Example("timeout: 2h30m"), "ours"),
    "patience": (Example("metric: {name: loss}\npatience: 20"), "ours"),
    "max_failures": (Example("max_failures: 5"), "ours"),
    "controller": (Example("controller: {type: local}", ("controller",)), "`local` leaves the search to your machine"),
    "scheduler": (Example("method: custom\nscheduler: {engine: optuna}"), "needs a scheduler that you start"),
    "job": (Example("job: me/digits/train:latest", ("job",)), "what a launch queue runs"),
    "image_uri": (Example("image_uri: me/train:1", ("image_uri",)), "what a launch queue runs"),
    "launch": (Example("launch: {queue: gpus}", ("launch",)), "the launch queue"),
    "settings": (Example("settings: {x: 1}", ("settings",)), "ignored too"),
    "apiVersion": (Example("apiVersion: wandb/v1"), "ignored too"),
    "kind": (Example("kind: sweep"), "ignored too"),
    "backend": (Example("backend: hyperopt"), "ours"),
    "grid": (Example("method: grid\ngrid: {order: shuffled}"), "ours"),
    "seed": (Example("seed: 7"), "ours; W&B has no seed"),
    "duplicates": (Example("duplicates: allow"), "ours; W&B's `random` and `bayes` repeat points"),
    "retries": (Example("retries: 2"), "ours"),
    "run_name": (
        Example('parameters: {lr: {min: 0.001, max: 0.1}, opt: {values: [adam, sgd]}}\nrun_name: "{opt}_lr{lr:.1e}"'),
        "ours; W&B makes up two words and a number, and so do we without it: `lively-sweep-12`",
    ),
}
"""An example of every key, and what W&B does with the key."""

DISTRIBUTIONS = {
    "constant": "epochs: {value: 10}",
    "categorical": "optimizer: {values: [adam, sgd, null]}",
    "categorical_w_probabilities": "width: {values: [64, 128, 256], probabilities: [0.5, 0.3, 0.2]}",
    "int_uniform": "layers: {min: 1, max: 5}",
    "uniform": "dropout: {min: 0.0, max: 0.5}",
    "q_uniform": "momentum: {distribution: q_uniform, min: 0.5, max: 0.9, q: 0.1}",
    "log_uniform_values": "lr: {distribution: log_uniform_values, min: 1e-5, max: 1e-1}",
    "inv_log_uniform_values": "lr: {distribution: inv_log_uniform_values, min: 1e-5, max: 1e-1}",
    "q_log_uniform_values": "batch: {distribution: q_log_uniform_values, min: 16, max: 256, q: 8}",
    "log_uniform": "lr: {distribution: log_uniform, min: -9, max: -2}",
    "inv_log_uniform": "lr: {distribution: inv_log_uniform, min: 2, max: 9}",
    "q_log_uniform": "batch: {distribution: q_log_uniform, min: 3, max: 5, q: 8}",
    "normal": "shift: {distribution: normal, mu: 0, sigma: 0.5}",
    "log_normal": "scale: {distribution: log_normal, mu: -3, sigma: 1}",
    "q_normal": "year: {distribution: q_normal, mu: 2000, sigma: 10, q: 1}",
    "q_log_normal": "steps: {distribution: q_log_normal, mu: 4, sigma: 1, q: 10}",
    "beta": "share: {distribution: beta, a: 2, b: 5}",
    "q_beta": "share: {distribution: q_beta, a: 2, b: 5, q: 0.1}",
}
"""An example of every distribution."""

EXPONENTS = ("log_uniform", "inv_log_uniform", "q_log_uniform")
"""The distributions that are always warned of."""

INFERRED = (
    "{value: 3}",
    "{values: [1, 2]}",
    "{values: [1, 2], probabilities: [0.9, 0.1]}",
    "{min: 1, max: 5}",
    "{min: 1.0, max: 5}",
    "{min: 1e-4, max: 1}",
    "{parameters: {a: {value: 1}}}",
)
"""Parameters without a `distribution`."""

METRICS = {
    "a metric": Example("metric: {name: accuracy, goal: maximize, target: 0.99, impute: latest}"),
    "W&B's own default, as YAML reads it": Example("metric: {name: loss, impute_while_running: false}"),
}

STOPPERS = {
    "from a first band on": Example("early_terminate: {type: hyperband, min_iter: 3}"),
    "up to a last band": Example("early_terminate: {type: hyperband, max_iter: 27, s: 2}"),
    "half of the trials go on": Example("early_terminate: {type: hyperband, min_iter: 5, eta: 2, strict: false}"),
    "`max_iter` without `s` has no effect": Example(
        "early_terminate: {type: hyperband, min_iter: 3, max_iter: 27}", ("early_terminate.max_iter",)
    ),
    "the best third of those at a rung goes on, and each trial is judged there once": Example(
        "early_terminate: {type: asha, min_iter: 4}"
    ),
    "the better half goes on": Example("early_terminate: {type: median, min_iter: 5}"),
    "until nothing gets better": Example("early_terminate: {type: patience, patience: 10, min_delta: 0.001}"),
    "a plugin's stopper": Example("early_terminate: {type: optuna-threshold, upper: 2.0}"),
}

BUILT_IN = {
    "asha": ("Asynchronous successive halving: each trial is judged once at each rung.", asha.OPTIONS),
    "median": ("The median rule: a trial is held against those that have finished.", median.OPTIONS),
    "patience": ("A trial that gets no better is stopped, whatever the others do.", patience.OPTIONS),
}
"""What each stopper of ours does, and its options."""

LAUNCH = """\
job: me/digits/train:latest
scheduler:
  job: wandb/sweep-jobs/job-optuna-sweep-scheduler:latest
  num_workers: 2
  settings:
    sampler: {type: CmaEsSampler, args: {sigma0: 0.1}}
    pruner: {type: SuccessiveHalvingPruner, args: {min_resource: 2, reduction_factor: 3}}"""

SEARCHES = {
    "W&B's file, and nothing else": Example("method: bayes"),
    "a method that one backend offers": Example("method: cmaes"),
    "a backend": Example("method: bayes\nbackend: hyperopt"),
    "a backend with options": Example("method: tpe\nbackend: {name: optuna, multivariate: true}"),
    "W&B's engine form": Example("method: custom\nscheduler: {engine: optuna}"),
    "W&B's own engine": Example("method: bayes\nscheduler: {engine: wandb}", ("scheduler.engine",)),
    "W&B's launch form": Example(
        LAUNCH, ("job", "scheduler.job", "scheduler.num_workers", "scheduler.settings.pruner")
    ),
    "a job of W&B's own": Example("scheduler: {settings: {method: random}}"),
}


def page() -> str:
    """The whole page."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield f"<!-- Made by `{COMMAND}`, of the docstrings in sweepbridge/spec: edit those. -->"
    yield """\
# The config

You want to know what a key does, or how to write a parameter.
A config is YAML or JSON, or a dict in Python.
`sweepbridge lint` checks one, and `sweepbridge schema` prints its JSON Schema for an editor.
Every example here is loaded by a test, and so is what it says of it.

## Keys

`method` and `parameters` are required.
A key with nothing behind it counts as left out.

| key | takes | default | what it does here | at W&B |
|---|---|---|---|---|"""
    for key, field in SCHEMA["properties"].items():
        at_wandb = KEYS[key][1]
        yield f"| [`{key}`](#{key.lower()}) | {takes(field)} | {_default(key, field)} | {_cell(field)} | {at_wandb} |"
    yield """
An unknown key is ignored, with a warning.
If it is nearly a known one, it is a fault with a did-you-mean.
An unknown key inside a parameter, a metric or `early_terminate` is a fault.
See [where we differ from W&B](differences.md).

## Examples of each key
"""
    for key, (example, _) in KEYS.items():
        yield f"### `{key}`\n"
        yield from _shown(example)
    yield from _parameter_lines()
    yield from _joined_lines()


def _parameter_lines() -> Iterator[str]:
    yield """\
## Parameters

A parameter is a mapping of one of these forms.
Each form takes its own keys and no others.
Below each example stand the domain that it means, and its values at the shares 0, ¼, ½, ¾ and 1 of all that is drawn.

### Without a distribution

The keys say which one is meant:

| written | distribution |
|---|---|"""
    for written in INFERRED:
        yield f"| `{written}` | {inferred(written)} |"
    yield """
`mu` and `sigma` need a `distribution`, as do `q`, `a` and `b`.
"""
    for name, written in DISTRIBUTIONS.items():
        yield from _distribution_lines(name, written)
    yield """\
### Groups

A parameter that holds `parameters` is a group, to any depth.
Training code gets a nested mapping, and the command an option with dots, such as `--opt.lr=0.1`.

```yaml
parameters:
  opt:
    parameters:
      name: {values: [adam, sgd]}
      lr: {distribution: log_uniform_values, min: 1e-4, max: 1e-1}
      schedule:
        parameters:
          decay: {value: 0.9}
```

A name with dots and without a group, such as `opt.lr`, is a name like any other.

## Numbers and words

| written | read as |
|---|---|"""
    for written in (
        "1e-4",
        "1E5",
        "1_000",
        ".5",
        '"1e-4"',
        "true",
        "yes",
        "off",
        "null",
        "~",
        "None",
        "010",
        "2024-01-01",
    ):
        yield f"| `{written}` | {_read(written)} |"
    yield """
A bound in quotes is text, and a fault.
A value that is not read as it looks, such as `yes` or `010`, is warned of.
"""


def _distribution_lines(name: str, written: str) -> Iterator[str]:
    form = FORMS[form_of({"distribution": name})]
    (domain,) = example_of(name).load().config.space.values()
    values = ", ".join(f"`{json.dumps(_rounded(decode(domain, share)))}`" for share in SHARES)
    yield f"### `{name}`\n\n{form['description']}\n\n{_table(form)}\n\n```yaml\nparameters:\n  {written}\n```\n"
    yield f"`{_domain(domain)}`: {values}\n"
    if name in EXPONENTS:
        yield "The bounds are exponents, and W&B calls the form deprecated."
        yield "`lint` warns, and says which values they mean.\n"
    if "w_prob" in name:
        yield "`method: grid` takes no probabilities.\n"


def _joined_lines() -> Iterator[str]:
    yield "## Metrics\n"
    yield _table(FORMS["Metric"]) + "\n"
    yield from _examples(METRICS)
    yield "## Early termination\n\nW&B has one stopper, hyperband."
    yield "Three more are built in, and a plugin may bring others."
    yield "See [which to choose](../how-to/stop-bad-trials-early.md).\n"
    yield "### `hyperband`\n\n" + _table(FORMS["Hyperband"]) + "\n"
    for name, (promise, options) in BUILT_IN.items():
        yield f"### `{name}`\n\n{promise}\n\n" + _table_of_options(options) + "\n"
    yield "### Examples\n"
    yield from _examples(STOPPERS)
    yield """\
## Who searches

`backend` names who searches; without it, the method does.
W&B's own two ways to bring an optimizer are read as the same thing.
`backend` wins over `scheduler`.

| config | backend | method | stopper |
|---|---|---|---|"""
    for title, example in SEARCHES.items():
        config = example.load().config
        options = f" {json.dumps(dict(config.backend_options))}" if config.backend_options else ""
        stopper = (
            f"{config.stopper_name} {json.dumps(dict(config.stopper_options))}" if config.stopper_name else NOTHING
        )
        yield f"| {title} | {config.backend_name or 'the default'}{options} | {config.method} | {stopper} |"
    yield ""
    yield from _examples(SEARCHES)
    yield "The launch form's samplers are these methods; any other one is for the backend to refuse:\n"
    yield "\n".join(f"- `{sampler}`: `{method}`" for sampler, method in SAMPLERS.items()) + "\n"
    yield (
        """\
Its pruners are these stoppers, which come with `sweepbridge-optuna`:

"""
        + "\n".join(f"- `{pruner}`: `{stopper}`" for pruner, stopper in PRUNERS.items())
        + """

Without a `max_resource`, `hyperband` is read as W&B's own, which has no brackets.
Any other pruner ends no trial, and is warned of.

## Ignored, with a warning

These load, and change nothing: """
        + ", ".join(f"`{key}`" for key, (example, _) in KEYS.items() if example.warnings)
        + """.
So do the keys of the launch form that say where a job runs, and `metric.impute_while_running`."""
    )


def _examples(examples: dict[str, Example]) -> Iterator[str]:
    for title, example in examples.items():
        yield f"{title[0].upper()}{title[1:]}:\n"
        yield from _shown(example)


def _shown(example: Example) -> Iterator[str]:
    yield f"```yaml\n{example.text}\n```\n"
    if example.warnings:
        yield f"`lint` warns of {', '.join(f'`{place}`' for place in example.warnings)}.\n"


def example_of(distribution: str) -> Example:
    """The example of a distribution."""
    name = DISTRIBUTIONS[distribution].split(":")[0]
    warnings = (f"parameters.{name}",) if distribution in EXPONENTS else ()
    is_constant = distribution == "constant"
    return Example(f"parameters:\n  {DISTRIBUTIONS[distribution]}", ("parameters",) if is_constant else warnings)


def _table(schema: dict) -> str:
    rows = ["| key | takes | default | |", "|---|---|---|---|"]
    for key, field in schema["properties"].items():
        default = "required" if key in schema.get("required", ()) else _shown_default(field)
        rows.append(f"| `{key}` | {takes(field)} | {default} | {_cell(field)} |")
    return "\n".join(rows)


def _table_of_options(options: tuple[Option, ...]) -> str:
    rows = ["| key | takes | default | |", "|---|---|---|---|"]
    for option in options:
        default = "required" if option.is_needed else f"`{option.default}`"
        rows.append(f"| `{option.name}` | {option.expected} | {default} | {option.about} |")
    return "\n".join(rows)


def takes(field: dict) -> str:
    """What a key takes, in words, from its JSON Schema."""
    match field:
        case {"$ref": ref}:
            assert ref.startswith("#/$defs/"), ref
            return "a mapping"
        case {"anyOf": forms}:
            words = [takes(form) for form in forms if form != {"type": "null"}]
            return ", or ".join(dict.fromkeys(words))
        case {"const": word}:
            return f"`{word}`"
        case {"enum": words}:
            return ", ".join(f"`{json.dumps(word) if isinstance(word, bool) else word}`" for word in words)
        case {"type": "array", "items": items}:
            return f"a list of {_plural(takes(items))}" if items else "a list"
        case {"additionalProperties": {}}:
            return "a mapping of names to forms"
        case {"type": [*_]} | {"type": "string"}:
            return "text"
        case {"type": ("integer" | "number") as kind}:
            return _number(kind, field)
        case {"type": "boolean"}:
            return "`true`, `false`"
        case {"type": "object"}:
            return "a mapping"
        case _:
            return "anything"


def _plural(words: str) -> str:
    return {"a mapping": "mappings", "text": "words"}.get(words, words.replace("a number", "numbers"))


def _number(kind: str, field: dict) -> str:
    words = "a whole number" if kind == "integer" else "a number"
    if "minimum" in field:
        words += f" of at least {field['minimum']}"
    if "exclusiveMinimum" in field:
        words += f" above {field['exclusiveMinimum']}"
    return words


def _default(key: str, field: dict) -> str:
    return "required" if key in SCHEMA["required"] else _shown_default(field)


def _shown_default(field: dict) -> str:
    default = field.get("default", field.get("const"))
    return NOTHING if default is None else f"`{json.dumps(default).strip(chr(34))}`"


def _cell(field: dict) -> str:
    text = field.get("description") or FORMS.get(field.get("$ref", "").rpartition("/")[2], {}).get("description", "")
    return " ".join(text.split()).replace("|", "\\|")


def inferred(written: str) -> str:
    """The distribution that a parameter is of, or that it is a group."""
    given = yaml.load(written, Loader=Reader)
    form = load_object({"method": "random", "parameters": {"x": given}}).config.parameters["x"]
    if "parameters" in given:
        return "a group"
    return "`categorical_w_probabilities`" if "probabilities" in given else f"`{form.distribution}`"


def _read(written: str) -> str:
    value = yaml.load(f"x: {written}", Loader=Reader)["x"]
    kind = {str: "the text", bool: "", int: "the number", float: "the number", type(None): ""}[type(value)]
    return f"{kind} `{json.dumps(value)}`".strip()


def _domain(domain: Domain) -> str:
    parts = [(field.name, getattr(domain, field.name)) for field in fields(domain)]
    shown = [f"{name}={_rounded(value)!r}" for name, value in parts if value not in (None, False) or name == "low"]
    return f"{type(domain).__name__}({', '.join(shown)})"


def _rounded(value: object) -> object:
    return float(f"{value:.4g}") if isinstance(value, float) else value


if __name__ == "__main__":
    PAGE.write_text(page() + "\n", encoding="utf-8")
