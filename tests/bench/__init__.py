"""Speed, side by side with what one would otherwise write by hand. One rule: both sides run in the same minute."""
