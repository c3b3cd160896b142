"""How long things take, as ratios within one run, so that a slow machine does not look like a slow
program.
"""
