"""Leave accounts against the statutes: 5 U.S.C. 6303, 6304 and 6307, 5 CFR part 630."""
