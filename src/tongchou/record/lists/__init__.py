"""医疗保障基金结算清单: the settlement list of each settlement, checked, kept by versions, decided; and 特病单议.

Doors: `uploading`, `states`, `leaving`, `queries`.
"""
