"""The features of the past, one file each."""
