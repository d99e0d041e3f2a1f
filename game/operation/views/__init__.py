"""Standard views: a short step of drill cases, in which pictures that were asked for are taken and shown."""
