"""Filings: what persons and institutions file, who decides on it by when, and what it gives to claims."""
