"""The test kit: what a backend must do, as functions that pytest and the command line both run.

Imports nothing here: a new process that is to show what a plugin loads must not have loaded it already. The checks,
all in one place, are in `sweepbridge.plugin.kit.running`.
"""
