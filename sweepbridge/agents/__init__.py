"""Agents: they claim trials, run them as programs or as functions, and report what happens."""

from sweepbridge.agents.agent import Worked, new_name, work
from sweepbridge.agents.function import FunctionRunner
from sweepbridge.agents.program import ProgramRunner
from sweepbridge.agents.runner import Runner, Say, Unfinished
from sweepbridge.agents.workers import Forks, LocalLauncher, Processes, attend

__all__ = [
    "Forks",
    "FunctionRunner",
    "LocalLauncher",
    "Processes",
    "ProgramRunner",
    "Runner",
    "Say",
    "Unfinished",
    "Worked",
    "attend",
    "new_name",
    "work",
]
