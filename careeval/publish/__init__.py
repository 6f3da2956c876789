"""Blocks, in the order of a profile, to documents: html, docx and pdf. No writer reads a notebook's HTML."""
