"""Where log and searcher meet: ask, tell, seeds, ends, early stopping."""
