-- Work orders that Persat keeps, beside those that Rastro keeps itself: what it told last of each. Which of the two an
-- installation works with is configured; numbers of one may be numbers of the other too.

ALTER TABLE rastro.work_order
  ADD COLUMN origin text NOT NULL DEFAULT 'rastro' CHECK (origin IN ('rastro', 'persat')),
  ADD COLUMN uid_client text,   -- of Persat's: the client's number there, known here or not
  ADD COLUMN client_name text,  -- likewise
  ALTER COLUMN client_id DROP NOT NULL,
  DROP CONSTRAINT work_order_wo_id_key,
  ADD CONSTRAINT work_order_wo_id_key UNIQUE (wo_id, origin),
  DROP CONSTRAINT work_order_check,  -- a date without a time is Persat's to say
  ADD CONSTRAINT work_order_when CHECK (origin = 'persat' OR (date IS NULL) = (starts_min IS NULL)),
  ADD CONSTRAINT work_order_who CHECK (origin = 'persat' OR client_id IS NOT NULL);

CREATE INDEX work_order_stranger ON rastro.work_order (uid_client) WHERE origin = 'persat' AND client_id IS NULL;
