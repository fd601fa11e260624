"""Enrolment: who is enrolled in which insurance from when to when, through whom, and where it is suspended."""
