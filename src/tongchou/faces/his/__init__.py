"""A hospital's software as the other side of the interface: it plays a day, and tells whether a platform conforms."""
