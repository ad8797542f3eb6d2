"""What every capability stands on: database, ids, events, settings, errors. Knows nothing of the product."""
