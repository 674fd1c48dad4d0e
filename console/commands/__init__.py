"""What a person can do at the desk: each a declared value; menus, keys, palette and help come from here."""
