"""What keeps the rules: one module a rule."""
