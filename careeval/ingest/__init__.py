"""Files in: a csv, Excel or SPSS file into a table of text that still knows its cells, and text into values."""
