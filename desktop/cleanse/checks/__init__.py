"""The checks, one module per family; `catalogue()` gathers them."""
