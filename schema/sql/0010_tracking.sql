-- What tracking makes of the fixes: stops, the trips between them, visits to clients, days. Every row is a function of
-- the device's fixes in rastro.fix, the parameters and the clients, whatever order the fixes came in; rows hold no
-- number and no time of their making, so that the same fixes give the same bytes.
--
-- settled_at is the time of the fix that settled a row, and infinity of a row that still changes. What a late fix makes
-- wrong is just what fixes from some moment on settled: it is replaced as a whole.

-- A version of the parameters: all of them, the time zone and the engine's number. Results bear its id.
CREATE TABLE rastro.tracking_parameters (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  parameters jsonb NOT NULL UNIQUE
);

-- What is remembered of each device between two fixes (pipeline/tracking/state.h). Null: its fixes were not read yet.
-- A writer locks the row first.
CREATE TABLE rastro.tracking_state (
  device_id bigint PRIMARY KEY,
  parameters_id integer,
  state bytea
) WITH (fillfactor = 70);  -- room for updates in place: each row changes with every batch

-- The state before the first fix at `at` or behind it, for each quarter of a day in UTC that has a fix: where reading
-- begins again when a fix comes late.
CREATE TABLE rastro.tracking_checkpoint (
  device_id bigint NOT NULL,
  at timestamptz NOT NULL,
  state bytea NOT NULL,
  PRIMARY KEY (device_id, at)
);

-- Devices whose fixes from a time on are to be read again, apart from what the journal says: too many for one batch,
-- other parameters, fixes that were changed in place. Who deletes a row has done it, in the same transaction.
CREATE TABLE rastro.tracking_due (
  device_id bigint PRIMARY KEY,
  from_time timestamptz NOT NULL,
  trouble text  -- why it cannot be done; tried again when a gateway starts
);

-- The same for the visits of stops from a time on, where clients have changed.
CREATE TABLE rastro.visit_due (
  device_id bigint PRIMARY KEY,
  from_time timestamptz NOT NULL
);

-- Devices from before there was tracking.
INSERT INTO rastro.tracking_due (device_id, from_time) SELECT id, '-infinity' FROM rastro.device;

CREATE TABLE rastro.stop (
  device_id bigint NOT NULL,
  started_at timestamptz NOT NULL,
  ended_at timestamptz,            -- null: it lasts
  settled_at timestamptz NOT NULL,
  idling_ms bigint NOT NULL,       -- with the ignition on, as far as it is known
  spread_m double precision NOT NULL,  -- standard deviation of a fix about the position, in one direction
  fixes integer NOT NULL,
  parameters_id integer NOT NULL,
  position geometry(Point, 4326) NOT NULL,
  PRIMARY KEY (device_id, started_at, settled_at)
);
CREATE INDEX stop_settled ON rastro.stop (device_id, settled_at);
CREATE INDEX stop_position ON rastro.stop USING gist (position);

CREATE TABLE rastro.trip (
  device_id bigint NOT NULL,
  started_at timestamptz NOT NULL,
  ended_at timestamptz,            -- null: it lasts
  settled_at timestamptz NOT NULL,
  distance_m double precision NOT NULL,  -- by the odometer where that is plausible, else as measured
  measured_m double precision NOT NULL,  -- along the fixes
  odometer_m bigint,
  reach_m double precision NOT NULL,     -- the farthest from where it began
  standing_ms bigint NOT NULL,           -- in traffic
  overspeed_ms bigint NOT NULL,
  max_speed_kmh real NOT NULL,
  parameters_id integer NOT NULL,
  ends_in_gap boolean NOT NULL,          -- nobody knows how it went on
  from_position geometry(Point, 4326) NOT NULL,
  to_position geometry(Point, 4326) NOT NULL,  -- as far as it has come, when it lasts
  line geometry(LineString, 4326),       -- the fixes that count, simplified by some 5 m; null while it lasts
  PRIMARY KEY (device_id, started_at, settled_at)
);
CREATE INDEX trip_settled ON rastro.trip (device_id, settled_at);

-- A stop or several at one client. Its client is one of today's: visits are made anew when a client is moved, changed
-- or removed, within seconds; no foreign key, because that is not the same transaction.
CREATE TABLE rastro.visit (
  device_id bigint NOT NULL,
  client_id bigint NOT NULL,
  arrived_at timestamptz NOT NULL,
  left_at timestamptz,             -- null: it lasts
  confidence double precision NOT NULL,  -- probability that the stop was for this client
  distance_m double precision NOT NULL,  -- of the position from the client's point
  runner_up_client_id bigint,
  runner_up_confidence double precision,
  runner_up_distance_m double precision,
  spread_m double precision NOT NULL,
  stops integer NOT NULL,
  fixes integer NOT NULL,
  parameters_id integer NOT NULL,
  ambiguous boolean NOT NULL,      -- the two cannot be told apart
  position geometry(Point, 4326) NOT NULL,
  PRIMARY KEY (device_id, arrived_at)
);
CREATE INDEX visit_arrived ON rastro.visit (arrived_at, device_id);
CREATE INDEX visit_client ON rastro.visit (client_id, arrived_at);
CREATE INDEX visit_position ON rastro.visit USING gist (position);

CREATE TABLE rastro.day_statistics (
  device_id bigint NOT NULL,
  day date NOT NULL,               -- of the calendar of the parameters' time zone
  settled_at timestamptz NOT NULL,
  distance_m double precision NOT NULL,
  driving_ms bigint NOT NULL,      -- trips, standing in traffic included
  standing_ms bigint NOT NULL,
  idling_ms bigint NOT NULL,
  stopped_ms bigint NOT NULL,      -- stops, idling included
  unknown_ms bigint NOT NULL,      -- gaps
  engine_ms bigint NOT NULL,       -- with the ignition on, as far as it is known
  overspeed_ms bigint NOT NULL,
  first_movement_at timestamptz,
  last_movement_at timestamptz,
  max_speed_kmh real NOT NULL,
  trips integer NOT NULL,          -- begun on this day
  stops integer NOT NULL,
  parameters_id integer NOT NULL,
  PRIMARY KEY (device_id, day)
);
CREATE INDEX day_statistics_settled ON rastro.day_statistics (device_id, settled_at);
CREATE INDEX day_statistics_day ON rastro.day_statistics (day, device_id);

-- Fixes that do not count as places of their vehicle.
CREATE TABLE rastro.fix_set_aside (
  device_id bigint NOT NULL,
  fix_time timestamptz NOT NULL,
  record_hash bigint NOT NULL,
  settled_at timestamptz NOT NULL,
  reason smallint NOT NULL,        -- SetAsideReason of pipeline/tracking/segments.h: 0 invalid, 1 same moment, 2 jump
  PRIMARY KEY (device_id, fix_time, record_hash)
);
CREATE INDEX fix_set_aside_settled ON rastro.fix_set_aside (device_id, settled_at);

-- The clients as visits are made with, or due to be made: what differs from rastro.client was changed since.
CREATE TABLE rastro.client_applied (
  client_id bigint PRIMARY KEY,
  position geometry(Point, 4326) NOT NULL,
  radius_m real NOT NULL,
  area geometry(MultiPolygon, 4326),
  min_visit_s integer NOT NULL
);

-- One row; goes up with every change of client_applied, so that a gateway notices what another has applied.
CREATE TABLE rastro.client_applied_version (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  version bigint NOT NULL
);
INSERT INTO rastro.client_applied_version (version) VALUES (0);

