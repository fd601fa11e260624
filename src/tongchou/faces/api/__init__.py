"""The HTTP interface: parse, authorise, call one command or query, render. Problems are RFC 9457 documents."""
