"""Any W&B sweep config, on any optimizer, on your own machines, exactly once."""
