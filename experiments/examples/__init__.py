"""Models of one's own, as a data scientist would bring them to `huyula experiment`."""
