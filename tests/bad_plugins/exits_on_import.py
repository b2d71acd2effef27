"""Ends the process when it is imported."""

import sys

print("set the licence first")
sys.exit(3)
