"""Foreign exports in, canonical tables out."""
