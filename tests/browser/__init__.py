"""The chat page in a real browser. One rule: what a person can see and press, and nothing else, is what is tested."""
