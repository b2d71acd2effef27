"""What is put on a run's PYTHONPATH where `--wandb-hook` is asked for. It needs nothing but Python's own library."""
