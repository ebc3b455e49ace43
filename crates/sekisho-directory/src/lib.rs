//! Organisations, domains, people, groups, managers and deputies, credentials and roles.
