"""A small cluster on one machine, whose pods are processes."""
