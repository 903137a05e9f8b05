"""The old `qty_sold` counters: read from whatever kept them, each one a sale."""
