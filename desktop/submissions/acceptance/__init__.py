"""Would they bounce it? Rules by which a recipient sends a submission back: code here, chosen by the content pack."""
