"""Studies with a known truth: simulated people, what the plan did to them, and files as real ones look."""
