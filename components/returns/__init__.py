"""月报: the months and units, a unit's return with its steps, its workbook and its history."""
