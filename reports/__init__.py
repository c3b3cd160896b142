"""What is handed out: scorecard as JSON, workbook. Reads `kpi` results only."""
