"""The catheter step: threading the catheter through the needle to its level."""
