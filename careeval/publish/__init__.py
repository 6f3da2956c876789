"""Blocks, in the order of a profile, to documents: html and docx. No writer reads a notebook's HTML."""
