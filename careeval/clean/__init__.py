"""Raw tables into canonical ones: what each column means, whose row it is, and every row that leaves."""
