"""Templates of the files that people fill: workbooks, questionnaires, letters, and the map that reads them."""
