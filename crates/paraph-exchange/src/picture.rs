//! Frontier pictures as data.
