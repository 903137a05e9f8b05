"""HTTP in, JSON out. One rule: a route turns a request into a core call, and decides nothing."""
