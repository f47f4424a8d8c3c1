"""What leaves the desk as a workbook."""
