"""Experiments that data scientists trust: specified, tracked, compared, promoted, reproduced."""
