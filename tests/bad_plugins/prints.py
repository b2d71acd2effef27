"""Prints wherever it is called."""

from sweepbridge.plugin import from_function, hookimpl

print("imported")


def suggest(problem, trials, seed):
    print("asked")
    return problem.space.decode(dict.fromkeys(problem.space, seed % 101 / 100))


def check(problem):
    print("checked")
    return []


@hookimpl
def sweepbridge_backends():
    print("offered")
    return [from_function("bad", suggest, check=check)]
