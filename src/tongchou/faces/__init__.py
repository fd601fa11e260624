"""What people and machines touch: parse, authorise, call, render; no rule lives here."""
