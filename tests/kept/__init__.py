"""Databases of earlier shapes, filled, as text: the tests bring them to today's shape and ask them the same questions.

`python -m tests.kept` writes down one of the newest revision, made by `recipe.py`. What was written stays as it is.
"""
