"""What hands hold: force laws of needle, syringe and applicator."""
