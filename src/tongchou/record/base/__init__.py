"""What every app stands on: the one clock, ids, lock, scope, command, secret and the immutable row."""
