"""Judges the models: a simulated workforce and public data."""
