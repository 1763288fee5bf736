"""What an institution does all day: empty forms, uploads, its batches and what became of them."""
