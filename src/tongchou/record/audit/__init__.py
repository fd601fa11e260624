"""The trail: every command and every look at a person, written once, sealed in batches, checked by `verify`."""
