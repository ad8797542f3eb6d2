"""Who somebody is: passwords, sessions, apps and their tokens, registration, roles."""
