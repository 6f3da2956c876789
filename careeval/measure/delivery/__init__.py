"""From promises and records to what was delivered: bound units, due periods, what was met, and what nobody can know."""
