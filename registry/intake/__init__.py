"""Forms 4 and 5 as they are uploaded: read, normalised and checked into a batch with findings."""
