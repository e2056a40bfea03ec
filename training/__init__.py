"""Frames in, a released model bundle out; the only user of MLflow."""
