//! A strict local server that speaks every endpoint of the specs.
