//! Every bound on what comes from outside, and its reason.
