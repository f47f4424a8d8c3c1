"""Recipients' own templates: looked at, mapped once, filled without losing anything that is in them."""
