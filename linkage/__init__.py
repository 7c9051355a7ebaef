"""From pseudonymised records to households. This room holds no key and sees no identifier."""
