"""Rules of the civil service as dated data; an employer may edit the files."""
