"""Agents: they claim trials, run them and report."""
