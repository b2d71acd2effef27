"""The built-in stoppers: hyperband."""
