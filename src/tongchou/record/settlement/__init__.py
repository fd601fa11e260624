"""Settlement: a visit's lines become a settled claim, once; what was settled is an event that never changes.

Doors: `settling.settle`, `trial`, `reversing.reverse`, and `queries`. State is the fold of the events; `accumulator`
keeps it ready, and `verify` holds it to them.
"""
