"""Whom the support reached and with what: built on the unit-periods of delivery and the canonical tables."""
