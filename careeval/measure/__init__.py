"""Canonical tables into scores, exam shares, levels and flows, with the intervals of shares and means."""
