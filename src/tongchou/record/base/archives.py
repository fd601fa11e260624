"""What a ZIP file that somebody sent may turn out to be."""

import zipfile
import zlib

UNREADABLE = (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError, ValueError)
"""What reading one raises that is none, is damaged, encrypted, or packed in a way that nobody knows."""
