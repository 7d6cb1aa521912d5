"""What students handed in: files, cells, and who is who."""
