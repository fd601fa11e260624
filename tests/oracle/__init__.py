"""A slow and obvious second settlement, written from the contract alone, and the random worlds it is compared in."""
