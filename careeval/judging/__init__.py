"""Delivery, estimates and a plan into verdicts, and verdicts into the next plan. Rules are data; people decide."""
