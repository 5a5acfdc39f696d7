"""The engine over HTTP: what goes over the wire, the queue, the painting thread, the cluster."""
