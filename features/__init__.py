"""HR records in, point-in-time profiles out."""
