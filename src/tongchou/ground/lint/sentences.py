"""x"""

def read_back(pack):
    return []

