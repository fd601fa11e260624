"""A region folder, read: its files become one resolved pack with every fact dated, cited and hashed, or problems."""
