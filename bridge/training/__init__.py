"""Networks, their training and their export: the only room that knows torch. Data is prepared in `bridge.data`."""
