"""Designated institutions, the clinicians who practise in them, and the service agreements they work under."""
