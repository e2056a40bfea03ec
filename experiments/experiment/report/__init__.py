"""The page of one finished experiment."""
