"""The built-in backends: grid and random."""
