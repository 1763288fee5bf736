"""One register grown to millions of certificates, and measured at each power of ten on the way."""
