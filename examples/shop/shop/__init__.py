"""A web shop: products, customers, orders, and a back office."""
