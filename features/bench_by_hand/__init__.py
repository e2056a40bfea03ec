"""The families' figures written by hand in DuckDB SQL and in Polars, to measure ours against.

One file a family, named as in `features.profiles.FAMILIES`: ``SQL`` and ``in_polars`` give one row
a person, ``ours`` calls the family itself. Nothing else has to be added for a family.

SQL reads the known rows of each table under the table's name, ``present_posts`` and
``competency_levels``; ``$as_of``, ``$year`` (a year before) and the like stand for dates.
"""
