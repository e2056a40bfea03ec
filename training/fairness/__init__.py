"""The fairness audit of a candidate: flags, lists, and what gives an attribute away."""
