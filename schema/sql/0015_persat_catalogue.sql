-- What Persat last said of its clients and devices, beside what Rastro has of them, and the events that it sent.

-- The members of a client that Persat can say too, by name; what has no value is left out. Persat's own members that
-- have no column stand beside them as they came (details).
CREATE FUNCTION rastro.client_fields(c rastro.client) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT c.details || jsonb_strip_nulls(jsonb_build_object(
    'company_name', c.company_name,
    'position', jsonb_build_array(ST_X(c.position), ST_Y(c.position)),
    'radius_m', c.radius_m,
    'service_time_s', c.service_time_s,
    'time_windows', nullif(c.time_windows, '[]'),
    'address', nullif(c.address, '')))
$$;

-- A field where base and remote differ is in conflict: it was changed on both sides. Where only rastro.client differs it
-- was changed here.
CREATE TABLE rastro.persat_client (
  uid_client text PRIMARY KEY,
  remote jsonb NOT NULL CHECK (jsonb_typeof(remote) = 'object'),  -- what Persat said last
  base jsonb NOT NULL CHECK (jsonb_typeof(base) = 'object'),      -- what both sides last agreed on, or settled
  trouble text,              -- why it has no usable position: no_position, zero_position, out_of_range
  placed boolean NOT NULL,   -- it has been a row of rastro.client; that row may have been removed here since
  told_at timestamptz NOT NULL DEFAULT now(),  -- when Persat last said something new
  gone_at timestamptz,       -- when it was first missing from a whole list
  missed integer NOT NULL DEFAULT 0            -- whole lists that it was missing from
);
CREATE INDEX persat_client_told ON rastro.persat_client (uid_client)
  WHERE trouble IS NOT NULL OR gone_at IS NOT NULL OR base <> remote;

-- Every difference that people may want to know of, one row a field.
CREATE VIEW rastro.persat_difference AS
  SELECT p.uid_client, field,
    CASE WHEN p.base->field IS DISTINCT FROM p.remote->field THEN 'conflict' ELSE 'local' END AS kind,
    here.fields->field AS local, p.remote->field AS persat
  FROM rastro.persat_client AS p JOIN rastro.client AS c USING (uid_client)
    CROSS JOIN LATERAL (SELECT rastro.client_fields(c) AS fields OFFSET 0) AS here
    CROSS JOIN LATERAL jsonb_object_keys(here.fields || p.base || p.remote) AS field
  WHERE here.fields <> p.remote AND here.fields->field IS DISTINCT FROM p.remote->field
  UNION ALL
  SELECT p.uid_client, '', CASE WHEN p.base <> p.remote THEN 'conflict' ELSE 'removed' END, NULL, p.remote
  FROM rastro.persat_client AS p
  WHERE p.placed AND NOT EXISTS (SELECT FROM rastro.client AS c WHERE c.uid_client = p.uid_client)
  UNION ALL
  SELECT uid_client, '', 'gone', NULL, remote FROM rastro.persat_client WHERE gone_at IS NOT NULL;

CREATE TABLE rastro.persat_device (
  id bigint PRIMARY KEY,
  type text NOT NULL,
  serial_number text NOT NULL,
  first_name text NOT NULL,
  last_name text NOT NULL,
  working_zones jsonb NOT NULL,
  working_hours jsonb NOT NULL
);

ALTER TABLE rastro.device
  -- Who said which of Persat's devices it is; by hand also that it is none. Null: nobody yet.
  ADD COLUMN persat_match text CHECK (persat_match IN ('hand', 'table', 'serial')),
  ADD COLUMN persat_base jsonb;  -- what Persat's device had when it was last followed
UPDATE rastro.device SET persat_match = 'hand' WHERE persat_device_id IS NOT NULL;

CREATE TABLE rastro.persat_event (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  received_at timestamptz NOT NULL DEFAULT now(),
  event_type text NOT NULL,
  content_hash bytea NOT NULL UNIQUE,  -- SHA-256 of the body: what is sent again is not applied again
  body jsonb NOT NULL,
  -- unknown: of a type that nothing is done for.
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'applied', 'unknown', 'failed')),
  reason text,
  attempts integer NOT NULL DEFAULT 0,
  next_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz
);
CREATE INDEX persat_event_waiting ON rastro.persat_event (next_at, id) WHERE state = 'waiting';

-- The last whole pull, for people and for a gateway that starts.
CREATE TABLE rastro.persat_pull (
  kind text PRIMARY KEY CHECK (kind IN ('devices', 'clients')),
  succeeded_at timestamptz,
  count bigint NOT NULL DEFAULT 0,
  trouble text  -- of the last try; null: it went well
);
INSERT INTO rastro.persat_pull (kind) VALUES ('devices'), ('clients');
