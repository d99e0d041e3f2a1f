"""The window: reads, draws, sounds, and makes actions. The only room that knows pygame."""
