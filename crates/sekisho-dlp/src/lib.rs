//! Detectors of what must not leave: numbers with check digits, keyword sets, masking.
