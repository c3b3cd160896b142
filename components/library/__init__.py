"""Papers, meetings, data health, definitions, audit."""
