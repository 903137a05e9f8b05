"""Files as rows of text, and what their cells say, whatever they are of."""
