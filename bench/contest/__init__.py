"""What bench/quality.py compares: problems, and those who search them."""
