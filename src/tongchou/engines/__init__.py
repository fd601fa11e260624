"""Pure machinery: declarations and tables in, tables out; no database, no network, no clock."""
