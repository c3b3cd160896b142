"""What is computed: pure functions of (plan, facts, as_of). No I/O, no clock, no user interface."""

import os

# Its matrices are small: threads that share one waited for each other ten times as long as they
# worked on it. Read when numpy is first loaded; a server that has loaded it before has it from its
# unit file.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
