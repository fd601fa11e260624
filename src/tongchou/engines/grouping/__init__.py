"""DRG grouping: a table interpreter over scheme folders, one record or millions by the same compiled function."""
