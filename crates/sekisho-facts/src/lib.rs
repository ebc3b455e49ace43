//! Gathers what is known of a mail from its bytes, its envelope and DNS answers.
