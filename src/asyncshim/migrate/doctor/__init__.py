"""What a bug report needs to know of an environment and a project, found by reading: nothing of the project is run."""
