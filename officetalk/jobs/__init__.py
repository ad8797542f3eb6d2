"""Background work in the same database: enqueued in the transaction that causes it, done by whichever
process has time, retried when it fails."""
