"""HTTP routes of the shop, one module per resource."""
