"""W&B's config language, and only here: reading it, its model, its faults."""
