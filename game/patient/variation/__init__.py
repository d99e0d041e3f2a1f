"""What disease and earlier operations make of a spine: metal, tumours, scars, and bone where there should be none."""
