"""What the shop does, independent of HTTP."""
