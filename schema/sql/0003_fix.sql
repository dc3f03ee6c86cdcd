-- What devices said about where they were: one row for each distinct record, however often it was sent.

-- Protocols get a number when they first appear, so that a new one needs no migration.
CREATE TABLE rastro.protocol (
  id smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL UNIQUE
);

-- The columns stand by their width, widest first, which saves 10 bytes of padding a row. No foreign keys: a trigger a
-- row would halve the speed of COPY, and devices are disabled, never deleted.
CREATE TABLE rastro.fix (
  device_id bigint NOT NULL,
  fix_time timestamptz NOT NULL,
  received_at timestamptz NOT NULL,
  record_hash bigint NOT NULL,  -- schema/record_hash.h, the 64 bits as a signed number
  altitude_m real,
  speed_kmh real,
  course_deg real,
  satellites smallint,
  protocol smallint NOT NULL,   -- rastro.protocol
  valid boolean NOT NULL,       -- the device had a fix and the place can exist
  position geometry(Point, 4326),  -- also of a fix that is not valid, as long as the place can exist
  attributes jsonb NOT NULL,
  -- Device first: the index then answers "this device, this day" by itself (DECISIONS.md has what it costs).
  PRIMARY KEY (device_id, fix_time, record_hash)
) PARTITION BY RANGE (fix_time);

-- For questions about a stretch of time over all devices; rows arrive nearly in the order of their times.
CREATE INDEX fix_time_brin ON rastro.fix USING brin (fix_time);

CREATE TABLE rastro.fix_template (LIKE rastro.fix);
COMMENT ON TABLE rastro.fix_template IS 'pg_partman copies properties of new partitions from here; holds no rows';

-- The newest plausible fix of each device: the answer to "where is it", and what live state is rebuilt from. Its
-- attributes stand in rastro.fix under the same key: written here too, they would cost a fifth of the speed.
CREATE TABLE rastro.device_last_fix (
  device_id bigint PRIMARY KEY,
  fix_time timestamptz NOT NULL,
  received_at timestamptz NOT NULL,
  record_hash bigint NOT NULL,
  altitude_m real,
  speed_kmh real,
  course_deg real,
  satellites smallint,
  position geometry(Point, 4326) NOT NULL
) WITH (fillfactor = 70);  -- room for updates in place: each row changes with every batch

DO $$
BEGIN
  SET LOCAL timezone = 'UTC';
  PERFORM partman.create_parent(
    'rastro.fix', 'fix_time', 'native', 'monthly', p_premake := 2, p_automatic_maintenance := 'off',
    p_start_partition := date_trunc('month', now())::text, p_template_table := 'rastro.fix_template',
    p_jobmon := false);
  -- New partitions follow the clock, not the newest row, nor what stands in the default.
  UPDATE partman.part_config SET infinite_time_partitions = true, ignore_default_data = true
    WHERE parent_table = 'rastro.fix';
END $$;
