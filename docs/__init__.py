"""The documentation. One rule: what the code knows is written by `docs.reference`, the rest by hand."""
