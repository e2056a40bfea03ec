"""One person's profile, as it is shown and explained to one role in one language."""
