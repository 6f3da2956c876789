"""Derived tables into blocks: the only floor that rounds, turns signs and draws."""
