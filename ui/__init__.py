"""What the person sees: the only package that imports Qt."""
