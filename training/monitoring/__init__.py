"""Whether live profiles and scores are still those that the released models learned from."""
