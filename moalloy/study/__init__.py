"""Optimizations: from a problem to its front."""
