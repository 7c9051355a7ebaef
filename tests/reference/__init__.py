"""A second, clear-text computation of every figure, written from ``docs/definitions.md`` alone.

It shares no code with the product: it is the oracle of the differential test and the peer of the benchmark.
"""
