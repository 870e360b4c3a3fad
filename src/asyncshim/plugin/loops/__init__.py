"""Runners, tasks, loop state and time limits; nothing here imports pytest."""
