"""What every storey stands on: money, dates, errors, the canonical tables and the loading of region folders."""
