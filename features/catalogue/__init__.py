"""Free course names made into a catalogue: which are the same, what they teach, what posts need."""
