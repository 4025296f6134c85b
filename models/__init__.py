"""What is true: one file per noun, with its table and its verbs."""
