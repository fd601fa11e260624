"""What every app stands on: the one clock, lock, scope, command, secret and the immutable row."""
