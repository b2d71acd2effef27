"""The durable memory: the log of every sweep, and who holds which trial."""
