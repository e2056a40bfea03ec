"""The message catalogue: every word and sentence that people read, in Indonesian and English."""
