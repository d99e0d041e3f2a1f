"""What stands beside the field: X-ray pictures, vital signs, the drawing of the C-arm."""
