"""The counter: claims that no rule can tell apart share what was looked up for the first of them.

Then only fen are left to count: split the lines, read the state, run the step. What differs from claim to claim in more
than that is left to the engine.
"""
