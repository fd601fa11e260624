"""DIP: from three years of discharges the catalogue of disease groups with their points; each discharge into its group.

Declarations and tables in, tables out. What a case is paid belongs to the room of payment.
"""
