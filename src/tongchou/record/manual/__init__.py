"""Manual claims: somebody paid the institution and claims it back, with invoices, decided by another (BEN-12)."""
