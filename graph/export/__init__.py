"""Products: page, workbook, network files, findings."""
