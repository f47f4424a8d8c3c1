"""Tables of any length: views (filter, sort, columns) and the sources that answer them."""
