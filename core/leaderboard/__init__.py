"""Rankings. One rule: equal results share a place, and the next place is left out (1-2-2-4)."""
