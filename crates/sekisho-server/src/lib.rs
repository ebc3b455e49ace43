//! Where sockets and clocks live: listeners, TLS, DNS, the gatherers, queue and delivery.
