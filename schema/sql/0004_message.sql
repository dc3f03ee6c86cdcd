-- What devices said without a position, and what could not be read.

CREATE TABLE rastro.message (
  received_at timestamptz NOT NULL,
  device_id bigint,
  code integer NOT NULL,   -- the maker's number of the frame
  serial integer,
  protocol smallint NOT NULL,
  type text NOT NULL,      -- schema/message.h, message_type_name
  attributes jsonb NOT NULL,  -- alarms among them
  cells jsonb NOT NULL,
  wifi jsonb NOT NULL,
  text text,
  raw bytea                -- the frame, where keeping it is on
) PARTITION BY RANGE (received_at);

CREATE INDEX message_device ON rastro.message (device_id, received_at);

CREATE TABLE rastro.message_template (LIKE rastro.message);
COMMENT ON TABLE rastro.message_template IS 'pg_partman copies properties of new partitions from here; holds no rows';

DO $$
BEGIN
  SET LOCAL timezone = 'UTC';
  PERFORM partman.create_parent(
    'rastro.message', 'received_at', 'native', 'monthly', p_premake := 2, p_automatic_maintenance := 'off',
    p_start_partition := date_trunc('month', now())::text, p_template_table := 'rastro.message_template',
    p_jobmon := false);
  UPDATE partman.part_config SET infinite_time_partitions = true, ignore_default_data = true
    WHERE parent_table = 'rastro.message';
END $$;

-- Few rows, looked at by people and by a better decoder: a number each, no partitions.
CREATE TABLE rastro.dead_letter (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  received_at timestamptz NOT NULL,
  device_id bigint,
  decoder_version integer NOT NULL,
  protocol smallint NOT NULL,
  reason text NOT NULL,
  content jsonb,           -- what was decoded, when the fault lies in a value and not in the bytes
  raw bytea NOT NULL
);

CREATE INDEX dead_letter_device ON rastro.dead_letter (device_id, received_at);

-- How far each consumer of the journal has come, committed in the transaction of the rows that it stands for.
CREATE TABLE rastro.consumer_cursor (
  name text PRIMARY KEY,
  position bigint NOT NULL CHECK (position >= 0),
  units bigint NOT NULL CHECK (units >= 0),
  updated_at timestamptz NOT NULL DEFAULT now()
);
