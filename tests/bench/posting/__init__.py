"""POST /api/sales beside what one would write with a framework and an ORM; each server in its own process."""
