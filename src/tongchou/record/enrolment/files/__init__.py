"""Enrolment from a file: read and checked row by row, held against what is known, then written whole or not at all."""
