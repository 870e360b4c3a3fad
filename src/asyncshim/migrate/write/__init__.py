"""Write a plan to disk, record it, recover it after a crash, and undo it."""
