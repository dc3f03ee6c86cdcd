-- Several gateways fill one database, each from a journal of its own. A journal has a name that it is given once
-- (pipeline/journal/identity.h); one from before there were names has the UUID of zeros, and goes on with the cursors
-- that stand here already.
ALTER TABLE rastro.consumer_cursor
  ADD COLUMN gateway uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
  DROP CONSTRAINT consumer_cursor_pkey,
  ADD PRIMARY KEY (gateway, name);
