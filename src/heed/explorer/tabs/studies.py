"""The tabs of two studies: the ranking of methods, and where attributes are in a network."""
