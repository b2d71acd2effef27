"""Can't be imported."""

raise RuntimeError("no GPU here")
