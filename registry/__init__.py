"""What is true about certificates and institutions, and since when."""
