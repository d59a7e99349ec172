"""What a commissioner sees and does, from draft to closing: one module for each thing."""
