"""Agents: they claim trials, run them as programs or as functions, and report what happens.

Nothing is imported here, because the launcher is loaded with the plugins, also where no agent is needed.
"""
