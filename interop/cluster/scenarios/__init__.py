"""What is done in the cluster, and what has to come of it."""
