"""Real division lists and outlines, and a deterministic generator of sample databases (演示数据)."""
