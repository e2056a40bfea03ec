"""Answers, in batch and online, from a released bundle."""
