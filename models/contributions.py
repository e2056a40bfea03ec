"""What the parts of a score are called besides the features."""

BASE = "base"
"""The part of a score that is no feature's."""
