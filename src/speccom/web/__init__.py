"""The running product: settings, the gate, addresses, home and the server."""
