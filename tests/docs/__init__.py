"""Tests that read the pages of the documentation and run what they show."""
