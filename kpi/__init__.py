"""What is computed: pure functions of (plan, facts, as_of). No I/O, no clock, no user interface."""
