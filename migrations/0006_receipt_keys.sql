-- Receipts are signed with keys of their own, whose public parts are kept for ever.
ALTER TABLE signing_keys ADD COLUMN purpose TEXT NOT NULL DEFAULT 'token';
