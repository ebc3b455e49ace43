//! Server and client sides of the SASL mechanisms PLAIN, LOGIN and SCRAM-SHA-256.
