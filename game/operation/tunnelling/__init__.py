"""The tunnelling step: from the incision on the belly to a catheter drawn through the fat of the flank."""
