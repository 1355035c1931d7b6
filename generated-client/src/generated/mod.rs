// Placeholder until `cargo xtask regen` writes the products here.
