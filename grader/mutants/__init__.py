"""Break a reference in every small way: mutants for proofs, slips for the diagnosis."""
