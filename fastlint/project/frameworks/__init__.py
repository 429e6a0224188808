"""What frameworks make of the project's code. Only here are their names known."""
