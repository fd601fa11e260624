"""The declaration of a DIP catalogue in `payment/dip/`: its models, its files and their tables, read into one `Dip`."""
