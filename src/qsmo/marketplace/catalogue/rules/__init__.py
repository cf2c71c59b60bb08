"""Pure rules of the catalogue: which price counts on a day, what volumes would cost, what a submission still lacks."""
