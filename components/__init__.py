"""How things look, once: pages lay these parts out and never draw or compute anything themselves.
"""
