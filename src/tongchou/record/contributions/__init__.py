"""Contributions: what is ordered of whom, what came in and went back, and the months it comes to."""
