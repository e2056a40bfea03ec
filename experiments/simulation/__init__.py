"""A made-up civil service with known causes: data for demonstrations, tests and causal checks.

Nothing in it is evidence that a model works on people.
"""
