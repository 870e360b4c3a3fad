"""Run the rules over the files and collect the changes in a plan."""
