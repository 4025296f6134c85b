"""What is served over HTTP: webhook, health and figures, and the web chat where it is set up."""
