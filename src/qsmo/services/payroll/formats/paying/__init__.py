"""Lists that payment rests on: bank accounts, the items of the payroll office, accounting texts and their symbols."""
