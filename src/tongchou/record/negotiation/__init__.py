"""总额指标: what institutions may be paid of a year: split, negotiated about by groups, published, adjusted.

Doors: `opening`, `replying`, `proposing`, `concluding`, `adjusting`, `correcting`, `queries`; `agreed` for what a month
may be paid, `terms` for what the region declares.
"""
